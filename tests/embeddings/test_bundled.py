import contextlib
import os
import threading

import numpy as np
import pytest

from embeddings.aside import ASIDE
from embeddings.base import Encoder, Role
from embeddings.bundled import BUNDLED, E5_SHARE, BundledEncoder
from embeddings.e5 import E5Encoder
from embeddings.language import guess_language
from embeddings.similarity import centre_by_language
from embeddings.testing import TEXTS, EncoderContract
from embeddings.training.texts import pairs
from embeddings.universal import UniversalEncoder


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


@pytest.mark.parametrize("role", Role)
def test_a_cosine_is_a_weighted_mean_of_those_of_both_models(bundled: BundledEncoder, role: Role) -> None:
    both = bundled.encode(TEXTS, role)
    e5, universal = (model.encode(TEXTS, role) for model in (E5Encoder(), UniversalEncoder()))
    np.testing.assert_allclose(
        both @ both.T, E5_SHARE * e5 @ e5.T + (1 - E5_SHARE) * universal @ universal.T, atol=1e-5
    )


def test_both_models_tell_as_much_once_what_texts_share_is_taken_away(bundled: BundledEncoder) -> None:
    """The share of either is chosen for that: without it the model whose cosines spread wider would decide alone."""
    rows = bundled.encode([row[column] for row in pairs()[::100] for column in (1, 3)], Role.QUERY)
    spread = [(part - part.mean(axis=0)).std() * np.sqrt(part.shape[1]) for part in np.split(rows, [384], axis=1)]
    assert 0.8 < spread[0] / spread[1] < 1.25


def test_the_fingerprint_names_both_models(bundled: BundledEncoder) -> None:
    assert bundled.fingerprint.startswith(BUNDLED)
    for model in (E5Encoder(), UniversalEncoder()):
        assert model.fingerprint in bundled.fingerprint


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
