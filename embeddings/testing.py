"""Public contract suite of encoders."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Final

import numpy as np
import pytest

from embeddings.base import Encoder, Role
from graph.errors import WrongUse

TEXTS: Final = (
    "庭木の剪定を頼みたい",
    "庭木の剪定ができます",
    "団体の決算を見てくれる人を探しています",
    "I can help small teams with their bookkeeping",
)

ODD_TEXTS: Final = (
    "🌱👩‍🌾🏳️‍🌈",
    "前\x00後",
    "片割れ\ud83d",
    "\u202e逆さ\u202c \u200b幅なし\ufeff",
    "か\u3099ぎ e\u0301tude ㍿ ﷺ",
    "!?",
    "word " * 4000,
)


class EncoderContract:
    """What every encoder must do.

    A subclass sets `covers` and gives the fixture ``encoder`` (of any scope) and `again`.

    Attributes
    ----------
    covers : type of Encoder
        The class under test.
    """

    covers: ClassVar[type[Encoder]]

    def again(self, encoder: Encoder) -> Encoder:
        """Make one more encoder in the same way."""
        raise AssertionError(f"{type(self).__name__} must define again for {encoder.name}")

    def test_it_is_of_the_class_it_covers(self, encoder: Encoder) -> None:
        """The suite runs on the class that it names."""
        assert type(encoder) is self.covers

    def test_rows_have_length_one(self, encoder: Encoder) -> None:
        """One float32 row of length 1 for each text, equal texts included."""
        rows = encoder.encode([*TEXTS, TEXTS[0]], Role.PASSAGE)
        assert rows.shape == (len(TEXTS) + 1, encoder.dimension)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
        np.testing.assert_array_equal(rows[0], rows[-1])

    @pytest.mark.parametrize("role", list(Role))
    def test_same_texts_give_same_vectors(self, encoder: Encoder, role: Role) -> None:
        """Twice the same question gives the same answer, for every role."""
        first, second = encoder.encode(TEXTS[:2], role), encoder.encode(TEXTS[:2], role)
        np.testing.assert_array_equal(first, second)

    def test_neighbours_in_a_batch_change_nothing(self, encoder: Encoder) -> None:
        """Alone, in a batch or in another order, a text has the same vector."""
        batch = encoder.encode(TEXTS, Role.QUERY)
        turned = encoder.encode(TEXTS[::-1], Role.QUERY)[::-1]
        alone = np.concatenate([encoder.encode([text], Role.QUERY) for text in TEXTS])
        np.testing.assert_allclose(batch, turned, atol=1e-5)
        np.testing.assert_allclose(batch, alone, atol=1e-5)

    def test_odd_texts_are_taken(self, encoder: Encoder) -> None:
        """Emoji, NUL, lone surrogates, control characters and 20,000 characters give length 1 or nothing."""
        rows = encoder.encode(ODD_TEXTS, Role.PASSAGE)
        norms = np.linalg.norm(rows, axis=1)
        assert np.isfinite(rows).all()
        assert np.all((np.abs(norms - 1) < 1e-5) | (norms == 0))
        assert norms[-1] > 0

    @pytest.mark.parametrize("text", ["", "  \n\t", "\x00", "\u200b\ufeff", "\udc80"])
    def test_no_text_is_no_evidence(self, encoder: Encoder, text: str) -> None:
        """What is empty after cleaning has a zero vector."""
        assert not encoder.encode([text], Role.QUERY).any()

    def test_no_texts_give_no_rows(self, encoder: Encoder) -> None:
        """An empty sequence is a good question."""
        assert encoder.encode([], Role.QUERY).shape == (0, encoder.dimension)

    def test_texts_are_cleaned(self, encoder: Encoder) -> None:
        """Forms of the same characters have one vector."""
        rows = encoder.encode(["ﾃﾞｻﾞｲﾝ㈱の\x00仕事", "デザイン(株)の 仕事"], Role.QUERY)
        np.testing.assert_array_equal(rows[0], rows[1])

    def test_roles_that_are_the_same_give_the_same(self, encoder: Encoder) -> None:
        """What keeps vectors may keep those of one role for another only where they are equal."""
        for role in Role:
            same = encoder.same_as(role)
            assert encoder.same_as(same) is same
            np.testing.assert_allclose(encoder.encode(TEXTS, role), encoder.encode(TEXTS, same), atol=1e-6)

    def test_one_str_is_refused(self, encoder: Encoder) -> None:
        """A str is a sequence of characters, which nobody means."""
        with pytest.raises(WrongUse, match="one str"):
            encoder.encode(TEXTS[0], Role.QUERY)

    def test_shared_words_are_near(self, encoder: Encoder) -> None:
        """A text lies nearer to one of the same matter in the same words than to another matter."""
        need, offer, other = encoder.encode(TEXTS[:3], Role.SYMMETRIC)
        assert need @ offer > need @ other

    def test_spelling_alone_is_never_negative(self, encoder: Encoder) -> None:
        """An encoder that is not semantic has no evidence against."""
        if not encoder.semantic:
            assert (encoder.encode(TEXTS, Role.QUERY) >= 0).all()

    def test_threads_share_it(self, encoder: Encoder) -> None:
        """Four threads get what one gets."""
        wanted = encoder.encode(TEXTS[:2], Role.QUERY)

        def ask(texts: Sequence[str]) -> bool:
            return bool(np.allclose(encoder.encode(texts, Role.QUERY), wanted, atol=1e-5))

        with ThreadPoolExecutor(4) as executor:
            assert all(executor.map(ask, [TEXTS[:2]] * 8))

    def test_progress_reaches_the_end(self, encoder: Encoder) -> None:
        """Progress grows up to the number of distinct texts."""
        told: list[tuple[int, int]] = []
        encoder.encode([*TEXTS, TEXTS[0], ""], Role.QUERY, lambda done, total: told.append((done, total)))
        assert told == sorted(told)
        assert told[-1] == (len(TEXTS), len(TEXTS))

    def test_fingerprint_is_stable(self, encoder: Encoder) -> None:
        """One made in the same way has the same fingerprint and vectors."""
        other = self.again(encoder)
        assert other.fingerprint == encoder.fingerprint
        assert (other.name, other.dimension, other.semantic) == (encoder.name, encoder.dimension, encoder.semantic)
        one = encoder.encode(TEXTS[:1], Role.QUERY)
        np.testing.assert_allclose(other.encode(TEXTS[:1], Role.QUERY), one, atol=1e-5)
