"""Names of files that name somebody who was erased: an import does not bring them back either."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from graph.audit import ERASED, Erasure
from graph.changes import ChangeSet
from graph.kinds import OWNER_KINDS
from graph.ledger import known
from graph.naming import Names, folded, neutral_names, source_id
from graph.records import Node, Provenance, Statement, kind_of

NEUTRAL = re.compile(rf"{ERASED}(?:-\d+)?")


def unnamed(changes: ChangeSet, gone: Collection[Node], ledger: Sequence[Erasure], sources: Sequence[str]) -> ChangeSet:
    """Give changes whose sources name nobody who was erased.

    Parameters
    ----------
    changes : ChangeSet
        Of a file, without facts of those who were erased.
    gone : collection of Node
        What the file said of them: their names are looked for in its own.
    ledger : sequence of Erasure
        Holds the names of the files that were renamed at an erasure, as digests.
    sources : sequence of str
        Those of the store.

    Returns
    -------
    ChangeSet
        The same where nothing is to be renamed. A file gets the name that an erasure gives it; one that is known by
        its digest alone, the neutral name in the store that fits it best, else ``erased``.
    """
    if not ledger:
        return changes
    told = set(_sources(changes))
    names, shared = Names.of_nodes(gone), _of_owners(changes)
    new = {s: next(neutral_names(s, names, shared=s in shared), None) for s in told}
    before = known(ledger, map(source_id, told))
    renamed = {s: name or _fitting(s, sources) for s, name in new.items() if name or source_id(s) in before}
    return _renamed(changes, renamed) if renamed else changes


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


def _fitting(source: str, sources: Sequence[str]) -> str:
    """Give the neutral name that a source got, where one is left of it: the one with most in common."""
    fitting = [
        name
        for name in sources
        if NEUTRAL.search(name) and re.fullmatch(".+".join(map(re.escape, NEUTRAL.split(name))), folded(source))
    ]
    return max(fitting, key=lambda name: (len(name), name), default=ERASED)


def _renamed(changes: ChangeSet, new: Mapping[str, str]) -> ChangeSet:
    def moved(origin: Provenance) -> Provenance:
        return replace(origin, source=new.get(origin.source, origin.source))

    def node(old: Node) -> Node:
        fields = {key: replace(f, provenance=moved(f.provenance)) for key, f in old.fields.items()}
        return replace(old, provenance=moved(old.provenance), fields=fields)

    def statement(old: Statement) -> Statement:
        return replace(old, provenance=moved(old.provenance))

    return replace(
        changes,
        nodes=[node(n) for n in changes.nodes],
        statements=[statement(s) for s in changes.statements],
        ties=[replace(batch, source=new.get(batch.source, batch.source)) for batch in changes.ties],
    )
