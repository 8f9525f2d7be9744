import ast
import importlib
import pkgutil
from pathlib import Path

import embeddings
from embeddings.base import Encoder

TESTS = Path(__file__).parents[1]


def concrete_encoders() -> set[str]:
    """Every class in the package that can encode."""
    found = set()
    for module in pkgutil.iter_modules(embeddings.__path__, "embeddings."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, Encoder) and not thing.__abstractmethods__:
                found.add(thing.__name__)
    return found


def covered_encoders() -> set[str]:
    """Every class that a contract test names, read from the tests because some need an extra to be imported."""
    found = set()
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "EncoderContract" for base in node.bases):
                assignments = [line for line in node.body if isinstance(line, ast.Assign)]
                found |= {ast.unparse(line.value) for line in assignments if "covers" in ast.unparse(line.targets[0])}
    return found


def test_every_encoder_has_a_contract_test() -> None:
    assert concrete_encoders() == covered_encoders()
