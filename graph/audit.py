"""The audit: rows chained by hash, whose words an erasure can take away without breaking the chain.

The hash of a row covers salted commitments of who, key and detail instead of the words themselves. To forget
the words, their salt is thrown away and the commitment kept: it still proves that the row was not exchanged, and
no guess at the words can be tried against it. Chaining follows Haber & Stornetta (1991, "How to time-stamp a
digital document"); that rows can be opened to nobody any more by losing a secret is crypto-shredding.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from graph.records import NodeId

FORM = 2
"""Second form of a row's hash; the first, of rows without a seal, covers the words themselves."""
SALT_BYTES = 16
SHUT = "="
UNSEALED_SHUT = "!"
ERASED = "erased"
ERASE = "erase"
NO_DETAIL = "{}"
PART_NAMES = "akd"
PARTS = len(PART_NAMES)
NO_LONGER_ID = r"(?![\w-])"
OWNER_IN_TEXT = re.compile(r"(?:person|organisation):[^\s,;]+")
SEALED_KEY = re.compile(r"#[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit: who did what, never the content; chained by hash to the row before.

    Attributes
    ----------
    seq : int
        From 1, without gaps.
    at : str
        ISO time, UTC.
    actor, action, key, detail : str
        Who, what, idempotency key of a change (else empty), more about it as a JSON object.
    previous, hash : str
        Hash of the row before, empty for the first, and of this one.
    seal : str
        Salts of actor, key and detail, in hexadecimal, joined by blanks; ``=`` and the commitment where the
        words were taken away. Empty for rows made before there were seals, ``!`` where their words were.
    """

    seq: int
    at: str
    actor: str
    action: str
    key: str
    detail: str
    previous: str
    hash: str
    seal: str = ""

    @property
    def taken(self) -> str:
        """Which words were taken away: ``a`` for the actor, ``k`` for the key, ``d`` for the detail."""
        if self.seal == UNSEALED_SHUT:
            return PART_NAMES
        parts = zip(PART_NAMES, self.seal.split(" "), strict=False)
        return "".join(name for name, part in parts if part.startswith(SHUT))


@dataclass(frozen=True, slots=True)
class Head:
    """How many rows the audit has, and the hash of the last; kept apart from the rows."""

    seq: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Erasure:
    """Entry of the ledger of erasures.

    Attributes
    ----------
    salt : str
        Of the store where it was made, in hexadecimal.
    digest : str
        HMAC-SHA256 of the erased id under the salt, in hexadecimal.
    at : str
        ISO time, UTC.
    """

    salt: str
    digest: str
    at: str


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What an erasure changes beside the graph.

    Attributes
    ----------
    entries : tuple of Erasure
        Come into the ledger.
    lifted : tuple of str
        Digests that leave it, because the person came back by their own wish.
    rows : tuple of AuditRow
        Rows as they are from now on; same ``seq`` and ``hash``, without the words.
    sources : tuple of (str, str)
        Sources that get another name in every fact, after all else: the old name, and one that no fact has.
    """

    entries: tuple[Erasure, ...] = ()
    lifted: tuple[str, ...] = ()
    rows: tuple[AuditRow, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AppliedKey:
    """Idempotency key of a change set, digest of its content, and the version it made."""

    key: str
    digest: str
    seq: int


@dataclass(frozen=True, slots=True)
class History:
    """What a store keeps beside the graph; every part is read once, in this order."""

    keys: Iterable[AppliedKey]
    audit: Iterable[AuditRow]
    erasures: Iterable[Erasure]


def audit_row(seq: int, previous: str, actor: str, action: str, key: str, detail: Mapping[str, object]) -> AuditRow:
    """Make the next row of the chain; its hash covers its content and the hash before it."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    seal = " ".join(secrets.token_hex(SALT_BYTES) for _ in range(PARTS))
    row = AuditRow(seq, at, actor, action, key, text, previous, "", seal)
    return replace(row, hash=_sealed_hash(row))


def chain(seq: int, at: str, actor: str, action: str, key: str, detail: str, previous: str) -> str:
    """Give the hash of a row that has no seal."""
    body = json.dumps([seq, at, actor, action, key, detail, previous], ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def intact(row: AuditRow) -> bool:
    """Say whether a row has the hash that its content asks for."""
    if row.seal == UNSEALED_SHUT:  # of these only the links can be looked at
        return _emptied(row, (True, bool(row.key), True))
    if not row.seal:
        return row.hash == chain(row.seq, row.at, row.actor, row.action, row.key, row.detail, row.previous)
    parts = row.seal.split(" ")
    shut = tuple(part.startswith(SHUT) for part in parts)
    return len(parts) == PARTS and _emptied(row, shut) and row.hash == _sealed_hash(row)


def redacted(row: AuditRow, identifier: NodeId) -> AuditRow | None:
    """Give a row without the words that name a node, None where it does not name it."""
    told = row.action != ERASE and _told(row.detail, identifier)
    gone = (_names(row.actor, identifier), _holds(row.key, identifier), told)
    return _without(row, gone) if any(gone) else None


def undetailed(row: AuditRow) -> AuditRow:
    """Give a row without its detail; that of an erasure tells what may be missing elsewhere, and stays."""
    return row if row.action == ERASE else _without(row, (False, False, True))


def sources_of(row: AuditRow) -> list[str]:
    """Give the sources that the detail of a row tells; of a damaged row none."""
    if '"sources"' not in row.detail:
        return []
    try:
        found = json.loads(row.detail).get("sources")
    except (ValueError, AttributeError):
        return []
    return [source for source in found if isinstance(source, str)] if isinstance(found, list) else []


def _without(row: AuditRow, gone: tuple[bool, bool, bool]) -> AuditRow:
    """Give a row without its actor, its key or its detail."""
    if not row.seal:
        gone = (True, bool(row.key), True)
    actor, key, detail = gone
    return replace(
        row,
        actor=ERASED if actor else row.actor,
        key=sealed_key(row.key) if key else row.key,
        detail=NO_DETAIL if detail else row.detail,
        seal=_shut_seal(row, gone) if row.seal else UNSEALED_SHUT,
    )


def named(row: AuditRow) -> set[NodeId]:
    """Give every id of a person or organisation that the actor or the detail of a new row may name."""
    role, _, key = row.actor.partition(":")
    texts = [row.actor, f"person:{key}" if role == "mixer" else "", *_strings(json.loads(row.detail))]
    bare = (f"{kind}:{text}" for text in texts for kind in ("person", "organisation"))
    return {*texts, *bare, *(found for text in texts for found in OWNER_IN_TEXT.findall(text))}


def sealed_key(key: str) -> str:
    """Give what stands in the place of an idempotency key that named somebody who was erased."""
    return f"#{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"


def _sealed_hash(row: AuditRow) -> str:
    body = json.dumps([FORM, row.seq, row.at, row.action, row.previous, *_commitments(row)], ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def _commitments(row: AuditRow) -> list[str]:
    words = (row.actor, row.key, row.detail)
    return [_commitment(part, word) for part, word in zip(row.seal.split(" "), words, strict=True)]


def _commitment(part: str, word: str) -> str:
    return part[1:] if part.startswith(SHUT) else hashlib.sha256(f"{part}\0{word}".encode()).hexdigest()


def _emptied(row: AuditRow, shut: tuple[bool, ...]) -> bool:
    """Say whether nothing else was written in the place of words that were taken away."""
    actor, key, detail = shut
    return (
        (row.actor == ERASED or not actor)
        and (SEALED_KEY.fullmatch(row.key) is not None or not key)
        and (row.detail == NO_DETAIL or not detail)
    )


def _shut_seal(row: AuditRow, gone: tuple[bool, ...]) -> str:
    parts = zip(row.seal.split(" "), _commitments(row), gone, strict=True)
    shut = (f"{SHUT}{word}" if now and not part.startswith(SHUT) else part for part, word, now in parts)
    return " ".join(shut)


def _names(actor: str, identifier: NodeId) -> bool:
    """Say whether an actor is a node: a person acts as ``person:KEY`` or ``mixer:KEY``."""
    role, _, key = actor.partition(":")
    return identifier == (f"person:{key}" if role == "mixer" else actor)


def _told(detail: str, identifier: NodeId) -> bool:
    """Say whether a detail names a node by its id or by the bare key."""
    key = identifier.partition(":")[2]
    try:
        found = json.loads(detail)
    except ValueError:  # a damaged row: it is for `verify` to tell
        return identifier in detail
    return any(text == key or _holds(text, identifier) for text in _strings(found))


def _holds(text: str, identifier: NodeId) -> bool:
    """Say whether a text names a node by its whole id: ``person:1`` is not in ``person:10`` or ``person:1-a``."""
    return identifier in text and re.search(re.escape(identifier) + NO_LONGER_ID, text) is not None


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _strings(item)
