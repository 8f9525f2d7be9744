"""Looking at a file that was brought, and storing it."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from pathlib import Path

from graph.errors import Problem, Refused, WrongUse
from graph.export import guarded
from graph.store.base import Store
from ingest.call import Call
from ingest.file_plan import FilePlan, ImportPlan
from ingest.importer import commit, plan
from ingest.limits import LIMITS, uploaded
from ingest.mapping import NOT_USED, dropped_class
from ingest.profile import PROFILES, profile
from service.imports.found import ColumnChoice, Look, TableChoice
from service.imports.uploads import Upload, put_away
from service.settings import beside_store

MAPPINGS = ".mappings"
LIMITS_OF_UPLOADS = uploaded(LIMITS)
MOST_BYTES = LIMITS_OF_UPLOADS.packed_bytes
PROBLEM_COLUMNS = ("file", "sheet", "row", "column", "value", "code", "level", "expected")


def look(upload: Upload, store: Store, url: str) -> Look:
    """Find out what a file is and what it would bring; nothing is stored.

    Raises
    ------
    graph.errors.Refused
        If it cannot be taken as a whole.
    graph.errors.WrongUse
        If it is not here any more.
    """
    return _look(upload, _planned(upload, store, url).files)


def take(upload: Upload, store: Store, url: str, actor: str) -> Look:
    """Store a file in one transaction, keep how it was read for the next one of its shape, and remove it.

    Raises
    ------
    graph.errors.NotPermitted
        If an agreement is missing.
    graph.errors.Refused
        If it cannot be taken as a whole.
    """
    planned = _planned(upload, store, url)
    for file in planned.files:
        commit(file, store, actor)
    planned.confirm()
    seen = _look(upload, planned.files)
    put_away(upload)
    return seen


def problems_csv(problems: Sequence[Problem], name: str) -> bytes:
    """Give the table of problems as CSV that is safe to open in a spreadsheet."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(PROBLEM_COLUMNS)
    for p in problems:
        cells = [name, p.sheet or "", p.row or "", p.column or "", p.value, p.code, p.level, p.expected]
        out.writerow([guarded(str(cell)) for cell in cells])
    return BOM_UTF8 + text.getvalue().encode()


def _planned(upload: Upload, store: Store, url: str) -> ImportPlan:
    if upload.path is None:
        raise WrongUse("this file was stored or put away already: bring it again")
    folder = beside_store(url, MAPPINGS) or Path(f"musubi{MAPPINGS}")
    call = Call(upload.space, columns=upload.columns)
    try:
        return plan(
            [upload.path], profile=upload.profile, call=call, snapshot=store.snapshot(), mappings=folder,
            limits=LIMITS_OF_UPLOADS,
        )  # fmt: skip
    except Refused as refusal:
        raise Refused(str(refusal).replace(str(upload.path), upload.name)) from refusal


def _look(upload: Upload, files: Sequence[FilePlan]) -> Look:
    (file,) = files
    counts = {name: n for name, n in file.counts.items() if isinstance(n, int) and n}
    ties = file.counts.get("ties")
    counts |= {f"tie:{kind}": n for kind, n in ties.items()} if isinstance(ties, Mapping) else {}
    rows = {"read": file.rows.read, "refused": file.rows.refused, "flagged": file.rows.flagged}
    return Look(
        file.profile, file.why.replace(str(upload.path), upload.name), file.encoding, _tables(file), counts, rows,
        list(file.problems), list(file.notes),
    )  # fmt: skip


def _tables(file: FilePlan) -> list[TableChoice]:
    out = []
    for t, mapping in enumerate(file.mappings):
        known = mapping.profile in PROFILES
        meanings = (NOT_USED, *sorted(profile(mapping.profile).meanings)) if known else ()
        columns = tuple(
            ColumnChoice(
                f"column-{t}-{i}", c.header, c.meaning, c.why,
                meanings if c.header.strip() and dropped_class(c.header) != "secret" else (),
            )
            for i, c in enumerate(mapping.columns)
        )  # fmt: skip
        out.append(TableChoice(mapping.profile, mapping.sheet, columns))
    return out
