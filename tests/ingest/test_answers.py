"""Answers to forms (4.2, A14, A31): the newest answer of each person, under the person's own release."""

from __future__ import annotations

import dataclasses

import pytest

from graph.changes import ChangeSet
from graph.policy import CONTACT, NEED, OFFER, PRESENCE, VISION, Audience, Matching, Policy
from graph.records import Node, Provenance
from ingest.dates import parse_moment

HEADER = ["タイムスタンプ", "メールアドレス", "会員番号（わかる方のみ）", "いま取り組んでいること",
          "できること・得意なこと\n（いくつでも。1行に1つ）", "困っていること・課題 *必須", "実現したい社会・ビジョン",
          "できることの公開範囲", "困りごとの公開範囲", "ビジョンの公開範囲", "紹介に使ってよいですか",
          "理由として相手に伝えてよいですか"]  # fmt: skip
FIELDS = ("at", "mail", "number", "activity", "offer", "need", "vision", "offer_scope", "need_scope", "vision_scope",
          "use", "reason")  # fmt: skip
FULL = {
    "at": "2026/07/27 3:15:06 午後 GMT+9",
    "mail": "a@example.com",
    "number": "",
    "activity": "空き家の手入れ",
    "offer": "木工を教えます\n軽トラを出せます",
    "need": "帳簿が苦手",
    "vision": "顔の見える町",
    "offer_scope": "ネットワーク全体",
    "need_scope": "指定スペースまで（なぎさ）",
    "vision_scope": "公開",
    "use": "使ってよい",
    "reason": "はい",
}
PERSON = "person:KZ-0001"


def answer(**changes: str) -> list[str]:
    return [(FULL | changes)[f] for f in FIELDS]


@pytest.fixture
def club(agreed):
    """A desk with one member: あおば, KZ-0001, a@example.com, nothing said about introductions."""
    header = ["会員番号", "氏名", "メールアドレス", "紹介の可否"]
    agreed.run(agreed.csv("名簿.csv", [header, ["KZ-0001", "見本 あおば", "a@example.com", ""]]), space="かぜのま")
    return agreed


def test_answers_become_statements_under_their_release(club, look) -> None:
    club.run(club.csv("回答.csv", [HEADER, answer()], "utf-8-sig"))
    said = look(club.store.snapshot()).statements(PERSON)
    reason = {"matching": Matching.OPEN, "as_reason": True}
    assert said == {
        "空き家の手入れ": ("activity", Policy(Audience.MY_SPACE, **reason)),
        "木工を教えます": ("offer", Policy(Audience.NETWORK, **reason)),
        "軽トラを出せます": ("offer", Policy(Audience.NETWORK, **reason)),
        "帳簿が苦手": ("need", Policy(Audience.PARTNERS, partners=frozenset({"space:なぎさ"}), **reason)),
        "顔の見える町": ("vision", Policy(Audience.PUBLIC, **reason)),
    }
    table = club.store.snapshot().statements
    assert set(table.t.tolist()) == {parse_moment("2026-07-27 15:15:06").start}
    assert {str(x) for x in club.store.snapshot().sources} >= {"名簿.csv", "回答.csv"}


@pytest.mark.parametrize(
    ("use", "need", "offer", "node"),
    [
        ("使ってよい", Matching.OPEN, Matching.OPEN, Matching.OPEN),
        ("先に自分に聞いてほしい", Matching.OWNER_FIRST, Matching.OWNER_FIRST, Matching.OWNER_FIRST),
        ("使わないでほしい", Matching.NONE, Matching.NONE, Matching.NONE),
        ("", Matching.OWNER_FIRST, Matching.OWNER_FIRST, Matching.OWNER_FIRST),
        ("ask me first", Matching.OWNER_FIRST, Matching.OWNER_FIRST, Matching.OWNER_FIRST),
    ],
)
def test_words_of_use(club, look, use: str, need: Matching, offer: Matching, node: Matching) -> None:
    club.run(club.csv("a.csv", [HEADER, answer(use=use)]))
    seen = look(club.store.snapshot())
    said = seen.statements(PERSON)
    assert said["帳簿が苦手"][1].matching is need
    assert said["木工を教えます"][1].matching is offer
    assert seen.node_policy(PERSON) == Policy(Audience.MY_SPACE, node)


@pytest.mark.parametrize(("reason", "told"), [("はい", True), ("いいえ", False), ("", False)])
def test_words_of_reason(club, look, reason: str, told: bool) -> None:
    club.run(club.csv("a.csv", [HEADER, answer(reason=reason)]))
    assert {p.as_reason for _, p in look(club.store.snapshot()).statements(PERSON).values()} == {told}


def test_form_without_release_questions_gives_the_defaults(club, look) -> None:
    club.run(club.csv("a.csv", [[*HEADER[:7]], answer()[:7]]))
    seen = look(club.store.snapshot())
    policies = dict(seen.statements(PERSON).values())
    assert policies == {"activity": VISION, "offer": OFFER, "need": NEED, "vision": VISION}
    assert seen.node_policy(PERSON) == PRESENCE


def test_empty_scopes_are_the_defaults_of_the_kind(club, look) -> None:
    club.run(club.csv("a.csv", [HEADER, answer(offer_scope="", need_scope="", vision_scope="")]))
    said = look(club.store.snapshot()).statements(PERSON)
    assert said["木工を教えます"][1].audience is OFFER.audience
    assert said["帳簿が苦手"][1].audience is NEED.audience


@pytest.mark.parametrize(
    ("listed", "used", "together"),
    [
        ("可", "使ってよい", Matching.OPEN),
        ("可", "使わないでほしい", Matching.NONE),
        ("不可", "使ってよい", Matching.NONE),
        ("保留", "使ってよい", Matching.OPEN),
        ("可", "先に自分に聞いてほしい", Matching.OPEN),
        ("", "先に自分に聞いてほしい", Matching.OWNER_FIRST),
    ],
)
def test_one_no_beats_every_yes_in_whatever_order_the_files_come(
    agreed, look, listed: str, used: str, together: Matching
) -> None:
    roster = agreed.csv(
        "1.csv",
        [["会員番号", "氏名", "メールアドレス", "紹介の可否"], ["KZ-0001", "見本 あおば", "a@example.com", listed]],
    )
    form = agreed.csv("2.csv", [HEADER, answer(use=used)])
    agreed.run(roster, form, space="かぜのま")
    assert look(agreed.store.snapshot()).node_policy(PERSON).matching is together
    newer = agreed.csv(
        "3.csv", [["会員番号", "氏名", "紹介の可否", "業種"], ["KZ-0001", "見本 あおば", listed, "写真"]]
    )
    agreed.run(newer, space="かぜのま")
    assert look(agreed.store.snapshot()).node_policy(PERSON).matching is together


def test_decision_taken_elsewhere_is_not_undone_by_a_list(club, look) -> None:
    policy = look(club.store.snapshot()).node_policy(PERSON)
    never = dataclasses.replace(policy, matching=Matching.NONE)
    club.store.apply(ChangeSet("k", PERSON, "never", nodes=[Node(PERSON, never, Provenance("page"))]))
    club.run(
        club.csv("b.csv", [["会員番号", "氏名", "紹介の可否"], ["KZ-0001", "見本 あおば", "可"]]), space="かぜのま"
    )
    assert look(club.store.snapshot()).node_policy(PERSON).matching is Matching.NONE


def test_newest_answer_wins_and_older_ones_are_counted(club, look) -> None:
    older = answer(at="2026/07/26 11:59:59 午後 GMT+9", offer="翻訳", need="x")
    path = club.csv("a.csv", [HEADER, answer(), older])
    assert club.one(path).rows.ignored == {"older_answer": 1}
    club.run(path)
    assert "翻訳" not in look(club.store.snapshot()).statements(PERSON)


def test_later_file_with_a_changed_answer_takes_the_old_one_back_and_an_older_file_changes_nothing(club, look) -> None:
    club.run(club.csv("a.csv", [HEADER, answer()]))
    club.run(club.csv("b.csv", [HEADER, answer(at="2026/08/01 9:00:00", offer="木工を教えます", vision="特になし")]))
    kept = {"空き家の手入れ", "木工を教えます", "帳簿が苦手"}
    assert set(look(club.store.snapshot()).statements(PERSON)) == kept
    old = club.csv("c.csv", [HEADER, answer(at="2026/01/01 9:00:00", offer="釣り")])
    assert club.one(old).rows.ignored == {"older_answer": 1}
    club.run(old)
    assert set(look(club.store.snapshot()).statements(PERSON)) == kept


@pytest.mark.parametrize("nothing", ["特になし", "なし", "－", "", "N/A"])
def test_nothing_is_no_statement(club, look, nothing: str) -> None:
    club.run(club.csv("a.csv", [HEADER, answer(offer=nothing, need=nothing, vision=nothing)]))
    assert set(look(club.store.snapshot()).statements(PERSON)) == {"空き家の手入れ"}


@pytest.mark.parametrize(
    ("number", "mail"),
    [
        ("KZ-0001", ""),
        ("ｋｚ－０００１", ""),
        ("", "Ａ@EXAMPLE.com"),
        ("KZ-0001", "a@example.com"),
        ("なし", "a@example.com"),
    ],
)
def test_people_are_found_by_number_or_mail(club, look, number: str, mail: str) -> None:
    club.run(club.csv("a.csv", [HEADER, answer(number=number, mail=mail)]))
    seen = look(club.store.snapshot())
    assert seen.ids("person") == {"KZ-0001"}
    assert len(seen.statements(PERSON)) == 5


def test_stranger_needs_a_space(club, look) -> None:
    path = club.csv("a.csv", [HEADER, answer(mail="b@example.com")])
    (problem,) = club.one(path).problems
    assert (problem.code, problem.row, problem.column) == ("no_space", 2, "メールアドレス")
    club.run(path, space="なぎさ")
    seen = look(club.store.snapshot())
    (stranger,) = seen.ids("person") - {"KZ-0001"}
    assert seen.field_policy(f"person:{stranger}", "mail") == CONTACT
    assert (f"person:{stranger}", "space:なぎさ") in seen.ties("MEMBER_OF")


@pytest.mark.parametrize(
    ("number", "mail", "code", "level"),
    [
        ("KZ-0001", "b@example.com", "conflicting_ids", "refuse"),
        ("KZ-0001", "c@example.com", "mail_differs", "flag"),
        ("KZ-9999", "a@example.com", "unknown_number", "flag"),
        ("", "", "no_person", "refuse"),
    ],
)
def test_number_and_mail_that_do_not_fit(club, number: str, mail: str, code: str, level: str) -> None:
    club.run(
        club.csv("2.csv", [["会員番号", "氏名", "メールアドレス"], ["KZ-2", "架空 しずく", "b@example.com"]]),
        space="なぎさ",
    )
    (problem,) = club.one(club.csv("a.csv", [HEADER, answer(number=number, mail=mail)])).problems
    assert (problem.code, problem.level) == (code, level)


def test_answer_without_a_time_is_refused(club) -> None:
    rows = [answer(at=""), answer(at="27時")]
    assert [p.code for p in club.one(club.csv("a.csv", [HEADER, *rows])).problems] == ["not_a_date", "not_a_date"]


def test_one_sentence_is_enough(agreed, look) -> None:
    """A14: no required profile fields."""
    header = ["Timestamp", "Email Address", "What can you do for others?"]
    agreed.run(agreed.csv("a.csv", [header, ["7/27/2026 15:15:06", "z@example.com", "I bake bread"]]), space="なぎさ")
    seen = look(agreed.store.snapshot())
    (person,) = seen.ids("person")
    assert set(seen.statements(f"person:{person}")) == {"I bake bread"}


def test_form_that_was_refused_for_unknown_people_is_no_replay_once_they_are_known(agreed, look) -> None:
    form = agreed.csv("a.csv", [HEADER, answer()])
    agreed.run(form)
    header = ["会員番号", "氏名", "メールアドレス"]
    agreed.run(agreed.csv("名簿.csv", [header, ["KZ-0001", "見本 あおば", "a@example.com"]]), space="かぜのま")
    (receipt,) = agreed.run(form)
    assert not receipt.replayed
    assert len(look(agreed.store.snapshot()).statements(PERSON)) == 5
