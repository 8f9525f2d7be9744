"""Which encoder is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from embeddings.base import Encoder
from embeddings.bundled import BundledEncoder
from embeddings.cache import CachedEncoder, VectorCache
from embeddings.lexical import LexicalEncoder
from embeddings.sentence_transformer import SentenceTransformerEncoder
from graph.errors import EncoderUnavailable, WrongUse, nearest

_PLAIN: Final[Mapping[str, Callable[[], Encoder]]] = {"bundled": BundledEncoder, "lexical": LexicalEncoder}
_OF_MODEL: Final[Mapping[str, Callable[[str], Encoder]]] = {"st": SentenceTransformerEncoder}


@dataclass(frozen=True, slots=True)
class Choice:
    """The encoder that answers.

    Attributes
    ----------
    encoder : Encoder
        Ready to use.
    notice : Mapping of str to str
        Words by language (``ja``, ``en``) to be shown with every answer when another encoder than the wanted
        one has to serve; empty otherwise.
    """

    encoder: Encoder
    notice: Mapping[str, str] = field(default_factory=dict)


def choose_encoder(spec: str | None = None, cache: VectorCache | None = None) -> Choice:
    """Choose and load an encoder.

    Parameters
    ----------
    spec : str, optional
        ``"bundled"``, ``"lexical"`` or ``"st:MODEL"``, a sentence-transformers model by name or folder. By
        default the bundled model, and the lexical encoder where that cannot run.
    cache : VectorCache, optional
        Keeps the vectors of a semantic encoder; lexical ones are quicker made than read.

    Returns
    -------
    Choice
        With a notice if the lexical encoder has to stand in.

    Raises
    ------
    EncoderUnavailable
        When the encoder that was asked for cannot run here: what is named is never replaced.
    WrongUse
        When there is no such encoder, or ``st:`` names no model.
    """
    if spec is not None:
        return Choice(_cached(_named(spec), cache))
    try:
        return Choice(_cached(BundledEncoder(), cache))
    except EncoderUnavailable as error:
        return Choice(LexicalEncoder(), _stand_in(error))


def _named(spec: str) -> Encoder:
    kind, colon, model = spec.partition(":")
    if not colon and spec in _PLAIN:
        return _PLAIN[spec]()
    if model and kind in _OF_MODEL:
        return _OF_MODEL[kind](model)
    forms = [*_PLAIN, *(f"{known}:MODEL" for known in _OF_MODEL)]
    hint = "".join(f"; nearest: {name}" for name in nearest(spec, forms, n=1))
    raise WrongUse(f"encoder: got {spec!r}, expected one of {', '.join(forms)} (MODEL: a name or a folder){hint}")


def _cached(encoder: Encoder, cache: VectorCache | None) -> Encoder:
    return CachedEncoder(encoder, cache) if cache is not None and encoder.semantic else encoder


def _stand_in(error: EncoderUnavailable) -> Mapping[str, str]:
    return {
        "ja": "内蔵の文章モデルがここでは動かないため、文字と単語の一致だけで比べています。"
        f"言い換えや意味の近さは見ていません（理由: {error}）",
        "en": "The bundled text model does not run here, so texts are compared by shared spelling only; other words"
        f" for the same thing are not found (reason: {error})",
    }
