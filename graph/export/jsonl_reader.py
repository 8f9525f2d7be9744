"""Reading an export back: JSON lines to a change set, policies included."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError
from pydantic import Field as Limits

from graph.changes import ChangeSet
from graph.errors import MusubiError, Refused
from graph.kinds import Said, StatementKind, TieKind
from graph.policy import ALL_PURPOSES, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch, key_of, kind_of, node_id

SHOWN_PROBLEMS = 10
AUDIENCES: Mapping[str, Audience] = {a.name.lower(): a for a in Audience}
MATCHINGS: Mapping[str, Matching] = {m.name.lower(): m for m in Matching}


def read_jsonl(lines: Iterable[bytes | str], *, actor: str = "operator") -> ChangeSet:
    """Read what `graph.export.write_jsonl` wrote.

    Parameters
    ----------
    lines : iterable of bytes or str
        A binary file will do. Blank lines are passed over.
    actor : str
        Who brings the graph back.

    Returns
    -------
    ChangeSet
        Applied to an empty store, an export of the operator gives an equal export. Its key is made from the
        content, so that applying the same lines twice changes nothing.

    Raises
    ------
    graph.errors.Refused
        If any line is not one of such an export, with the first such lines and why; an unknown key or
        a misspelt policy is refused and never read as a wider release.

    Notes
    -----
    ``id`` of a statement and ``kind`` of a node follow from the rest and are not used.

    Bring back exports of the operator only: those of other viewers lack what these may not see, also whom
    an owner denied a fact, and a fact brought back without its denials would reach these people.
    """
    reading = _Reading()
    digest = hashlib.blake2b(digest_size=16)
    for number, line in enumerate(lines, start=1):
        raw = line.encode() if isinstance(line, str) else line
        digest.update(raw)
        if raw.strip():
            reading.line(number, raw)
    if reading.problems:
        more = reading.n_problems - len(reading.problems)
        rest = f"\nand {more} more" if more else ""
        raise Refused("this is no export of musubi:\n" + "\n".join(reading.problems) + rest)
    key = f"restore:{digest.hexdigest()}"
    return ChangeSet(
        key, actor, "restore", digest.hexdigest(), reading.nodes, reading.statements,
        [batch.batch(group) for group, batch in reading.ties.items()],
    )  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Number = Annotated[float, Limits(strict=True)]
Words = Annotated[str, StringConstraints(strict=True)]


class _PolicyLine(_Strict):
    audience: Literal["only_me", "my_mixers", "my_space", "partners", "network", "public"]
    matching: Literal["none", "owner_first", "open"]
    as_reason: Annotated[bool, Limits(strict=True)]
    partners: tuple[Words, ...] = ()
    purposes: tuple[Purpose, ...] | None = None
    denied: tuple[Words, ...] = ()
    valid_until: dt.date | None = None

    def policy(self) -> Policy:
        return Policy(
            AUDIENCES[self.audience],
            MATCHINGS[self.matching],
            self.as_reason,
            frozenset(self.partners),
            ALL_PURPOSES if self.purposes is None else frozenset(self.purposes),
            frozenset(self.denied),
            self.valid_until,
        )


class _Fact(_Strict):
    said: Said
    source: Words

    def provenance(self) -> Provenance:
        return Provenance(self.source, None, self.said)


class _FieldLine(_Fact):
    policy: _PolicyLine
    value: Words

    def field(self) -> Field:
        return Field(self.value, self.policy.policy(), self.provenance())


class _NodeLine(_Fact):
    type: Literal["node"]
    id: Words
    kind: Words
    policy: _PolicyLine
    fields: dict[Words, _FieldLine]

    def node(self) -> Node:
        fields = {name: value.field() for name, value in self.fields.items()}
        return Node(_checked(self.id), self.policy.policy(), self.provenance(), fields)


class _StatementLine(_Fact):
    type: Literal["statement"]
    id: Words
    owner: Words
    kind: StatementKind
    text: Words
    t: Number | None
    details: dict[Words, Words]
    policy: _PolicyLine

    def statement(self) -> Statement:
        policy = self.policy.policy()
        return Statement(self.owner, self.kind, self.text, policy, self.provenance(), self.t, self.details)


class _TieLine(_Fact):
    type: Literal["tie"]
    kind: TieKind
    src: Words
    dst: Words
    t: Number | None
    until: Number | None
    n: Annotated[int, Limits(strict=True, ge=1)]
    details: dict[Words, object] | None
    policy_src: _PolicyLine
    policy_dst: _PolicyLine


_LINE: TypeAdapter[_NodeLine | _StatementLine | _TieLine] = TypeAdapter(
    Annotated[_NodeLine | _StatementLine | _TieLine, Limits(discriminator="type")]
)
_Group = tuple[TieKind, _PolicyLine, _PolicyLine, str, Said]


@dataclass
class _Columns:
    """Ties of one kind, one source and one pair of policies."""

    src: list[NodeId] = field(default_factory=list)
    dst: list[NodeId] = field(default_factory=list)
    t: list[float | None] = field(default_factory=list)
    until: list[float | None] = field(default_factory=list)
    n: list[int] = field(default_factory=list)
    details: list[str | None] = field(default_factory=list)

    def batch(self, group: _Group) -> TieBatch:
        kind, policy_src, policy_dst, source, said = group
        return TieBatch(
            kind, self.src, self.dst, policy_src.policy(), policy_dst.policy(), source, said,
            t=self.t, until=self.until, n=self.n, details=self.details,
        )  # fmt: skip


class _Reading:
    """Collects records and problems line by line."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.statements: list[Statement] = []
        self.ties: dict[_Group, _Columns] = {}
        self.problems: list[str] = []
        self.n_problems = 0
        self._ids: dict[str, str] = {}

    def line(self, number: int, raw: bytes) -> None:
        try:
            self._take(_LINE.validate_json(raw))
        except (ValidationError, MusubiError) as error:
            self.n_problems += 1
            if len(self.problems) < SHOWN_PROBLEMS:
                self.problems.append(f"line {number}: {_why(error)}")

    def _take(self, found: _NodeLine | _StatementLine | _TieLine) -> None:
        if isinstance(found, _NodeLine):
            self.nodes.append(found.node())
        elif isinstance(found, _StatementLine):
            self.statements.append(found.statement())
        else:
            self._tie(found)

    def _tie(self, tie: _TieLine) -> None:
        group = (tie.kind, tie.policy_src, tie.policy_dst, tie.source, tie.said)
        columns = self.ties.setdefault(group, _Columns())
        columns.src.append(self._ids.setdefault(tie.src, tie.src))
        columns.dst.append(self._ids.setdefault(tie.dst, tie.dst))
        columns.t.append(tie.t)
        columns.until.append(tie.until)
        columns.n.append(tie.n)
        details = None if tie.details is None else json.dumps(tie.details, ensure_ascii=False, sort_keys=True)
        columns.details.append(details)


def _checked(identifier: str) -> NodeId:
    return node_id(kind_of(identifier), key_of(identifier))


def _why(error: ValidationError | MusubiError) -> str:
    if isinstance(error, MusubiError):
        return str(error)
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]
