"""A sentence-transformers model that the user has put on this machine."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import threading
from pathlib import Path
from typing import Any, Final

import numpy as np

from embeddings.base import Encoder, Progress, Role
from embeddings.cleaning import CLEANING_VERSION
from embeddings.profiles import PROFILES, ModelProfile, profile_for
from embeddings.similarity import FloatArray
from graph.errors import EncoderUnavailable

_BATCH: Final = 32
_MEANWHILE: Final = "with no encoder named, the bundled model answers meanwhile"


class SentenceTransformerEncoder(Encoder):
    """A sentence-transformers model, loaded from this machine only.

    Parameters
    ----------
    model : str
        A folder, a name such as ``"cl-nagoya/ruri-v3-30m"`` that was downloaded before, or the name of a
        profile such as ``"ruri-v3-30m"``.
    profile : ModelProfile, optional
        What stands before a text of each role; by default guessed from the name.

    Raises
    ------
    EncoderUnavailable
        When the extra ``[transformers]`` or the model is not here. Nothing is ever downloaded, and the answer
        comes before the heavy imports.

    Notes
    -----
    The fingerprint holds a hash of all the model's files, so that a model trained further gets another one.
    """

    semantic = True

    def __init__(self, model: str, profile: ModelProfile | None = None) -> None:
        self.profile = profile or profile_for(model)
        folder = find_folder(model)
        self.name = f"st:{model}"
        self._lock = threading.Lock()
        self._model = _load(model, folder)
        self.dimension = self._encoded(["a"], Role.SYMMETRIC).shape[1]
        version = importlib.metadata.version("sentence-transformers")
        prefixes = "|".join(self.profile.prefix(role) for role in Role)
        self.fingerprint = (
            f"sentence-transformers={version} files={_hash_of_files(folder)} prefixes={prefixes}"
            f" cleaning={CLEANING_VERSION}"
        )

    def same_as(self, role: Role) -> Role:
        """Give the first role with the same prefix."""
        return next(other for other in Role if self.profile.prefix(other) == self.profile.prefix(role))

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = texts[start : start + _BATCH]
            rows[start : start + len(batch)] = self._encoded(batch, role)
            if progress is not None:
                progress(start + len(batch), len(texts))
        return rows

    def _encoded(self, texts: list[str], role: Role) -> FloatArray:
        # The prompt is always given, also an empty one, so that a default prompt in the model's files cannot
        # come on top. The tokenizer refuses a second caller while it works, hence the lock.
        with self._lock:
            vectors = self._model.encode(
                texts, prompt=self.profile.prefix(role), batch_size=_BATCH, show_progress_bar=False
            )
        return np.asarray(vectors, dtype=np.float32)


def full_name(model: str) -> str:
    """Give the name under which a model is published: short names of profiles stand for theirs."""
    return next((profile.model for profile in PROFILES if profile.model and profile.name == model), model)


def find_folder(model: str) -> Path:
    """Find the model's files on this machine, without loading anything.

    Raises
    ------
    EncoderUnavailable
        When the extra ``[transformers]`` or the model is not here; one line that names the model, the command
        that gets it and what answers meanwhile.
    """
    if Path(model).is_dir():
        return Path(model)
    name = full_name(model)
    _require_extra(name)
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError) as error:
        raise EncoderUnavailable(
            f"model {name!r} is not on this machine: get it by 'musubi models get {name}' or name its folder;"
            f" {_MEANWHILE}"
        ) from error


def download(model: str) -> Path:
    """Fetch a model from the hub that huggingface_hub is set to; only ever called when a person asks for it.

    Parameters
    ----------
    model : str
        ``owner/name``, the name of a profile, or a folder, which is here already.

    Returns
    -------
    Path
        The folder with its files.

    Raises
    ------
    EncoderUnavailable
        When the extra ``[transformers]`` is not installed, there is no such model, or no way to the hub.
    """
    if Path(model).is_dir():
        return Path(model)
    name = full_name(model)
    _require_extra(name)
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name))
    except Exception as error:  # the hub's client raises errors of whatever it speaks HTTP with
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
        raise EncoderUnavailable(f"model {name!r} could not be fetched: {reason}; {_MEANWHILE}") from error


def _require_extra(name: str) -> None:
    if importlib.util.find_spec("sentence_transformers") is None:
        raise EncoderUnavailable(
            f"model {name!r}: the extra [transformers] is not installed (pip install 'musubi[transformers]', then"
            f" 'musubi models get {name}'); {_MEANWHILE}"
        )


def _load(model: str, folder: Path) -> Any:
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except (ImportError, OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise EncoderUnavailable(f"model {model!r} does not load from {folder}: {reason}; {_MEANWHILE}") from error


def _hash_of_files(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()[:16]
