"""150 texts that break programs; HOSTILE of them by `make hostile`.

The bundled model takes a twentieth of a second for each, so that what asks it more than once gets a fifth of them.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from embeddings.base import Encoder, Role
from embeddings.bundled import BundledEncoder
from embeddings.cache import CachedEncoder, RememberingEncoder, VectorCache
from embeddings.cleaning import MAX_CHARACTERS, clean
from embeddings.hostile import KINDS, LONGEST, hostile_texts
from embeddings.index import ExactIndex
from embeddings.language import guess_language
from embeddings.lexical import LexicalEncoder
from embeddings.roles import load_role_model
from embeddings.thesaurus import load_thesaurus
from graph import gate
from graph.changes import ChangeSet
from graph.kinds import StatementKind
from graph.policy import NETWORK_OPEN, Purpose
from graph.records import Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR
from recommend.config import FitConfig
from recommend.fit import Fit
from recommend.people import People

N = int(os.environ.get("HOSTILE", "150"))
KINDS_OF_STATEMENT = (StatementKind.NEED, StatementKind.OFFER, StatementKind.VISION, StatementKind.TEXT)
pytestmark = pytest.mark.timeout(7_200)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return hostile_texts(N, np.random.default_rng(N))


@pytest.fixture(scope="module", params=["bundled", "lexical"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    made = {"bundled": BundledEncoder, "lexical": LexicalEncoder}[request.param]
    return RememberingEncoder(made())


@pytest.fixture
def few(encoder: Encoder, texts: list[str]) -> list[str]:
    return texts[: N // 5] if encoder.semantic else texts


def sound(rows: np.ndarray, texts: list[str]) -> None:
    """One finite row of length one or zero for each text; a text that says nothing has none."""
    assert rows.shape[0] == len(texts)
    assert np.isfinite(rows).all()
    norms = np.linalg.norm(rows, axis=1)
    assert ((np.abs(norms - 1) < 1e-4) | (norms == 0)).all()
    assert not norms[[not clean(text) for text in texts]].any()


def test_every_kind_is_among_them(texts: list[str]) -> None:
    assert 10 * len(KINDS) <= N
    assert max(map(len, texts)) >= LONGEST
    assert "" in map(clean, texts)
    unwritable = [text for text in texts if any("\ud800" <= character <= "\udfff" for character in text)]
    assert len(unwritable) >= N // len(KINDS) // 2


def test_cleaning_leaves_text_that_can_be_written(texts: list[str]) -> None:
    for text in map(clean, texts):
        assert len(text.encode()) <= 4 * MAX_CHARACTERS
        assert clean(text) == text


def test_encoders_give_finite_rows(encoder: Encoder, texts: list[str]) -> None:
    sound(encoder.encode(texts, Role.QUERY), texts)


def test_the_cache_gives_back_what_was_encoded(texts: list[str], tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.db")
    encoder = CachedEncoder(LexicalEncoder(), cache)
    first = encoder.encode(texts, Role.QUERY)
    np.testing.assert_array_equal(encoder.encode(texts, Role.QUERY), first)
    assert cache.forget(texts) == len({clean(text) for text in texts} - {""})
    cache.close()


def test_the_index_answers(encoder: Encoder, texts: list[str]) -> None:
    rows = encoder.encode(texts, Role.QUERY)
    index = ExactIndex(rows.shape[1])
    index.add(np.arange(len(rows)), rows)
    assert np.isfinite(index.search(rows[:50], 20)[1]).all()


def test_thesaurus_and_language_read_them(texts: list[str]) -> None:
    thesaurus = load_thesaurus()
    for text in texts:
        guess_language(text)
        line = clean(text)
        for mention in thesaurus.find(text):
            assert line[mention.start : mention.end] == mention.surface


def test_roles_are_chances(encoder: Encoder, few: list[str]) -> None:
    model = load_role_model()
    vectors = encoder.encode(few, Role.SYMMETRIC) if model.reads(encoder.fingerprint) else None
    chances = np.exp(model.log_chances(few, vectors, encoder.fingerprint))
    assert np.isfinite(chances).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-4)


def test_fit_is_a_number_from_0_to_1(encoder: Encoder, few: list[str]) -> None:
    here = Provenance("texts")
    changes = ChangeSet("fit", "operator", "test")
    # what a store takes can be written, and is not empty
    taken = [text for text in few if text.strip() and text == text.encode(errors="ignore").decode()]
    for number, text in enumerate(taken):
        changes.nodes.append(Node(f"person:p{number:05}", NETWORK_OPEN, here, {}))
        kind = KINDS_OF_STATEMENT[number % len(KINDS_OF_STATEMENT)]
        changes.statements.append(Statement(f"person:p{number:05}", kind, text, NETWORK_OPEN, here))
    store = MemoryStore()
    store.apply(changes)
    people = People.of(gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION))
    fit = Fit(people, encoder, FitConfig())
    for start in range(0, len(people), 256):
        block = np.arange(start, min(start + 256, len(people)))
        for channel in (fit.needs, fit.visions, fit.topics):
            for values in (channel.asking(block), channel.answering(block)):
                assert np.isfinite(values).all()
                assert values.min() >= 0
                assert values.max() <= 1
