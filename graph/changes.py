"""ChangeSet: the only way in which anything in the graph changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field

from graph.audit import Forgetting
from graph.errors import WrongUse
from graph.kinds import TieKind
from graph.policy import Policy
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch


@dataclass(slots=True)
class ChangeSet:
    """Changes that a store applies together, in one transaction with their audit row, or not at all.

    Parameters
    ----------
    key : str
        Idempotency key. Applying the same key twice changes nothing the second time; the same key
        with another content raises `graph.errors.Conflict`.
    actor : str
        Who acts, as written by ``--as``: ``operator``, ``mixer:ID`` and so on.
    action : str
        What is done, such as ``import`` or ``agreement``.
    digest : str, optional
        Digest of the content, where one is known that is cheaper than hashing all records (an import
        gives the digest of its file, mapping and profile).
    expected : str, optional
        `Store.mark` of the state it was prepared from: in any other state the store refuses it with
        `graph.errors.Conflict`, and it is to be prepared again. Not part of the content; a key that was
        applied before is answered as ever.

    Notes
    -----
    Nodes that a statement or tie names must be in the same change set or in the store already.
    A field, statement or tie given again replaces its earlier version. Removals come first: a removed node
    loses its fields, its statements and every tie that ends at it; unknown ids are ignored.
    """

    key: str
    actor: str
    action: str
    digest: str = ""
    nodes: list[Node] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    ties: list[TieBatch] = field(default_factory=list)
    removed_statements: list[str] = field(default_factory=list)
    removed_ties: list[tuple[TieKind, NodeId, NodeId]] = field(default_factory=list)
    removed_nodes: list[NodeId] = field(default_factory=list)
    forgetting: Forgetting | None = None
    expected: str = ""

    def __post_init__(self) -> None:
        if not self.key or not self.actor or not self.action:
            raise WrongUse("a change set needs key, actor and action")

    def add_tie(
        self,
        kind: TieKind,
        src: NodeId,
        dst: NodeId,
        policy_src: Policy,
        policy_dst: Policy,
        provenance: Provenance,
        *,
        t: float | None = None,
        until: float | None = None,
        details: str | None = None,
    ) -> None:
        """Add one tie; importers of many ties append a `TieBatch` to ``ties`` instead."""
        self.ties.append(
            TieBatch(
                kind, (src,), (dst,), policy_src, policy_dst, provenance.source, provenance.said,
                (t,), (until,), (1,), (provenance.row,), (details,),
            )
        )  # fmt: skip

    def remove_statements(self, ids: Iterable[str]) -> None:
        """Take statements back, by id; unknown ids are ignored so that a repeated call is harmless."""
        self.removed_statements.extend(ids)

    def remove_tie(self, kind: TieKind, src: NodeId, dst: NodeId) -> None:
        """Take back every tie of a kind between two nodes."""
        self.removed_ties.append((kind, src, dst))

    def content_digest(self) -> str:
        """Give the digest that tells this content from another one under the same key."""
        if self.digest:
            return self.digest
        h = hashlib.blake2b(digest_size=16)
        for part in self._parts():
            h.update(repr(part).encode())
        return h.hexdigest()

    def _parts(self) -> Iterable[object]:
        yield self.action
        for node in self.nodes:
            yield node.id, node.policy.to_json(), sorted((k, _field_text(v)) for k, v in node.fields.items())
        for s in self.statements:
            yield s.id, s.t, s.policy.to_json(), sorted(s.details.items()), asdict(s.provenance)
        for batch in self.ties:
            yield batch.kind, batch.policy_src.to_json(), batch.policy_dst.to_json(), batch.source, batch.said
            yield from _columns(batch)
        yield sorted(self.removed_statements), sorted(self.removed_ties)
        if self.removed_nodes or self.forgetting:
            yield sorted(self.removed_nodes), self.forgetting


def _field_text(f: Field) -> str:
    return f"{f.value}\0{f.policy.to_json()}\0{f.provenance}"


def _columns(batch: TieBatch) -> Iterable[Sequence[object] | None]:
    yield tuple(batch.src)
    yield tuple(batch.dst)
    for column in (batch.t, batch.until, batch.n, batch.rows, batch.details):
        yield tuple(column) if column is not None else None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a store answers after a change set is safely kept.

    Attributes
    ----------
    version : int
        Version of the graph after it.
    replayed : bool
        True when the key had been applied before; nothing was changed now.
    created, removed : int
        Number of nodes, statements and ties.
    changed : int
        Number of policies and attributes of nodes, statements and ties that were replaced.
    unchanged : int
        Facts given beyond those created and changed, at least 0.
    """

    version: int
    replayed: bool
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
