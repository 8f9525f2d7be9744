"""The process that reads one file for `ingest.child`, within limits, and may be killed.

Answers on its standard output, one JSON document a line: ``["book", 1904 or 1900, encoding]``,
``["hidden", name]``, ``["sheet", name, profile]``, ``["row", number, cells]``, ``["merged", ranges]``,
``["formulas", cells]``, ``["refused", why]``, ``["end"]``.
"""

from __future__ import annotations

import json
import math
import resource
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TextIO

from graph.errors import Refused
from ingest.limits import Limits
from ingest.sheet import Book
from ingest.source import Source

WORKBOOK = "workbook"


def say(out: TextIO, *parts: object) -> None:
    """Answer one line."""
    out.write(json.dumps(parts) + "\n")


def main(form: str, source: str, limits: str) -> None:
    """Read a file within limits of processor time and memory, and answer on the standard output.

    Parameters
    ----------
    form : str
        ``"workbook"``, or a key of `READERS`.
    source, limits : str
        `Source` and `Limits` as JSON.
    """
    given = json.loads(source)
    file = Source(**(given | {"path": Path(given["path"]), "stamp": tuple(given["stamp"])}))
    allowed = Limits(**json.loads(limits))
    _confine(allowed)
    out = sys.stdout
    try:
        if form == WORKBOOK:
            from ingest.workbook_child import Reading

            Reading(str(file.path), allowed, out).run()
        else:
            _tell(READERS[form](file, allowed), out)
    except Refused as refusal:
        say(out, "refused", str(refusal).removeprefix(f"{file.label}: "))
    except MemoryError:
        most = f"{allowed.memory_bytes:,}"
        say(out, "refused", f"it takes too much memory, at most {most} bytes: save it as CSV or in parts")
    except Exception as error:  # whatever a damaged file makes a parser do, the file is refused
        cause = type(error.__cause__ or error).__name__
        say(out, "refused", f"it is damaged ({cause}): save it again")


def _confine(limits: Limits) -> None:
    cpu_s = math.ceil(limits.cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.modules["numpy"] = None  # type: ignore[assignment]  # the parsers run without it, and it takes much memory


def _tell(book: Book, out: TextIO) -> None:
    say(out, "book", 1900, book.encoding)
    for sheet in book.sheets:
        say(out, "sheet", sheet.name, sheet.profile)
        for number, cells in sheet.rows:
            say(out, "row", number, cells)
    say(out, "end")


def _json(source: Source, limits: Limits) -> Book:
    from ingest.documents.json_file import read_json

    return read_json(source, limits)


def _vcards(source: Source, limits: Limits) -> Book:
    from ingest.documents.vcard import read_vcards

    return read_vcards(source, limits)


def _slack(source: Source, limits: Limits) -> Book:
    from ingest.documents.slack import read_slack

    return read_slack(source, limits)


def _graph(form: str, source: Source, limits: Limits) -> Book:
    from ingest.documents.graph_files import read_graph

    return read_graph(source, form, limits)


READERS: dict[str, Callable[[Source, Limits], Book]] = {
    "json": _json,
    "vcard": _vcards,
    "slack": _slack,
    "graphml": partial(_graph, "graphml"),
    "gexf": partial(_graph, "gexf"),
}
"""What reads a document, by its form; each loads its parser when it is called."""
