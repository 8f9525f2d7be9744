"""Nothing that shapes the fit repeats the test split of the fit benchmark (A11)."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "embeddings" / "data"


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fit_check", ROOT / "benchmarks" / "fit" / "check.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NAMES = (
    "background.tsv", "thesaurus.tsv", "roles/ja.tsv", "roles/en.tsv", "pairs.tsv", "situations.tsv", "visions.tsv",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_shingle_is_shared_with_the_test_split(check: ModuleType, name: str) -> None:
    cells = re.split(r"[\t\n;]", (DATA / name).read_text(encoding="utf-8"))
    assert sorted(check.shared_shingle_texts(cells)) == []


def test_the_benchmark_has_no_fault(check: ModuleType) -> None:
    assert check.faults() == []
