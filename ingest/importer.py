"""Import: files -> plan -> one change set for each file, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from graph.changes import Receipt
from graph.errors import Refused, WrongUse
from graph.snapshot import Snapshot
from graph.store.base import Store
from ingest.agreements import require_agreements
from ingest.book import Tables, look_at
from ingest.columns import read_header
from ingest.directory import Directory
from ingest.file_plan import NETWORK, FilePlan, ImportPlan
from ingest.limits import LIMITS, Limits
from ingest.mapping import fixed
from ingest.network import Network
from ingest.network_shape import SHAPES, shape_of
from ingest.profile import PROFILES
from ingest.source import Source, examine

ALL_PROFILES = (*PROFILES, NETWORK)

SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx")


def plan(
    paths: Sequence[Path],
    *,
    profile: str | None = None,
    space: str | None = None,
    snapshot: Snapshot,
    mappings: Path,
    limits: Limits = LIMITS,
) -> ImportPlan:
    """Find out what files are and what is to be done with them; nothing is changed.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders.
    profile : str, optional
        How to read all of them; found out for each file by default.
    space : str, optional
        Space of the members whose row names none.
    snapshot : Snapshot
        The graph as it is: people in it are recognised.
    mappings : Path
        Folder of confirmed mappings; it need not exist.
    limits : Limits
        How large files may be.

    Returns
    -------
    ImportPlan
        Files in the order in which they are to be committed.

    Raises
    ------
    graph.errors.WrongUse
        If a path or the profile does not exist.
    graph.errors.Refused
        If a file cannot be taken as a whole.
    """
    if profile is not None and profile not in ALL_PROFILES:
        raise WrongUse(f"profile {profile!r}: expected one of {', '.join(ALL_PROFILES)}")
    network = Network(snapshot)
    networks: list[FilePlan] = []
    tables: list[Tables] = []
    for source in [examine(path, limits) for path in _files(paths)]:
        shape = _network_shape(source, profile)
        if shape:
            networks.append(_network_plan(source, shape, network, snapshot))
        else:
            tables.append(look_at(source, profile, mappings, limits))
    networks.sort(key=lambda p: list(SHAPES).index(p.mappings[0].profile.partition(" ")[2]))
    tables.sort(key=lambda t: t.rank)
    return ImportPlan((*networks, *_table_plans(tables, space or "", snapshot, limits)), mappings)


def commit(file: FilePlan, store: Store, actor: str) -> Receipt:
    """Apply one file of a plan in one transaction.

    Parameters
    ----------
    file : FilePlan
        From `plan`; files are committed in their order.
    store : Store
        Where the plan's snapshot was taken from.
    actor : str
        Who imports, as written by ``--as``.

    Raises
    ------
    graph.errors.NotPermitted
        If it holds facts about members of a space whose operator has no agreement valid today.
    graph.errors.Refused
        If it names people who are not there, because an earlier file of the plan was not committed.
    """
    if file.facts.spaces:
        unchanged = store.version() == file.snapshot.version
        require_agreements(file.facts.spaces, file.snapshot if unchanged else store.snapshot())
    receipt = store.apply(file.changes(actor))
    file.release()
    return receipt


def to_document(planned: ImportPlan) -> dict[str, object]:
    """Give a plan as one document for ``--json``; it does not depend on the language."""
    return {"schema": "musubi.import/1", "files": [_file_document(f) for f in planned.files]}


def _file_document(file: FilePlan) -> dict[str, object]:
    return {
        "file": file.file,
        "profile": file.profile,
        "why": file.why,
        "encoding": file.encoding,
        "mapping": [
            {"sheet": m.sheet, "header": c.header, "meaning": c.meaning, "why": c.why}
            for m in file.mappings
            for c in m.columns
        ],
        "counts": file.counts,
        "merge_suggestions": [list(ids) for ids in file.same_name],
        "problems": [
            {"sheet": p.sheet, "row": p.row, "column": p.column, "value": p.value, "code": p.code,
             "level": p.level, "expected": p.expected}
            for p in file.problems
        ],
        "notes": [{"code": n.code, "sheet": n.sheet, "row": n.row, "value": n.value} for n in file.notes],
    }  # fmt: skip


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.name.lower().endswith(SUFFIXES) and p.is_file())
            named = [p for p in inside if p.name.partition(".")[0].lower() in SHAPES]
            whole = {"nodes", "edges"} <= {p.name.partition(".")[0].lower() for p in named}
            if not inside:
                raise Refused(f"{path}: no file with one of {', '.join(SUFFIXES)} in this folder")
            files.extend(named if whole else inside)
        elif path.exists():
            files.append(path)
        else:
            raise WrongUse(f"no file {path}")
    return list(dict.fromkeys(files))


def _network_shape(source: Source, profile: str | None) -> str | None:
    """Tell which file of a network a source is, or None where it is a file of another profile."""
    if profile not in (None, NETWORK):
        return None
    shape = None if source.workbook else shape_of(source, by_columns=profile == NETWORK)
    if profile == NETWORK and shape is None:
        needed = "; ".join(f"{name}: {', '.join(s.required)}" for name, s in SHAPES.items())
        raise Refused(f"{source.label}: not a file of a network, which are CSV files with these columns: {needed}")
    return shape


def _table_plans(tables: Sequence[Tables], space: str, snapshot: Snapshot, limits: Limits) -> list[FilePlan]:
    """Plan files of tables; they are read at once, for each may name people of the one before."""
    if not tables:
        return []
    plans = []
    directory = Directory(snapshot)
    for table in tables:
        read = partial(table.read, directory, space, limits)
        mappings = [mapping for _, _, mapping in table.tables]
        plans.append(FilePlan(table.source, table.profile, table.why, mappings, space, snapshot, read))
        plans[-1].load()
    return plans


def _network_plan(source: Source, shape: str, network: Network, snapshot: Snapshot) -> FilePlan:
    header = read_header(source)
    mapping = fixed(f"{NETWORK} {shape}", header, SHAPES[shape].columns)
    why = f"{shape} of a network: columns {', '.join(c for c in header if c in SHAPES[shape].columns)}"
    return FilePlan(source, NETWORK, why, (mapping,), "", snapshot, lambda: network.read(source, shape))
