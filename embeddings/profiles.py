"""What each family of sentence-transformers models wants in front of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from embeddings.base import Role
from graph.errors import Unknown


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """How a family of models is used.

    Attributes
    ----------
    name : str
        Name of the profile, and short name of `model`.
    model : str
        Model that is meant by the short name; empty where the profile belongs to none.
    family : str
        Start of the names of the models it fits; empty where none are guessed.
    query, passage, symmetric : str
        Put before a text of that role.
    pooling : str
        How token vectors become one. The model's own files say it to the library; noted for the reader.
    licence : str
        Licence of the model's weights.
    """

    name: str
    model: str
    family: str
    query: str
    passage: str
    symmetric: str
    pooling: str
    licence: str

    def prefix(self, role: Role) -> str:
        """Give what stands before a text of this role."""
        return {Role.QUERY: self.query, Role.PASSAGE: self.passage, Role.SYMMETRIC: self.symmetric}[role]


GENERIC: Final = ModelProfile(
    name="generic",
    model="",
    family="",
    query="",
    passage="",
    symmetric="",
    pooling="as the model's files say",
    licence="see the model card",
)
"""For models that nothing is known of: texts go in as they are."""

# Prefixes as the authors' model cards give them. multilingual-e5: "query: " on both sides of a symmetric
# comparison. ruri-v3: nothing for similarity of meaning; its fourth prefix, "トピック: ", is for sorting texts
# into classes, which no role here does.
PROFILES: Final[tuple[ModelProfile, ...]] = (
    ModelProfile(
        name="multilingual-e5-small",
        model="intfloat/multilingual-e5-small",
        family="multilingual-e5-",
        query="query: ",
        passage="passage: ",
        symmetric="query: ",
        pooling="mean over tokens, then unit length",
        licence="MIT",
    ),
    ModelProfile(
        name="ruri-v3-30m",
        model="cl-nagoya/ruri-v3-30m",
        family="ruri-v3-",
        query="検索クエリ: ",
        passage="検索文書: ",
        symmetric="",
        pooling="mean over tokens",
        licence="Apache-2.0",
    ),
    ModelProfile(
        name="static-embedding-japanese",
        model="hotchpotch/static-embedding-japanese",
        family="static-embedding-japanese",
        query="",
        passage="",
        symmetric="",
        pooling="mean of word vectors, no attention",
        licence="MIT",
    ),
    GENERIC,
)


def profile_named(name: str) -> ModelProfile:
    """Give the profile of a name.

    Raises
    ------
    Unknown
        When there is none.
    """
    for profile in PROFILES:
        if profile.name == name:
            return profile
    raise Unknown("model profile", name, [profile.name for profile in PROFILES])


def profile_for(model: str) -> ModelProfile:
    """Guess the profile of a model from the last part of its name or folder.

    Parameters
    ----------
    model : str
        Short name, ``owner/name`` or a folder.

    Returns
    -------
    ModelProfile
        The profile of its family, or `GENERIC`.

    Examples
    --------
    >>> profile_for("cl-nagoya/ruri-v3-130m").query
    '検索クエリ: '
    """
    last = model.replace("\\", "/").rstrip("/").rpartition("/")[2].casefold()
    families = (profile for profile in PROFILES if profile.family)
    return next((profile for profile in families if last.startswith(profile.family)), GENERIC)
