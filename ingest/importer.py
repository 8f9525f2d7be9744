"""Import: files -> plan -> one change set for each file, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from graph.changes import Receipt
from graph.errors import Refused, WrongUse
from graph.snapshot import Snapshot
from graph.store.base import Store
from ingest.agreements import require_agreements, similar_spaces
from ingest.book import Tables, look_at
from ingest.call import NO_OPTIONS, Call
from ingest.columns import read_header
from ingest.directory import Directory
from ingest.erased import apply_without_erased
from ingest.facts import Facts, RowCounts
from ingest.file_plan import NETWORK, FilePlan, ImportPlan, RefusedFile
from ingest.interchange import MUSUBI, own_plans
from ingest.japanese import header_key
from ingest.limits import LIMITS, Limits
from ingest.mapping import fixed
from ingest.network import Network
from ingest.network_shape import SHAPES, shape_of
from ingest.problems import Problems
from ingest.profile import families
from ingest.source import Source, examine

SUFFIXES = (
    ".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz", ".xlsx", ".vcf", ".json", ".zip", ".graphml", ".gexf",
)  # fmt: skip
"""Endings by which files are found in a folder; a file that is named itself may have any."""


def all_profiles() -> tuple[str, ...]:
    """Give every name that ``--profile`` takes."""
    return (*families(), NETWORK, MUSUBI)


def plan(
    paths: Sequence[Path],
    *,
    profile: str | None = None,
    call: Call = NO_OPTIONS,
    space: str | None = None,
    snapshot: Snapshot,
    mappings: Path,
    limits: Limits = LIMITS,
    keep_going: bool = False,
) -> ImportPlan:
    """Find out what files are and what is to be done with them; nothing is changed.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders.
    profile : str, optional
        How to read all of them; found out for each file by default.
    call : Call
        What else was asked for.
    space : str, optional
        Space of the members whose row names none; it stands for that of ``call``.
    snapshot : Snapshot
        The graph as it is: people in it are recognised.
    mappings : Path
        Folder of confirmed mappings; it need not exist.
    limits : Limits
        How large files may be.
    keep_going : bool
        Whether a file that cannot be taken is told in the plan; else the first such file ends it.

    Returns
    -------
    ImportPlan
        Files in the order in which they are to be committed.

    Raises
    ------
    graph.errors.WrongUse
        If a path, the profile or the owner of ``call`` does not exist.
    graph.errors.Refused
        If a file cannot be taken as a whole, unless ``keep_going``.
    """
    if profile is not None and profile not in all_profiles():
        raise WrongUse(f"profile {profile!r}: expected one of {', '.join(all_profiles())}")
    asked = replace(call, space=space) if space else call
    planning = _Planning(profile, asked, snapshot, mappings, limits, keep_going=keep_going)
    own, rest = [], []
    for path in paths:
        with planning.trying(str(path)):
            found, others = own_plans([path], profile, asked.space, snapshot, limits)
            own += found
            rest += others
    for path in rest:
        with planning.trying(str(path)):
            for file in _files([path]):
                planning.look(file)
    return ImportPlan((*own, *planning.plans()), mappings, tuple(planning.refused))


class _Planning:
    """Files of one import, looked at one after the other."""

    def __init__(
        self, profile: str | None, call: Call, snapshot: Snapshot, mappings: Path, limits: Limits, *, keep_going: bool
    ) -> None:
        self.profile, self.call, self.snapshot, self.mappings, self.limits = profile, call, snapshot, mappings, limits
        self.keep_going = keep_going
        self.refused: list[RefusedFile] = []
        self._seen: set[Path] = set()
        self._told = {header_key(header): meaning for header, meaning in call.columns.items()}
        self._network = Network(snapshot)
        self._networks: list[FilePlan] = []
        self._tables: list[Tables] = []

    @contextmanager
    def trying(self, file: str) -> Iterator[None]:
        """Note that a file cannot be taken and go on, where that was asked for."""
        try:
            yield
        except Refused as refusal:
            if not self.keep_going:
                raise
            self.refused.append(RefusedFile(file, str(refusal).removeprefix(f"{file}: ")))

    def look(self, path: Path) -> None:
        """Find out what a file is."""
        if path in self._seen:
            return
        self._seen.add(path)
        with self.trying(str(path)):
            source = examine(path, self.limits)
            shape = _network_shape(source, self.profile)
            if shape:
                self._networks.append(_network_plan(source, shape, self._network, self.snapshot))
            else:
                self._tables.append(look_at(source, self.profile, self.mappings, self.limits, self._told))

    def plans(self) -> list[FilePlan]:
        """Read the files, those of a network when they are asked for; each may name people of the one before."""
        self._networks.sort(key=lambda p: list(SHAPES).index(p.mappings[0].profile.partition(" ")[2]))
        plans: list[FilePlan] = []
        for network in self._networks:
            with self.trying(network.file):
                if self.keep_going:
                    _ = network.counts
                plans.append(network)
        if not self._tables:
            return plans
        directory = Directory(self.snapshot)
        for table in sorted(self._tables, key=lambda t: t.rank):
            with self.trying(table.source.label):
                read = partial(table.read, directory, self.call, self.limits)
                mappings = [mapping for _, _, mapping in table.tables]
                found = FilePlan(
                    table.source, table.profile, table.why, mappings, self.call.space, self.snapshot, read,
                    inner_encoding=table.encoding,
                )  # fmt: skip
                found.load().notes.extend(similar_spaces(found.facts, self.snapshot))
                plans.append(found)
        return plans


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
    graph.errors.Conflict
        If its key was used with another content, or somebody in it is erased at every try.
    """
    if file.facts.spaces:
        unchanged = store.version() == file.snapshot.version
        require_agreements(file.facts.spaces, file.snapshot if unchanged else store.snapshot())
    receipt = apply_without_erased(file, store, actor)
    file.release()
    return receipt


def to_document(planned: ImportPlan) -> dict[str, object]:
    """Give a plan as one document for ``--json``; it does not depend on the language."""
    files = [*map(_file_document, planned.files), *map(_refused_document, planned.refused)]
    return {"schema": "musubi.import/1", "files": files}


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
        "rows": asdict(file.rows),
        "notes": [asdict(n) for n in file.notes],
        "splits": [asdict(s) for s in file.splits],
        "refused": None,
    }  # fmt: skip


def _refused_document(file: RefusedFile) -> dict[str, object]:
    """Give the entry of a file that was refused whole: the same keys, and one problem that is of no row."""
    return {
        "file": file.file,
        "profile": None,
        "why": file.why,
        "encoding": None,
        "mapping": [],
        "counts": Facts(Problems(file.file)).counts(),
        "merge_suggestions": [],
        "problems": [
            {"sheet": None, "row": None, "column": None, "value": file.file, "code": "file_refused",
             "level": "refuse", "expected": file.why}
        ],
        "rows": asdict(RowCounts(0, 0, 0, {})),
        "notes": [],
        "splits": [],
        "refused": file.why,
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


def _network_plan(source: Source, shape: str, network: Network, snapshot: Snapshot) -> FilePlan:
    header = read_header(source)
    mapping = fixed(f"{NETWORK} {shape}", header, SHAPES[shape].columns)
    why = f"{shape} of a network: columns {', '.join(c for c in header if c in SHAPES[shape].columns)}"
    return FilePlan(source, NETWORK, why, (mapping,), "", snapshot, lambda: network.read(source, shape))
