"""Traps that are cheap to look for in the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("graph", "ingest", "embeddings", "recommend", "service")
SOURCES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
LONGEST_FILE = 300

QUERY = re.compile(
    r"^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|MATCH|UNWIND|MERGE|CALL|OPTIONAL)\b"
)
# What may be put into the text of a query: names of tables, columns, labels and places for parameters, never data.
INTERPOLATED = {
    "graph/store/sqlite_write.py": {"table", "match", "', '.join(columns)", "marks"},
    "embeddings/cache.py": {"marks", "_FORMAT"},
}
# Where the whole graph is read: to make a view of it at once, or on the write path.
WHOLE_GRAPH = {
    "service/reading.py": "gate.view",
    "service/evaluations/links.py": "gate.view|plan",
    "service/cli/imports.py": "plan",
    "service/cli/agreements.py": "agreed",
    "ingest/importer.py": "require_agreements",
}
# The environment: settings alone decide; the others tell libraries of numbers how many threads to take.
ENVIRONMENT = {"service/settings.py", "service/cli/serving.py", "embeddings/bundled.py"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def attributes(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


sources = pytest.mark.parametrize("path", SOURCES, ids=name)


@sources
def test_no_walk_over_routes(path: Path) -> None:
    """Included routers are a tree: the inventory is the OpenAPI document."""
    assert "routes" not in attributes(path)


@sources
def test_no_query_is_built_from_data(path: Path) -> None:
    allowed = INTERPOLATED.get(name(path), set())
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr) and QUERY.match(_text(node)):
            inside = {ast.unparse(v.value) for v in node.values if isinstance(v, ast.FormattedValue)}
            assert all(e in allowed or e.isupper() for e in inside), f"line {node.lineno}: {inside - allowed}"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            assert not QUERY.match(_text(node.left)), f"line {node.lineno}: a query put together"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            assert not QUERY.match(_text(node.func.value)), f"line {node.lineno}: a query put together"


def _text(node: ast.AST) -> str:
    """Give the text that an expression begins with."""
    if isinstance(node, ast.JoinedStr):
        return _text(node.values[0]) if node.values else ""
    return str(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("path", [p for p in SOURCES if name(p).split("/")[0] != "graph"], ids=name)
def test_the_whole_graph_is_read_by_the_gate_and_the_write_path_only(path: Path) -> None:
    allowed = WHOLE_GRAPH.get(name(path), "nothing").split("|")
    takers = {
        id(argument): ast.unparse(call.func)
        for call in calls(path)
        for value in (*call.args, *(k.value for k in call.keywords))
        for argument in ast.walk(value)
    }
    for call in calls(path):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "snapshot":
            assert takers.get(id(call)) in allowed, f"line {call.lineno}"


@pytest.mark.parametrize("path", [p for p in SOURCES if name(p).split("/")[0] in ("recommend", "service")], ids=name)
def test_readers_know_views_not_snapshots(path: Path) -> None:
    imported = {
        alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "graph.snapshot"
        for alias in node.names
    }
    assert "Snapshot" not in imported


@sources
def test_nothing_prints_but_the_command_line(path: Path) -> None:
    printed = [c.lineno for c in calls(path) if isinstance(c.func, ast.Name) and c.func.id == "print"]
    written = [c.lineno for c in calls(path) if ast.unparse(c.func) in ("sys.stdout.write", "sys.stderr.write")]
    assert not printed
    assert not written or name(path).startswith("service/cli/") or "child" in path.stem


@sources
def test_no_process_is_forked(path: Path) -> None:
    """A forked worker inherits locks and signal handlers and outlives its parent."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\bos\.fork|forkserver|[\"']fork[\"']", text)
    for call in calls(path):
        made = ast.unparse(call.func)
        assert made not in ("multiprocessing.Pool", "multiprocessing.Process", "Pool"), f"line {call.lineno}"
        if made.endswith("ProcessPoolExecutor"):
            assert "mp_context" in {k.arg for k in call.keywords}, f"line {call.lineno}"


@sources
def test_the_environment_is_read_in_one_place(path: Path) -> None:
    used = {"environ", "getenv", "putenv"} & attributes(path)
    assert not used or name(path) in ENVIRONMENT


@sources
def test_status_codes_live_in_one_file(path: Path) -> None:
    assert name(path) == "service/errors.py" or "HTTPStatus" not in path.read_text(encoding="utf-8")


@sources
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


def test_exceptions_to_the_rules_are_still_needed() -> None:
    for listed in (*INTERPOLATED, *WHOLE_GRAPH, *ENVIRONMENT):
        assert (ROOT / listed).is_file(), listed
