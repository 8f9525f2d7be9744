"""A hand-kept workbook of organisations, projects and events: several kinds of sheets, one transaction."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import Workbook

from graph.calendar import first_second
from graph.policy import ATTENDANCE, COLLABORATION, NAME, NEED, OFFER, PRESENCE, Audience, Matching, Policy
from ingest.dates import last_second

ORGANISATIONS = ["団体名", "種別", "拠点スペース", "地域", "取組", "ビジョン", "困りごと", "できること",
                 "担当者の会員番号", "公開範囲", "紹介への利用"]  # fmt: skip
MIHON = ["NPO法人 見本の会", "NPO法人", "なぎさ", "港町", "朝市\n夜市", "にぎわう港", "人手がない", "場所を貸せます",
         "ＫＺ－１", "ネットワーク全体", "使ってよい"]  # fmt: skip
ORGANISATION = "organisation:特定非営利活動法人見本の会"
PROJECT = ["プロジェクト名", "開始日", "終了日", "参加者", "公開範囲"]
EVENT = ["イベント名", "開催日", "会場", "参加者", "公開範囲"]


@pytest.fixture
def club(agreed):
    """A desk with あおば (KZ-1, かぜのま) and しずく (NG-1, なぎさ)."""
    rows = [["会員番号", "氏名", "スペース", "会社名"],
            ["KZ-1", "見本 あおば", "かぜのま", "特定非営利活動法人見本の会"],
            ["NG-1", "架空 しずく", "なぎさ", ""]]  # fmt: skip
    agreed.run(agreed.csv("名簿.csv", rows))
    return agreed


def workbook(path: Path, sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> Path:
    """Save sheets, each below a merged title and an empty row."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(["2026年度 台帳"])
        sheet.append([])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(rows[0]))
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def test_workbook_with_three_kinds_of_sheets_is_one_transaction(club, look) -> None:
    events = [["朝の会", dt.date(2026, 5, 1), "なぎさ", "KZ-1、NG-1", "公開"], ["合計", "1件", None, 2, None]]
    projects = [["港の市", dt.date(2026, 4, 1), "令和8年4月30日", "KZ-1、NG-1", "ネットワーク全体"]]
    old = [["団体名", "取組"], ["架空の会", "古い"]]
    memo = [["色", "形"], ["赤", "丸"]]
    path = workbook(
        club.folder / "台帳.xlsx",
        {
            "イベント": [EVENT, *events],
            "プロジェクト": [PROJECT, *projects],
            "団体": [ORGANISATIONS, MIHON],
            "旧": old,
            "メモ": memo,
        },
        hidden=("旧",),
    )
    file = club.one(path)
    assert file.profile == "organisations+projects+events"
    assert [(p.sheet, p.code, p.level) for p in file.problems] == [("メモ", "sheet_not_understood", "flag")]
    assert {(n.code, n.sheet, n.row) for n in file.notes} == {
        ("hidden_sheet_left_out", "旧", None),
        ("total_row_skipped", "イベント", 5),
    }
    version = club.store.version()
    club.run(path)
    seen = look(club.store.snapshot())
    assert club.store.version() == version + 1
    assert seen.ids("organisation") == {"特定非営利活動法人見本の会"}
    assert seen.ties("REPRESENTS").keys() == {("person:KZ-1", ORGANISATION)}
    period = first_second(dt.date(2026, 4, 1)), last_second(dt.date(2026, 4, 30))
    assert seen.ties("COLLABORATED") == dict.fromkeys(
        [("person:KZ-1", "project:港の市"), ("person:NG-1", "project:港の市")], period
    )
    event = "event:朝の会 2026-05-01"
    assert {k: v[0] for k, v in seen.ties("ATTENDED").items()} == dict.fromkeys(
        [("person:KZ-1", event), ("person:NG-1", event)], first_second(dt.date(2026, 5, 1))
    )
    assert seen.ties("HELD_AT").keys() == {(event, "space:なぎさ")}
    assert "台帳.xlsx/団体" in seen.snapshot.sources
    assert "架空の会" not in repr(seen.facts())


def test_organisation_its_statements_and_their_release(club, look) -> None:
    club.run(club.csv("団体.csv", [ORGANISATIONS, MIHON]))
    seen = look(club.store.snapshot())
    assert [seen.value(ORGANISATION, f) for f in ("name", "kind", "area")] == ["NPO法人 見本の会", "npo", "港町"]
    assert seen.node_policy(ORGANISATION) == Policy(Audience.NETWORK, Matching.OPEN)
    assert seen.field_policy(ORGANISATION, "name") == NAME.with_audience(Audience.NETWORK)
    said = seen.statements(ORGANISATION)
    assert {t: k for t, (k, _) in said.items()} == {
        "朝市": "activity", "夜市": "activity", "にぎわう港": "vision", "人手がない": "need", "場所を貸せます": "offer",
    }  # fmt: skip
    assert said["人手がない"][1] == Policy(Audience.NETWORK, Matching.OPEN, as_reason=False)
    assert (ORGANISATION, "space:なぎさ") in seen.ties("MEMBER_OF")


def test_organisation_that_said_nothing_has_the_defaults(club, look) -> None:
    club.run(club.csv("団体.csv", [ORGANISATIONS, [*MIHON[:9], "", ""]]))
    seen = look(club.store.snapshot())
    said = seen.statements(ORGANISATION)
    assert seen.node_policy(ORGANISATION) == PRESENCE
    assert said["人手がない"][1] == NEED
    assert said["場所を貸せます"][1] == Policy(OFFER.audience, Matching.OWNER_FIRST, OFFER.as_reason)


def test_member_list_after_the_ledger_leaves_the_organisation_alone(club, look) -> None:
    club.run(club.csv("団体.csv", [ORGANISATIONS, MIHON]))
    before = look(club.store.snapshot()).node_policy(ORGANISATION)
    club.run(
        club.csv("b.csv", [["会員番号", "氏名", "会社名"], ["KZ-9", "例示 こだち", "特定非営利活動法人見本の会"]]),
        space="なぎさ",
    )
    seen = look(club.store.snapshot())
    assert seen.node_policy(ORGANISATION) == before
    assert seen.value(ORGANISATION, "name") == "NPO法人 見本の会"
    assert ("person:KZ-9", ORGANISATION) in seen.ties("MEMBER_OF")


@pytest.mark.parametrize(("word", "kind"), [("社会的企業", "social_venture"), ("会社", "company"),
                                            ("行政", "public_body"),
                                            ("任意団体", "informal_group"), ("協同組合", "協同組合")])  # fmt: skip
def test_kinds_of_organisations(club, look, word: str, kind: str) -> None:
    club.run(club.csv("a.csv", [ORGANISATIONS, [MIHON[0], word, *MIHON[2:]]]))
    assert look(club.store.snapshot()).value(ORGANISATION, "kind") == kind


def test_unknown_people_and_places_are_flagged_and_the_rest_is_stored(club, look) -> None:
    event = club.csv("e.csv", [EVENT, ["夕の会", "2026/5/1", "公民館", "KZ-1、KZ-404、架空 しずく", ""]])
    assert [(p.code, p.value, p.level) for p in club.one(event).problems] == [
        ("unknown_space", "公民館", "flag"),
        ("unknown_person", "KZ-404", "flag"),
    ]
    club.run(event)
    seen = look(club.store.snapshot())
    assert {src for src, _ in seen.ties("ATTENDED")} == {"person:KZ-1", "person:NG-1"}
    assert seen.value("event:夕の会 2026-05-01", "venue") == "公民館"
    assert seen.node_policy("event:夕の会 2026-05-01") == ATTENDANCE


def test_bad_rows_of_projects_are_refused(club) -> None:
    rows = [
        ["港の市", "2026/5/1", "2026/4/1", "KZ-1", ""],
        ["", "2026/5/1", "", "KZ-1", ""],
        ["夜の市", "", "", "KZ-1", "??"],
    ]
    file = club.one(club.csv("p.csv", [PROJECT, *rows]))
    assert [(p.row, p.code) for p in file.problems] == [
        (2, "end_before_start"), (3, "empty"), (4, "unknown_release"),
    ]  # fmt: skip
    assert file.counts["projects"] == 0


def test_two_rows_about_one_project_hold_the_stricter_release(club, look) -> None:
    rows = [["港の市", "2026/4/1", "", "KZ-1", "公開"], ["港の市", "2026/4/1", "", "NG-1", ""]]
    for order in (rows, rows[::-1]):
        club.run(club.csv("p.csv", [PROJECT, *order]))
        seen = look(club.store.snapshot())
        assert seen.node_policy("project:港の市") == COLLABORATION
        assert len(seen.ties("COLLABORATED")) == 2
