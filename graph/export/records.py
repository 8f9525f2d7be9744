"""Records of an export, checked one by one: the way back of every format that carries them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError, field_validator
from pydantic import Field as Limits

from graph.errors import MusubiError, Refused
from graph.kinds import Said, StatementKind, TieKind
from graph.policy import ALL_PURPOSES, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch, key_of, kind_of, node_id

SHOWN_PROBLEMS = 10
AUDIENCES: Mapping[str, Audience] = {a.name.lower(): a for a in Audience}
MATCHINGS: Mapping[str, Matching] = {m.name.lower(): m for m in Matching}
PARTIAL = (
    "this export was made for another viewer than the operator and does not say whom owners denied a fact:"
    " bring back one that was made as the operator"
)

Raw = bytes | Mapping[str, object]


@dataclass(frozen=True)
class Records:
    """What an export brings back."""

    nodes: list[Node]
    statements: list[Statement]
    ties: list[TieBatch]


def read_records(found: Iterable[tuple[str, Raw]]) -> Records:
    """Check the records of an export and make facts of them.

    Parameters
    ----------
    found : iterable of (str, bytes or mapping)
        Place, such as ``line 3``, and the record: a line of `graph.export.write_jsonl`, or what it parses to.

    Raises
    ------
    graph.errors.Refused
        If any record is not one of such an export, with the first such places and why; an unknown key or a
        misspelt policy is refused and never read as a wider release.
    """
    reading = _Reading()
    for where, raw in found:
        reading.take(where, raw)
    if reading.problems:
        more = reading.n_problems - len(reading.problems)
        rest = f"\nand {more} more" if more else ""
        raise Refused("this is no export of musubi:\n" + "\n".join(reading.problems) + rest)
    ties = [batch.batch(group) for group, batch in reading.ties.items()]
    return Records(reading.nodes, reading.statements, ties)


class Strict(BaseModel):
    """A record in which every key is known and every number finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Number = Annotated[float, Limits(strict=True)]
Words = Annotated[str, StringConstraints(strict=True)]


class PolicyRecord(Strict):
    """A policy as `graph.policy.Policy.to_json` writes it."""

    audience: Literal["only_me", "my_mixers", "my_space", "partners", "network", "public"]
    matching: Literal["none", "owner_first", "open"]
    as_reason: Annotated[bool, Limits(strict=True)]
    partners: tuple[Words, ...] = ()
    purposes: tuple[Purpose, ...] | None = None
    denied: tuple[Words, ...] = ()
    valid_until: dt.date | None = None
    partial: bool = False

    @field_validator("partial")
    @classmethod
    def _whole(cls, partial: bool) -> bool:
        if partial:
            raise ValueError(PARTIAL)
        return partial

    def policy(self) -> Policy:
        """Give the policy."""
        return Policy(
            AUDIENCES[self.audience],
            MATCHINGS[self.matching],
            self.as_reason,
            frozenset(self.partners),
            ALL_PURPOSES if self.purposes is None else frozenset(self.purposes),
            frozenset(self.denied),
            self.valid_until,
        )


class _Fact(Strict):
    said: Said
    source: Words

    def provenance(self) -> Provenance:
        return Provenance(self.source, None, self.said)


class _FieldLine(_Fact):
    policy: PolicyRecord
    value: Words

    def field(self) -> Field:
        return Field(self.value, self.policy.policy(), self.provenance())


class _NodeLine(_Fact):
    type: Literal["node"]
    id: Words
    kind: Words
    policy: PolicyRecord
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
    policy: PolicyRecord

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
    policy_src: PolicyRecord
    policy_dst: PolicyRecord


_LINE: TypeAdapter[_NodeLine | _StatementLine | _TieLine] = TypeAdapter(
    Annotated[_NodeLine | _StatementLine | _TieLine, Limits(discriminator="type")]
)
_Group = tuple[TieKind, PolicyRecord, PolicyRecord, str, Said]


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
    """Collects records and problems one by one."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.statements: list[Statement] = []
        self.ties: dict[_Group, _Columns] = {}
        self.problems: list[str] = []
        self.n_problems = 0
        self._ids: dict[str, str] = {}

    def take(self, where: str, raw: Raw) -> None:
        try:
            self._take(_LINE.validate_json(raw) if isinstance(raw, bytes) else _LINE.validate_python(raw))
        except (ValidationError, MusubiError) as error:
            self.n_problems += 1
            if len(self.problems) < SHOWN_PROBLEMS:
                self.problems.append(f"{where}: {_why(error)}")

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
