"""What can be known without the extra: the full class is tested in tests/transformers."""

import time
from pathlib import Path

import pytest

from embeddings.registry import choose_encoder
from embeddings.sentence_transformer import SentenceTransformerEncoder
from graph.errors import EncoderUnavailable


@pytest.mark.parametrize("model", ["cl-nagoya/ruri-v3-30m", "ruri-v3-30m"])
def test_a_missing_model_is_one_quick_line(model: str) -> None:
    began = time.perf_counter()
    with pytest.raises(EncoderUnavailable) as caught:
        choose_encoder(f"st:{model}")
    assert time.perf_counter() - began < 1
    message = str(caught.value)
    assert "\n" not in message
    assert "musubi models get cl-nagoya/ruri-v3-30m" in message
    assert "the bundled model answers meanwhile" in message


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="does not load from"):
        SentenceTransformerEncoder(str(tmp_path))
