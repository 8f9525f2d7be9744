"""Conditions of needs and offers in lists, forms, registers, hearings and offers (A15, A16, A20)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

import pytest

from graph import gate
from graph.erasure import erase
from graph.export import write_jsonl
from graph.kinds import Commitment
from graph.policy import Matching, Purpose
from graph.store import open_store
from graph.tables import STATEMENT_KINDS
from graph.viewer import OPERATOR
from ingest.conditions import COMMITMENTS, MOST_HOURS, OPEN, commitments_of, hours_of
from ingest.confirmations import confirmed, open_tasks
from ingest.release import Release
from tests.ingest.conftest import Desk

ROW = {"会員番号": "KZ-1", "氏名": "見本 あおば", "利用スペース": "かぜのま", "できること": "写真を撮れます",
       "困りごと": "看板を作りたい", "ビジョン": "歩いて楽しい町"}  # fmt: skip


def table(**cells: str) -> list[Sequence[str]]:
    """A list of one member with some more columns, in Japanese or English."""
    row = ROW | cells
    return [list(row), list(row.values())]


def conditions(details: str | None) -> dict[str, str]:
    """Details of a statement without those that tell where it comes from."""
    said = json.loads(details or "{}")
    return {key: said[key] for key in sorted(said.keys() - {"asked_in", "heard_from", "confirm"})}


def said(desk, owner: str = "person:KZ-1") -> dict[str, dict[str, str]]:
    """Conditions of what somebody stated, by its kind."""
    seen = desk.store.snapshot().statements
    mine = [i for i in range(len(seen)) if seen.owner[i] == desk.store.snapshot().find(owner)]
    return {str(STATEMENT_KINDS[seen.kind[i]]): conditions(seen.details[i]) for i in mine}


def problems(desk, rows: list[Sequence[str]]) -> list[tuple[int | None, str | None, str, str]]:
    path = desk.csv("名簿.csv", rows)
    return [(p.row, p.column, p.value, p.code) for p in desk.one(path).problems]


@pytest.mark.parametrize(
    ("cells", "offer", "need"),
    [
        ({"関わり方": "毎月"}, {"commitment": "monthly"}, {}),
        ({"commitment": "one-off"}, {"commitment": "task"}, {}),
        ({"関わり方": "毎月", "できること": ""}, None, {"commitment": "monthly"}),
        ({"関わり方": "毎月", "できること": "特になし"}, None, {"commitment": "monthly"}),
        ({"できる関わり方": "5分で答えられる"}, {"commitment": "answer"}, {}),
        ({"need_commitment": "project"}, {}, {"commitment": "project"}),
        ({"関わり方": "一度話す・お茶", "求める関わり方": "月１回"}, {"commitment": "chat"}, {"commitment": "monthly"}),
        ({"関わり方": "毎月、5分で答えられる"}, {"commitment": "monthly"}, {}),
        ({"求める関わり方": "毎月、5分で答えられる"}, {}, {"commitment": "answer"}),
        ({"関わり方": "プロジェクト・継続して一緒に"}, {"commitment": "project"}, {}),
        ({"関わり方": "応相談"}, {}, {}),
        ({"月に使える時間": "１０時間"}, {"hours_per_month": "10"}, {}),
        ({"hours_per_month": "2.50"}, {"hours_per_month": "2.5"}, {}),
        ({"月の時間": "40", "できること": ""}, None, {}),  # what somebody has is not what they need
        ({"need_hours": "4"}, {}, {"hours_per_month": "4"}),
        ({"お礼": "無償"}, {"exchange": "gift"}, {}),
        ({"お礼": "無償", "できること": ""}, None, {}),
        ({"お礼": "無償", "offer exchange": "paid"}, {"exchange": "paid"}, {}),
        ({"困りごとのお礼": "無償", "お礼": "有償"}, {"exchange": "paid"}, {"exchange_wanted": "gift"}),
    ],
)
def test_columns_without_a_side_are_about_offers(agreed, cells: dict[str, str], offer: dict | None, need: dict) -> None:
    rows = table(**cells)
    agreed.run(agreed.csv("名簿.csv", rows))
    offers = {} if offer is None else {"offer": offer}
    assert said(agreed) == {**offers, "need": need, "vision": {}}
    assert problems(agreed, rows) == []


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("関わり方", "いつか", "unknown_commitment"),
        ("できる関わり方", "毎月、たまに", "unknown_commitment"),
        ("月に使える時間", "週に2時間", "unknown_hours"),
        ("hours_per_month", "-3", "unknown_hours"),
        ("need_hours", "900", "unknown_hours"),
        ("お礼", "いつか", "unknown_exchange"),
    ],
)
def test_what_is_not_understood_is_named_once_and_not_stored(agreed, column: str, value: str, code: str) -> None:
    rows = table(**{column: value})
    assert problems(agreed, rows) == [(2, column, value, code)]
    agreed.run(agreed.csv("名簿.csv", rows))
    assert said(agreed) == {"offer": {}, "need": {}, "vision": {}}


def test_a_problem_says_what_is_allowed(agreed) -> None:
    (problem,) = agreed.one(agreed.csv("名簿.csv", table(関わり方="いつか"))).problems
    assert all(word in problem.expected for word in (*Commitment, "5分", "プロジェクト"))


def test_the_same_file_again_changes_nothing(agreed, look) -> None:
    path = agreed.csv("名簿.csv", table(関わり方="単発", hours_per_month="4", お礼="交換", 募集期限="2026-12-31"))
    agreed.run(path)
    before = look(agreed.store.snapshot()).facts()
    agreed.run(path)
    assert look(agreed.store.snapshot()).facts() == before


def test_a_file_that_does_not_ask_changes_nothing_and_one_that_asks_does(agreed) -> None:
    agreed.run(agreed.csv("一.csv", table(関わり方="単発", hours_per_month="4")))
    agreed.run(agreed.csv("二.csv", table()))
    assert said(agreed)["offer"] == {"commitment": "task", "hours_per_month": "4"}
    agreed.run(agreed.csv("三.csv", table(関わり方="", お礼="有償")))
    assert said(agreed)["offer"] == {"hours_per_month": "4", "exchange": "paid"}


def test_lists_do_not_change_what_the_member_said(agreed) -> None:
    agreed.run(agreed.csv("名簿.csv", table()))
    form = [
        ["タイムスタンプ", "会員番号", "できること", "関わり方"],
        ["2026/11/1", "KZ-1", "写真を撮れます", "一度話す"],
    ]
    agreed.run(agreed.csv("回答.csv", form))
    agreed.run(agreed.csv("名簿.csv", table(関わり方="毎月", 求める関わり方="毎月")))
    assert said(agreed)["offer"] == {"commitment": "chat"}
    assert said(agreed)["need"] == {"commitment": "monthly"}


def test_needs_and_offers_end_and_visions_do_not(agreed, look) -> None:
    agreed.run(agreed.csv("名簿.csv", table(募集期限="2026年12月31日")))
    policies = dict(look(agreed.store.snapshot()).statements("person:KZ-1").values())
    end = dt.date(2026, 12, 31)
    assert {kind: policy.valid_until for kind, policy in policies.items()} == {
        "offer": end, "need": end, "vision": None,
    }  # fmt: skip


def test_registers_of_organisations_have_them_too(agreed) -> None:
    rows = [["団体名", "種別", "拠点スペース", "困りごと", "求める関わり方"]]
    rows.append(["かくう工房", "NPO", "かぜのま", "広報を手伝ってほしい", "毎月"])
    agreed.run(agreed.csv("団体.csv", rows))
    assert said(agreed, "organisation:かくう工房") == {"need": {"commitment": "monthly"}}


def test_what_was_heard_keeps_its_conditions_when_it_is_confirmed(agreed) -> None:
    agreed.run(agreed.csv("名簿.csv", [list(ROW)[:3], list(ROW.values())[:3]]))
    heard = [["会員番号", "強み", "できる関わり方", "月に使える時間", "話した人"]]
    heard.append(["KZ-1", "木工を教えられる", "単発", "3", "スタッフ"])
    agreed.run(agreed.csv("聞き取り.csv", heard))
    told = {"commitment": "task", "hours_per_month": "3"}
    assert said(agreed)["offer"] == told
    snapshot = agreed.store.snapshot()
    (task,) = open_tasks(gate.view(snapshot, OPERATOR, Purpose.INTRODUCTION))
    assert dict(task.conditions) == told
    agreed.store.apply(
        confirmed(snapshot, OPERATOR, task.statement, Release(True, matching=Matching.OPEN), day=dt.date(2026, 11, 2))
    )
    assert said(agreed)["offer"] == told


def test_they_leave_with_an_export_and_come_back_and_go_with_their_owner(agreed, tmp_path) -> None:
    rows = table(need_commitment="単発", need_hours="4", need_exchange="交換", お礼="交換", 公開範囲="ネットワーク全体")
    agreed.run(agreed.csv("名簿.csv", rows))
    before = said(agreed)
    assert before["need"] == {"commitment": "task", "exchange_wanted": "swap", "hours_per_month": "4"}
    path = tmp_path / "export.jsonl"
    with path.open("wb") as handle:
        write_jsonl(gate.view(agreed.store.snapshot(), OPERATOR, Purpose.EXPORT), handle)
    with open_store(f"sqlite:///{tmp_path}/other.db", create=True) as store:
        store.migrate()
        other = Desk(store, tmp_path)
        other.run(path)
        assert said(other) == before
        erase(store, ["person:KZ-1"], "operator")
        left = store.snapshot()
        assert [d for d in (*left.statements.details, *left.ties.details) if d and "swap" in d] == []


def test_hearsay_gives_the_members_own_words_no_conditions(agreed) -> None:
    agreed.run(agreed.csv("名簿.csv", [list(ROW)[:3], list(ROW.values())[:3]]))
    heard = [["会員番号", "強み", "関わり方", "話した人"], ["KZ-1", "木工を教えられる", "毎月", "ミキサー"]]
    agreed.run(agreed.csv("聞き取り.csv", heard))
    form = [["タイムスタンプ", "会員番号", "できること"], ["2026/11/1", "KZ-1", "木工を教えられる"]]
    agreed.run(agreed.csv("回答.csv", form))
    assert said(agreed)["offer"] == {}


def test_offers_and_wants_have_them_row_by_row(desk) -> None:
    rows = [["exchange_type", "title", "transaction_type", "email", "expires_at", "commitment", "hours_per_month"],
            ["offer", "Bicycle repair", "gift", "aoba@example.com", "2029-01-01", "one-off", "2"],
            ["want", "A ladder", "borrow-lend", "sora@example.com", "", "once", "3"]]  # fmt: skip
    desk.run(desk.csv("offers.csv", rows), profile="murmurations")
    found = desk.store.snapshot().statements
    said = {t: conditions(d) for t, d in zip(found.text.tolist(), found.details.tolist(), strict=True)}
    assert said == {
        "Bicycle repair": {"commitment": "task", "exchange": "gift", "hours_per_month": "2"},
        "A ladder": {"commitment": "task", "exchange_wanted": "swap", "hours_per_month": "3"},
    }


def test_no_word_means_two_commitments() -> None:
    every = [word for known in COMMITMENTS.values() for word in known]
    assert len(every) == len(set(every))
    assert not OPEN & set(every)
    assert {commitments_of(str(c)) for c in Commitment} == {(c,) for c in Commitment}


@pytest.mark.parametrize("text", ["", "。", "1e3", "nan", "inf", "1,000", "٣", "²", "1" * 400, "月" * 4000])
def test_odd_numbers_are_no_hours(text: str) -> None:
    found = hours_of(text)
    assert found is None or float(found) <= MOST_HOURS


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("5分程度", (Commitment.ANSWER,)), ("5 min", (Commitment.ANSWER,)), ("月1回程度", (Commitment.MONTHLY,)),
        ("月に1回くらい", (Commitment.MONTHLY,)), ("なんでも", ()), ("お任せ", ()), ("いつでも", ()), ("いつか", None),
    ],
)  # fmt: skip
def test_commitments_in_everyday_words(text: str, read: tuple[Commitment, ...] | None) -> None:
    assert commitments_of(text) == read


@pytest.mark.parametrize(
    ("text", "hours"),
    [("10時間程度", "10"), ("5〜10時間", "5"), ("5-10 hours", "5"), ("10h/月", "10"), ("2/月", None), ("5〜900", None)],
)
def test_hours_in_everyday_words(text: str, hours: str | None) -> None:
    assert hours_of(text) == hours
