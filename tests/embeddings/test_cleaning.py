import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.cleaning import MAX_CHARACTERS, clean

any_text = st.text(st.characters(exclude_categories=()), max_size=60)


@given(any_text)
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once


@given(any_text)
def test_what_is_left_can_be_written_and_hides_nothing(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert {unicodedata.category(character) for character in cleaned}.isdisjoint({"Cc", "Cf", "Cs"})


@given(any_text, st.integers(1, 20))
def test_the_cut_keeps_the_beginning(text: str, limit: int) -> None:
    assert len(clean(text, limit)) <= limit
    assert clean(text).startswith(clean(text, limit))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("ｷｬﾘｱ相談", "キャリア相談"),
        ("か\u3099っこう", "がっこう"),
        ("一行目\r\n二行目\t三", "一行目 二行目 三"),
        ("右\u202eから左\u202c", "右から左"),
        ("a\ud800b", "ab"),
        ("　全角　の　空白　", "全角 の 空白"),
        ("ＮＰＯ㈱", "NPO(株)"),
        ("\u200b", ""),
    ],
)
def test_known_forms(text: str, wanted: str) -> None:
    assert clean(text) == wanted


def test_long_texts_are_cut() -> None:
    assert len(clean("長" * 20_000)) == MAX_CHARACTERS
