import pytest

from embeddings.base import Role
from embeddings.profiles import GENERIC, PROFILES, profile_for, profile_named
from graph.errors import Unknown


@pytest.mark.parametrize(
    ("model", "profile"),
    [
        ("intfloat/multilingual-e5-small", "multilingual-e5-small"),
        ("intfloat/multilingual-e5-large", "multilingual-e5-small"),
        ("/models/Ruri-v3-310m/", "ruri-v3-30m"),
        ("C:\\models\\ruri-v3-30m", "ruri-v3-30m"),
        ("hotchpotch/static-embedding-japanese", "static-embedding-japanese"),
        ("somebody/else", "generic"),
    ],
)
def test_a_profile_is_guessed_from_the_name(model: str, profile: str) -> None:
    assert profile_for(model).name == profile


def test_prefixes_are_those_of_the_model_cards() -> None:
    e5, ruri = profile_named("multilingual-e5-small"), profile_named("ruri-v3-30m")
    assert [e5.prefix(role) for role in Role] == ["query: ", "passage: ", "query: "]
    assert [ruri.prefix(role) for role in Role] == ["検索クエリ: ", "検索文書: ", ""]
    assert {GENERIC.prefix(role) for role in Role} == {""}


def test_profile_names_are_unique_and_looked_up() -> None:
    assert [profile_named(profile.name) for profile in PROFILES] == list(PROFILES)
    with pytest.raises(Unknown, match="nearest: ruri-v3-30m"):
        profile_named("ruri-v3-30")
