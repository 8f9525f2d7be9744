"""Conditions of needs and offers: how far they go, for how many hours, what is given in return (A15, A16, A20)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from graph.kinds import EXCHANGE_WANTED, Commitment, Detail, StatementKind
from ingest.dates import EXPECTED as DATE_EXPECTED
from ingest.dates import last_day
from ingest.exchange import EXCHANGE_EXPECTED, exchange_of
from ingest.japanese import fold
from ingest.report import Report
from ingest.splitting import parts, sentences
from ingest.table import Row
from ingest.words import is_nothing, words

COMMITMENTS = {
    Commitment.ANSWER: words(
        "answer 5分 五分 5分で答えられる 5分で答える 5分の質問 質問に答える 質問に答えるだけ 質問に5分で答える"
        " 5min 5mins 5minute 5-minute 5minutes 5-minutes fiveminutes 5-minuteanswer 5minuteanswer quickanswer"
        " quickquestion aquestion aquestionansweredinfiveminutes"
    ),
    Commitment.CHAT: words(
        "chat 一度話す 一度話してみる 1度話す 1回話す 一回話す 一度だけ話す 話すだけ 話してみる お茶 お茶する 面談 雑談"
        " onechat achat talk onetalk coffee onecall onemeeting"
    ),
    Commitment.TASK: words(
        "task 単発 単発の手伝い 単発で手伝う スポット 一回だけ 1回だけ 一度だけ 一回だけの手伝い 一回だけ手伝う"
        " one-off oneoff one-offtask onetask onesmalltask atask once"
    ),
    Commitment.MONTHLY: words(
        "monthly 毎月 月1回 月一回 月に1回 月に一回 月に一度 月に1度 月1 月一 月に一度の関わり 定期 定期的 定期的に"
        " regular regularly everymonth onceamonth somethingonceamonth somethingeverymonth"
    ),
    Commitment.PROJECT: words(
        "project プロジェクト 企画 企画を一緒に始める 継続 継続して 継続的に 継続して一緒に 一緒に 一緒に取り組む 長期"
        " aproject aprojecttogether ongoing jointproject projecttogether longterm long-term"
    ),
}
COMMITMENT_EXPECTED = (
    "5分で答えられる / 一度話す / 単発 / 毎月 / プロジェクト (answer / chat / task / monthly / project)"
)
MOST_HOURS = 744.0
HOURS_EXPECTED = "0 から 744 の数。例: 10、2.5 時間 (hours a month: a number from 0 to 744 such as 10 or 2.5)"
_HOURS = re.compile(
    r"(?:月に|月|約|およそ|about)*(\d{1,4}(?:\.\d{1,2})?)(?:[~-](\d{1,4}(?:\.\d{1,2})?))?"
    r"(?:(?:時間|hours?|hrs?|h)(?:/月|/month|permonth|amonth)?)?(?:程度|くらい|ぐらい|ほど)?"
)
OPEN = words(
    "どれでも どちらでも 何でも 何でもok なんでも なんでもok お任せ おまかせ 任せる いつでも 応相談 要相談"
    " 相談して決める any anything either whenever negotiable open opentotalk"
)
"""Words that leave a commitment open."""
LAST_DAY = "valid_until"
"""Meaning of the column of the last day of both; those of one side begin with its name, as those of conditions do."""
UNENDED = words(
    "随時 通年 当面 当面の間 常時 無期限 期限なし 期限無し 期限はなし いつでも 応相談 要相談 決まり次第"
    " ongoing open open-ended always anytime noend nodeadline untilfurthernotice"
)
"""Words that leave a last day open."""
LAST_DAY_EXPECTED = f"{DATE_EXPECTED}, 2027年3月末, 2026年度末; 随時 / 無期限 (no end)"
_ABOUT = re.compile("(?:程度|くらい|ぐらい|ほど)(?=の|$)")
_LADDER = tuple(Commitment)
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")


Cell = tuple[str, ...]
"""Words of a condition that a cell tells; none where it leaves it open."""


@dataclass(frozen=True, slots=True)
class End:
    """What a row says of the last day of its needs and offers.

    Attributes
    ----------
    day : datetime.date or None
        None where the row was asked and leaves it open.
    """

    day: dt.date | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a row says of its needs and offers.

    Attributes
    ----------
    offers, needs, texts : mapping of str to str
        Details of each offer, each need, each text of undeclared kind: only those that the table asks for, empty
        where the row leaves them open.
    ends : mapping of StatementKind to End
        Last day on which offers, and needs, of the row may be used; without those for which the table does not ask, or
        whose cell is not understood.
    """

    offers: Mapping[str, str]
    needs: Mapping[str, str]
    texts: Mapping[str, str]
    ends: Mapping[StatementKind, End]

    def of(self, kind: StatementKind) -> Mapping[str, str]:
        """Give the details of a statement of a kind; visions, activities and stories have none."""
        by_kind = {StatementKind.OFFER: self.offers, StatementKind.NEED: self.needs, StatementKind.TEXT: self.texts}
        return by_kind.get(kind, {})

    def end(self, kind: StatementKind) -> End | None:
        """Give until when a statement of a kind may be used; only needs and offers end."""
        return self.ends.get(kind)


OPEN_CONDITIONS = Conditions({}, {}, {}, {})
"""Of a table that asks for none."""


def read_conditions(row: Row, report: Report, only: StatementKind | None = None) -> Conditions:
    """Read the conditions of a row; what is not understood is flagged and changes nothing.

    Parameters
    ----------
    row : Row
        The row.
    report : Report
        Gets what is not understood.
    only : StatementKind, optional
        What the row is, where a row is one statement: then all of its columns are about that.

    Notes
    -----
    A column without a side tells how somebody takes part and gives: it goes to offers, and to texts of undeclared
    kind. What somebody can give is not what they need: only where a row has a need and no offer the commitment is
    that of the need. A column of one side comes first on its side. Of several commitments the least is enough for a
    need, and an offer goes as far as the most.
    """
    cells = _cells(row, report)
    plain = {meaning: words for meaning, words in cells.items() if meaning in READINGS}
    of_need = plain if only is StatementKind.NEED else {}
    if only is None and sentences(row[StatementKind.NEED]) and not sentences(row[StatementKind.OFFER]):
        of_need = {meaning: words for meaning, words in plain.items() if meaning == "commitment"}
    needs = _side(of_need, cells, "need_", lambda found: found[0])
    if Detail.EXCHANGE in needs:
        needs[EXCHANGE_WANTED] = needs.pop(Detail.EXCHANGE)
    return Conditions(
        offers=_side(plain, cells, "offer_", lambda found: found[-1]),
        needs=needs,
        texts=_side(plain, {}, "", lambda found: found[-1]),
        ends=_ends(row, report),
    )


def commitments_of(text: str) -> tuple[Commitment, ...] | None:
    """Give the commitments that a cell names, from little to much; none where it leaves them open.

    None where a word of it is not known.

    >>> commitments_of("毎月、5分で答えられる"), commitments_of("単発・一回だけ（週末）"), commitments_of("いつか")
    ((<Commitment.ANSWER: 'answer'>, <Commitment.MONTHLY: 'monthly'>), (<Commitment.TASK: 'task'>,), None)
    """
    if fold(text) in OPEN:
        return ()
    found = {_commitment(part) for part in parts(_BRACKETED.sub("", text))}
    return None if None in found or not found else tuple(c for c in _LADDER if c in found)


def hours_of(text: str) -> str | None:
    """Give the hours a month that a cell tells, as text; None where it tells none that are possible.

    Of a range the lower number.

    >>> [hours_of(text) for text in ("１０時間程度", "月に2.5h", "約4", "5〜10時間", "週2時間", "2/月", "900")]
    ['10', '2.5', '4', '5', None, None, None]
    """
    found = _HOURS.fullmatch(fold(text))
    told = [float(number) for number in found.groups() if number] if found else []
    return f"{min(told):g}" if told and max(told) <= MOST_HOURS else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the cells of one detail are read."""

    detail: Detail
    read: Callable[[str], Cell | None]
    code: str
    expected: str


def _cells(row: Row, report: Report) -> dict[str, Cell]:
    """Read the cells that tell conditions, without those that are not understood."""
    found = {meaning: _cell(row, report, meaning) for meaning in sorted(COLUMNS) if report.table.has(meaning)}
    return {meaning: said for meaning, said in found.items() if said is not None}


def _cell(row: Row, report: Report, meaning: str) -> Cell | None:
    """Read one cell: nothing where it leaves its condition open, None where it is not understood."""
    text, reading = row[meaning], READINGS[meaning.rpartition("_")[2]]
    found = reading.read(text) if text else ()
    if found is None and is_nothing(text):
        return ()
    if found is None:
        report.flag(row, meaning, reading.code, reading.expected)
    return found


def _ends(row: Row, report: Report) -> dict[StatementKind, End]:
    """Read the last days of a row: that of one side where it tells a day, else that of both."""
    both, found = _end(row, report, LAST_DAY), {}
    for kind in (StatementKind.OFFER, StatementKind.NEED):
        own = _end(row, report, f"{kind}_{LAST_DAY}")
        end = own if own and own.day else both or own
        if end:
            found[kind] = end
    return found


def _end(row: Row, report: Report, meaning: str) -> End | None:
    text, table = row[meaning], report.table
    if not table.has(meaning):
        return None
    if is_nothing(text) or fold(text) in UNENDED:
        return End(None)
    try:
        return End(last_day(text, epoch=table.epoch, order=table.orders.get(meaning)))
    except (ValueError, OverflowError):
        report.flag(row, meaning, "unknown_last_day", LAST_DAY_EXPECTED)
        return None


def _side(
    plain: Mapping[str, Cell], cells: Mapping[str, Cell], side: str, chosen: Callable[[Cell], str]
) -> dict[str, str]:
    """Give what one side is asked and says, by detail: in its own columns, else in those without a side."""
    out: dict[str, str] = {}
    for meaning, reading in READINGS.items():
        said = [of[name] for of, name in ((cells, f"{side}{meaning}"), (plain, meaning)) if name in of]
        if said:
            out[str(reading.detail)] = next((str(chosen(words)) for words in said if words), "")
    return out


def _commitment(text: str) -> Commitment | None:
    key = _ABOUT.sub("", fold(text))
    return next((commitment for commitment, known in COMMITMENTS.items() if key in known), None)


def _one(read: Callable[[str], str | None]) -> Callable[[str], Cell | None]:
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
