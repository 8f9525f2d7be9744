"""One word written in several ways is one key (4.8.2 to 4.8.9)."""

from __future__ import annotations

import pytest

from ingest.japanese import cleaned, fold, header_key, mail_key, name_key, organisation_key, phone_number, reading_key
from ingest.splitting import parts, sentences
from ingest.words import is_no_organisation, is_nothing, is_total, yes_or_no


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("会員番号（わかる方のみ）", "会員番号"),
        ("困っていること・課題 *必須", "困っていること・課題"),
        ("できること・得意なこと\n（いくつでも。1行に1つ）", "できること・得意なこと"),
        ("【必須】氏　名 ※", "氏名"),
        ("ﾌﾘｶﾞﾅ", "フリガナ"),
        ("Ｅメール", "eメール"),
        ("E-Mail Address", "e‐mail address"),
        ("（氏名）", "氏名"),
    ],
)
def test_headers_match_after_folding(written: str, plain: str) -> None:
    assert header_key(written) == header_key(plain)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("髙﨑 一", "高崎一", True),
        ("渡邉 あおば", "渡辺　あおば", True),
        ("齋藤", "斎藤", True),
        ("葛\U000e0100城", "葛城", True),
        ("見本 あおば", "見本 アオバ", True),
        ("見本 あおば", "見本 あおい", False),
        ("伊藤", "伊東", False),
    ],
)
def test_names_with_old_characters_are_one(a: str, b: str, same: bool) -> None:
    assert (name_key(a) == name_key(b)) is same


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("㈱見本データ", "株式会社見本データ", True),
        ("(株)見本データ", "（株）　見本デ－タ", True),
        ("見本データ㈱", "見本データ株式会社", True),
        ("株式会社見本", "見本株式会社", False),
        ("NPO法人 かくう海の会", "特定非営利活動法人かくう海の会", True),
        ("(同)例示", "合同会社例示", True),
        ("一般社団法人見本", "(一社)見本", True),
        ("見本", "見本株式会社", False),
    ],
)
def test_organisations_with_legal_forms(a: str, b: str, same: bool) -> None:
    assert (organisation_key(a) == organisation_key(b)) is same


def test_readings_in_any_kana_are_one() -> None:
    assert reading_key("ﾐﾎﾝ ｱｵﾊﾞ") == reading_key("みほん　あおば") == reading_key("ミホン アオバ")


def test_waves_dashes_and_dots_are_one() -> None:
    assert fold("9〜10時") == fold("9～10時")
    assert fold("サービス") == fold("サ－ビス") == fold("ｻｰﾋﾞｽ")
    assert fold("A・B") == fold("A･B")


def test_what_nobody_sees_is_taken_out() -> None:
    assert cleaned("\ufeff 見本\u202eあおば\u2066\x00 ") == "見本あおば"
    assert cleaned("一行\r\n二行") == "一行\n二行"


def test_mails_are_normalised_and_others_are_none() -> None:
    assert mail_key("ＡＢ１２３＠ＥＸＡＭＰＬＥ．ＣＯＭ ") == "ab123@example.com"
    assert mail_key("AB123@example.com") == "ab123@example.com"
    assert [mail_key(x) for x in ("なし", "ab@", "ab123", "a b@example.com x@y.z")] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("+81 90 0000 0000", "09000000000"),
        ("9000000000", "09000000000"),
        ("０３−００００−００００", "0300000000"),
        ("", ""),
    ],
)
def test_phone_numbers(written: str, digits: str) -> None:
    assert phone_number(written) == digits


def test_several_values_but_not_inside_brackets() -> None:
    assert parts("かぜのま、なぎさ（港／倉庫）；こもれび / 結ノ木|ひだまり舎") == [
        "かぜのま",
        "なぎさ（港／倉庫）",
        "こもれび",
        "結ノ木",
        "ひだまり舎",
    ]
    assert parts("なし") == []
    assert parts("a) b、c") == ["a) b", "c"]


def test_answers_are_one_statement_a_line() -> None:
    answer = "・帳簿が付けられます\n\n② 写真、動画を撮ります\n- 翻訳\n5分だけの相談\n1. 木工\n帳簿が付けられます\nなし"
    assert sentences(answer) == [
        "帳簿が付けられます",
        "写真、動画を撮ります",
        "翻訳",
        "5分だけの相談",
        "木工",
    ]


@pytest.mark.parametrize("text", ["特になし", "なし", "－", "-", "N/A", "ー", "特になし。", "（なし）", " ", "#N/A"])
def test_words_for_nothing(text: str) -> None:
    assert is_nothing(text)


def test_words_for_no_organisation_and_totals() -> None:
    assert all(map(is_no_organisation, ["フリーランス", "ﾌﾘｰﾗﾝｽ", "個人", "（個人）", "なし", ""]))
    assert not is_no_organisation("個人商店かくう")
    assert all(map(is_total, ["合計", "計", "合　計", "Total", "小計："]))
    assert not is_total("計測工房")


@pytest.mark.parametrize(
    ("word", "answer"),
    [("はい", True), ("○", True), ("有", True), ("１", True), ("希望する", True), ("いいえ", False), ("×", False),
     ("無", False), ("0", False), ("希望しない", False), ("", None), ("どちらでも", None)],
)  # fmt: skip
def test_yes_and_no_and_neither(word: str, answer: bool | None) -> None:
    assert yes_or_no(word) is answer
