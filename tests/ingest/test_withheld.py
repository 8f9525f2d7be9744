"""Secrets stay at the door whatever column they stand in; what sounds sensitive stays with the member (3.1, A31)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.policy import Audience, Matching
from ingest.importer import to_document
from ingest.withheld import is_card, is_my_number, is_sensitive, secret_in

CARDS = (
    "4111 1111 1111 1111",
    "5500-0000-0000-0004",
    "340000000000009",
    "3530111333300000",
    "４１１１１１１１１１１１１１１１",
)
SECRETS = {
    **dict.fromkeys(CARDS, "card_number"),
    "マイナンバーは 123456789018 です": "my_number",
    "番号4111111111111111です": "card_number",
    "口座番号 1234567": "bank_account",
    "三日月銀行 普通 7654321 ミホン": "bank_account",
    "GB82 WEST 1234 5698 7654 32": "bank_account",
    "パスワードは himitsu-1 です": "password",
    "暗証番号：0042": "password",
    "PIN: 0042": "password",
}
PLAIN = (
    "木工を 12 年", "090-1234-5678", "+81 90 1234 5678", "2024-01-05 10:30:00", "KZ-000123456789", "1234567890123",
    "https://example.com/123456789018", "0000-0002-1825-0097", "口座開設の相談", "パスワード管理の相談にのります",
    "管理画面のパスワードが行方不明",
    "account manager for 3 years", "〒100-0001 見本県 1-2-3",
)  # fmt: skip
SENSITIVE = (
    "うつ病で通院していました", "聴覚障害があります", "前科があります", "がん治療中です", "発達障害の診断を受けました",
    "生活保護を受けています", "信仰している宗教があります", "車いすを使っています", "I have a criminal record",
    "I am a cancer survivor", "I use a wheelchair", "diagnosed with depression", "自傷の経験があります",
)  # fmt: skip
ORDINARY = (
    "木工が得意です", "障害物競走の運営", "中小企業診断士です", "システム障害の対応ができます",
    "がんばる人を手伝いたい", "blind spots in design", "教会のようなホールを探しています",
)  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), SECRETS.items())
def test_secrets(text: str, kind: str) -> None:
    assert secret_in(text) == kind


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret(text: str) -> None:
    assert secret_in(text) is None


@given(st.integers(10**14, 10**15 - 1))
def test_one_check_digit_in_ten_makes_a_card(body: int) -> None:
    digits = "4" + str(body)[:14]
    assert sum(is_card(f"{digits}{last}") for last in range(10)) == 1


@given(st.integers(0, 10**11 - 1))
def test_one_check_digit_in_ten_makes_a_my_number(body: int) -> None:
    assert sum(is_my_number(f"{body:011}{last}") for last in range(10)) == 1


@pytest.mark.parametrize("text", SENSITIVE)
def test_sensitive_words(text: str) -> None:
    assert is_sensitive(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words(text: str) -> None:
    assert not is_sensitive(text)


def test_cells_with_secrets_are_not_stored_and_not_repeated(agreed, look) -> None:
    rows = [
        ["会員番号", "氏名", "利用スペース", "できること", "入会日"],
        ["KZ-1", "見本 あおば", "かぜのま", CARDS[0], "2024-01-05"],
        ["KZ-2", "架空 しずく", "かぜのま", "木工", CARDS[1]],
        ["123456789018", "例示 こだち", "かぜのま", "翻訳", ""],
    ]
    path = agreed.csv("a.csv", rows)
    planned = agreed.plan(path)
    (document,) = to_document(planned)["files"]
    assert [(p["row"], p["column"], p["value"], p["code"]) for p in document["problems"]] == [
        (2, "できること", "***", "secret_not_stored"),
        (3, "入会日", "***", "secret_not_stored"),
    ]
    assert "4111" not in json.dumps(document)
    agreed.run(path)
    stored = repr(look(agreed.store.snapshot()).facts())
    assert "4111" not in stored
    assert "5500" not in stored
    assert "person:123456789018" in stored


def test_sensitive_text_of_a_list_stays_with_the_member(agreed, look) -> None:
    rows = [["会員番号", "氏名", "利用スペース", "困りごと", "困りごとの公開範囲", "紹介への利用"]]
    rows += [["KZ-1", "見本 あおば", "かぜのま", "うつ病で休職中の過ごし方", "ネットワーク全体", "使ってよい"]]
    path = agreed.csv("a.csv", rows)
    problems = [(p.row, p.value, p.code, p.level) for p in agreed.one(path).problems]
    assert problems == [(2, "***", "sensitive_kept_private", "flag")]
    agreed.run(path)
    ((_, policy),) = look(agreed.store.snapshot()).statements("person:KZ-1").values()
    assert (policy.audience, policy.matching, policy.as_reason) == (Audience.ONLY_ME, Matching.NONE, False)
    assert [r.replayed for r in agreed.run(path)] == [True]


def test_the_member_releases_sensitive_text_by_choosing_who_may_see_it(agreed, look) -> None:
    members = [
        ["会員番号", "氏名", "利用スペース", "困りごと"],
        ["KZ-1", "見本 あおば", "かぜのま", "難病の仲間と話したい"],
    ]
    agreed.run(agreed.csv("a.csv", members))
    form = [["タイムスタンプ", "会員番号", "困りごと", "困りごとの公開範囲", "紹介に使ってよいですか"]]
    form += [["2026/07/27 15:15:06", "KZ-1", "難病の仲間と話したい", "ネットワーク全体", "使ってよい"]]
    agreed.run(agreed.csv("b.csv", form))
    ((_, policy),) = look(agreed.store.snapshot()).statements("person:KZ-1").values()
    assert policy.audience is Audience.NETWORK
    assert not agreed.one(agreed.csv("a.csv", members)).problems
    agreed.run(agreed.csv("a.csv", members))
    ((_, policy),) = look(agreed.store.snapshot()).statements("person:KZ-1").values()
    assert policy.audience is Audience.NETWORK


def test_what_others_heard_is_not_stored_when_it_sounds_sensitive(agreed, look) -> None:
    agreed.run(agreed.csv("a.csv", [["会員番号", "氏名", "利用スペース"], ["KZ-1", "見本 あおば", "かぜのま"]]))
    rows = [["会員番号", "話した人", "課題", "取組"], ["KZ-1", "スタッフ", "持病があるらしい", "木工教室"]]
    path = agreed.csv("聞き取り.csv", rows)
    assert [(p.row, p.code) for p in agreed.one(path).problems] == [(2, "sensitive_not_stored")]
    agreed.run(path)
    assert list(look(agreed.store.snapshot()).statements("person:KZ-1")) == ["木工教室"]
