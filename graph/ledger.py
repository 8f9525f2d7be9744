"""The ledger of erasures: salted digests that tell who must not come back, and nothing to who does not know the id."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence

from graph.audit import AuditRow, Erasure, audit_row, named, redacted
from graph.changes import ChangeSet
from graph.errors import Conflict
from graph.kinds import OWNER_KINDS
from graph.records import NodeId

SHOWN = 5
OWNERS = tuple(f"{kind}:" for kind in sorted(OWNER_KINDS))


def digest(salt: str, identifier: NodeId) -> str:
    """Give the digest of an id in a ledger."""
    return hmac.new(bytes.fromhex(salt), identifier.encode(), hashlib.sha256).hexdigest()


def known(ledger: Iterable[Erasure], identifiers: Iterable[NodeId]) -> frozenset[NodeId]:
    """Say which ids a ledger holds."""
    by_salt: dict[str, set[str]] = {}
    for entry in ledger:
        by_salt.setdefault(entry.salt, set()).add(entry.digest)
    if not by_salt:
        return frozenset()
    return frozenset(i for i in identifiers if any(digest(salt, i) in there for salt, there in by_salt.items()))


def require_current(changes: ChangeSet, mark: str, ledger: Sequence[Erasure]) -> None:
    """Refuse changes prepared from another state, and people who were erased; asked inside the transaction.

    Parameters
    ----------
    changes : ChangeSet
        About to be written, under a key that is new.
    mark : str
        Name of the present state.
    ledger : sequence of Erasure
        The present ledger.

    Raises
    ------
    graph.errors.Conflict
        If the state is not the expected one, or a node is in the ledger and the changes do not lift it.
    """
    if changes.expected and changes.expected != mark:
        raise Conflict("the store was changed while this change was prepared: prepare it again")
    lifted = changes.forgetting.lifted if changes.forgetting else ()
    owners = (n.id for n in changes.nodes if n.id.startswith(OWNERS)) if ledger else ()
    back = sorted(known((e for e in ledger if e.digest not in lifted), owners))
    if back:
        more = f" and {len(back) - SHOWN} more" if len(back) > SHOWN else ""
        shown = ", ".join(back[:SHOWN]) + more
        raise Conflict(f"{shown}: erased, and brought back by 'musubi readmit' only; nothing was written")


def late_row(row: AuditRow, ledger: Sequence[Erasure]) -> AuditRow:
    """Give a new audit row as it is to be written: made anew without the words that name somebody in the ledger.

    Notes
    -----
    Asked in the transaction that writes the row: what was written before an erasure the erasure itself redacts. The
    row never held these words, so it is whole: nothing was taken from it.
    """
    found = sorted(known(ledger, named(row))) if ledger else []
    if not found:
        return row
    left = row
    for identifier in found:
        left = redacted(left, identifier) or left
    return audit_row(row.seq, row.previous, left.actor, row.action, row.key, json.loads(left.detail))
