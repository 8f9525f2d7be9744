"""What is going to be done with each file, before anything is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.bulk import no_cycle_search
from graph.changes import ChangeSet
from graph.snapshot import Snapshot
from ingest.facts import Facts, RowCounts, Split
from ingest.limits import MIB
from ingest.mapping import Mapping
from ingest.problems import Note, Problems
from ingest.source import Source

NETWORK = "network"
KEPT_BYTES = 64 * MIB
"""A network file larger than this is read once to be counted and again to be stored, not kept in between."""


@dataclass
class FilePlan:
    """One file of an import: one change set, one transaction.

    Attributes
    ----------
    source : Source
        The file.
    profile : str
        How it is read; sheets of several kinds are joined by ``+``.
    why : str
        Why so.
    mappings : sequence of Mapping
        What its columns mean, one for each table in it.
    space : str
        Space of the call, or empty.
    snapshot : Snapshot
        The graph for which the plan was made.
    read : callable
        Reads the file; called when the facts are first needed, so that large files are not all in memory.
    inner_encoding : str
        How texts inside it are encoded where that is not the encoding of the file.
    """

    source: Source
    profile: str
    why: str
    mappings: Sequence[Mapping]
    space: str
    snapshot: Snapshot
    read: Callable[[], Facts]
    inner_encoding: str = ""
    _facts: Facts | None = field(default=None, repr=False)
    _counts: dict[str, object] | None = field(default=None, repr=False)
    _problems: Problems = field(default_factory=lambda: Problems(""), repr=False)
    _notes: Sequence[Note] = field(default=(), repr=False)
    _same_name: Sequence[tuple[str, ...]] = field(default=(), repr=False)
    _splits: Sequence[Split] = field(default=(), repr=False)
    _rows: RowCounts = field(default_factory=lambda: RowCounts(0, 0, 0, {}), repr=False)

    @property
    def file(self) -> str:
        """Name of the file as the user gave it."""
        return self.source.label

    @property
    def encoding(self) -> str:
        """How its text is encoded; ``xlsx`` for a workbook."""
        return self.inner_encoding or self.source.encoding or "xlsx"

    @property
    def guessed(self) -> bool:
        """Whether a mapping was guessed and nobody has confirmed it."""
        return any(m.guessed for m in self.mappings)

    @property
    def facts(self) -> Facts:
        """The records of the file; read now if they have not been."""
        return self._facts if self._facts is not None else self.load()

    def load(self) -> Facts:
        """Read the file."""
        with no_cycle_search():
            facts = self._facts = self.read()
        self._counts, self._problems = facts.counts(), facts.problems
        self._notes, self._same_name = facts.notes, facts.same_name
        self._splits, self._rows = facts.splits, facts.row_counts()
        return facts

    @property
    def counts(self) -> dict[str, object]:
        """How much of what the file brings; also after `release`."""
        return self._look()

    @property
    def problems(self) -> Problems:
        """Rows refused and cells to look at; also after `release`."""
        self._look()
        return self._problems

    @property
    def notes(self) -> Sequence[Note]:
        """What was left out and why; also after `release`."""
        self._look()
        return self._notes

    @property
    def same_name(self) -> Sequence[tuple[str, ...]]:
        """Groups of people of one name who were kept apart, each once; also after `release`."""
        self._look()
        return sorted({tuple(sorted(set(ids))) for ids in self._same_name})

    @property
    def splits(self) -> Sequence[Split]:
        """Heard texts that may be several statements; also after `release`."""
        self._look()
        return self._splits

    @property
    def rows(self) -> RowCounts:
        """What became of the rows; also after `release`."""
        self._look()
        return self._rows

    def _look(self) -> dict[str, object]:
        if self._counts is None:
            self.load()
            if self.source.stamp[0] > KEPT_BYTES:
                self.release()
        return self._counts or {}

    def release(self) -> None:
        """Let go of the records of a network, which are many; counts, problems and notes stay."""
        if self.profile == NETWORK:
            self._facts = None

    def changes(self, actor: str) -> ChangeSet:
        """Give the change set.

        Notes
        -----
        Its key is made from the content of the file, the profile, the mappings, the space, and the problems
        that were found: the same file is a replay, but once what a row was refused for has been mended elsewhere
        (its member list imported, say) it is not.
        """
        facts = self.facts
        key = f"import:{self._digest(facts.problems)}"
        return ChangeSet(
            key, actor, "import", key,
            nodes=facts.nodes, statements=facts.statements, ties=facts.ties, removed_statements=facts.removed,
        )  # fmt: skip

    def _digest(self, problems: Problems) -> str:
        found = [(p.sheet, p.row, p.column, p.code) for p in problems]
        parts = [
            self.source.sha256,
            self.profile,
            [m.canonical() for m in self.mappings],
            self.space,
            [problems.refused, problems.flagged, found],
        ]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that cannot be taken as a whole.

    Attributes
    ----------
    file : str
        Name of the file as the user gave it.
    why : str
        What is wrong with it and what to do.
    """

    file: str
    why: str


@dataclass(frozen=True)
class ImportPlan:
    """The files of one import, in the order in which they are to be committed.

    Attributes
    ----------
    files : tuple of FilePlan
        Members come before what speaks of them.
    folder : Path
        Where confirmed mappings are kept.
    refused : tuple of RefusedFile
        Files that cannot be taken; the others can.
    """

    files: tuple[FilePlan, ...]
    folder: Path
    refused: tuple[RefusedFile, ...] = ()

    @property
    def guessed(self) -> tuple[FilePlan, ...]:
        """Files whose mapping was guessed: show it and ask."""
        return tuple(f for f in self.files if f.guessed)

    def confirm(self) -> None:
        """Save every guessed mapping, so that the next file of that shape is read the same way."""
        for plan in self.guessed:
            for mapping in plan.mappings:
                if mapping.guessed:
                    mapping.save(self.folder)
