"""``import``, ``agreement`` and ``tasks`` on the command line: exit codes, documents, words in both languages."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from service.cli.import_report import NOTES, PROBLEMS, is_problem
from service.languages import Lang

ROOT = Path(__file__).resolve().parents[2]
FORMATS = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
MEMBERS = "会員番号,氏名,利用スペース,困っていること,入会日\r\nKZ-1,見本 あおば,かぜのま,帳簿,2024/1/5\r\n"
BAD_ROW = "KZ-2,架空 しずく,かぜのま,,きのう\r\n"
HEARING = "氏名,スペース,強み,話した人\r\n見本 あおば,かぜのま,木工を教えられる。道具も貸せる。,スタッフ\r\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, musubi):
    monkeypatch.setenv("MUSUBI_STORE", f"sqlite:///{tmp_path}/musubi.db")
    musubi("init")
    musubi(
        "agreement", "add", "--space", "かぜのま", "--operator", "見本運営", "--from", "2020-01-01", "--items", "氏名"
    )
    return tmp_path


def write(folder: Path, name: str, text: str | bytes) -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_dry_run_document_has_the_keys_of_the_contract(musubi, here) -> None:
    ended = musubi("import", write(here, "名簿.csv", MEMBERS + BAD_ROW), "--dry-run", "--json")
    (file,) = json.loads(ended.out)["files"]
    assert ended.code == 1
    assert file.keys() >= {"file", "profile", "why", "encoding", "mapping", "counts", "merge_suggestions", "problems"}
    assert file["counts"].keys() >= {"people", "organisations", "spaces", "needs", "offers", "skills", "events",
                                     "projects", "ties"}  # fmt: skip
    assert file["problems"] == [
        {"sheet": None, "row": 3, "column": "入会日", "value": "きのう", "code": "not_a_date", "level": "refuse",
         "expected": file["problems"][0]["expected"]}
    ]  # fmt: skip
    assert file["rows"] == {"read": 2, "refused": 1, "flagged": 0, "ignored": {}}


def test_one_refused_file_stops_no_other(musubi, here) -> None:
    good, bad = write(here, "名簿.csv", MEMBERS), write(here, "絵.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    ended = musubi("import", bad, good, "--yes")
    assert ended.code == 3
    assert f"stored: {good}" in ended.out
    assert bad in ended.err
    document = json.loads(musubi("import", bad, good, "--dry-run", "--json").out)
    assert [f["refused"] is None for f in document["files"]] == [True, False]
    assert document["files"][1]["problems"][0]["code"] == "file_refused"


def test_a_space_without_agreement_stops_its_file_only(musubi, here) -> None:
    good = write(here, "a.csv", MEMBERS)
    other = write(here, "b.csv", MEMBERS.replace("かぜのま", "こもれび").replace("KZ-1", "KM-1"))
    ended = musubi("import", other, good, "--yes", "--lang", "en")
    assert ended.code == 3
    assert "musubi agreement add --space こもれび --operator NAME --from DATE --items" in ended.err
    assert f"stored: {good}" in ended.out


def test_a_slip_in_the_name_of_a_space_offers_the_nearest(musubi, here) -> None:
    ended = musubi("import", write(here, "a.csv", MEMBERS.replace("かぜのま", "かぜのまま")), "--yes", "--lang", "ja")
    assert ended.code == 3
    assert re.search("nearest: かぜのま", ended.err)
    assert "書き間違いではありませんか" in ended.err


def test_notes_and_problems_are_told_in_the_language_asked_for(musubi, here) -> None:
    path = write(here, "名簿.csv", MEMBERS + BAD_ROW)
    japanese = musubi("import", path, "--dry-run", "--lang", "ja").err
    english = musubi("import", path, "--dry-run", "--lang", "en").err
    assert "困りごと 1 件は" in japanese
    assert "日付として読めません" in japanese
    assert "expected a date" not in japanese
    assert "1 needs move no ranking yet" in english
    assert "expected a date such as" in english


def test_the_table_of_problems_is_a_safe_spreadsheet(musubi, here) -> None:
    path = write(here, "名簿.csv", MEMBERS + BAD_ROW.replace("きのう", "=1+1"))
    out = here / "problems.csv"
    musubi("import", path, "--dry-run", "--problems", str(out))
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert [(r["row"], r["column"], r["value"], r["code"]) for r in rows] == [("3", "入会日", "'=1+1", "not_a_date")]


def test_columns_may_be_told_and_are_remembered(musubi, here) -> None:
    text = "お客様,申込日時\r\n見本 あおば,2026/05/01 10:00\r\n"
    path = write(here, "参加者.csv", text)
    assert musubi("import", path, "--yes").code == 3
    told = musubi("import", path, "--profile", "peatix", "--map", "お客様=name", "--yes")
    assert (told.code, f"stored: {path}" in told.out) == (0, True)
    again = musubi("import", write(here, "次.csv", text.replace("見本 あおば", "架空 しずく")), "--dry-run", "--json")
    assert json.loads(again.out)["files"][0]["counts"]["people"] == 1
    assert musubi("import", path, "--map", "お客様").code == 2


def test_tasks_from_a_hearing_to_the_members_own_words(musubi, here) -> None:
    musubi("import", write(here, "名簿.csv", MEMBERS), "--yes")
    shown = musubi("import", write(here, "聞き取り.csv", HEARING), "--dry-run", "--lang", "ja").err
    assert "--split" in shown
    assert "「木工を教えられる。」 / 「道具も貸せる。」" in shown
    musubi("import", str(here / "聞き取り.csv"), "--yes", "--split")
    listed = json.loads(musubi("tasks", "list", "--json").out)
    assert listed["schema"] == "musubi.tasks/1"
    assert [(t["owner"], t["kind"], t["heard_from"]) for t in listed["tasks"]] == [("KZ-1", "offer", "staff")] * 2
    first, second = (t["id"] for t in listed["tasks"])
    assert "木工" in musubi("tasks", "list", "--lang", "ja").out
    assert musubi("tasks", "confirm", first, "--scope", "network", "--use", "open").code == 0
    assert musubi("tasks", "reject", second).code == 0
    assert json.loads(musubi("tasks", "list", "--json").out)["tasks"] == []
    assert musubi("tasks", "confirm", first).code == 2
    assert musubi("tasks", "confirm", first, "--scope", "どこでも").code == 2
    assert musubi("tasks", "reject", first, "--as", "person:KZ-1").code == 2


def test_every_code_of_the_report_has_words() -> None:
    codes = set(re.findall(r"`([a-z]+(?:_[a-z]+)*)`", FORMATS.partition("## 報告の言葉")[2]))
    for code in codes - {"file_refused"}:
        words = PROBLEMS if is_problem(code) else NOTES
        for lang in Lang:
            assert words.say(code, lang, expected="x", row=1, value="x", code=code)


def test_what_follows_a_file_that_is_not_stored_is_looked_at_anew(musubi, here) -> None:
    text = MEMBERS.replace("利用スペース", "会社名,利用スペース").replace("かぜのま", "見本工房,こもれび")
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    card = f"{header}\r\nしずく,架空,,s@example.com,見本工房,,1 May 2026\r\n"
    other = write(here, "a.csv", text)
    contacts = write(here, "b.csv", card)
    ended = musubi("import", other, contacts, "--yes")
    assert ended.code == 3
    assert f"stored: {contacts}" in ended.out
    assert json.loads(musubi("status", "--json").out)["nodes"]["organisation"] == 1
