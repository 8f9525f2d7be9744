import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.language import Language, guess_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("経理を手伝ってほしい", "ja"),
        ("決算業務", "ja"),
        ("ﾃﾞｻﾞｲﾝ", "ja"),
        ("AI/IoTでSDGsに取り組むNPO", "ja"),
        ("I can help with bookkeeping", "en"),
        ("Founder of 一般社団法人見本, community design and research", "en"),
        ("ＥＮＧＬＩＳＨ", "en"),
        ("한국어로 쓴 글", "other"),
        ("Привет", "other"),
        ("2026-11-21 🌱", "other"),
        ("", "other"),
    ],
)
def test_known_texts(text: str, language: str) -> None:
    assert guess_language(text) == language


@given(st.text(st.characters(exclude_categories=())))
def test_every_text_has_a_language(text: str) -> None:
    assert guess_language(text) in set(Language)
