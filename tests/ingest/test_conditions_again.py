"""Conditions and last days that several tables, or several rows, tell of the same need or offer (A15, A16, A20)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from graph.changes import ChangeSet
from graph.kinds import Said, StatementKind
from graph.policy import Audience
from graph.records import Provenance, Statement
from tests.ingest.test_conditions import ROW, problems, said, table


def ends(desk, look) -> dict[str, dt.date | None]:
    """Last days of what somebody stated, by its kind."""
    return {kind: policy.valid_until for kind, policy in look(desk.store.snapshot()).statements("person:KZ-1").values()}


def answers(day: str, **cells: str) -> list[Sequence[str]]:
    """An own answer of one member to a form."""
    row = {"タイムスタンプ": day, "会員番号": "KZ-1", "できること": ROW["できること"], **cells}
    return [list(row), list(row.values())]


def rows_of(*cells: dict[str, str]) -> list[Sequence[str]]:
    """A list of one member in several rows."""
    return [table(**cells[0])[0], *(table(**some)[1] for some in cells)]


@pytest.mark.parametrize("listed", ["2030-12-31", "2025-12-31", ""])
def test_lists_neither_lengthen_nor_end_what_the_member_said(agreed, look, listed: str) -> None:
    agreed.run(agreed.csv("名簿.csv", table()))
    agreed.run(agreed.csv("回答.csv", answers("2026/11/1", 募集期限="2026-12-01")))
    agreed.run(agreed.csv("名簿2.csv", table(募集期限=listed)))
    listed_day = dt.date.fromisoformat(listed) if listed else None
    assert ends(agreed, look) == {"offer": dt.date(2026, 12, 1), "need": listed_day, "vision": None}


def test_a_list_gives_no_last_day_to_what_the_member_left_open(agreed, look) -> None:
    agreed.run(agreed.csv("名簿.csv", table()))
    agreed.run(agreed.csv("回答.csv", answers("2026/11/1")))
    agreed.run(agreed.csv("名簿2.csv", table(募集期限="2026-12-31")))
    assert ends(agreed, look)["offer"] is None


def test_asked_and_empty_ends_the_last_day_and_not_asked_keeps_it(agreed, look) -> None:
    end = dt.date(2026, 12, 31)
    agreed.run(agreed.csv("一.csv", table(募集期限="2026-12-31")))
    agreed.run(agreed.csv("二.csv", table()))
    assert ends(agreed, look) == {"offer": end, "need": end, "vision": None}
    agreed.run(agreed.csv("三.csv", table(募集期限="")))
    assert set(ends(agreed, look).values()) == {None}


def test_members_take_back_their_own_last_day(agreed, look) -> None:
    agreed.run(agreed.csv("名簿.csv", table()))
    for day, end in (("2026/11/1", "2026-12-01"), ("2026/11/5", "")):
        agreed.run(agreed.csv(f"回答{end}.csv", answers(day, 募集期限=end)))
    assert ends(agreed, look)["offer"] is None


@pytest.mark.parametrize(
    ("days", "end"),
    [
        (("2025-12-31", "2030-12-31"), dt.date(2025, 12, 31)),
        (("2030-12-31", "2025-12-31"), dt.date(2025, 12, 31)),
        (("2025-12-31", ""), dt.date(2025, 12, 31)),
        (("", "2025-12-31"), dt.date(2025, 12, 31)),
        (("", "随時"), None),
    ],
)
def test_of_several_rows_the_earliest_last_day_holds(agreed, look, days: tuple[str, str], end: dt.date | None) -> None:
    agreed.run(agreed.csv("前.csv", table(募集期限="2024-12-31")))
    rows = rows_of({"募集期限": days[0]}, {"募集期限": days[1], "利用スペース": "なぎさ"})
    agreed.run(agreed.csv("名簿.csv", rows))
    assert ends(agreed, look) == {"offer": end, "need": end, "vision": None}


@pytest.mark.parametrize("other", ["なぎさ", "あ"])
def test_of_several_rows_an_empty_cell_takes_back_only_what_no_other_tells(agreed, other: str) -> None:
    agreed.agree("あ")
    agreed.run(agreed.csv("前.csv", table(関わり方="単発", hours_per_month="4")))
    rows = rows_of(
        {"関わり方": "毎月", "hours_per_month": ""}, {"関わり方": "", "hours_per_month": "", "利用スペース": other}
    )
    agreed.run(agreed.csv("名簿.csv", rows))
    assert said(agreed)["offer"] == {"commitment": "monthly"}


@pytest.mark.parametrize("word", ["随時", "通年", "当面", "なし", "応相談", "未定", "いつでも", "open-ended"])
def test_a_last_day_may_be_left_open(agreed, look, word: str) -> None:
    agreed.run(agreed.csv("前.csv", table(掲載期限="2026-12-31")))
    assert problems(agreed, table(掲載期限=word)) == []
    agreed.run(agreed.csv("名簿.csv", table(掲載期限=word)))
    assert set(ends(agreed, look).values()) == {None}


@pytest.mark.parametrize("written", ["2027年3月末", "2026年度末", "2027年3月", "2027/3/31まで", "令和9年3月末まで"])
def test_a_last_day_may_be_the_end_of_a_month_or_of_a_year(agreed, look, written: str) -> None:
    rows = table(掲載期限=written)
    assert problems(agreed, rows) == []
    agreed.run(agreed.csv("名簿.csv", rows))
    assert ends(agreed, look)["offer"] == dt.date(2027, 3, 31)


def test_a_last_day_may_be_that_of_one_side(agreed, look) -> None:
    cells = {"募集期限": "2026-12-31", "困りごとの期限": "2026-11-30", "できることの期限": ""}
    agreed.run(agreed.csv("名簿.csv", table(**cells)))
    assert ends(agreed, look) == {"offer": dt.date(2026, 12, 31), "need": dt.date(2026, 11, 30), "vision": None}
    agreed.run(agreed.csv("名簿.csv", table(困りごとの期限="随時")))
    assert ends(agreed, look) == {"offer": dt.date(2026, 12, 31), "need": None, "vision": None}


@pytest.mark.parametrize("word", ["3月末まで", "いつか", "2026年2月30日"])
def test_a_last_day_that_is_none_is_flagged_and_its_row_is_stored(agreed, look, word: str) -> None:
    rows = table(募集期限=word)
    assert problems(agreed, rows) == [(2, "募集期限", word, "unknown_last_day")]
    agreed.run(agreed.csv("名簿.csv", rows))
    assert ends(agreed, look) == {"offer": None, "need": None, "vision": None}
    agreed.run(agreed.csv("次.csv", table(募集期限="2026-12-31")))
    agreed.run(agreed.csv("名簿.csv", rows))  # what is not understood changes nothing
    assert ends(agreed, look)["offer"] == dt.date(2026, 12, 31)


def test_what_is_not_understood_takes_nothing_back(agreed) -> None:
    agreed.run(agreed.csv("一.csv", table(関わり方="単発")))
    agreed.run(agreed.csv("二.csv", table(関わり方="いつか")))
    assert said(agreed)["offer"] == {"commitment": "task"}


def heard(speaker: str, **cells: str) -> list[Sequence[str]]:
    """A hearing sheet about one member."""
    row = {"会員番号": "KZ-1", "強み": "木工を教えられる", "話した人": speaker, **cells}
    return [list(row), list(row.values())]


@pytest.fixture
def listed(agreed):
    """A desk that knows the member by name alone."""
    agreed.run(agreed.csv("名簿.csv", [list(ROW)[:3], list(ROW.values())[:3]]))
    return agreed


@pytest.mark.parametrize("speaker", ["スタッフ", "本人"])
def test_a_sheet_that_does_not_ask_keeps_what_was_heard(listed, look, speaker: str) -> None:
    listed.run(listed.csv("一.csv", heard(speaker, できる関わり方="単発", 募集期限="2026-12-31")))
    listed.run(listed.csv("二.csv", heard(speaker)))
    assert (said(listed)["offer"], ends(listed, look)["offer"]) == ({"commitment": "task"}, dt.date(2026, 12, 31))


@pytest.mark.parametrize("speaker", ["スタッフ", "本人"])
def test_a_corrected_sheet_changes_what_was_heard(listed, look, speaker: str) -> None:
    listed.run(listed.csv("聞き取り.csv", heard(speaker, できる関わり方="単発", 募集期限="")))
    before = look(listed.store.snapshot()).statements("person:KZ-1")
    listed.run(listed.csv("聞き取り.csv", heard(speaker, できる関わり方="毎月", 募集期限="2026-12-31")))
    assert (said(listed)["offer"], ends(listed, look)["offer"]) == ({"commitment": "monthly"}, dt.date(2026, 12, 31))
    listed.run(listed.csv("聞き取り.csv", heard(speaker, できる関わり方="", 募集期限="")))
    assert (said(listed)["offer"], look(listed.store.snapshot()).statements("person:KZ-1")) == ({}, before)


def test_a_hearing_does_not_correct_a_later_answer_nor_what_the_member_released(listed) -> None:
    released = answers("2026/11/1", できること="木工を教えられる", 関わり方="5分", 公開範囲="ネットワーク全体")
    listed.run(listed.csv("回答.csv", released))
    for cells in ({}, {"聞き取り日": "2026-10-01"}):
        listed.run(listed.csv("聞き取り.csv", heard("本人", 関わり方="毎月", **cells)))
        assert said(listed)["offer"] == {"commitment": "answer"}
    listed.run(listed.csv("聞き取り.csv", heard("本人", 関わり方="毎月", 聞き取り日="2026-11-02")))
    assert said(listed)["offer"] == {"commitment": "monthly"}
    snapshot = listed.store.snapshot()
    assert [snapshot.policies[int(p)].audience for p in snapshot.statements.policy] == [Audience.NETWORK]


def test_an_exchange_that_earlier_versions_gave_needs_goes_when_they_are_told_again(agreed) -> None:
    agreed.run(agreed.csv("名簿.csv", table()))
    snapshot = agreed.store.snapshot()
    row = snapshot.statements.text.tolist().index(ROW["困りごと"])
    changes = ChangeSet("old", "operator", "test")
    policy, origin = snapshot.policies[int(snapshot.statements.policy[row])], Provenance("old", None, Said.RECORD)
    details = {"exchange": "gift", "commitment": "task"}
    changes.statements.append(
        Statement("person:KZ-1", StatementKind.NEED, ROW["困りごと"], policy, origin, None, details)
    )
    agreed.store.apply(changes)
    agreed.run(agreed.csv("名簿.csv", table(お礼="有償")))
    assert said(agreed)["need"] == {"commitment": "task"}
