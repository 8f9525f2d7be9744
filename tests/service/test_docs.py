"""Every command, option, column, key, setting, check, path and code is documented."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from recommend.evaluation.results import LinksReport, Result
from recommend.results import ReasonCode
from service import errors
from service.app import create_app
from service.cli.exits import ExitCode
from service.cli.main import app
from service.doctor import WORDS
from service.engine import Engine
from service.recommendations.tables import COLUMNS
from service.settings import Settings

DOCS = Path(__file__).resolve().parents[2] / "docs"
CLI = (DOCS / "cli.md").read_text(encoding="utf-8")
API = (DOCS / "api.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Give a section with its subsections."""
    found = re.search(rf"^(#+) {re.escape(heading)}$(.*?)(?=^#{{1,2}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {heading!r}"
    return found.group(2)


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Walk the program as typer built it."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


ALL = list(commands(typer.main.get_command(app)))


def test_the_commands_are_those_of_the_contract() -> None:
    assert {" ".join(path) for path, _ in ALL} == {
        "merge list", "merge find", "merge accept", "merge reject", "merge undo", "evaluate identity",
        "evaluate skills", "evaluate fit", "models list", "models get", "models check", "models index",
        "init", "import", "agreement add", "agreement list", "tasks list", "tasks confirm",
        "tasks reject", "status", "doctor", "recommend", "sheet", "report ties",
        "why", "whatif", "tables", "gathering", "weave", "cycles",
        "key add", "key end", "key list", "grant add", "grant end", "grant list", "block", "unblock",
        "export", "person export", "card export", "serve", "evaluate links", "evaluate split",
        "erase", "readmit", "backup", "restore", "copy", "audit verify", "audit list", "migrate",
    }  # fmt: skip


@pytest.mark.parametrize(("path", "command"), ALL, ids=lambda x: " ".join(x) if isinstance(x, tuple) else "")
def test_every_command_and_option_is_documented(path: tuple[str, ...], command: Any) -> None:
    text = section(CLI, path[0])
    assert f"## {' '.join(path)}" in CLI
    for option in (o for p in command.params for o in p.opts if o.startswith("--")):
        assert re.search(rf"{option}\b", text) or option == "--help", option
    assert re.search(r"[ぁ-ん]", command.help), "help speaks Japanese too"


def test_documented_options_exist() -> None:
    known = {o for _, command in ALL for p in command.params for o in p.opts} | {
        o for p in typer.main.get_command(app).params for o in p.opts
    }
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", CLI)) <= known | {"--help"}


def test_global_options_and_exit_codes_are_documented() -> None:
    for parameter in typer.main.get_command(app).params:
        assert f"`{parameter.opts[0]}" in section(CLI, "Rules for every command")
    for code in ExitCode:
        assert f"| {int(code)} |" in CLI


def test_every_setting_is_documented() -> None:
    for name in set(Settings.model_fields) - {"locale"}:
        assert f"`MUSUBI_{name.upper()}`" in CLI
        assert f"MUSUBI_{name.upper()}" in (inspect.getdoc(Settings) or "")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        assert f"`{name}`" in CLI


def test_every_column_reason_and_check_is_documented() -> None:
    for word in (*COLUMNS, *ReasonCode):
        assert f"`{word}`" in section(CLI, "recommend")
    for check in {key.partition(".")[0] for key in WORDS._phrases}:
        assert f"`{check}`" in section(CLI, "doctor")


def keys(value: Any) -> set[str]:
    """Give the keys of a document, without those that are data (kinds, files, languages)."""
    if isinstance(value, list):
        return set().union(*map(keys, value))
    if not isinstance(value, dict):
        return set()
    return set(value) | {k for name, v in value.items() if name not in DATA for k in keys(v)}


DATA = {"nodes", "statements", "ties", "found", "remedy", "notice", "text", "values", "counts", "stored", "parameters"}


@pytest.mark.parametrize(
    ("heading", "arguments"),
    [
        ("recommend", ["recommend", "--all"]),
        ("recommend", ["recommend", "--as", "person:KZ-1", "--for", "KZ-1"]),
        ("status", ["status"]),
        ("doctor", ["doctor"]),
        ("agreement", ["agreement", "list"]),
        ("report", ["report", "ties"]),
    ],
)
def test_every_key_of_a_document_is_documented(musubi, url: str, heading: str, arguments: list[str]) -> None:
    musubi(
        "agreement",
        "add",
        "--store",
        url,
        "--space",
        "かぜのま",
        "--operator",
        "x",
        "--from",
        "2026-01-01",
        "--items",
        "y",
    )
    body = musubi("--store", url, *arguments, "--json").document()
    assert f"`{body['schema']}`" in CLI
    for key in keys(body) - {"schema"}:
        assert f"`{key}`" in section(CLI, heading), key


def test_keys_of_import_and_evaluation_are_documented(musubi, tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("id,since\na,x\nb,\n", encoding="utf-8")
    musubi("init")
    body = musubi("import", "nodes.csv", "--profile", "network", "--json").document()
    for key in keys(body) - {"schema"} | set(body["stored"]["nodes.csv"]):
        assert f"`{key}`" in section(CLI, "import"), key
    for key in (*LinksReport.__slots__, *Result.__slots__):
        assert f"`{key}`" in section(CLI, "evaluate"), key
    for schema in ("import", "evaluate-links", "evaluate-split", "sheet"):
        assert f"`musubi.{schema}/1`" in CLI


def test_every_path_parameter_key_and_problem_of_the_service_is_documented() -> None:
    described = create_app(Engine("sqlite:///x", "lexical")).openapi()
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert f"`{method.upper()} {path}`" in API
            for parameter in operation.get("parameters", []):
                assert f"`{parameter['name']}`" in API
    for model in ("ProblemOut", "Place", "Ready"):
        for key in described["components"]["schemas"][model]["properties"]:
            assert f"`{key}`" in API, key
    for kind in (*errors.KINDS.values(), errors.INVALID, errors.FOREIGN):
        assert re.search(rf"\| `{kind.code}` \| {kind.status.value} \|", API), kind


def test_japanese_is_there_for_every_command() -> None:
    for path, _ in ALL:
        assert re.search(r"[ぁ-ん]", section(CLI, path[0])), path
