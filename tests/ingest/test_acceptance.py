"""The thirteen points of acceptance for Japanese text and workbooks, one test or more each."""

from __future__ import annotations

import datetime as dt
import io
import re

import numpy as np
import pytest
from openpyxl import Workbook

from graph.calendar import JST
from graph.errors import Refused
from graph.export import guarded
from ingest.dates import EPOCH_1904, parse_moment
from ingest.importer import to_document
from ingest.japanese import (
    fold,
    header_key,
    mail_key,
    name_key,
    organisation_key,
    phone_number,
    reading_key,
)
from ingest.places import area_of
from ingest.splitting import parts
from ingest.words import yes_or_no

TEXT = "氏名,会社名\r\n髙見本 あおば,㈱見本～工房\r\n"


def people(desk, *rows: list[str], space: str = "かぜのま"):
    return desk.one(desk.csv("名簿.csv", rows), space=space)


@pytest.mark.parametrize(
    ("encoding", "reported"),
    [("utf-8-sig", "utf-8-sig"), ("utf-8", "utf-8"), ("cp932", "cp932"), ("shift_jis_2004", "shift_jis_2004"),
     ("euc_jp", "euc_jp"), ("utf-16", "utf-16")],
)  # fmt: skip
def test_point_01_encodings_in_order_and_reported(desk, encoding: str, reported: str) -> None:
    text = TEXT.replace("髙", "高") if encoding in ("euc_jp", "shift_jis_2004") else TEXT
    text = text.replace("～", "〜" if encoding in ("euc_jp", "shift_jis_2004") else "～")
    text = text.replace("㈱", "㋿ゎ゚㈱" if encoding == "none" else "(株)" if encoding == "euc_jp" else "㈱")
    if encoding == "shift_jis_2004":
        text = text.replace("あおば", "か゚りん")  # a letter that only the larger character set has
    file = desk.one(desk.file("名簿.csv", text.encode(encoding)), space="かぜのま")
    assert (file.encoding, file.counts["people"]) == (reported, 1)
    assert "\ufffd" not in repr(file.facts.nodes)


def test_point_01_nothing_is_ever_replaced(desk) -> None:
    damaged = "氏名,会社名\r\n見本 あおば,見本工房\r\n".encode() * 3 + b"\xe6\x9c\r\n"
    with pytest.raises(Refused, match="damaged"):
        desk.plan(desk.file("名簿.csv", damaged))


@pytest.mark.parametrize(
    "header",
    ["氏名", "氏　名", "氏名*", "【必須】氏名", "氏名（必須）", "氏名※", " ｼﾒｲ ".replace("ｼﾒｲ", "氏名"), "ＮＡＭＥ"],
)
def test_point_02_headers_whatever_their_width_brackets_and_marks(desk, header: str) -> None:
    file = people(desk, [header, "会社名"], ["見本 あおば", "見本工房"])
    assert file.mappings[0].columns[0].meaning == "name"
    assert header_key(header) in (header_key("氏名"), "name")


def test_point_03_keys_are_folded_and_the_original_is_kept(desk, look) -> None:
    assert fold("ｻｰﾋﾞｽ") == fold("サ－ビス") == fold("サ‐ビス")
    assert fold("10:00～12:00") == fold("10:00〜12:00")
    assert fold("A･B") == fold("A・B")
    desk.agree("かぜのま")
    desk.run(desk.csv("名簿.csv", [["氏名", "会社名"], ["ﾐﾎﾝ あおば", "ｻﾝﾌﾟﾙ～工房"]]), space="かぜのま")
    seen = look(desk.store.snapshot())
    (person,) = seen.ids("person")
    assert seen.value(f"person:{person}", "name") == "ﾐﾎﾝ あおば"
    (organisation,) = seen.ids("organisation")
    assert seen.value(f"organisation:{organisation}", "name") == "ｻﾝﾌﾟﾙ～工房"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [("㈱見本工房", "株式会社見本工房", True), ("(株)見本工房", "（株） 見本工房", True),
     ("見本工房㈱", "見本工房株式会社", True), ("NPO法人見本の会", "特定非営利活動法人見本の会", True),
     ("(一社)見本", "一般社団法人見本", True), ("(同)見本", "合同会社見本", True),
     ("株式会社見本工房", "有限会社見本工房", False), ("株式会社見本", "合同会社見本", False)],
)  # fmt: skip
def test_point_04_legal_forms(a: str, b: str, same: bool) -> None:
    assert (organisation_key(a) == organisation_key(b)) is same


def test_point_05_names_of_people(desk) -> None:
    assert name_key("髙﨑 一") == name_key("高崎一")
    assert name_key("渡邊 見本") == name_key("渡辺　見本") == name_key("渡邉見本")
    assert name_key("齋藤") == name_key("斎藤")
    assert name_key("葛\U000e0100城") == name_key("葛城")
    assert reading_key("ﾐﾎﾝ ｱｵﾊﾞ") == reading_key("みほん　あおば")
    file = people(
        desk,
        ["会員番号", "氏名", "フリガナ"],
        ["KZ-1", "見本 あおば", "ﾐﾎﾝ ｱｵﾊﾞ"],
        ["KZ-2", "見本　あおば", "みほん あおば"],
    )
    assert file.counts["people"] == 2
    assert list(file.problems) == []


@pytest.mark.parametrize(
    "text",
    ["2024/1/5", "2024-01-05", "2024年1月5日", "令和6年1月5日", "令和６年１月５日", "R6.1.5", "45296", "2024.1.5"],
)
def test_point_06_dates(text: str) -> None:
    assert parse_moment(text).day == dt.date(2024, 1, 5)


def test_point_06_eras_serials_and_halves_of_the_day() -> None:
    assert parse_moment("令和元年5月1日").day == dt.date(2019, 5, 1)
    assert parse_moment("43834", epoch=EPOCH_1904).day == dt.date(2024, 1, 5)
    afternoon = parse_moment("2026/07/27 3:15:06 午後 GMT+9")
    assert dt.datetime.fromtimestamp(afternoon.start, JST).hour == 15
    noon = parse_moment("2026/7/27 午後 12:05").start
    assert dt.datetime.fromtimestamp(noon, JST).strftime("%H:%M %z") == "12:05 +0900"


@pytest.mark.parametrize("bad", ["2024/2/30", "令和6年13月1日", "きのう", "平成40年1月1日", "2024-13-01"])
def test_point_06_impossible_dates_name_row_and_column(desk, bad: str) -> None:
    file = people(desk, ["氏名", "入会日"], ["見本 あおば", "2024/1/5"], ["", ""], ["架空 しずく", bad])
    (problem,) = to_document(desk.plan(file.source.path, space="かぜのま"))["files"][0]["problems"]
    assert {k: problem[k] for k in ("sheet", "row", "column", "value", "code", "level")} == {
        "sheet": None, "row": 4, "column": "入会日", "value": bad, "code": "not_a_date", "level": "refuse",
    }  # fmt: skip


@pytest.mark.parametrize("mark", list("、,，;；/／・｜|\n"))
def test_point_07_several_values_but_not_inside_brackets(mark: str) -> None:
    assert parts(f"木工{mark}翻訳（英語{mark}中国語）{mark}会計") == ["木工", f"翻訳（英語{mark}中国語）", "会計"]


def test_point_08_phones_are_dropped_unless_asked_for(desk) -> None:
    assert {phone_number(t) for t in ("+81 90-0000-0000", "9000000000", "０９０－００００－００００")} == {
        "09000000000"
    }
    file = people(desk, ["氏名", "電話番号"], ["見本 あおば", "090-0000-0000"])
    assert [n.code for n in file.notes] == ["phone_column_not_read"]
    assert "0000-0000" not in repr(file.facts.nodes)


@pytest.mark.parametrize(
    ("text", "answer"),
    [("はい", True), ("いいえ", False), ("○", True), ("×", False), ("有", True), ("無", False),
     ("1", True), ("0", False),
     ("希望する", True), ("希望しない", False), ("", None), ("たぶん", None)],
)  # fmt: skip
def test_point_09_words_for_yes_and_no(text: str, answer: bool | None) -> None:
    assert yes_or_no(text) is answer


def test_point_09_empty_is_not_no(agreed, look) -> None:
    rows = [["会員番号", "氏名", "紹介の可否"], ["KZ-1", "見本 あおば", ""], ["KZ-2", "架空 しずく", "不可"]]
    agreed.run(agreed.csv("名簿.csv", rows), space="かぜのま")
    seen = look(agreed.store.snapshot())
    assert [seen.node_policy(f"person:KZ-{n}").matching.name for n in (1, 2)] == ["OWNER_FIRST", "NONE"]


def workbook() -> Workbook:
    book = Workbook()
    sheet = book.active
    sheet.title = "会員"
    for row in (
        ["かぜのま 会員名簿"], [], ["氏名", "連絡先", None, "入会日"], [None, "メール", "電話", None],
        ["見本 あおば", "a@example.com", "0", "2024/1/5"], [], ["架空 しずく", "b@example.com", "0", "2024/13/1"],
        ["例示 こだち", "c@example.com", "0", "=DATE(2024,1,5)"], ["合計", None, None, 3],
    ):  # fmt: skip
        sheet.append(row)
    for merged in ("A1:D1", "A3:A4", "B3:C3", "D3:D4"):
        sheet.merge_cells(merged)
    hidden = book.create_sheet("旧名簿")
    hidden.append(["氏名", "会社名"])
    hidden.append(["旧 例示", "見本"])
    hidden.sheet_state = "hidden"
    return book


def test_point_10_workbooks(desk) -> None:
    out = io.BytesIO()
    workbook().save(out)
    file = desk.one(desk.file("名簿.xlsx", out.getvalue()), space="かぜのま")
    assert (file.profile, file.encoding, file.counts["people"]) == ("members", "xlsx", 2)
    assert [(p.sheet, p.row, p.column, p.value, p.code, p.level) for p in file.problems] == [
        ("会員", 7, "入会日", "2024/13/1", "not_a_date", "refuse"),
        ("会員", 8, "入会日", "=DATE(2024,1,5)", "formula_without_value", "flag"),
    ]
    assert {(n.code, n.value) for n in file.notes} >= {
        ("hidden_sheet_left_out", "旧名簿"),
        ("total_row_skipped", "合計"),
    }
    assert "旧 例示" not in repr(file.facts.nodes)


def test_point_10_old_workbooks_are_refused_with_what_to_do_and_guards_are_taken_off(desk) -> None:
    with pytest.raises(Refused, match=r"\.xlsx"):
        desk.plan(desk.file("名簿.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600))
    file = people(desk, ["会員番号", "氏名"], ['="0123"', "見本 あおば"])
    assert [n.id for n in file.facts.nodes if n.id.startswith("person:")] == ["person:0123"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x", "\tx"])
def test_point_11_formulas_are_guarded_on_export(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize(
    ("address", "area"),
    [("東京都千代田区霞が関1-1", "東京都千代田区"),
     ("〒000-0000 神奈川県横浜市中区1-2-3", "神奈川県横浜市"),
     ("京都府京都市上京区", "京都府京都市"), ("北海道札幌市中央区", "北海道札幌市"),
     ("千葉県市川市1-1", "千葉県市川市"),
     ("三重県四日市市1", "三重県四日市市"), ("福岡県糟屋郡見本町1", "福岡県糟屋郡見本町"), ("どこか", "")],
)  # fmt: skip
def test_point_12_addresses_give_prefecture_and_municipality_only(desk, address: str, area: str) -> None:
    assert area_of(address) == area
    file = people(desk, ["氏名", "住所"], ["見本 あおば", address])
    places = [f.value for n in file.facts.nodes for name, f in n.fields.items() if name == "place"]
    assert places == [area] * bool(area)


def test_point_13_twice_is_once_newer_rows_win_and_facts_know_their_row(agreed, look) -> None:
    rows = [["会員番号", "氏名", "業種", "入会日"], ["KZ-1", "見本 あおば", "大工", "2024/1/5"],
            ["KZ-1", "見本 あおば", "建築", "2025/1/5"]]  # fmt: skip
    path = agreed.csv("名簿.csv", rows)
    agreed.run(path, space="かぜのま")
    before = look(agreed.store.snapshot()).facts()
    (again,) = agreed.run(path, space="かぜのま")
    seen = look(agreed.store.snapshot())
    assert (again.replayed, seen.facts() == before) == (True, True)
    assert seen.value("person:KZ-1", "occupation") == "建築"
    fields = seen.snapshot.fields
    (at,) = [i for i in range(len(fields)) if fields.name[i] == "occupation"]
    assert (seen.snapshot.sources[fields.source[at]], int(fields.row[at])) == ("名簿.csv", 3)


def test_point_13_shuffled_rows_are_the_same_graph(desk, look) -> None:
    desk.agree("かぜのま")
    body = [[f"KZ-{n}", f"見本 {n}号", f"メール{n}", f"2024/1/{n}"] for n in range(1, 9)]
    body += [["", "同名 例示", "", "2024/1/1"], ["", "同名 例示", "", "2024/1/2"]]
    header = ["会員番号", "氏名", "会社名", "入会日"]
    order = np.random.default_rng(1).permutation(len(body))
    plans = [desk.one(desk.csv(f"{n}/名簿.csv", [header, *rows]), space="かぜのま")
             for n, rows in enumerate((body, [body[i] for i in order]))]  # fmt: skip
    keys = [sorted(n.id for n in file.facts.nodes) for file in plans]
    assert keys[0] == keys[1]
    assert plans[0].counts == plans[1].counts
    assert all(re.match(r"person:(KZ-\d|p-[0-9a-f]{16})$", k) for k in keys[0] if k.startswith("person:"))


def test_mail_is_folded() -> None:
    assert mail_key("ＡＢ１２３＠ＥＸＡＭＰＬＥ．ＣＯＭ") == "ab123@example.com"
