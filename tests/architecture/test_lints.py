"""Traps that are cheap to look for in the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("graph", "ingest", "embeddings", "recommend", "service")
SOURCES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
LONGEST_FILE = 300

QUERY = re.compile(
    r"^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|PRAGMA|MATCH|UNWIND|MERGE|CALL|OPTIONAL)\b"
)
# What may be put into the text of a query: constants and tables of constants, words of the allow-list `identifier`,
# and by file what is made of names of tables, labels and places for parameters; never data.
ALLOWED = re.compile(r"[A-Z_]+(\[[^]]*\])?|identifier\(.*\)")
INTERPOLATED = {
    "graph/store/sqlite_write.py": {"table", "match", "', '.join(columns)", "marks"},
    "graph/store/neo4j_schema.py": {"label", "constraint", "name"},
    "graph/store/neo4j_ties.py": {"self.key", "same", "setting"},
    "graph/store/neo4j_write.py": {"label"},
    "embeddings/cache.py": {"marks"},
}
# Where the whole graph is read: to make a view of it at once, or on the write path.
WHOLE_GRAPH = {
    "service/reading.py": "gate.view",
    "service/evaluations/fit.py": "gate.view",
    "service/evaluations/links.py": "gate.view|plan",
    "service/cli/imports.py": "plan",
    "service/imports/logic.py": "plan",
    "service/cli/agreements.py": "agreed",
    "service/doctor.py": "present",
    "service/cli/keys.py": "name_key|end_key",
    "service/cli/standings.py": "grant|end_grant|keep_apart|let_meet",
    "service/cli/backups.py": "graph_hash",
    "service/cli/persons.py": "own_data|is_own",
    "ingest/importer.py": "require_agreements",
    "ingest/merges.py": "_merges|_found",
}
# The environment: settings alone decide; the others tell libraries of numbers how many threads to take.
ENVIRONMENT = {"service/settings.py", "service/cli/serving.py", "embeddings/e5.py"}


# Who writes to standard output besides the command line: a child process, to its parent.
SPEAKS = ("service/cli/", "ingest/reading.py")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def attributes(path: Path) -> set[str]:
    return {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}


def test_no_walk_over_routes() -> None:
    """Included routers are a tree: the inventory is the OpenAPI document."""
    assert [name(p) for p in SOURCES if "routes" in attributes(p)] == []


def test_no_query_is_built_from_data() -> None:
    assert [f for p in SOURCES for f in _built_queries(p)] == []


def _built_queries(path: Path) -> Iterator[str]:
    allowed = INTERPOLATED.get(name(path), set())
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr) and QUERY.match(_text(node)):
            inside = {ast.unparse(v.value) for v in node.values if isinstance(v, ast.FormattedValue)}
            strange = {e for e in inside - allowed if not ALLOWED.fullmatch(e)}
            if strange:
                yield f"{name(path)} line {node.lineno}: {strange}"
        joined = isinstance(node, ast.BinOp) and QUERY.match(_text(node.left)) and not _constant(node.right)
        formed = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        if joined or (formed and QUERY.match(_text(node.func.value))):  # type: ignore[union-attr]
            yield f"{name(path)} line {node.lineno}: a query put together"  # type: ignore[attr-defined]


def _text(node: ast.AST) -> str:
    """Give the text that an expression begins with."""
    if isinstance(node, ast.JoinedStr):
        return _text(node.values[0]) if node.values else ""
    return str(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def test_the_whole_graph_is_read_by_the_gate_and_the_write_path_only() -> None:
    outside = [p for p in SOURCES if not name(p).startswith("graph/")]
    assert [f for p in outside for f in _whole_graph_reads(p)] == []


def _whole_graph_reads(path: Path) -> Iterator[str]:
    allowed = WHOLE_GRAPH.get(name(path), "nothing").split("|")
    takers = {
        id(inner): ast.unparse(call.func)
        for call in calls(path)
        for value in (*call.args, *(k.value for k in call.keywords))
        for inner in ast.walk(value)
    }
    for call in calls(path):
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in ("snapshot", "refresh")
            and takers.get(id(call)) not in allowed
        ):
            yield f"{name(path)} line {call.lineno}"


def test_readers_know_views_not_snapshots() -> None:
    readers = [p for p in SOURCES if name(p).startswith(("recommend/", "service/"))]
    assert [name(p) for p in readers if "Snapshot" in _imported(p, "graph.snapshot")] == []


def _imported(path: Path, module: str) -> set[str]:
    found = (n for n in ast.walk(tree(path)) if isinstance(n, ast.ImportFrom) and n.module == module)
    return {alias.name for node in found for alias in node.names}


def test_nothing_prints_but_the_command_line() -> None:
    speaking = ("print", "sys.stdout.write", "sys.stderr.write")
    silent = [p for p in SOURCES if not name(p).startswith(SPEAKS)]
    assert [f"{name(p)} line {c.lineno}" for p in silent for c in calls(p) if ast.unparse(c.func) in speaking] == []


def test_no_process_is_forked() -> None:
    """A forked worker inherits locks and signal handlers and outlives its parent."""
    forking = re.compile(r"\bos\.fork|forkserver|[\"']fork[\"']|multiprocessing\.(Pool|Process)\b")
    assert [name(p) for p in SOURCES if forking.search(p.read_text(encoding="utf-8"))] == []
    pools = [(p, c) for p in SOURCES for c in calls(p) if ast.unparse(c.func).endswith("ProcessPoolExecutor")]
    assert [name(p) for p, c in pools if "mp_context" not in {k.arg for k in c.keywords}] == []


def test_the_environment_is_read_in_one_place() -> None:
    reading = [name(p) for p in SOURCES if {"environ", "getenv", "putenv"} & attributes(p)]
    assert set(reading) <= ENVIRONMENT


def test_status_codes_live_in_one_file() -> None:
    assert [name(p) for p in SOURCES if "HTTPStatus" in p.read_text(encoding="utf-8")] == ["service/errors.py"]


def test_files_stay_small() -> None:
    lengths = {name(p): len(p.read_text(encoding="utf-8").splitlines()) for p in SOURCES}
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_exceptions_to_the_rules_are_still_needed() -> None:
    for listed in (*INTERPOLATED, *WHOLE_GRAPH, *ENVIRONMENT):
        assert (ROOT / listed).is_file(), listed
