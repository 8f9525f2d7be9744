"""Profiles of chats: who is there, in which channels, and how often two answer or mention each other; never a word."""

from __future__ import annotations

from collections import Counter

from graph.kinds import NodeKind, Said, TieKind
from graph.policy import ACQUAINTANCE, ATTENDANCE
from graph.records import node_id
from ingest.call import Call
from ingest.directory import Directory
from ingest.facts import Facts
from ingest.japanese import fold, shown
from ingest.newcomers import Defaults, Newcomers, read_newcomer, user_key
from ingest.problems import Note
from ingest.profile import profile
from ingest.recorder import Recorder
from ingest.report import Report
from ingest.table import Row, Table
from ingest.words import words

NO_HUMAN = words("bot app workflow integration deactivated inactive invited")
COUNT_MARK = "\t"
"""Between a user and how often, in the cells ``replied`` and ``mentioned``: one user a line."""


def read_chat(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read the members of a chat.

    Parameters
    ----------
    table : Table
        One row a member; channels one a line, replies and mentions as lines of user, tab, count.
    directory : Directory
        Who is known; learns what the table says.
    facts : Facts
        Gets records and problems.
    source : str
        Name of the file, with the sheet after a slash.
    call : Call
        Not used: a chat belongs to no space.

    Notes
    -----
    That two people answer each other is behaviour: it is told to these two alone and moves no ranking.
    """
    report, recorder = Report(table, facts), Recorder(directory, source, Said.RECORD, table.mapping.shape)
    facts.rows += len(table.rows)
    family = profile(table.mapping.profile).family
    rows = [row for row in table.rows if _human(row, report)]
    found = Newcomers(report, recorder, Defaults()).record(
        read_newcomer(row, user_key(family, row["user"])) for row in rows
    )
    for row in sorted(rows, key=lambda r: r.content):
        if row.number in found:
            _channels(found[row.number], row, recorder, family)
    by_user = {row["user"]: found[row.number] for row in rows if row["user"] and row.number in found}
    _acquaintances(rows, by_user, recorder)
    recorder.into(facts)


def _human(row: Row, report: Report) -> bool:
    human = fold(row["status"]) not in NO_HUMAN
    if not human:
        report.facts.ignored["no_member"] += 1
        report.facts.notes.append(Note("no_member", report.sheet, row.number, row["status"]))
    return human


def _channels(person: str, row: Row, recorder: Recorder, family: str) -> None:
    for channel in filter(None, map(shown, row["groups"].split("\n"))):
        group = node_id(NodeKind.GROUP, f"{family} {channel}")
        if recorder.recorded(group) is None:
            recorder.node(group, recorder.policy(group, ATTENDANCE), row.number)
            recorder.field(group, "name", channel, recorder.policy((group, "name"), ATTENDANCE), row.number)
        recorder.tie(TieKind.JOINED, person, group, ATTENDANCE, row.number)


def _acquaintances(rows: list[Row], by_user: dict[str, str], recorder: Recorder) -> None:
    counted: dict[tuple[str, str], Counter[str]] = {}
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        for meaning, word in (("replied", "replies"), ("mentioned", "mentions")):
            for line in filter(None, row[meaning].split("\n")):
                user, _, n = line.partition(COUNT_MARK)
                ends = {by_user.get(row["user"]), by_user.get(user)} - {None}
                if len(ends) == 2:
                    pair = (min(map(str, ends)), max(map(str, ends)))
                    counted.setdefault(pair, Counter())[word] += int(n or 1)
                    first[pair] = min(row.number, first.get(pair, row.number))
    for (a, b), counts in sorted(counted.items()):
        details = {"evidence": "chat"} | {word: str(n) for word, n in sorted(counts.items())}
        recorder.tie(TieKind.KNOWS, a, b, ACQUAINTANCE, first[a, b], other=ACQUAINTANCE, details=details)
