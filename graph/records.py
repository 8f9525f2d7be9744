"""Records of the property graph: nodes with fields, statements and ties, each with policy and provenance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import overload

import numpy as np
from numpy.typing import NDArray

from graph.errors import WrongUse
from graph.kinds import DATED_KEY, SYMMETRIC, NodeKind, Said, StatementKind, TieKind
from graph.policy import Policy

NodeId = str
"""Kind and key of a node joined by a colon, such as ``"person:KZ-0012"``."""


def node_id(kind: NodeKind, key: str) -> NodeId:
    """Join kind and key; the key may be any non-empty text without control characters."""
    if not key or any(ord(c) < 32 for c in key):
        raise WrongUse(f"key of a {kind}: got {key!r}, expected text without control characters")
    return f"{kind}:{key}"


def kind_of(identifier: NodeId) -> NodeKind:
    """Give the kind of a node from its id."""
    prefix, colon, _ = identifier.partition(":")
    if not colon or prefix not in NodeKind.__members__.values():
        raise WrongUse(f"node id {identifier!r}: expected KIND:KEY with one of {', '.join(NodeKind)}")
    return NodeKind(prefix)


def key_of(identifier: NodeId) -> str:
    """Give the key of a node: the id of the imported file where it had ids."""
    return identifier.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact comes from.

    Attributes
    ----------
    source : str
        File name, or the part of the product through which it was entered.
    row : int or None
        Row as a spreadsheet shows it, from 1.
    said : Said
        Who said it.
    """

    source: str
    row: int | None = None
    said: Said = Said.RECORD

    def under(self, names: Mapping[str, str]) -> Provenance:
        """Give the same with another name of the source, by its old one; as it is where there is none."""
        return replace(self, source=names.get(self.source, self.source))


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute of a node, such as its name, with the owner's decision about it."""

    value: str
    policy: Policy
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Node:
    """A node.

    Attributes
    ----------
    policy : Policy
        Its audience says who may know that the node is here at all, its ``matching`` whether it may be
        introduced to others: ``open`` = agreed, ``owner_first`` = not asked yet, ``none`` = never.
    fields : mapping of str to Field
        Attributes such as ``name``.
    """

    id: NodeId
    policy: Policy
    provenance: Provenance
    fields: Mapping[str, Field] = field(default_factory=dict)

    def under(self, names: Mapping[str, str]) -> Node:
        """Give the same with other names of its sources, by their old ones."""
        fields = {key: replace(one, provenance=one.provenance.under(names)) for key, one in self.fields.items()}
        return replace(self, provenance=self.provenance.under(names), fields=fields)


@dataclass(frozen=True, slots=True)
class Statement:
    """A text that somebody states: need, offer, vision, activity, story or undeclared text.

    Attributes
    ----------
    owner : NodeId
        Person, organisation, space or community that the text is about.
    kind : StatementKind
        Declared kind.
    text : str
        The words as they were given, not folded.
    t : float or None
        When it was said, POSIX seconds.
    details : mapping of str to str
        Rung of the commitment ladder, exchange kind, meeting mode and the like.
    """

    owner: NodeId
    kind: StatementKind
    text: str
    policy: Policy
    provenance: Provenance
    t: float | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Stable id made from owner, kind and text: the same words twice are one statement."""
        digest = hashlib.blake2b(f"{self.owner}\0{self.kind}\0{self.text}".encode(), digest_size=10)
        return f"statement:{digest.hexdigest()}"


class CodedIds(Sequence[NodeId]):
    """A column of node ids as numbers into a list of them: for millions of ties between few nodes.

    Parameters
    ----------
    ids : sequence of NodeId
        Each id once.
    codes : (n,) int
        Position in ``ids`` of each row.
    """

    __slots__ = ("codes", "ids")

    def __init__(self, ids: Sequence[NodeId], codes: NDArray[np.int64]) -> None:
        self.ids, self.codes = ids, codes

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, index: int) -> NodeId: ...
    @overload
    def __getitem__(self, index: slice) -> CodedIds: ...
    def __getitem__(self, index: int | slice) -> NodeId | CodedIds:
        if isinstance(index, slice):
            return CodedIds(self.ids, self.codes[index])
        return self.ids[int(self.codes[index])]

    def __iter__(self) -> Iterator[NodeId]:
        return map(self.ids.__getitem__, self.codes.tolist())


@dataclass(frozen=True, slots=True)
class TieBatch:
    """Ties of one kind, one source and one pair of policies, column by column.

    Attributes
    ----------
    src, dst : sequences of NodeId, (n,)
        Ends. Of a symmetric kind the store keeps the smaller id first.
    t : sequence of float or None, (n,)
        POSIX seconds; part of the key for kinds that may repeat (`graph.kinds.DATED_KEY`), else the
        beginning. None = undated.
    until : sequence of float or None, (n,)
        End, POSIX seconds.
    n : sequence of int, (n,)
        How often the same meeting was recorded at that time.
    rows : sequence of int or None, (n,)
        Row of the source.
    details : sequence of JSON objects as text or None, (n,)
        Role, contract and the like.
    policy_src, policy_dst : Policy
        What each end decided; an end that owns nothing (space, event, skill) has no say and takes
        `graph.policy.PUBLIC_OPEN`.
    """

    kind: TieKind
    src: Sequence[NodeId]
    dst: Sequence[NodeId]
    policy_src: Policy
    policy_dst: Policy
    source: str
    said: Said = Said.RECORD
    t: Sequence[float | None] | None = None
    until: Sequence[float | None] | None = None
    n: Sequence[int] | None = None
    rows: Sequence[int | None] | None = None
    details: Sequence[str | None] | None = None

    def __post_init__(self) -> None:
        for name in ("dst", "t", "until", "n", "rows", "details"):
            column = getattr(self, name)
            if column is not None and len(column) != len(self.src):
                raise WrongUse(f"ties {self.kind}: column {name!r} has {len(column)} rows, src has {len(self.src)}")

    def __len__(self) -> int:
        return len(self.src)

    @property
    def symmetric(self) -> bool:
        """Whether the two ends are equal."""
        return self.kind in SYMMETRIC

    @property
    def repeats(self) -> bool:
        """Whether two nodes may hold several ties of this kind at different times."""
        return self.kind in DATED_KEY
