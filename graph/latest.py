"""Views of the present moment, kept between requests and refreshed from what a change touched."""

from __future__ import annotations

import datetime as dt
import threading

from graph import gate
from graph.calendar import today
from graph.policy import Purpose
from graph.snapshot import Snapshot
from graph.store.base import Store
from graph.view import View
from graph.viewer import Viewer


class LatestViews:
    """Views of one store, kept as long as nothing changes; safe to use from several threads.

    A view depends on the state of the store, the viewer, the purpose and the day, so that is its key. After
    a change only what it touched is read anew.

    Parameters
    ----------
    size : int
        Most views that are kept.
    """

    def __init__(self, size: int = 8) -> None:
        self._size = size
        self._snapshot: Snapshot | None = None
        self._kept: dict[tuple[str, Viewer, Purpose, dt.date], View] = {}
        self._lock = threading.Lock()

    def of(self, store: Store, viewer: Viewer, purpose: Purpose) -> View:
        """Give the view of now, made anew when the store or the day has changed.

        Parameters
        ----------
        store : Store
            Always the same data, through any object.
        viewer, purpose : Viewer, Purpose
            As `graph.gate.view` takes them.

        Raises
        ------
        graph.errors.Unknown
            If the viewer names a person or space that is not there.
        """
        on = today()
        with self._lock:
            self._snapshot = store.refresh(self._snapshot)
            key = (self._snapshot.mark, viewer, purpose, on)
            if key not in self._kept:
                self._kept = {k: v for k, v in self._kept.items() if k[0] == key[0] and k[3] == on}
                while len(self._kept) >= self._size:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = gate.view(self._snapshot, viewer, purpose, on)
            return self._kept[key]
