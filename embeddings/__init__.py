"""Text to vectors: encoders, their cache, and exact similarity of vectors.

Importing this package loads neither a model nor the libraries behind one; an encoder does when it is made.
"""

from embeddings.alignment import Alignment, load_alignment
from embeddings.base import Encoder, Progress, Role
from embeddings.bundled import BundledEncoder
from embeddings.cache import CachedEncoder, RememberingEncoder, VectorCache
from embeddings.language import Language, guess_language
from embeddings.lexical import LexicalEncoder
from embeddings.profiles import PROFILES, ModelProfile, profile_for, profile_named
from embeddings.registry import Choice, choose_encoder
from embeddings.roles import RoleModel, Stance, load_role_model
from embeddings.sentence_transformer import SentenceTransformerEncoder
from embeddings.similarity import (
    FloatArray,
    centre_by_language,
    language_means,
    unit_rows,
)
from embeddings.thesaurus import Thesaurus, load_thesaurus

__all__ = [
    "PROFILES",
    "Alignment",
    "BundledEncoder",
    "CachedEncoder",
    "Choice",
    "Encoder",
    "FloatArray",
    "Language",
    "LexicalEncoder",
    "ModelProfile",
    "Progress",
    "RememberingEncoder",
    "Role",
    "RoleModel",
    "SentenceTransformerEncoder",
    "Stance",
    "Thesaurus",
    "VectorCache",
    "centre_by_language",
    "choose_encoder",
    "guess_language",
    "language_means",
    "load_alignment",
    "load_role_model",
    "load_thesaurus",
    "profile_for",
    "profile_named",
    "unit_rows",
]
