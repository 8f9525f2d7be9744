"""Profile ``hearing``: what somebody heard about a person or a community, and who said it (B27, B29, B30, B32)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.kinds import Said, StatementKind
from graph.policy import HEARSAY, Audience, Matching, Policy
from graph.records import NodeId
from ingest.call import Call
from ingest.conditions import Conditions, read_conditions
from ingest.dates import Moment
from ingest.directory import Directory
from ingest.facts import Facts, Split
from ingest.hearing_subjects import Subjects
from ingest.japanese import cleaned, fold
from ingest.recorder import Recorder
from ingest.report import Report
from ingest.splitting import sentences
from ingest.table import Row, Table
from ingest.words import is_nothing, words

OWN_WORDS = Policy(Audience.MY_MIXERS, Matching.OWNER_FIRST)
"""What a member told a mixer: said by the member, released to nobody else yet."""

CONFIRM = "confirm"
"""Detail of a statement that the member has yet to confirm; its value is `OPEN`."""
OPEN = "open"
HEARD_FROM = "heard_from"

SPEAKERS = {
    Said.SELF: words("本人 自分 利用者 利用者本人 会員 会員本人 メンバー self member themselves"),
    Said.STAFF: words(
        "スタッフ 運営 受付 店長 職員 管理者 コミュニティマネージャー マネージャー cm staff manager communitymanager"
    ),
    Said.MIXER: words("ミキサー 観察 コミュニティミキサー mixer observation observed"),
}
SPEAKER_EXPECTED = "本人 / スタッフ / ミキサー (self / staff / mixer)"
HEARD = (StatementKind.ACTIVITY, StatementKind.OFFER, StatementKind.NEED)
_SENTENCE_END = re.compile(r"(?<=[。！？!?])(?![」』）)])")
_FEWEST_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class Heard:
    """One row of a hearing sheet, checked."""

    row: Row
    owner: NodeId
    said: Said
    at: Moment | None
    conditions: Conditions


def suggested_parts(text: str) -> list[str]:
    """Suggest how a heard text falls into statements: lines, bullets and sentences.

    >>> suggested_parts("・木工を教えられる\\n・英語の案内ができる")
    ['木工を教えられる', '英語の案内ができる']
    >>> suggested_parts("写真が得意。店の撮影もしている。"), suggested_parts("写真が得意。")
    (['写真が得意。', '店の撮影もしている。'], ['写真が得意。'])
    """
    found = [part.strip() for line in sentences(text) for part in _SENTENCE_END.split(line)]
    found = [part for part in found if part]
    return found if all(len(part) >= _FEWEST_CHARACTERS for part in found) else [cleaned(text)]


def read_hearing(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read a hearing sheet.

    Parameters
    ----------
    table : Table
        One row a person, community, space or organisation that was heard or spoken of.
    directory : Directory
        Who is known; learns what the table says.
    facts : Facts
        Gets records, problems, and suggested splits of texts.
    source : str
        Name of the file, with the sheet after a slash.
    call : Call
        Its space is where the hearings were; ``split`` tells that the suggested splits were looked at and taken.

    Notes
    -----
    What staff or a mixer said stays with the mixers of the member's spaces and moves nothing until the member
    confirms it: each such statement is a task (`graph.kinds.Said.STAFF` with the detail `CONFIRM`).
    """
    report = Report(table, facts)
    facts.rows += len(table.rows)
    checked = {row.number: _checked(row, report) for row in table.rows}
    subjects = Subjects(table, directory, report, source, call)
    owners = subjects.find([row for row in table.rows if row.number not in report.refused])
    heard = []
    for row in table.rows:
        said, at, conditions = checked[row.number]
        if said is not None and row.number in owners and row.number not in report.refused:
            heard.append(Heard(row, owners[row.number], said, at, conditions))
    recorders = {said: Recorder(directory, source, said, table.mapping.shape) for said in SPEAKERS}
    for one in sorted(heard, key=lambda h: (list(SPEAKERS).index(h.said), h.row.content)):
        _record(one, recorders[one.said], facts, report, call)
    subjects.recorder.into(facts)
    for recorder in recorders.values():
        recorder.into(facts)


def _checked(row: Row, report: Report) -> tuple[Said | None, Moment | None, Conditions]:
    if not any(not is_nothing(row[kind]) for kind in HEARD):
        report.refuse(row, "activity", "empty", "an activity, a strength or a challenge")
    return _speaker(row, report), report.moment(row, "date"), read_conditions(row, report)


def _speaker(row: Row, report: Report) -> Said | None:
    word = fold(row["said_by"])
    said = next((said for said, known in SPEAKERS.items() if word in known), None)
    if said is None:
        report.refuse(row, "said_by", "unknown_speaker", SPEAKER_EXPECTED)
    return said


def _record(heard: Heard, recorder: Recorder, facts: Facts, report: Report, call: Call) -> None:
    row, t = heard.row, heard.at.start if heard.at else None
    details = {HEARD_FROM: str(heard.said)}
    if heard.said is not Said.SELF:
        details[CONFIRM] = OPEN
    for kind in HEARD:
        text = cleaned(row[kind])
        if is_nothing(text):
            continue
        suggested = suggested_parts(text)
        if len(suggested) > 1 and not call.split:
            header = report.table.header(kind)
            facts.splits.append(Split(report.sheet, row.number, header or kind, text, tuple(suggested)))
        for part in suggested if call.split else [text]:
            policy = OWN_WORDS if heard.said is Said.SELF else HEARSAY
            recorder.heard(heard.owner, kind, part, policy, row.number, t, details, heard.conditions)
