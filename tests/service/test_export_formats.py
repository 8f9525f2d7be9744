"""``export`` in every format and ``import`` of it as users call them (A29)."""

from __future__ import annotations

from pathlib import Path

import pytest

SAID = ["--operator", "見本運営", "--from", "2026-01-01", "--items", "氏名"]
CARRYING = ("jsonl", "csv", "graphml", "gexf", "jsonld")


@pytest.mark.parametrize("form", CARRYING)
def test_what_is_exported_can_be_imported(musubi, url: str, form: str, tmp_path: Path) -> None:
    for space in ("かぜのま", "こもれび"):
        assert musubi("agreement", "add", "--space", space, *SAID, "--store", url).code == 0
    assert musubi("export", "--format", form, "out", "--store", url).code == 0
    other = f"sqlite:///{tmp_path / 'other.db'}"
    assert musubi("init", "--store", other).code == 0
    done = musubi("import", "out", "--json", "--store", other)
    assert done.code == 0, done.err
    (file,) = done.document()["files"]
    assert (file["profile"], file["problems"]) == ("musubi", [])
    before, after = (musubi("export", "--format", "jsonl", "-", "--store", s).out for s in (url, other))
    assert before == after


def test_cards_for_an_address_book(musubi, url: str, tmp_path: Path) -> None:
    assert musubi("export", "--format", "vcard", "people.vcf", "--store", url).code == 0
    text = (tmp_path / "people.vcf").read_bytes()
    assert text.count(b"BEGIN:VCARD\r\nVERSION:4.0\r\n") == 13
    assert b"canary-mail" not in text
    assert musubi("export", "--format", "vcard", "-", "--as", "public", "--store", url).out == ""


@pytest.mark.parametrize("form", ["gexf", "jsonld", "vcard"])
@pytest.mark.parametrize("viewer", ["public", "space:KM", "person:KM-4"])
def test_an_export_tells_no_more_than_the_viewer_may_see(musubi, url: str, form: str, viewer: str) -> None:
    text = musubi("export", "--format", form, "-", "--as", viewer, "--store", url).out
    for secret in ("カナリア", "canary-mail"):
        assert secret not in text


def test_a_failing_export_leaves_the_earlier_file(musubi, url: str, tmp_path: Path) -> None:
    target = tmp_path / "x.gexf"
    target.write_text("earlier", encoding="utf-8")
    assert musubi("export", "--format", "gexf", "x.gexf", "--as", "person:nobody", "--store", url).code == 2
    assert target.read_text(encoding="utf-8") == "earlier"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith((".", "x"))] == ["x.gexf"]
