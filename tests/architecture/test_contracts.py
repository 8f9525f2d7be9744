"""Every store and encoder is held to its public contract; every error class is documented."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import embeddings
import graph.errors
import graph.store
from embeddings.base import Encoder
from graph.store.base import Store

ROOT = Path(__file__).resolve().parents[2]


def concrete(package: object, base: type) -> list[type]:
    """Give the implementations of an interface in a package."""
    path, name = package.__path__, package.__name__  # type: ignore[attr-defined]
    modules = [importlib.import_module(f"{name}.{m.name}") for m in pkgutil.iter_modules(path) if m.name != "testing"]
    found = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, base) and not inspect.isabstract(value)
    }
    return sorted(found, key=lambda cls: cls.__name__)


def suites(contract: str) -> str:
    """Give the source of every test file that takes over a contract suite."""
    texts = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        bases = {
            ast.unparse(b).rpartition(".")[2] for c in ast.walk(tree) if isinstance(c, ast.ClassDef) for b in c.bases
        }
        if contract in bases:
            texts.append(ast.unparse(tree))
    return "\n".join(texts)


@pytest.mark.parametrize("cls", concrete(graph.store, Store), ids=lambda c: c.__name__)
def test_every_store_passes_the_contract_suite(cls: type) -> None:
    assert cls.__name__ in suites("StoreContract")


@pytest.mark.parametrize("cls", concrete(embeddings, Encoder), ids=lambda c: c.__name__)
def test_every_encoder_passes_the_contract_suite(cls: type) -> None:
    assert cls.__name__ in suites("EncoderContract")


def test_every_error_class_is_documented() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for name, cls in vars(graph.errors).items():
        if isinstance(cls, type) and issubclass(cls, graph.errors.MusubiError) and cls is not graph.errors.MusubiError:
            assert f"`{name}`" in text
            assert inspect.getdoc(cls)
