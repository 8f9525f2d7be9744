"""``models list``, ``get`` and ``check`` with the extra [transformers] (A24)."""

import json
import shutil
import time
from pathlib import Path

import pytest

from service.cli.main import run

pytestmark = pytest.mark.transformers


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command; give its exit code, standard output and standard error."""
    code = run(["--lang", "en", *arguments])
    return code, *capsys.readouterr()


@pytest.fixture(autouse=True)
def no_model_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


def test_list_says_how_to_get_what_is_not_here(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "models", "list", "--json")
    found = {model["name"]: model for model in json.loads(out)["models"]}
    assert code == 0
    assert {"st:ruri-v3-30m", "st:multilingual-e5-small", "st:static-embedding-japanese"} < set(found)
    assert found["bundled"]["here"]
    assert not found["st:ruri-v3-30m"]["here"]
    assert "musubi models get cl-nagoya/ruri-v3-30m" in found["st:ruri-v3-30m"]["problem"]


def test_get_of_a_folder_names_it(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "models", "get", str(saved))[:2] == (0, f"{saved}\n")
    assert said(capsys, "models", "get", f"st:{saved}")[0] == 0


def test_check_loads_a_model_from_a_folder(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = said(capsys, "models", "check", "--encoder", f"st:{saved}", "--json")
    tried = json.loads(out)
    assert tried["encoder"] == f"st:{saved}"
    assert tried["sound"]
    assert tried["dimension"] == 24
    assert tried["texts_per_second"] > 0
    assert "prefixes=query: |passage: |query: " in tried["fingerprint"]
    # random word vectors know no meaning: whether they pass is chance, the code says which
    assert code == (0 if tried["passed"] else 1)


@pytest.mark.parametrize(
    ("folder", "prefixes"),
    [("ruri-v3-30m", "検索クエリ: |検索文書: |"), ("static-embedding-japanese", "||"), ("our own", "||")],
)
def test_the_name_of_the_folder_chooses_the_prefixes(
    saved: Path, tmp_path: Path, folder: str, prefixes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(saved, tmp_path / folder)
    _, out, _ = said(capsys, "models", "check", "--encoder", f"st:{tmp_path / folder}", "--json")
    assert f"prefixes={prefixes} cleaning=" in json.loads(out)["fingerprint"]


def test_a_model_that_is_not_here_fails_in_one_quick_line(capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "models", "check", "--encoder", "st:no-such-model")  # imports what the command needs
    begun = time.process_time()
    code, out, err = said(capsys, "models", "check", "--encoder", "st:ruri-v3-30m")
    assert time.process_time() - begun < 1
    assert (code, out) == (2, "")
    assert "cl-nagoya/ruri-v3-30m" in err
    assert "musubi models get cl-nagoya/ruri-v3-30m" in err
    assert "the bundled model answers meanwhile" in err
    assert len(err.strip().splitlines()) == 1
