"""SentenceTransformerEncoder on a real model: static word vectors, saved to a folder and loaded from it."""

import json
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from embeddings.base import Encoder, Role
from embeddings.profiles import GENERIC, profile_named
from embeddings.sentence_transformer import SentenceTransformerEncoder
from embeddings.testing import EncoderContract
from graph.errors import EncoderUnavailable

pytestmark = pytest.mark.transformers

TEXT = "庭木の剪定"


class TestSentenceTransformer(EncoderContract):
    covers = SentenceTransformerEncoder

    @pytest.fixture(scope="class")
    @classmethod
    def encoder(cls, saved: Path) -> Encoder:
        return SentenceTransformerEncoder(str(saved))

    def again(self, encoder: Encoder) -> Encoder:
        return SentenceTransformerEncoder(encoder.name.removeprefix("st:"))


@pytest.mark.parametrize("profile", ["multilingual-e5-small", "ruri-v3-30m", "static-embedding-japanese", "generic"])
@pytest.mark.parametrize("role", list(Role))
def test_the_prefix_of_the_role_is_applied(saved: Path, profile: str, role: Role) -> None:
    chosen = profile_named(profile)
    with_prefix = SentenceTransformerEncoder(str(saved), chosen).encode([TEXT], role)
    by_hand = SentenceTransformerEncoder(str(saved), GENERIC).encode([chosen.prefix(role) + TEXT], Role.QUERY)
    np.testing.assert_allclose(with_prefix, by_hand, atol=1e-6)
    bare = SentenceTransformerEncoder(str(saved), GENERIC).encode([TEXT], Role.QUERY)
    assert np.allclose(with_prefix, bare, atol=1e-3) == (chosen.prefix(role) == "")


def test_the_folder_name_chooses_the_profile(saved: Path) -> None:
    assert SentenceTransformerEncoder(str(saved)).profile.name == "multilingual-e5-small"


def test_a_default_prompt_in_the_files_does_not_come_on_top(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "prompted"
    shutil.copytree(saved, folder)
    config = folder / "config_sentence_transformers.json"
    prompts = {"prompts": {"query": "検索クエリ: ", "document": ""}, "default_prompt_name": "query"}
    config.write_text(json.dumps(json.loads(config.read_text(encoding="utf-8")) | prompts), encoding="utf-8")
    bare = SentenceTransformerEncoder(str(saved), GENERIC).encode([TEXT], Role.QUERY)
    np.testing.assert_allclose(
        SentenceTransformerEncoder(str(folder), GENERIC).encode([TEXT], Role.QUERY), bare, atol=1e-6
    )


def test_the_fingerprint_follows_weights_and_prefixes(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "multilingual-e5-small"
    shutil.copytree(saved, folder)
    first = SentenceTransformerEncoder(str(saved)).fingerprint
    assert SentenceTransformerEncoder(str(folder)).fingerprint == first
    assert SentenceTransformerEncoder(str(folder), GENERIC).fingerprint != first
    weights = next(folder.rglob("*.safetensors"))
    content = bytearray(weights.read_bytes())
    content[-1] ^= 0x01
    weights.write_bytes(bytes(content))
    assert SentenceTransformerEncoder(str(folder)).fingerprint != first


@pytest.mark.parametrize("model", ["cl-nagoya/ruri-v3-30m", "no such name//at all"])
def test_a_model_that_is_not_here_is_one_quick_line(model: str) -> None:
    began = time.perf_counter()
    with pytest.raises(EncoderUnavailable, match="is not on this machine") as caught:
        SentenceTransformerEncoder(model)
    assert time.perf_counter() - began < 1
    assert f"musubi models get {model}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="does not load from"):
        SentenceTransformerEncoder(str(tmp_path))
