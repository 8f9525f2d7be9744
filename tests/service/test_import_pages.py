"""Files brought by the browser: looked at, then stored; forms of other sites, giants and bombs stay outside."""

from __future__ import annotations

import csv
import gzip
import io
import re
import tempfile
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient

from graph.store.registry import open_store
from service.imports.logic import LIMITS_OF_UPLOADS, MOST_BYTES
from service.imports.multipart import fields_of, parts_of
from service.languages import Lang

MEMBERS = (
    "会員番号,お客様,利用スペース,入会日,できること\r\n"
    "KZ-101,見本 あらた,かぜのま,2024-01-05,木工\r\n"
    "KZ-102,架空 しずく,かぜのま,2024-13-40,翻訳\r\n"
    '"=cmd|1",例示 こだち,かぜのま,2024-13-41,<b>花</b>\r\n'
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of temporary files, of this test alone."""
    made = tmp_path / "temporary"
    made.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(made))
    return made


@pytest.fixture
def agreed(url: str, musubi) -> str:
    agreement = ["--space", "かぜのま", "--operator", "見本運営", "--from", "2020-01-01", "--items", "氏名"]
    assert musubi("--store", url, "agreement", "add", *agreement).code == 0
    return url


def token(html: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', html)
    assert found
    return found[1]


def bring(client: TestClient, content: bytes, name: str = "名簿.csv", lang: str = "ja", **data: str) -> httpx2.Response:
    form = client.get(f"/imports?lang={lang}")
    assert form.status_code == 200
    return client.post(
        f"/imports?lang={lang}", files={"file": (name, content)}, data={"token": token(form.text)} | data
    )


def state(url: str) -> tuple[int, list[str]]:
    with open_store(url) as store:
        return store.version(), list(store.snapshot().nodes.ids)


def test_a_file_is_looked_at_changed_and_stored(agreed: str, client: TestClient, folder: Path) -> None:
    before = state(agreed)
    text = MEMBERS.replace("お客様", "氏名")
    answer = bring(client, text.encode("cp932"))
    assert state(agreed) == before
    (kept,) = folder.glob("musubi-import-*")
    assert kept.stat().st_mode & 0o777 == 0o700
    for words in ("名簿.csv", "cp932", "members", "3行目", "2024-13-40", "not_a_date"):
        assert words in answer.text
    assert "<b>花</b>" not in answer.text
    path = str(answer.url.path)
    done = client.post(f"{path}/stored", data={"token": token(answer.text)})
    assert (done.status_code, "保存しました" in done.text) == (200, True)
    assert "person:KZ-101" in state(agreed)[1]
    assert list(folder.iterdir()) == []
    version = state(agreed)[0]
    again = client.post(f"{path}/stored", data={"token": token(answer.text)})
    assert (again.status_code, state(agreed)[0]) == (200, version)


def test_refused_rows_are_a_table_that_a_spreadsheet_may_open(agreed: str, client: TestClient) -> None:
    text = "会員番号,氏名,利用スペース,入会日\r\nKZ-1,見本,かぜのま,=1+1\r\nKZ-2,見本,かぜのま,＠SUM(1)\r\n"
    answer = bring(client, text.encode())
    table = client.get(f"{answer.url.path}/problems.csv")
    assert table.headers["content-disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[0] == ["file", "sheet", "row", "column", "value", "code", "level", "expected"]
    assert [r[2:6] for r in rows[1:]] == [
        ["2", "入会日", "'=1+1", "not_a_date"],
        ["3", "入会日", "'＠SUM(1)", "not_a_date"],
    ]


def test_another_meaning_is_chosen_for_a_column(agreed: str, client: TestClient) -> None:
    text = MEMBERS.replace("お客様", "氏名").replace("できること", "ひとこと")
    answer = bring(client, text.encode())
    select = re.search(r'ひとこと\s*<select name="([^"]+)">', answer.text)
    assert select
    path = answer.url.path
    again = client.post(f"{path}/reading", data={"token": token(answer.text), select[1]: "offer"})
    assert again.status_code == 200
    assert re.search(r'value="offer" selected', again.text)
    assert client.post(f"{path}/stored", data={"token": token(again.text)}).status_code == 200
    with open_store(agreed) as store:
        assert "木工" in store.snapshot().statements.text


def test_an_agreement_is_asked_for_and_the_file_stays(url: str, client: TestClient) -> None:
    answer = bring(client, MEMBERS.replace("お客様", "氏名").encode())
    before = state(url)
    refused = client.post(f"{answer.url.path}/stored", data={"token": token(answer.text)})
    assert refused.status_code == 403
    assert "musubi agreement add" in refused.text
    assert state(url) == before
    assert client.get(str(answer.url.path)).status_code == 200


def test_a_file_may_be_put_away(agreed: str, client: TestClient, folder: Path) -> None:
    answer = bring(client, MEMBERS.replace("お客様", "氏名").encode())
    gone = client.post(f"{answer.url.path}/discarded", data={"token": token(answer.text)})
    assert gone.url.path == "/imports"
    assert list(folder.iterdir()) == []
    assert client.get(str(answer.url.path)).status_code == 404


def test_forms_of_other_sites_are_refused(agreed: str, client: TestClient, folder: Path) -> None:
    files = {"file": ("a.csv", MEMBERS.encode())}
    for sent in ({}, {"token": ""}, {"token": "1.abc"}, {"token": "9" * 400}):
        assert client.post("/imports", files=files, data=sent).status_code == 422
    good = token(client.get("/imports").text)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/imports", files=files, data={"token": good}, headers=foreign).status_code == 422
    assert list(folder.iterdir()) == []
    answer = bring(client, MEMBERS.replace("お客様", "氏名").encode())
    before = state(agreed)
    for act in ("stored", "reading", "discarded"):
        assert client.post(f"{answer.url.path}/{act}", data={"token": good}).status_code == 422
    assert state(agreed) == before


def test_giants_and_bombs_are_refused_and_leave_nothing(agreed: str, client: TestClient, folder: Path) -> None:
    header = "会員番号,氏名,利用スペース\r\n".encode()
    row = "KZ-9,見本 あおば,かぜのま\r\n".encode()
    tries = {
        "large.csv": header + b"x" * (MOST_BYTES + 1),
        "rows.csv": header + row * (LIMITS_OF_UPLOADS.sheet_rows + 1),
        "columns.csv": (",".join(f"c{i}" for i in range(61)) + "\r\n").encode(),
        "bomb.csv.gz": gzip.compress(header + b"," * (LIMITS_OF_UPLOADS.text_bytes + 1)),
        "empty.csv": b"",
        "web.csv": b"<html><table>",
    }
    for name, content in tries.items():
        answer = bring(client, content, name)
        assert answer.status_code == 422, name
        assert "取り込めません" in answer.text
        assert str(folder) not in answer.text
    assert list(folder.iterdir()) == []


def test_a_few_files_are_kept_and_none_after_the_end(agreed: str, client: TestClient, folder: Path) -> None:
    for n in range(6):
        assert bring(client, MEMBERS.replace("お客様", "氏名").encode(), f"{n}.csv").status_code == 200
    assert len(list(folder.iterdir())) == 4
    client.app.state.uploads.close()  # type: ignore[attr-defined]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("lang", list(Lang))
def test_both_pages_in_both_languages(agreed: str, client: TestClient, lang: str) -> None:
    answer = bring(client, MEMBERS.replace("お客様", "氏名").encode(), lang=lang)
    assert f'<html lang="{lang}">' in answer.text
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text


@pytest.mark.parametrize("name", ["../../etc/x.csv", "..\\x.csv", "a\u202evsc.csv", "名簿" * 200 + ".csv", ""])
def test_names_of_files_stay_inside_the_folder(agreed: str, client: TestClient, folder: Path, name: str) -> None:
    bring(client, MEMBERS.replace("お客様", "氏名").encode(), name)
    kept = [p for p in folder.rglob("*") if p.is_file()]
    assert all(p.parent.parent == folder for p in kept)


@pytest.mark.parametrize(
    "body",
    [b"", b"--b", b"--b\r\n\r\n--b--", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--",
     b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--b--', b"--b\r\n" * 100 + b"--b--"],
)  # fmt: skip
def test_broken_forms_are_wrong_use(body: bytes, client: TestClient) -> None:
    answer = client.post("/imports", content=body, headers={"content-type": "multipart/form-data; boundary=b"})
    assert answer.status_code == 422


def test_forms_as_browsers_write_them() -> None:
    head = 'Content-Disposition: form-data; name="file"; filename="名簿.csv"\r\nContent-Type: text/csv'
    body = f"--x\r\n{head}\r\n\r\na\r\n--y\r\nb\r\n\r\n--x--\r\n".encode()
    part = parts_of("multipart/form-data; boundary=x", body)["file"]
    assert (part.filename, part.content) == ("名簿.csv", b"a\r\n--y\r\nb\r\n")
    assert fields_of(b"a=%E7%B5%90+b&c=") == {"a": "結 b"}
