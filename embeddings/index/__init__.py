"""Nearest vectors: exact, and by lists where there are many."""

from embeddings.index.base import Index, IntArray
from embeddings.index.choosing import CROSSOVER, make_index
from embeddings.index.exact import ExactIndex
from embeddings.index.inverted import InvertedIndex
from embeddings.index.kept import kept_index

__all__ = ["CROSSOVER", "ExactIndex", "Index", "IntArray", "InvertedIndex", "kept_index", "make_index"]
