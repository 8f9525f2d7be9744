"""Every notebook tells its story on shipped data: it runs from top to bottom and its last cell asserts the claims."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TIMEOUT_S = 240
LONGEST_CELL = 20
LONGEST_FUNCTION = 5

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[p.stem for p in NOTEBOOKS])


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_notebooks_are_numbered_from_one() -> None:
    assert [p.stem[:3] for p in NOTEBOOKS] == [f"{n:02d}-" for n in range(1, len(NOTEBOOKS) + 1)]
    assert NOTEBOOKS


@every_notebook
def test_a_notebook_is_kept_without_outputs_and_in_short_cells(path: Path) -> None:
    nbformat.validate(nbformat.read(path, as_version=4))
    cells = code_cells(path)
    assert all(not cell.outputs and cell.execution_count is None for cell in cells)
    assert max(len(cell.source.splitlines()) for cell in cells) <= LONGEST_CELL
    assert "assert " in cells[-1].source


@every_notebook
def test_functions_of_a_notebook_are_short(path: Path) -> None:
    trees = [ast.parse(cell.source) for cell in code_cells(path)]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert all((f.end_lineno or 0) - f.lineno + 1 <= LONGEST_FUNCTION for f in functions)


@pytest.mark.notebook
@every_notebook
def test_a_notebook_runs_and_warns_of_nothing(path: Path, tmp_path: Path) -> None:
    home = tmp_path / "notebooks"
    home.mkdir()
    (tmp_path / "sample").symlink_to(ROOT / "sample")
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=TIMEOUT_S, kernel_name="python3", resources={"metadata": {"path": str(home)}}
    )
    client.execute(env={**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")})
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"] == []
    assert any("image/png" in o.get("data", {}) for o in outputs)
