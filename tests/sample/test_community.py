"""The generated files, read as a stranger would: sizes, planted bridges, silos, mess, equal bytes."""

import csv
import io
import itertools
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sample.check_phrases import pattern, read_phrases, repeated, tail
from sample.generate import build, write

SAMPLE = Path(__file__).parents[2] / "sample"
FILES = (
    "data/会員名簿.csv",
    "data/アンケート回答.csv",
    "data/団体台帳.xlsx",
    "truth/bridges.csv",
    "truth/silos.csv",
)
SPACES = {"かぜのま", "こもれび", "なぎさ", "結ノ木", "ひだまり舎", "いろは製作所", "オンライン広場ほしぞら"}
ANSWERS = ("いま取り組んでいること", "できること・得意なこと\n（いくつでも。1行に1つ）", "困っていること・課題 *必須")
OFFERS, NEEDS = ANSWERS[1:]
VISIONS = "実現したい社会・ビジョン"
NETWORK, USE = "ネットワーク全体", "使ってよい"
NOTHING = {"特になし", "なし", "－", ""}


def narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


@dataclass(frozen=True)
class Files:
    """The three files as rows, and the survey's latest row by member number."""

    roster: list[dict[str, str]]
    survey: list[dict[str, str]]
    latest: dict[str, dict[str, str]]
    sheets: dict[str, list[dict[str, object]]]
    bridges: list[dict[str, str]]
    silos: dict[str, str]


def _csv(name: str, encoding: str) -> list[dict[str, str]]:
    text = (SAMPLE / name).read_bytes().decode(encoding)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _sheets() -> dict[str, list[dict[str, object]]]:
    book = load_workbook(SAMPLE / "data/団体台帳.xlsx")
    found = {}
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            _, _, header, *rows = sheet.iter_rows(values_only=True)
            found[sheet.title] = [dict(zip(header, row, strict=True)) for row in rows]
    found["イベント"].pop()
    return found


@pytest.fixture(scope="module")
def files() -> Files:
    roster = [
        row for row in _csv("data/会員名簿.csv", "cp932") if re.fullmatch(r"[A-Z]{2}-\d{4}", row["会員番号"] or "")
    ]
    number_of = {narrow(row["メールアドレス"]): row["会員番号"] for row in roster}
    survey = _csv("data/アンケート回答.csv", "utf-8-sig")
    latest = {number_of[narrow(row["メールアドレス"]).lower()]: row for row in survey}
    silos = {row["person"]: row["silo"] for row in _csv("truth/silos.csv", "utf-8")}
    return Files(roster, survey, latest, _sheets(), _csv("truth/bridges.csv", "utf-8"), silos)


def statements(cell: object) -> list[str]:
    return [line.strip() for line in str(cell or "").splitlines() if line.strip() not in NOTHING]


def used_sentences(files: Files) -> list[str]:
    cells = [row[key] for row in files.latest.values() for key in (*ANSWERS, VISIONS)]
    cells += [row[key] for row in files.sheets["団体"] for key in ("取組", "ビジョン", "困りごと", "できること")]
    return [text for cell in cells for text in statements(cell)]


def members(cell: object) -> set[str]:
    return set(narrow(str(cell)).split("、"))


@pytest.mark.parametrize("name", FILES)
def test_committed_files_are_what_the_generator_writes(name, tmp_path_factory, files):
    folder = tmp_path_factory.getbasetemp() / "sample-again"
    if not folder.exists():
        write(folder)
    assert (folder / name).read_bytes() == (SAMPLE / name).read_bytes()


def test_another_seed_gives_another_community():
    phrases = read_phrases()
    mine, other = build(1, phrases), build(2, phrases)
    assert [p.name for p in mine.people] != [p.name for p in other.people]


def test_sizes(files):
    spaces = {name for row in files.roster for name in row["利用スペース"].split("、")}
    assert spaces == SPACES
    assert len(files.roster) >= 300
    assert len({row["会員番号"] for row in files.roster}) == len(files.roster)
    assert len({narrow(row["氏名"]) for row in files.roster}) == len(files.roster)
    assert len({row["団体名"] for row in files.sheets["団体"]}) >= 40
    assert len(files.bridges) == 42


def test_sentences_are_many_distinct_and_not_from_a_mould(files):
    used = used_sentences(files)
    assert len(used) == len(set(used)) >= 1500
    assert set(used) <= {p.text for p in read_phrases()}
    assert repeated(used, pattern) == repeated(used, tail) == {}


def test_every_bridge_is_stated_by_its_owners_and_released(files):
    rights = {row["会員番号"]: row["紹介の可否"] for row in files.roster}
    for bridge in files.bridges:
        asker, answerer = files.latest[bridge["person_need"]], files.latest[bridge["person_offer"]]
        assert bridge["need"] in statements(asker[NEEDS])
        assert bridge["offer"] in statements(answerer[OFFERS])
        assert asker["困りごとの公開範囲"] == answerer["できることの公開範囲"] == NETWORK
        assert asker["紹介に使ってよいですか"] == answerer["紹介に使ってよいですか"] == USE
        assert rights[bridge["person_need"]] == rights[bridge["person_offer"]] == "可"


def test_every_bridge_joins_two_spaces_and_two_silos(files):
    spaces = {row["会員番号"]: set(row["利用スペース"].split("、")) for row in files.roster}
    for bridge in files.bridges:
        a, b = bridge["person_need"], bridge["person_offer"]
        assert bridge["space_need"] in spaces[a]
        assert bridge["space_offer"] in spaces[b]
        assert not spaces[a] & spaces[b]
        assert files.silos[a] != files.silos[b]


def _companies(files: Files) -> dict[str, set[str]]:
    """People by organisation, its legal form stripped of spelling."""
    staff = defaultdict(set)
    for row in files.roster:
        name = re.sub(
            r"㈱|\(株\)|株式会社|\(同\)|合同会社|NPO法人|特定非営利活動法人|\s", "", narrow(row["会社名・団体名"])
        )
        if name:
            staff[name].add(row["会員番号"])
    return staff


def _circles(files: Files) -> list[set[str]]:
    """Everything in which people of the sample come together."""
    gatherings = files.sheets["プロジェクト"] + files.sheets["イベント"]
    return [members(row["参加者"]) for row in gatherings] + list(_companies(files).values())


def test_bridge_ends_share_no_neighbour_and_no_gathering(files):
    near = defaultdict(set)
    for circle in _circles(files):
        for person in circle:
            near[person] |= circle
    for bridge in files.bridges:
        a, b = bridge["person_need"], bridge["person_offer"]
        assert near[a]
        assert near[b]
        assert not near[a] & near[b]


def test_ties_are_dense_in_silos_with_a_few_natural_bridges(files):
    inside = across = 0
    for row in files.sheets["プロジェクト"] + files.sheets["イベント"]:
        for a, b in itertools.combinations(sorted(members(row["参加者"])), 2):
            inside += files.silos[a] == files.silos[b]
            across += files.silos[a] != files.silos[b]
    assert inside > 8 * across > 0
    assert sum("、" in row["利用スペース"] for row in files.roster) == 12
    wide = [r for r in files.sheets["イベント"] if len({files.silos[p] for p in members(r["参加者"])}) > 2]
    assert len(wide) >= 8


def test_gatherings_have_the_sizes_of_real_ones(files):
    assert all(2 <= len(members(r["参加者"])) <= 6 for r in files.sheets["プロジェクト"])
    assert all(3 <= len(members(r["参加者"])) <= 14 for r in files.sheets["イベント"])
    assert {r["会場"] for r in files.sheets["イベント"]} == SPACES


@pytest.mark.parametrize(
    ("kind", "column", "scope", "share"),
    [
        ("offer", OFFERS, "できることの公開範囲", 0.70),
        ("need", NEEDS, "困りごとの公開範囲", 0.55),
        ("vision", VISIONS, "ビジョンの公開範囲", 0.65),
    ],
)
def test_releases_are_as_generous_as_planned(files, kind, column, scope, share):
    rows = files.latest.values()
    total = sum(len(statements(row[column])) for row in rows)
    released = sum(
        len(statements(row[column]))
        for row in rows
        if row[scope] in (NETWORK, "公開") and row["紹介に使ってよいですか"] == USE
    )
    assert released / total == pytest.approx(share, abs=0.06), kind


def test_every_word_about_consent_occurs(files):
    scopes = {re.sub("（.*", "", row[k]) for row in files.survey for k in row if k.endswith("の公開範囲")}
    words = {"自分だけ", "ミキサーまで", "自分のスペースまで", "指定スペースまで", NETWORK, "公開", ""}
    assert scopes == words
    assert {re.sub("（.*", "", row["名前の公開範囲"]) for row in files.roster} == words
    uses = {row["紹介に使ってよいですか"] for row in files.survey}
    assert uses == {USE, "先に自分に聞いてほしい", "使わないでほしい", ""}
    assert {row["理由として相手に伝えてよいですか"] for row in files.survey} == {"はい", "いいえ", ""}
    assert {row["紹介の可否"] for row in files.roster} == {"可", "不可", "保留", ""}
    assert {row["契約"] for row in files.roster} == {"月契約", "ドロップイン", "バーチャル"}


def test_survey_has_silent_brief_and_repeated_answers(files):
    assert len(files.latest) == pytest.approx(0.9 * len(files.roster), abs=1)
    assert 10 <= len(files.survey) - len(files.latest) <= 20
    counts = [sum(len(statements(r[k])) for k in (*ANSWERS, VISIONS)) for r in files.latest.values()]
    assert counts.count(1) >= 4
    assert min(counts) >= 1
    assert re.fullmatch(r"\d{4}/\d\d/\d\d \d{1,2}:\d\d:\d\d 午[前後] GMT\+9", files.survey[0]["タイムスタンプ"])


def test_roster_has_the_mess_of_a_hand_kept_list(files):
    raw = (SAMPLE / "data/会員名簿.csv").read_bytes()
    text = raw.decode("cp932")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert "\r\n\r\n" in text
    assert text.splitlines()[-1].startswith(f"合計,{len(files.roster)}名,")
    assert all(mark in text for mark in ("㈱", "(株)", "令和", "年", "／", "＠"))
    assert re.search(r"[ｱ-ﾝ]", text)
    assert re.search(r",R\d\.\d+\.\d+,", text)


def test_workbook_has_a_hidden_sheet_and_a_total(files):
    book = load_workbook(SAMPLE / "data/団体台帳.xlsx")
    assert [(s.title, s.sheet_state) for s in book.worksheets] == [
        ("団体", "visible"),
        ("プロジェクト", "visible"),
        ("イベント", "visible"),
        ("旧データ", "hidden"),
    ]
    last = book["イベント"].max_row
    assert book["イベント"].cell(last, 1).value == "合計"
    assert {row["種別"] for row in files.sheets["団体"]} == {"社会的企業", "NPO法人", "会社", "行政", "任意団体"}
    assert {row["担当者の会員番号"] for row in files.sheets["団体"]} <= set(files.silos)


def test_everybody_is_obviously_invented(files):
    marks = ("見本", "架空", "例示", "試作", "仮名", "雛形", "想定", "模擬", "練習", "標本")
    assert all(row["氏名"].startswith(marks) for row in files.roster)
    assert all(narrow(row["メールアドレス"]).endswith("@example.com") for row in files.roster)
