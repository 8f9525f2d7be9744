"""Our own files coming back: exports in every format that carries facts, and portable cards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO

from graph.errors import Refused, WrongUse
from graph.export import (
    Records,
    csv_records,
    gexf_records,
    graphml_records,
    jsonl_records,
    jsonld_records,
    read_records,
)
from graph.export.card_file import is_card
from graph.export.records import Raw
from graph.export.spreadsheet import TABLES
from graph.export.spreadsheet_reader import is_csv_export, is_table
from graph.kinds import NodeKind, TieKind
from graph.records import NodeId, kind_of
from graph.snapshot import Snapshot
from graph.standing import require_cap
from ingest.facts import Facts
from ingest.file_plan import FilePlan
from ingest.interchange_card import CardPlan, card_facts
from ingest.interchange_release import Known
from ingest.limits import Limits
from ingest.problems import Note, Problems
from ingest.source import Source, examine

MUSUBI = "musubi"
"""Profile of files that musubi wrote itself."""
HEAD_BYTES = 1 << 16


class Form(StrEnum):
    """What of ours a file is."""

    CSV = "csv"
    JSONL = "jsonl"
    GRAPHML = "graphml"
    GEXF = "gexf"
    JSONLD = "jsonld"
    CARD = "card"


_READERS: dict[Form, Callable[[BinaryIO], Iterator[tuple[str, Raw]]]] = {
    Form.JSONL: jsonl_records,
    Form.GRAPHML: graphml_records,
    Form.GEXF: gexf_records,
    Form.JSONLD: jsonld_records,
}


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file that musubi wrote."""

    path: Path
    form: Form


def own_plans(
    paths: Sequence[Path], profile: str | None, space: str, snapshot: Snapshot, limits: Limits
) -> tuple[list[FilePlan], list[Path]]:
    """Plan the files that musubi wrote itself.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders of an import.
    profile : str, optional
        Where another profile than `MUSUBI` was asked for, none is ours.
    space : str
        Space in which the owners of cards become members.
    snapshot : Snapshot
        The graph as it is.
    limits : Limits
        How large files may be.

    Returns
    -------
    list of FilePlan, list of Path
        Ours, in their order, and the paths that are left for other profiles.

    Raises
    ------
    graph.errors.Refused
        If a file is of ours but not whole, or not of ours where that was asked for.
    graph.errors.WrongUse
        If a card comes without a space.

    Notes
    -----
    Into a store that holds no person and no organisation an export comes back as it is. Where somebody is, it may
    be a file from elsewhere: then known facts keep the stricter of both decisions, new facts of people are
    released to their mixers at most until they decide here, and agreements, grants and introductions stay outside
    (`ingest.interchange_release`).
    """
    if profile not in (None, MUSUBI):
        return [], list(paths)
    found = {path: recognised(path) for path in paths}
    foreign = [path for path, form in found.items() if form is None]
    if profile == MUSUBI and foreign:
        raise Refused(f"{foreign[0]}: no export and no card of musubi")
    known = Known.of(snapshot) if len(foreign) < len(found) else Known(settled=True)
    plans = [_plan(OwnFile(path, form), space, snapshot, known, limits) for path, form in found.items() if form]
    return plans, foreign


def recognised(path: Path) -> Form | None:
    """Tell what of ours a path is, None where it is something else.

    Raises
    ------
    graph.errors.Refused
        If it is one table of an export, which says nothing without the others.
    """
    if path.is_dir():
        return Form.CSV if is_csv_export(path) else None
    if path.name in TABLES and path.is_file() and is_table(path):
        raise Refused(f"{path}: one of the four tables of an export: import its folder {path.parent}")
    if not path.is_file():
        return None
    with path.open("rb") as handle:
        head = handle.read(HEAD_BYTES).decode("utf-8-sig", errors="replace").lstrip()
    return _form(head)


def _form(head: str) -> Form | None:
    if head.startswith("<"):
        ours = '"record"' in head and '"policy_src"' in head
        return (Form.GRAPHML if "<graphml" in head else Form.GEXF if "<gexf" in head else None) if ours else None
    if not head.startswith("{"):
        return None
    if '"@context"' in head and '"urn:musubi:' in head:
        return Form.CARD if is_card(head) else Form.JSONLD
    try:
        first = json.loads(head.partition("\n")[0])
    except (ValueError, RecursionError):
        return None
    return Form.JSONL if first.get("type") in ("node", "statement", "tie") and "source" in first else None


def _plan(file: OwnFile, space: str, snapshot: Snapshot, known: Known, limits: Limits) -> FilePlan:
    source = _source(file, limits)
    if file.form is Form.CARD:
        if not space:
            raise WrongUse(f"{file.path}: a card needs the space that its owner joins: add --space NAME")
        read = partial(card_facts, source, space, snapshot)
        plan: FilePlan = CardPlan(source, MUSUBI, "card of a person", (), space, snapshot, read)
    else:
        read = partial(_facts, file, source, known)
        plan = FilePlan(source, MUSUBI, f"export of musubi: {file.form}", (), "", snapshot, read)
    plan.load()
    return plan


def _source(file: OwnFile, limits: Limits) -> Source:
    if file.form is not Form.CSV:
        source = examine(file.path, limits)
        if not source.encoding.startswith("utf-8"):
            raise Refused(f"{file.path}: expected UTF-8, found {source.encoding}")
        return source
    tables = [examine(file.path / name, limits) for name in TABLES]
    digest = hashlib.sha256("".join(t.sha256 for t in tables).encode()).hexdigest()
    stamp = sum(t.stamp[0] for t in tables), max(t.stamp[1] for t in tables)
    return replace(tables[0], path=file.path, label=str(file.path), sha256=digest, stamp=stamp)


def _facts(file: OwnFile, source: Source, known: Known) -> Facts:
    """Read an export into facts."""
    settled = known.settled
    try:
        if file.form is Form.CSV:
            records = read_records(csv_records(file.path))
        else:
            with file.path.open("rb") as handle:
                records = read_records(_READERS[file.form](handle))
        _require_caps(records)
    except Refused as error:
        raise Refused(f"{source.label}: {error}") from error
    taken, counts = known.admitted(records)
    facts = Facts(Problems(source.label), nodes=taken.nodes, statements=taken.statements, ties=taken.ties)
    facts.notes += [Note(code, value=str(n)) for code, n in counts.items()]
    facts.rows = len(records.nodes) + len(records.statements) + sum(map(len, records.ties))
    facts.spaces = {frozenset({s}) for s in _spaces(taken) - (set() if settled else _covered(taken))}
    return facts


def _require_caps(records: Records) -> None:
    """Refuse an export in which the cap of a key person is none."""
    for batch in records.ties:
        if batch.kind is TieKind.KEY_OF:
            for details in batch.details or ():
                require_cap(details)


def _spaces(taken: Records) -> set[NodeId]:
    """Give the spaces whose members an export speaks of."""
    ends = (batch.dst for batch in taken.ties if batch.kind is TieKind.MEMBER_OF)
    return {i for dst in ends for i in dst if kind_of(i) is NodeKind.SPACE}


def _covered(taken: Records) -> set[NodeId]:
    """Give the spaces about which an export brings the agreement along."""
    return {i for batch in taken.ties if batch.kind is TieKind.COVERS for i in batch.dst}
