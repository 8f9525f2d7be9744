"""What an export that comes back may decide here: everything in an empty store, nothing wider elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from graph.export import Records
from graph.gate import CONTROL_TIES
from graph.kinds import DATED_KEY, OWNER_KINDS, SYMMETRIC, NodeKind, Said, TieKind
from graph.policy import Audience, Matching, Policy, stricter
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch, kind_of
from graph.snapshot import Snapshot
from graph.tables import SAID, TIE_KINDS

ARRIVED = Policy(Audience.MY_MIXERS, Matching.OWNER_FIRST)
"""The widest release of a fact that came from elsewhere, until its owner decides here."""
GRANTS = CONTROL_TIES | {
    TieKind.MIXES, TieKind.MANAGES, TieKind.REPRESENTS, TieKind.COVERS, TieKind.KEY_OF, TieKind.PARTY_TO,
}  # fmt: skip
"""Ties that let somebody see or decide, say who is who, or who is asked and how often: no file from elsewhere gives
them, or changes those that are here."""
DECISIONS = frozenset({NodeKind.AGREEMENT, NodeKind.INTRODUCTION})
"""Nodes that tell what was decided here: no file from elsewhere brings or changes one."""

TieKey = tuple[TieKind, NodeId, NodeId, float | None]
Row = tuple[NodeId, NodeId, float | None, float | None, int, int | None, str | None]


@dataclass
class Known:
    """What was decided here before, and by the files of this import read so far.

    Attributes
    ----------
    settled : bool
        Whether anybody was here before: then a file decides nothing wider than what holds, and new facts are
        released to mixers at most.
    """

    settled: bool
    nodes: dict[NodeId, Policy] = field(default_factory=dict)
    fields: dict[tuple[NodeId, str], Field] = field(default_factory=dict)
    statements: dict[str, Policy] = field(default_factory=dict)
    ties: dict[TieKey, tuple[Policy, Policy]] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot, only: NodeId | None = None) -> Known:
        """Learn what a graph holds: of everybody, or of facts about one node only and all nodes."""
        s, policies = snapshot if only is None else _about(snapshot, only), snapshot.policies
        ids = s.nodes.ids.tolist()
        known = cls(len(s.of_kind(*OWNER_KINDS)) > 0)
        known.nodes = {i: policies[p] for i, p in zip(ids, s.nodes.policy.tolist(), strict=True)}
        columns = (s.fields.node, s.fields.name, s.fields.value, s.fields.policy, s.fields.said)
        for node, name, value, policy, said in zip(*(c.tolist() for c in columns), strict=True):
            known.fields[ids[node], name] = Field(value, policies[policy], Provenance("", None, SAID[said]))
        statements = zip(s.statements.ids.tolist(), s.statements.policy.tolist(), strict=True)
        known.statements = {i: policies[p] for i, p in statements}
        t = s.ties
        for kind, src, dst, at, mine, theirs in zip(
            *(c.tolist() for c in (t.kind, t.src, t.dst, t.t, t.policy_src, t.policy_dst)), strict=True
        ):
            key = _key(TIE_KINDS[kind], ids[src], ids[dst], None if at != at else at)
            known.ties[key] = policies[mine], policies[theirs]
        return known

    def admitted(self, found: Records) -> tuple[Records, dict[str, int]]:
        """Give what of an export is taken, and how much of it was narrowed or left out.

        Returns
        -------
        Records
            As they are where nobody was here before. Else known facts with the stricter of both decisions, new
            facts of people and organisations with `ARRIVED` at most, and without agreements and grants that
            are not here already; those that are here stay as they are, and so do introductions.
        dict of str to int
            Number of facts by code of a note.
        """
        work = _Admission(self)
        nodes = [n for n in map(work.node, found.nodes) if n is not None]
        gone = {n.id for n in found.nodes} - {n.id for n in nodes}
        statements = [work.statement(s) for s in found.statements if s.owner not in gone]
        ties = [batch for whole in found.ties for batch in work.ties(whole)]
        taken = Records(nodes, statements, ties)
        self._learn(taken)
        return taken, {code: n for code, n in work.counts.items() if n}

    def _learn(self, taken: Records) -> None:
        for node in taken.nodes:
            self.nodes[node.id] = node.policy
            self.fields |= {(node.id, name): value for name, value in node.fields.items()}
        self.statements |= {s.id: s.policy for s in taken.statements}
        for batch in taken.ties:
            for row in _rows(batch):
                self.ties[_key(batch.kind, *row[:3])] = batch.policy_src, batch.policy_dst


@dataclass
class _Admission:
    known: Known
    counts: dict[str, int] = field(default_factory=lambda: {"release_narrowed": 0, "grant_left_out": 0})

    def node(self, node: Node) -> Node | None:
        held = self.known.nodes.get(node.id)
        if self.known.settled and kind_of(node.id) in DECISIONS:
            self.counts["grant_left_out"] += held is None
            return None
        fields = {name: self._field(node.id, name, value) for name, value in node.fields.items()}
        return replace(node, policy=self._policy(node.policy, held, node.id), fields=fields)

    def _field(self, owner: NodeId, name: str, value: Field) -> Field:
        held = self.known.fields.get((owner, name))
        if held is None:
            return replace(value, policy=self._policy(value.policy, None, owner))
        policy = self._policy(value.policy, held.policy, owner)
        said = Said(value.provenance.said)
        if held.provenance.said is Said.SELF and said is not Said.SELF:  # what the owner said here stays
            return Field(held.value, policy, held.provenance)
        return replace(value, policy=policy)

    def statement(self, statement: Statement) -> Statement:
        policy = self._policy(statement.policy, self.known.statements.get(statement.id), statement.owner)
        return replace(statement, policy=policy)

    def ties(self, batch: TieBatch) -> Iterator[TieBatch]:
        """Give the batch in parts of one pair of policies each."""
        decided: list[tuple[tuple[Policy, Policy], Row]] = []
        for row in _rows(batch):
            key = _key(batch.kind, *row[:3])
            held = self.known.ties.get(key)
            if self.known.settled and (batch.kind in GRANTS or DECISIONS & set(map(kind_of, row[:2]))):
                self.counts["grant_left_out"] += held is None
                continue
            mine, theirs = (batch.policy_src, batch.policy_dst)
            if key[1] != row[0]:  # stored the other way round
                held = held and (held[1], held[0])
            ends = (mine, held and held[0], row[0]), (theirs, held and held[1], row[1])
            decided.append(((self._policy(*ends[0]), self._policy(*ends[1])), row))
        decided.sort(key=lambda one: (one[0][0].to_json(), one[0][1].to_json()))
        for (mine, theirs), rows in groupby(decided, key=lambda one: one[0]):
            yield _batch(batch, mine, theirs, [row for _, row in rows])

    def _policy(self, given: Policy, held: Policy | None, owner: NodeId) -> Policy:
        if held is not None:
            policy = held if held == given else stricter(held, given)
        elif self.known.settled and kind_of(owner) in OWNER_KINDS:
            policy = stricter(given, ARRIVED)
        else:
            policy = given
        self.counts["release_narrowed"] += policy != given
        return policy


def _about(snapshot: Snapshot, node: NodeId) -> Snapshot:
    row, ties = snapshot.row_of.get(node, -1), snapshot.ties
    return replace(
        snapshot,
        fields=snapshot.fields.take(snapshot.fields.node == row),
        statements=snapshot.statements.take(snapshot.statements.owner == row),
        ties=ties.take((ties.src == row) | (ties.dst == row)),
    )


def _key(kind: TieKind, src: NodeId, dst: NodeId, t: float | None) -> TieKey:
    if kind in SYMMETRIC and src > dst:
        src, dst = dst, src
    return kind, src, dst, t if kind in DATED_KEY else None


def _rows(batch: TieBatch) -> Iterator[Row]:
    nothing = [None] * len(batch)
    columns = (batch.t or nothing, batch.until or nothing, batch.n or [1] * len(batch), batch.rows or nothing,
               batch.details or nothing)  # fmt: skip
    return zip(batch.src, batch.dst, *columns, strict=True)


def _batch(batch: TieBatch, mine: Policy, theirs: Policy, rows: list[Row]) -> TieBatch:
    src, dst, t, until, n, numbers, details = zip(*rows, strict=True)
    return TieBatch(
        batch.kind, src, dst, mine, theirs, batch.source, batch.said,
        t=t, until=until, n=n, rows=numbers, details=details,
    )  # fmt: skip
