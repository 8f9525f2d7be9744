"""Many texts, a few at a time, in threads that let shorter work go first."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from embeddings.base import Progress
from embeddings.similarity import FloatArray

ASIDE: Final = 10
"""Niceness of the threads that encode many texts for a thread other than the main one, as in a service: whoever
asks it for something short meanwhile is answered first."""

_CHUNK: Final = 16


def in_chunks(
    one: Callable[[list[str]], FloatArray],
    texts: list[str],
    dimension: int,
    progress: Progress | None,
    n_threads: int = 1,
) -> FloatArray:
    """Give a row for each text.

    Parameters
    ----------
    one : callable
        Gives the rows of a few texts; called from several threads.
    texts : list of str
        At least one.
    dimension : int
        Length of a row.
    progress : callable, optional
        Told how far the work is, from the thread that asked.
    n_threads : int
        Lists of texts that are worked on at the same time, at least 1.

    Returns
    -------
    (n_texts, dimension)
        As `one` gave them.
    """
    rows = np.empty((len(texts), dimension), dtype=np.float32)
    done = 0
    for few in _each(one, [texts[start : start + _CHUNK] for start in range(0, len(texts), _CHUNK)], n_threads):
        rows[done : done + len(few)] = few
        done += len(few)
        if progress is not None:
            progress(done, len(texts))
    return rows


def _each(one: Callable[[list[str]], FloatArray], chunks: list[list[str]], n_threads: int) -> Iterator[FloatArray]:
    aside = threading.current_thread() is not threading.main_thread()
    if len(chunks) == 1 or (n_threads == 1 and not aside):
        yield from map(one, chunks)
        return
    executor = ThreadPoolExecutor(n_threads, thread_name_prefix="encoder", initializer=_step_back if aside else None)
    try:
        yield from executor.map(one, chunks)
    finally:
        executor.shutdown(cancel_futures=True)


def _step_back() -> None:
    """Let the other threads of this machine go first; where that is one priority for all threads, change nothing."""
    if platform.system() == "Linux":
        me = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, me, max(ASIDE, os.getpriority(os.PRIO_PROCESS, me)))
