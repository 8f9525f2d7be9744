"""Profiles of maps and open vocabularies: elements of several kinds, and what connects them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from graph.kinds import NodeKind, Said, StatementKind, TieKind
from graph.policy import ACQUAINTANCE, ATTENDANCE, COLLABORATION, MEMBERSHIP, NAME, PRESENCE, PUBLIC_OPEN, Policy
from graph.records import key_of, kind_of, node_id
from ingest.call import Call
from ingest.directory import Directory, derived_id
from ingest.facts import Facts
from ingest.japanese import fold, shown
from ingest.newcomers import Defaults, Newcomers, read_newcomer, user_key
from ingest.organisations import KINDS, record_bare
from ingest.profile import profile
from ingest.recorder import UNSAID, Recorder
from ingest.report import Report
from ingest.splitting import parts, sentences
from ingest.table import Row, Table
from ingest.words import is_no_organisation, is_nothing, words

TYPES = {
    NodeKind.PERSON: words("person people individual member human 人 個人 人物 メンバー 会員 ヒト"),
    NodeKind.ORGANISATION: words("organisation organization org organisations organizations 団体 組織 法人 企業 会社")
    | frozenset().union(*KINDS.values()),
    NodeKind.SPACE: words(
        "space place venue coworking coworkingspace location スペース 場所 拠点 コワーキングスペース"
    ),
    NodeKind.COMMUNITY: words("community programme program network コミュニティ 企画 プログラム"),
    NodeKind.GROUP: words("team channel club committee グループ チーム 委員会"),
    NodeKind.PROJECT: words("project initiative プロジェクト 事業 案件"),
    NodeKind.EVENT: words("event meeting workshop イベント 催し 会合"),
    NodeKind.SKILL: words("skill topic tag スキル 技能"),
}
TYPE_EXPECTED = "person, organisation, space, community, project, event or skill"
END_EXPECTED = "the label of an element that is known: import the elements first"
BELONGING = {
    NodeKind.ORGANISATION: TieKind.MEMBER_OF,
    NodeKind.SPACE: TieKind.MEMBER_OF,
    NodeKind.COMMUNITY: TieKind.MEMBER_OF,
    NodeKind.GROUP: TieKind.JOINED,
    NodeKind.PROJECT: TieKind.COLLABORATED,
    NodeKind.EVENT: TieKind.ATTENDED,
    NodeKind.SKILL: TieKind.HAS_SKILL,
}
TOGETHER = words("collaborated collaboration collaborates collaborateswith workedwith workswith 協業 協働 共同")
TIE_POLICY = {TieKind.ATTENDED: ATTENDANCE, TieKind.COLLABORATED: COLLABORATION, TieKind.KNOWS: ACQUAINTANCE}
TEXTS = {
    "text": StatementKind.TEXT, "vision": StatementKind.VISION, "activity": StatementKind.ACTIVITY,
    "offer": StatementKind.OFFER, "need": StatementKind.NEED,
}  # fmt: skip


def kind_of_type(text: str, default: NodeKind = NodeKind.PERSON) -> NodeKind | None:
    """Give the kind of node that a word for a type means; None where the word is not known.

    >>> kind_of_type("Person"), kind_of_type("NPO法人"), kind_of_type(""), kind_of_type("river")
    (<NodeKind.PERSON: 'person'>, <NodeKind.ORGANISATION: 'organisation'>, <NodeKind.PERSON: 'person'>, None)
    """
    if is_nothing(text):
        return default
    return next((kind for kind, known in TYPES.items() if fold(text) in known), None)


def read_elements(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read elements of a map: people, organisations, spaces, communities, projects, events, skills.

    Parameters
    ----------
    table : Table
        One row an element.
    directory : Directory
        Who is known; learns what the table says.
    facts : Facts
        Gets records and problems.
    source : str
        Name of the file, with the sheet after a slash.
    call : Call
        Its space, where one is named, is that of all people in the table.
    """
    report, recorder = Report(table, facts), Recorder(directory, source, Said.RECORD, table.mapping.shape)
    facts.rows += len(table.rows)
    kinds = {row.number: _kind(row, report) for row in table.rows}
    rows = sorted((r for r in table.rows if r.number not in report.refused), key=lambda r: r.content)
    family = profile(table.mapping.profile).family
    people = [r for r in rows if kinds[r.number] is NodeKind.PERSON]
    accounts = _accounts(people, family)
    found = Newcomers(report, recorder, Defaults()).record(read_newcomer(r, accounts[r.number]) for r in people)
    for row in rows:
        kind = kinds[row.number]
        identifier = found.get(row.number) if kind is NodeKind.PERSON else _element(row, kind, recorder)
        if identifier:
            _describe(identifier, row, recorder)
            if kind is NodeKind.PERSON and call.space:
                _member(identifier, call.space, row, recorder, facts)
            _remember(identifier, row, directory, source)
    recorder.into(facts)


def read_connections(table: Table, directory: Directory, facts: Facts, source: str, call: Call) -> None:
    """Read what connects elements; the kind of a tie follows from the kinds of its ends.

    Parameters are those of `read_elements`.
    """
    report, recorder = Report(table, facts), Recorder(directory, source, Said.RECORD, table.mapping.shape)
    facts.rows += len(table.rows)
    for row in sorted(table.rows, key=lambda r: r.content):
        moment = report.moment(row, "date")
        ends = [_end(row, meaning, directory, report, source) for meaning in ("from", "to")]
        if ends[0] == ends[1] and ends[0]:
            report.refuse(row, "to", "self_meeting", "two different elements")
        if row.number not in report.refused and ends[0] and ends[1]:
            _connect(ends[0], ends[1], row, recorder, moment.start if moment else None)
    recorder.into(facts)


def _accounts(rows: Sequence[Row], family: str) -> dict[int, str]:
    """Give the key of each person: a number, an address, else the label, which in a map stands for one person.

    Notes
    -----
    Of several elements of one label each has the key of its own id. Labels are digested: ids are seen by
    people who may not see names.
    """
    labels = Counter(fold(_label(row)) for row in rows)
    out = {}
    for row in rows:
        given = row["number"] or row["url"].removeprefix("https://").removeprefix("http://").rstrip("/")
        label = fold(_label(row))
        own = label if label and labels[label] == 1 else f"{label}\0{row['key']}"
        out[row.number] = user_key(family, given or key_of(derived_id(family, own)))
    return out


def _label(row: Row) -> str:
    return row["name"] or f"{row['family_name']} {row['given_name']}".strip()


def _kind(row: Row, report: Report) -> NodeKind:
    default = NodeKind.ORGANISATION if report.table.mapping.profile.endswith("organisations") else NodeKind.PERSON
    kind = kind_of_type(row["type"], default)
    if kind is None:
        report.refuse(row, "type", "unknown_kind", TYPE_EXPECTED)
    elif kind is not NodeKind.PERSON and is_nothing(row["name"]):
        report.refuse(row, "name", "empty", "a name")
    return kind or default


def _element(row: Row, kind: NodeKind, recorder: Recorder) -> str:
    name, number = shown(row["name"]), row.number
    if kind is NodeKind.SPACE:
        return recorder.space(name, number)
    if kind is NodeKind.SKILL:
        return recorder.named_skill(name, number)
    if kind is NodeKind.ORGANISATION:
        return record_bare(recorder, row["name"], number)
    identifier = node_id(kind, name)
    policy = recorder.policy(identifier, PRESENCE)
    recorder.node(identifier, policy, number)
    recorder.field(identifier, "name", name, recorder.policy((identifier, "name"), NAME), number)
    return identifier


def _describe(identifier: str, row: Row, recorder: Recorder) -> None:
    """Record texts, skills, organisations and projects of an element that may own them."""
    if kind_of(identifier) not in (NodeKind.PERSON, NodeKind.ORGANISATION):
        return
    kept = {
        recorder.statement(identifier, kind, text, UNSAID, row.number)
        for meaning, kind in TEXTS.items()
        for text in sentences(row[meaning])
    }
    recorder.only_statements(identifier, kept)
    for skill in parts(row["skill"]):
        recorder.skill(identifier, skill, UNSAID, row.number)
    for name in filter(None, map(str.strip, row["organisations"].split("\n"))):
        if not is_no_organisation(name):
            target = record_bare(recorder, name, row.number)
            recorder.tie(TieKind.MEMBER_OF, identifier, target, MEMBERSHIP, row.number, other=MEMBERSHIP)
    for name in parts(row["groups"]):
        group = _named(node_id(NodeKind.GROUP, name), name, ATTENDANCE, row, recorder)
        recorder.tie(TieKind.JOINED, identifier, group, ATTENDANCE, row.number)
    for name in filter(None, map(shown, row["projects"].split("\n"))):
        project = _named(node_id(NodeKind.PROJECT, name), name, COLLABORATION, row, recorder)
        recorder.tie(TieKind.COLLABORATED, identifier, project, COLLABORATION, row.number)


def _named(identifier: str, name: str, default: Policy, row: Row, recorder: Recorder) -> str:
    """Give the id of a group or project, recorded now if it is new in this table."""
    if recorder.recorded(identifier) is None:
        recorder.node(identifier, recorder.policy(identifier, default), row.number)
        recorder.field(identifier, "name", name, recorder.policy((identifier, "name"), default), row.number)
    return identifier


def _member(person: str, name: str, row: Row, recorder: Recorder, facts: Facts) -> None:
    space = recorder.space(name, row.number)
    policy = recorder.policy((TieKind.MEMBER_OF, person, space), MEMBERSHIP)
    recorder.tie(TieKind.MEMBER_OF, person, space, policy, row.number)
    recorder.directory.learn_person(person, spaces=[space])
    facts.spaces.add(frozenset({space}))


def _end(row: Row, meaning: str, directory: Directory, report: Report, source: str) -> str | None:
    text = row[meaning]
    known = directory.labels.get((source.partition("/")[0], fold(text))) or (
        _by_name(text, directory) if fold(text) else None
    )
    if known is None:
        report.refuse(row, meaning, "empty" if is_nothing(text) else "unknown_id", END_EXPECTED)
    return known


def _remember(identifier: str, row: Row, directory: Directory, source: str) -> None:
    """Remember what an element is called: in its own file, and in others where only one is called so."""
    for key in {fold(row["key"]), fold(row["name"])} - {""}:
        directory.labels.setdefault((source.partition("/")[0], key), identifier)
    anywhere = ("", fold(row["name"]))
    if directory.labels.setdefault(anywhere, identifier) != identifier:
        directory.labels[anywhere] = ""


def _by_name(text: str, directory: Directory) -> str | None:
    label = directory.labels.get(("", fold(text)))
    if label is not None:
        return label or None
    person = directory.person(text)
    if person:
        return person.id
    choices = [directory.space(text) if directory.knows_space(text) else "", directory.organisation(text)]
    choices += [node_id(kind, shown(text)) for kind in (NodeKind.COMMUNITY, NodeKind.PROJECT, NodeKind.EVENT)]
    return next((i for i in choices if i in directory.ids), None)


def _connect(a: str, b: str, row: Row, recorder: Recorder, t: float | None) -> None:
    owners = (NodeKind.PERSON, NodeKind.ORGANISATION)
    src, dst = (a, b) if kind_of(a) is NodeKind.PERSON or kind_of(b) not in owners else (b, a)
    kinds = (kind_of(src), kind_of(dst))
    details = {"type": shown(row["type"])} if shown(row["type"]) else None
    if kinds[0] is kinds[1] is NodeKind.PERSON and fold(row["type"]) in TOGETHER:
        kind = TieKind.COLLABORATED
    elif kinds[0] is kinds[1]:
        kind = TieKind.KNOWS if kinds[0] is NodeKind.PERSON else TieKind.PARTNERS
        src, dst = sorted((src, dst))
    elif kinds[0] in owners and kinds[1] in BELONGING:
        kind = BELONGING[kinds[1]]
    else:
        kind = TieKind.HELD_AT if kinds[1] is NodeKind.SPACE else TieKind.PARTNERS
    policy: Policy = TIE_POLICY.get(kind, MEMBERSHIP)
    other = policy if kinds[1] in owners else PUBLIC_OPEN
    recorder.tie(kind, src, dst, policy, row.number, other=other, t=t, details=details)
