"""Train the role model from ``data/roles`` and ``data/pairs.tsv``: ``python -m embeddings.training.roles``.

``--cache FILE`` keeps the vectors between runs. The same sentences, package versions and processor give the same
file. Only a change of the sentences or of the numbers below makes it necessary.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from embeddings.base import Role
from embeddings.bundled import BUNDLED
from embeddings.cleaning import clean
from embeddings.roles import MODEL_FILE, Stance, role_grams
from embeddings.similarity import FloatArray
from embeddings.training.texts import encoder_of, examples, sentences

VERSION: Final = "2"
GRAM_C, VECTOR_C = 3.0, 30.0
"""Inverse strength of the regularisation, chosen by accuracy on topics held out."""
LEAST_SENTENCES = 3
"""Sentences that must hold an n-gram."""
BLEND, ALONE = (2.0, 1.0), 4.0
"""How sharply logits are read: regularised ones are too mild. Fitted on the development split of the fit benchmark."""
_STANCES: Final = [stance.name.lower() for stance in Stance]


def main() -> None:
    """Write the model into ``embeddings/data``."""
    rows, said = examples(), sentences()
    texts, stances = [clean(row[0]) for row in rows], np.array([_STANCES.index(row[1]) for row in rows])
    vectors = encoder_of(__doc__).encode(texts, Role.SYMMETRIC)
    made = {"version": VERSION, **_grams(texts, stances), **_vectors(vectors, stances)}
    made |= {"blend": BLEND, "alone": ALONE, "topic_directions": _rounded(directions(vectors[: len(said)], said))}
    target = Path(str(files("embeddings") / "data" / MODEL_FILE))
    target.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def directions(vectors: FloatArray, rows: list[list[str]]) -> FloatArray:
    """Give orthonormal directions in which the stances differ, per language, (4, d).

    What is left of a vector without them says more of the matter and less of who wants what.
    """
    found = []
    for language in ("ja", "en"):
        of = {
            stance: vectors[[row[1] == stance and row[2] == language for row in rows]].mean(axis=0)
            for stance in _STANCES
        }
        found += [of["offer"] - of["need"], of["offer"] - of["neither"]]
    basis, _ = np.linalg.qr(np.array(found, dtype=np.float64).T)
    return np.asarray(basis.T, dtype=np.float32)


def _grams(texts: list[str], stances: np.ndarray[Any, Any]) -> dict[str, Any]:
    counter = TfidfVectorizer(analyzer=lambda text: list(role_grams(text)), sublinear_tf=True, min_df=LEAST_SENTENCES)
    fitted = _regression(GRAM_C).fit(counter.fit_transform(texts), stances)
    weights = np.column_stack([counter.idf_, fitted.coef_.T])
    kept = {gram: _rounded(weights[column], 3) for gram, column in sorted(counter.vocabulary_.items())}
    return {"grams": kept, "gram_intercept": _rounded(fitted.intercept_)}


def _vectors(vectors: FloatArray, stances: np.ndarray[Any, Any]) -> dict[str, Any]:
    mean = vectors.mean(axis=0)
    fitted = _regression(VECTOR_C).fit(vectors - mean, stances)
    return {
        "vector_model": BUNDLED,
        "vector_weights": _rounded(fitted.coef_.T),
        "vector_intercept": _rounded(fitted.intercept_ - fitted.coef_ @ mean),
    }


def _regression(c: float) -> LogisticRegression:
    return LogisticRegression(C=c, max_iter=3000, class_weight="balanced")


def _rounded(values: Any, decimals: int = 4) -> Any:
    return np.round(np.asarray(values, dtype=np.float64), decimals).tolist()


if __name__ == "__main__":
    main()
