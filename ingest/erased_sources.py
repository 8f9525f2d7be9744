"""Names of files that name somebody who was erased: an import does not bring them back either."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from graph.audit import ERASED, Erasure
from graph.changes import ChangeSet
from graph.kinds import OWNER_KINDS
from graph.ledger import known
from graph.naming import Names, folded, neutral_names, source_id
from graph.records import Node, kind_of
from graph.snapshot import Snapshot

NEUTRAL = re.compile(rf"{ERASED}(?:-\d+)?")


def unnamed(changes: ChangeSet, gone: Collection[Node], ledger: Sequence[Erasure], held: Snapshot) -> ChangeSet:
    """Give changes whose sources name nobody who was erased.

    Parameters
    ----------
    changes : ChangeSet
        Of a file, without facts of those who were erased.
    gone : collection of Node
        What the file said of them: their names are looked for in its own.
    ledger : sequence of Erasure
        Holds the names of the files that were renamed at an erasure, as digests.
    held : Snapshot
        What the store holds.

    Returns
    -------
    ChangeSet
        The same where nothing is to be renamed. A file that the ledger knows gets the neutral name in the store that
        fits it best. Where none is left, and where it names somebody without being known, it gets one that no file
        in the store has, made as an erasure makes it; known by its digest alone, ``erased``.
    """
    if not ledger:
        return changes
    told = sorted(set(_sources(changes)))
    names, shared = Names.of_nodes(gone), _of_owners(changes)
    before = known(ledger, map(source_id, told))
    found = _Neutral(held, changes)
    renamed: dict[str, str] = {}
    for source in told:
        neutral = neutral_names(source, names, shared=source in shared)
        name = found.fitting(source) if source_id(source) in before else None
        name = name or next((n for n in neutral if n not in found.taken), None)
        if name is not None or source_id(source) in before:
            renamed[source] = name or ERASED
            found.taken.add(renamed[source])
    return _renamed(changes, renamed) if renamed else changes


class _Neutral:
    """Neutral names that files in a store have."""

    def __init__(self, held: Snapshot, changes: ChangeSet) -> None:
        self.taken = set(held.sources)
        self._held, self._changes = held, changes

    def fitting(self, source: str) -> str | None:
        """Give the neutral name that a source got, where one is left of it.

        Of several that could be it, the one under which most is said of those whom the file tells of, then the one
        with most in common.
        """
        fitting = [
            name
            for name in sorted(set(self._held.sources))
            if NEUTRAL.search(name) and re.fullmatch(".+".join(map(re.escape, NEUTRAL.split(name))), folded(source))
        ]
        if len(fitting) < 2:
            return fitting[0] if fitting else None
        return max(fitting, key=lambda name: (name != ERASED, self._said[name], len(name), name))

    @cached_property
    def _said(self) -> Counter[str]:
        """Count the facts of each source about those whom the changes tell of."""
        held = self._held
        owners = {n.id for n in self._changes.nodes} | {s.owner for s in self._changes.statements}
        rows = [held.row_of[i] for i in owners if kind_of(i) in OWNER_KINDS and i in held.row_of]
        nodes, fields, said = held.nodes, held.fields, held.statements
        codes = (nodes.source[rows], fields.source[np.isin(fields.node, rows)], said.source[np.isin(said.owner, rows)])
        return Counter(held.sources[code] for code in np.concatenate(codes).tolist())


def _sources(changes: ChangeSet) -> Iterator[str]:
    for node in changes.nodes:
        yield node.provenance.source
        yield from (field.provenance.source for field in node.fields.values())
    yield from (s.provenance.source for s in changes.statements)
    yield from (batch.source for batch in changes.ties)


def _of_owners(changes: ChangeSet) -> set[str]:
    """Give the sources that tell of people or organisations."""
    owners = [node for node in changes.nodes if kind_of(node.id) in OWNER_KINDS]
    return set(_sources(replace(changes, nodes=owners)))


def _renamed(changes: ChangeSet, new: Mapping[str, str]) -> ChangeSet:
    return replace(
        changes,
        nodes=[n.under(new) for n in changes.nodes],
        statements=[replace(s, provenance=s.provenance.under(new)) for s in changes.statements],
        ties=[replace(batch, source=new.get(batch.source, batch.source)) for batch in changes.ties],
    )
