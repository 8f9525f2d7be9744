"""What no store can keep, refused before anything is written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from graph.changes import ChangeSet
from graph.errors import Refused
from graph.kinds import NodeKind
from graph.policy import Policy
from graph.records import kind_of

PREFIXES = frozenset(map(str, NodeKind))


def check(changes: ChangeSet) -> None:
    """Refuse a change set that holds something no store can keep; what the graph holds is not looked at.

    Raises
    ------
    graph.errors.WrongUse
        If the id of a node has no kind.
    graph.errors.Refused
        If a time is not finite, or a text is no Unicode text (it holds a lone surrogate).
    """
    for node in changes.nodes:
        if node.id.partition(":")[0] not in PREFIXES or ":" not in node.id:
            kind_of(node.id)
    for column in _times(changes):
        for t in column:
            if t is not None and not math.isfinite(t):
                raise Refused(f"time {t!r}: expected POSIX seconds, or none")
    try:
        for text in _texts(changes):
            text.encode()
    except UnicodeEncodeError as error:
        raise Refused("a text holds half of a character (a lone surrogate): write it anew") from error


def _times(changes: ChangeSet) -> Iterator[Iterable[float | None]]:
    yield [s.t for s in changes.statements]
    for batch in changes.ties:
        yield batch.t or ()
        yield batch.until or ()


def _texts(changes: ChangeSet) -> Iterator[str]:
    policies: dict[int, Policy] = {}  # by identity: thousands of facts share a few
    yield from (changes.key, changes.actor, changes.action)
    for node in changes.nodes:
        policies[id(node.policy)] = node.policy
        yield node.id
        yield node.provenance.source
        for name, field in node.fields.items():
            policies[id(field.policy)] = field.policy
            yield name
            yield field.value
            yield field.provenance.source
    for s in changes.statements:
        policies[id(s.policy)] = s.policy
        yield from (s.owner, s.text, s.provenance.source, *s.details.keys(), *s.details.values())
    for batch in changes.ties:
        policies |= {id(p): p for p in (batch.policy_src, batch.policy_dst)}
        yield batch.source
        yield from filter(None, batch.details or ())
    yield from (policy.to_json() for policy in policies.values())
