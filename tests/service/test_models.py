"""``models list`` and ``models check`` (A24)."""

from __future__ import annotations


def test_list_names_what_is_here_and_what_could_be(musubi) -> None:
    found = {m["name"]: m for m in musubi("models", "list", "--json").document()["models"]}
    assert found["lexical"]["here"] is True
    assert "bundled" in found


def test_check_tries_the_encoder_of_a_name(musubi) -> None:
    ended = musubi("models", "check", "--encoder", "lexical", "--json")
    body = ended.document()
    assert (ended.code, body["schema"], body["passed"]) == (0, "musubi.models-check/1", True)
    assert body["right"] == body["of"]


def test_check_of_a_name_that_is_none_is_wrong_use(musubi) -> None:
    assert musubi("models", "check", "--encoder", "見本").code == 2


def test_check_says_its_answer_in_words(musubi) -> None:
    assert "works as it should" in musubi("--lang", "en", "models", "check", "--encoder", "lexical").out
