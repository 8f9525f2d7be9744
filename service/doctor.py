"""Is everything as it should be? Checks, each with what to do about it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from embeddings.base import Role
from embeddings.registry import Choice
from graph.calendar import today
from graph.erasure import present
from graph.errors import EncoderUnavailable
from graph.kinds import NodeKind, TieKind
from graph.policy import Audience, Purpose
from graph.store.base import Store
from graph.view import View
from graph.viewer import OPERATOR
from ingest.agreements import agreements
from recommend.learning.config import LearningConfig
from service.auditing import inspect
from service.doctor_weights import LEARNED, weights_in_use
from service.doctor_words import WORDS
from service.erasing import read_ledger
from service.reading import Reader
from service.settings import SQLITE, beside_store

GIB = 1 << 30
MIB = 1 << 20
LARGEST_LOG = 64 * MIB
OTHERS = 0o077
"""Bits by which others than the owner may use a file."""
LEAST_FREE_SHARE = 0.10
ENDING_SOON_DAYS = 30
SHOWN = 5
PROBE = "確認のための一文です"


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    NOTE = "note"  # worth knowing, nothing to do at once
    FINDING = "finding"  # to be mended


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes
    ----------
    name : str
        Stable name.
    level : Level
        How it came out.
    found, remedy : mapping of language to words
        What was found, and what to do; the remedy is empty where there is nothing to do.
    """

    name: str
    level: Level
    found: Mapping[str, str]
    remedy: Mapping[str, str]


def examine(reader: Reader, choose: Callable[[], Choice], on: dt.date | None = None) -> list[Check]:
    """Run all checks on an open store.

    Parameters
    ----------
    reader : Reader
        Who asks, on an open store; that it opened at all is the first check. For viewers other than the operator
        only ``store``, ``writable``, ``encoder`` and ``content`` run: the others read what a viewer may not see.
    choose : callable
        Loads the text encoder.
    on : datetime.date, optional
        Day for which agreements must be valid.
    """
    view = reader.view(Purpose.REPORT)
    reader.record("doctor")
    opened = [_ok("store", url=reader.store.url), _ok("writable")]
    if reader.viewer != OPERATOR:
        return [*opened, _encoder(choose), _seen(view)]
    store = reader.store
    checks = [*opened, _audit(store), _integrity(store), _erasures(store), *_files(store.url), *_disk(store.url)]
    checks += [_encoder(choose), _content(view)]
    return [*checks, *_agreements(view, on or today()), _people(view), _mixers(view), _weights(reader, choose)]


def _ok(name: str, **values: object) -> Check:
    return Check(name, Level.OK, WORDS.both(name, **values), {})


def _found(name: str, kind: str = "finding", **values: object) -> Check:
    level = Level.NOTE if kind == "note" else Level.FINDING
    remedy = {} if name == "mixers" else WORDS.both(f"{name}.remedy")
    return Check(name, level, WORDS.both(f"{name}.{kind}", **values), remedy)


def _audit(store: Store) -> Check:
    found = inspect(store)
    verdict, keys = found.verdict, found.verdict.keys
    if verdict.bad is not None:
        return _found("audit", row=verdict.bad)
    if found.missing:
        last = max(keys.values(), default=0)
        return _found("audit", "missing", n=found.missing, applied=found.applied, row=last)
    if found.stray is not None:
        return _found("audit", "stray", changes=found.stray[0], row=found.stray[1])
    return _ok("audit", n=verdict.n)


def _integrity(store: Store) -> Check:
    flaws = store.flaws()
    return _found("integrity", flaws="; ".join(flaws[:SHOWN])) if flaws else _ok("integrity")


def _erasures(store: Store) -> Check:
    ledger = (*store.erasures(), *read_ledger(store.url))
    back = present(ledger, store.snapshot()) if ledger else []  # in a view a merged record is not there
    return _found("erasures", ids=", ".join(back[:SHOWN])) if back else _ok("erasures", n=len(set(ledger)))


def _files(url: str) -> list[Check]:
    """Look at the files of a store that is one: what is in the log, and who may read them."""
    path = beside_store(url, "") if url.startswith(SQLITE) else None
    if path is None:
        return []
    beside = [p for ending in ("", "-wal", "-shm", ".vectors", ".erasures") if (p := beside_store(url, ending))]
    there = [p for p in beside if p.exists()]
    log = sum(p.stat().st_size for p in there if p.name.endswith("-wal"))
    size = WORDS.both("log", size=f"{log / MIB:.1f} MiB")
    large = log > LARGEST_LOG
    checks = [
        Check("log", Level.FINDING, size, WORDS.both("log.remedy")) if large else Check("log", Level.OK, size, {})
    ]
    open_ = [p.name for p in there if p.stat().st_mode & OTHERS]
    return [*checks, _found("mode", names=", ".join(open_)) if open_ else _ok("mode")]


def _disk(url: str) -> list[Check]:
    path = beside_store(url, "") if url.startswith(SQLITE) else None
    if path is None:
        return []
    usage = shutil.disk_usage(Path(path).resolve().parent)
    free = f"{usage.free / GIB:.1f} GiB"
    low = usage.free < max(GIB, min(10 * GIB, LEAST_FREE_SHARE * usage.total))
    words = WORDS.both("disk", free=free)
    return [Check("disk", Level.FINDING, words, WORDS.both("disk.remedy")) if low else _ok("disk", free=free)]


def _encoder(choose: Callable[[], Choice]) -> Check:
    try:
        choice = choose()
        choice.encoder.encode([PROBE], Role.QUERY)
    except EncoderUnavailable as error:
        return _found("encoder", why=error)
    if choice.notice:
        return Check("encoder", Level.FINDING, choice.notice, WORDS.both("encoder.remedy"))
    return _ok("encoder", encoder=choice.encoder.name)


def _content(view: View) -> Check:
    n = len(view.of_kind(NodeKind.PERSON))
    return _ok("content", n=n) if n else _found("content", "note")


def _seen(view: View) -> Check:
    words = WORDS.both("content.seen", viewer=view.viewer, n=len(view.of_kind(NodeKind.PERSON)))
    return Check("content", Level.OK, words, {})


def _spaces_with_members(view: View) -> set[str]:
    return {str(view.nodes.ids[s]) for s in view.memberships((NodeKind.SPACE,)).indices}


def _agreements(view: View, on: dt.date) -> list[Check]:
    valid = [a for a in agreements(view) if a.valid(on)]
    soon = on + dt.timedelta(days=ENDING_SOON_DAYS)
    covered = {a.space_id for a in valid}
    lasting = {a.space_id for a in valid if a.until is None or a.until > soon}
    missing = _spaces_with_members(view) - covered
    checks = [_found("agreements", names=_names(view, missing))] if missing else []
    if covered - lasting:
        names = _names(view, covered - lasting)
        checks.append(_found("agreements", "ending", names=names, days=ENDING_SOON_DAYS))
    return checks or [_ok("agreements")]


def _people(view: View) -> Check:
    people = view.of_kind(NodeKind.PERSON)
    narrow = np.array([view.policies[view.nodes.policy[p]].audience < Audience.PARTNERS for p in people], dtype=bool)
    housed = np.diff(view.memberships((NodeKind.SPACE,)).indptr)[people] > 0
    n = int(np.sum(narrow & ~housed))
    return _found("people", n=n) if n else _ok("people")


def _mixers(view: View) -> Check:
    mixed = {str(view.nodes.ids[s]) for s in view.ties_of(TieKind.MIXES).dst}
    without = {str(view.nodes.ids[s]) for s in view.of_kind(NodeKind.SPACE)} - mixed
    return _found("mixers", "note", names=_names(view, without)) if without else _ok("mixers")


def _weights(reader: Reader, choose: Callable[[], Choice]) -> Check:
    word, values = weights_in_use(reader.view(Purpose.INTRODUCTION), choose, LearningConfig())
    return Check("weights", Level.NOTE if word == LEARNED else Level.OK, WORDS.both(word, **values), {})


def _names(view: View, identifiers: set[str]) -> str:
    names = sorted(view.label(view.find(i)) for i in identifiers)
    more = f" … (+{len(names) - SHOWN})" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def as_document(checks: list[Check]) -> dict[str, object]:
    """Give checks as the body of ``musubi.doctor/1``."""
    entries = [
        {"check": c.name, "level": str(c.level), "found": dict(c.found), "remedy": dict(c.remedy)} for c in checks
    ]
    return {"ok": all(c.level is not Level.FINDING for c in checks), "checks": entries}
