"""A small real model, saved to a folder as any other."""

from pathlib import Path

import numpy as np
import pytest

LETTERS = (
    "庭木剪定のを頼みたいできますか団体決算見てくれる人探し検索クエリ文書 :Ihelpsmalltewithbookkeepingrdcanquerypassage"
)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model of one random vector a character."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split

    vocabulary = {token: number for number, token in enumerate(["[UNK]", *dict.fromkeys(LETTERS)])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    weights = np.random.default_rng(0).normal(size=(len(vocabulary), 24)).astype(np.float32)
    module = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(weights))
    folder = tmp_path_factory.mktemp("models") / "multilingual-e5-small"
    SentenceTransformer(modules=[module], device="cpu").save(str(folder), create_model_card=False)
    return folder
