"""Texts a second, memory, and what the cache saves, of each encoder; one process each.

`OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/encoders.py --encoder bundled --encoder lexical` prints the
table of docs/encoders.md. The texts are the invented ones of the fit benchmark. `--shape FOLDER` first saves a
sentence-transformers model with random weights in the shape of a small one (6 layers of 384), for `--encoder
st:FOLDER` where no model can be fetched: it says how fast such a model is, not how good.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from embeddings.base import Encoder, Role
from embeddings.cache import CachedEncoder, VectorCache
from embeddings.registry import choose_encoder
from embeddings.similarity import FloatArray

FIT = Path(__file__).parent / "fit"
HEADER = (
    "| encoder | loaded, s | texts | texts/s of processor time | texts/s by the clock | peak, MiB | cache hit run |"
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", action="append", default=[], help="as musubi takes it; may be repeated")
    parser.add_argument("--texts", type=int, default=1_000)
    parser.add_argument("--shape", type=Path, help="folder for a model with random weights")
    parser.add_argument("--one", help="print the row of one encoder")
    options = parser.parse_args()
    if options.one:
        print(row(options.one, some_texts(options.texts)))
        return
    if options.shape:
        save_random_model(options.shape)
    print(f"{HEADER}\n|{'---|' * 7}", flush=True)
    for encoder in options.encoder:
        command = [sys.executable, __file__, "--one", encoder, "--texts", str(options.texts)]
        subprocess.run(command, check=True)


def some_texts(n: int) -> list[str]:
    """Give different texts of the fit benchmark, Japanese and English in turn."""
    rows = [list(csv.reader((FIT / f"{name}.csv").open(encoding="utf-8", newline="")))[1:] for name in ("ja", "en")]
    cells = [cell for pair in zip(*rows, strict=False) for row in pair for cell in row if len(cell) > 8]
    return list(dict.fromkeys(cells))[:n]


def row(name: str, texts: list[str]) -> str:
    """Load an encoder, encode once without and twice with a cache."""
    begun = time.perf_counter()
    encoder = choose_encoder(name).encoder
    encoder.encode(["始め"], Role.QUERY)
    loaded_s = time.perf_counter() - begun
    clock, processor = time.perf_counter(), time.process_time()
    rows = encoder.encode(texts, Role.QUERY)
    clock_s, processor_s = time.perf_counter() - clock, time.process_time() - processor
    saved = times_as_fast(encoder, texts, rows, processor_s) if encoder.semantic else "not cached"
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shown = name if not name.startswith("st:") else "st:MODEL"
    return (
        f"| {shown} | {loaded_s:.1f} | {len(texts)} | {len(texts) / processor_s:,.0f} | {len(texts) / clock_s:,.0f}"
        f" | {most:.0f} | {saved} |"
    )


def times_as_fast(encoder: Encoder, texts: list[str], rows: FloatArray, processor_s: float) -> str:
    """Say how much less time texts take whose vectors are in the cache."""
    with tempfile.TemporaryDirectory() as folder:
        cache = VectorCache(Path(folder) / "vectors")
        cache.put(encoder.fingerprint, Role.QUERY, dict(zip(texts, rows, strict=True)))
        begun = time.process_time()
        again = CachedEncoder(encoder, cache).encode(texts, Role.QUERY)
        cached_s = time.process_time() - begun
        cache.close()
    np.testing.assert_allclose(again, rows, atol=1e-6)
    return f"{processor_s / cached_s:,.0f} times as fast"


def save_random_model(folder: Path) -> None:
    """Save a model of 6 layers of 384 whose tokens are characters."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(1)
    letters = sorted({letter for text in some_texts(10_000) for letter in text})
    words = {token: number for number, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters])}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(Regex("."), "isolated")
    with tempfile.TemporaryDirectory() as inner:
        shape = BertConfig(
            vocab_size=len(words), hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
        )
        BertModel(shape).save_pretrained(inner)
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(inner)
        transformer = Transformer(inner, max_seq_length=256)
        SentenceTransformer(modules=[transformer, Pooling(384)], device="cpu").save(
            str(folder), create_model_card=False
        )


if __name__ == "__main__":
    main()
