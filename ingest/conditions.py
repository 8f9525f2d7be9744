"""Conditions of needs and offers: how far they go, for how many hours, what is given in return (A15, A16, A20)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.kinds import Commitment, Detail, StatementKind
from ingest.dates import Moment
from ingest.exchange import EXCHANGE_EXPECTED, exchange_of
from ingest.japanese import fold
from ingest.report import Report
from ingest.splitting import parts
from ingest.table import Row
from ingest.words import is_nothing, words

COMMITMENTS = {
    Commitment.ANSWER: words(
        "answer 5分 五分 5分で答えられる 5分で答える 5分の質問 質問に答える 質問に答えるだけ 質問に5分で答える"
        " 5minutes 5-minutes fiveminutes 5-minuteanswer 5minuteanswer quickanswer quickquestion aquestion"
    ),
    Commitment.CHAT: words(
        "chat 一度話す 一度話してみる 1度話す 1回話す 一回話す 一度だけ話す 話すだけ 話してみる お茶 お茶する 面談 雑談"
        " onechat achat talk onetalk coffee onecall onemeeting"
    ),
    Commitment.TASK: words(
        "task 単発 単発の手伝い 単発で手伝う スポット 一回だけ 1回だけ 一度だけ 一回だけの手伝い 一回だけ手伝う"
        " one-off oneoff one-offtask onetask atask once"
    ),
    Commitment.MONTHLY: words(
        "monthly 毎月 月1回 月一回 月に1回 月に一回 月に一度 月に1度 月1 月一 月に一度の関わり 定期 定期的 定期的に"
        " regular regularly everymonth onceamonth"
    ),
    Commitment.PROJECT: words(
        "project プロジェクト 企画 企画を一緒に始める 継続 継続して 継続的に 継続して一緒に 一緒に 一緒に取り組む 長期"
        " aproject ongoing jointproject projecttogether longterm long-term"
    ),
}
COMMITMENT_EXPECTED = (
    "5分で答えられる / 一度話す / 単発 / 毎月 / プロジェクト (answer / chat / task / monthly / project)"
)
MOST_HOURS = 744.0
HOURS_EXPECTED = "0 から 744 の数。例: 10、2.5 時間 (hours a month: a number from 0 to 744 such as 10 or 2.5)"
_HOURS = re.compile(
    r"(?:月に|月|約|およそ|about)*(\d{1,4}(?:\.\d{1,2})?)(?:時間|hours?|hrs?|h)?(?:/月|/month|permonth|amonth)?"
)
OPEN = words("どれでも どちらでも 何でも 応相談 要相談 相談して決める any either negotiable open")
"""Words that leave a commitment open."""
_LADDER = tuple(Commitment)
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a row says of its needs and offers.

    Attributes
    ----------
    offers, needs, texts : mapping of str to str
        Details of each offer, each need, each text of undeclared kind: only those that the table asks for, empty
        where the row leaves them open.
    until : Moment or None
        Last day on which needs and offers of the row may be used.
    """

    offers: Mapping[str, str]
    needs: Mapping[str, str]
    texts: Mapping[str, str]
    until: Moment | None

    def of(self, kind: StatementKind) -> Mapping[str, str]:
        """Give the details of a statement of a kind; visions, activities and stories have none."""
        by_kind = {StatementKind.OFFER: self.offers, StatementKind.NEED: self.needs, StatementKind.TEXT: self.texts}
        return by_kind.get(kind, {})

    def end(self, kind: StatementKind) -> Moment | None:
        """Give until when a statement of a kind may be used; only needs and offers end."""
        return self.until if kind in (StatementKind.OFFER, StatementKind.NEED) else None


OPEN_CONDITIONS = Conditions({}, {}, {}, None)
"""Of a table that asks for none."""


def read_conditions(row: Row, report: Report) -> Conditions:
    """Read the conditions of a row; a word or a number that is not understood is flagged and not stored.

    A column without a side goes to needs, offers and texts of undeclared kind; where a column for offers, or for
    needs, says something, that goes to them instead. Of several commitments the least is enough for a need, and an
    offer goes as far as the most; a text of undeclared kind, which may be either, is left open.
    """
    cells = {meaning: _cell(row, report, meaning) for meaning in sorted(COLUMNS) if report.table.has(meaning)}
    return Conditions(
        offers=_side(cells, "offer_", lambda found: found[-1]),
        needs=_side(cells, "need_", lambda found: found[0]),
        texts=_side(cells, "", lambda found: found[0] if len(found) == 1 else ""),
        until=report.moment(row, "valid_until"),
    )


def commitments_of(text: str) -> tuple[Commitment, ...] | None:
    """Give the commitments that a cell names, from little to much; none where it leaves them open.

    None where a word of it is not known.

    >>> commitments_of("毎月、5分で答えられる"), commitments_of("単発・一回だけ（週末）"), commitments_of("いつでも")
    ((<Commitment.ANSWER: 'answer'>, <Commitment.MONTHLY: 'monthly'>), (<Commitment.TASK: 'task'>,), None)
    """
    if fold(text) in OPEN:
        return ()
    found = {_commitment(part) for part in parts(_BRACKETED.sub("", text))}
    return None if None in found or not found else tuple(c for c in _LADDER if c in found)


def hours_of(text: str) -> str | None:
    """Give the hours a month that a cell tells, as text; None where it tells none that are possible.

    >>> [hours_of(text) for text in ("１０時間", "月に2.5h", "約4", "週2時間", "5〜10", "900")]
    ['10', '2.5', '4', None, None, None]
    """
    found = _HOURS.fullmatch(fold(text))
    return None if found is None or float(found[1]) > MOST_HOURS else f"{float(found[1]):g}"


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the cells of one detail are read."""

    detail: Detail
    read: Callable[[str], tuple[str, ...] | None]
    code: str
    expected: str


def _side(cells: Mapping[str, tuple[str, ...]], side: str, chosen: Callable[[tuple[str, ...]], str]) -> dict[str, str]:
    """Give what one side is asked and says, by detail."""
    out: dict[str, str] = {}
    for meaning, reading in READINGS.items():
        columns = [name for name in (f"{side}{meaning}", meaning) if name in cells]
        if columns:
            out[str(reading.detail)] = next((str(chosen(cells[name])) for name in columns if cells[name]), "")
    return out


def _cell(row: Row, report: Report, meaning: str) -> tuple[str, ...]:
    """Read one cell; nothing where it is empty or not understood."""
    text, reading = row[meaning], READINGS[meaning.rpartition("_")[2]]
    found = reading.read(text) if text else ()
    if found is None and not is_nothing(text):
        report.flag(row, meaning, reading.code, reading.expected)
    return found or ()


def _commitment(text: str) -> Commitment | None:
    return next((commitment for commitment, known in COMMITMENTS.items() if fold(text) in known), None)


def _one(read: Callable[[str], str | None]) -> Callable[[str], tuple[str, ...] | None]:
    def reading(text: str) -> tuple[str, ...] | None:
        found = read(text)
        return None if found is None else (found,)

    return reading


READINGS = {
    "commitment": _Reading(Detail.COMMITMENT, commitments_of, "unknown_commitment", COMMITMENT_EXPECTED),
    "hours": _Reading(Detail.HOURS, _one(hours_of), "unknown_hours", HOURS_EXPECTED),
    "exchange": _Reading(Detail.EXCHANGE, _one(exchange_of), "unknown_exchange", EXCHANGE_EXPECTED),
}
COLUMNS = frozenset(f"{side}{meaning}" for side in ("", "offer_", "need_") for meaning in READINGS)
"""Meanings of the columns that tell conditions."""
