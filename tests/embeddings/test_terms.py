import importlib.metadata

import pytest

from embeddings.terms import WordForms, grams


def test_endings_alone_are_no_terms() -> None:
    assert not set(grams("しています")) & set(grams("探しています"))
    assert list(grams("です。ます！")) == []


def test_function_words_and_single_letters_are_no_terms() -> None:
    assert list(grams("I am the C of A")) == []
    assert list(grams("the Python")) == ["python", "pyth", "ytho", "thon"]


def test_a_kanji_that_stands_alone_is_a_term() -> None:
    assert list(grams("絵 を")) == ["絵"]


def test_runs_end_at_signs_and_between_alphabets() -> None:
    assert set(grams("庭・木")) == {"庭", "木"}
    assert set(grams("UIデザ")) == {"ui", "デザ"}


@pytest.mark.parametrize(
    ("one", "other"), [("引越し", "引っ越し"), ("サーバ", "サーバー"), ("打合せ", "打ち合わせ"), ("Web", "ウェブ")]
)
def test_spellings_of_a_word_have_one_form(one: str, other: str) -> None:
    words = WordForms()
    assert words.of(one) == words.of(other) != []


def test_only_content_words_count() -> None:
    words = WordForms()
    assert words.of("経理を3回教えてほしいです") == ["経理", "教える"]
    assert words.of("人と話す") == ["人", "話す"]
    assert words.of("We are looking for a designer") == ["looking", "デザイナー"]


def test_without_the_dictionary_there_are_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(package: str) -> str:
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(importlib.metadata, "version", version)
    words = WordForms()
    assert words.version == "none"
    assert not words.available
    assert words.of("経理") == []
