"""Headers are found below titles, totals and repeated headers are no rows, columns are understood by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import Refused
from ingest.mapping import NOT_USED, Mapping, MappingFile, guess
from ingest.problems import Problems
from ingest.profile import PROFILES, profile
from ingest.sheet import Sheet
from ingest.table import Table, find_mapping, read_table

NOWHERE = Path("nowhere")


def meanings(mapping: Mapping) -> list[str]:
    return [c.meaning for c in mapping.columns]


def table_of(sheet: Sheet, problems: Problems = Problems("x")) -> Table:  # noqa: B008
    found = find_mapping(sheet, None, NOWHERE)
    assert found
    return read_table(sheet, *found, 4000, problems)


def test_every_profile_file_is_sound() -> None:
    for name in PROFILES:
        of = profile(name)
        assert {"ja", "en"} <= of.title.keys()
        assert all(set(group) <= of.meanings | of.signs for group in of.needs)


@pytest.mark.parametrize(
    "header",
    [
        ["氏名", "フリガナ", "会社名", "業種", "プラン", "入会日", "連絡先", "備考"],
        ["備考", "連絡先", "入会日", "プラン", "業種", "会社名", "フリガナ", "氏名"],
    ],
)
def test_hand_kept_list_in_any_order(header: list[str]) -> None:
    expected = {
        "氏名": "name", "フリガナ": "reading", "会社名": "organisation", "業種": "occupation", "プラン": "contract",
        "入会日": "since", "連絡先": "contact", "備考": NOT_USED,
    }  # fmt: skip
    found = find_mapping(Sheet(None, [(1, header)]), None, NOWHERE)
    assert found
    assert found[1].profile == "members"
    assert {c.header: c.meaning for c in found[1].columns} == expected
    assert all(c.why for c in found[1].columns)


@pytest.mark.parametrize(
    ("header", "profile_name", "expected"),
    [
        (["Name", "E-mail", "Company", "Plan"], "members", ["name", "mail", "organisation", "contract"]),
        (["Last Name", "First Name", "Email"], "members", ["family_name", "given_name", "mail"]),
        (
            ["Timestamp", "Email Address", "What can you do?", "What do you need help with?", "Your vision",
             "Who may see your offers?", "May we use this for introductions?"],
            "form",
            ["timestamp", "mail", "offer", "need", "vision", "offer_scope", "use"],
        ),
        (["タイムスタンプ", "ユーザー名", "できるコト"], "form", ["timestamp", "mail", "offer"]),
        (["法人名称", "主たる事務所の所在地", "定款に記載された目的"], "npo", ["name", "address", "vision"]),
        (["Organisation", "Type", "Region", "Needs"], "organisations", ["name", "kind", "area", "need"]),
        (["Project name", "Start date", "End date", "Participants"], "projects", ["name", "start", "end", "people"]),
        (["催し名", "日時", "場所", "出席者"], "events", ["name", "date", "venue", "people"]),
    ],
)  # fmt: skip
def test_other_headers(header: list[str], profile_name: str, expected: list[str]) -> None:
    found = find_mapping(Sheet(None, [(1, header)]), None, NOWHERE)
    assert found
    assert (found[1].profile, meanings(found[1])) == (profile_name, expected)


@pytest.mark.parametrize(
    ("header", "why"),
    [("口座番号", "secret"), ("クレジットカード番号（下4桁）", "secret"), ("マイナンバー", "secret"),
     ("Bank Account Number", "secret"), ("携帯電話", "phone"), ("TEL", "phone"), ("メモ欄", "somebody else")],
)  # fmt: skip
def test_secrets_phones_and_notes_are_dropped_at_the_door(header: str, why: str) -> None:
    column = guess("members", None, ["氏名", header]).columns[1]
    assert column.meaning == NOT_USED
    assert why in column.why


def test_two_columns_of_one_meaning() -> None:
    mapping = guess("form", None, ["タイムスタンプ", "得意なこと", "できること", "氏名", "お名前"])
    assert meanings(mapping) == ["timestamp", "offer", "offer", "name", NOT_USED]
    sheet = Sheet(
        None, [(1, [c.header for c in mapping.columns]), (2, ["2026/1/1", "木工", "翻訳", "見本 あおば", "x"])]
    )
    assert table_of(sheet).rows[0]["offer"] == "木工\n翻訳"


def test_title_rows_totals_blank_rows_and_repeated_headers() -> None:
    header = ["氏名", "会社名", "入会日"]
    rows = [(1, ["会員名簿"]), (2, ["2026年10月現在"]), (4, header), (5, ["見本 あおば", "見本の会", "2024/1/5"]),
            (7, header), (8, ["架空 しずく", "", ""]), (9, ["合　計", "2名"]), (10, ["", "計", "2"])]  # fmt: skip
    table = table_of(Sheet("名簿", rows))
    assert [(r.number, r["name"]) for r in table.rows] == [(5, "見本 あおば"), (8, "架空 しずく")]
    assert [(n.code, n.row) for n in table.notes] == [
        ("repeated_header_skipped", 7),
        ("total_row_skipped", 9),
        ("total_row_skipped", 10),
    ]


def test_merged_headers_over_two_rows_and_merged_cells_below() -> None:
    rows = [
        (1, ["名簿", "", "", ""]),
        (2, ["氏名", "連絡先", "", "会社名"]),
        (3, ["", "メールアドレス", "電話", ""]),
        (4, ["見本 あおば", "a@example.com", "0", "見本の会"]),
        (5, ["架空 しずく", "b@example.com", "0", ""]),
    ]
    merged = [(1, 0, 1, 3), (2, 0, 3, 0), (2, 1, 2, 2), (2, 3, 3, 3), (4, 3, 5, 3)]
    table = table_of(Sheet("名簿", rows, merged))
    assert meanings(table.mapping) == ["name", "mail", NOT_USED, "organisation"]
    assert [r.cells for r in table.rows] == [
        {"name": "見本 あおば", "mail": "a@example.com", "organisation": "見本の会"},
        {"name": "架空 しずく", "mail": "b@example.com", "organisation": "見本の会"},
    ]


def test_shifted_and_overlong_rows_are_refused() -> None:
    problems = Problems("x.csv")
    rows = [
        (1, ["氏名", "会社名"]),
        (2, ["見本 あおば", "見本", "余り"]),
        (3, ["架空 しずく", "あ" * 4001]),
        (4, ["例示 こだち"]),
    ]
    table = table_of(Sheet(None, rows), problems)
    assert [r.number for r in table.rows] == [4]
    assert [(p.row, p.code) for p in problems] == [(2, "wrong_number_of_cells"), (3, "too_long")]
    assert all(len(p.value) <= 201 for p in problems)


def test_no_header_is_none() -> None:
    assert find_mapping(Sheet(None, [(1, ["りんご", "みかん"]), (2, ["1", "2"])]), None, NOWHERE) is None


def test_confirmed_mapping_is_used_again_whatever_the_order(tmp_path: Path) -> None:
    guessed = guess("members", None, ["氏名", "TEL", "へや"])
    path = guessed.save(tmp_path)
    content = MappingFile.model_validate_json(path.read_text())
    edited = content.model_copy(update={"columns": content.columns | {"TEL": "phone", "へや": "space"}})
    path.write_text(edited.model_dump_json())
    found = find_mapping(Sheet(None, [(1, ["へや", " 氏名 ", "tel"])]), None, tmp_path)
    assert found
    assert meanings(found[1]) == ["space", "name", "phone"]
    assert not found[1].guessed


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"profile": "members", "columns": {"氏名": "nom"}}', "'nom', expected one of"),
        ('{"profile": "members", "columns": {"氏名": "name", "口座番号": "number"}}', "secrets"),
        ('{"profile": "friends", "columns": {}}', "'friends', expected one of"),
        ("{", "no mapping"),
    ],
)
def test_bad_mapping_files_are_refused(tmp_path: Path, content: str, message: str) -> None:
    header = ["氏名", "口座番号"]
    path = guess("members", None, header).save(tmp_path)
    path.write_text(content)
    with pytest.raises(Refused, match=message):
        find_mapping(Sheet(None, [(1, header)]), None, tmp_path)
