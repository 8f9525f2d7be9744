"""Files that wait for a decision: in a private temporary folder, for a while, and never more than a few."""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.errors import Unknown
from service.imports.found import Look
from service.imports.tokens import Tokens

KEPT_S = 1800.0
MOST_KEPT = 4
LONGEST_NAME = 100
_UNFIT = re.compile(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069]")


@dataclass
class Upload:
    """One file that was brought.

    Attributes
    ----------
    key : str
        Random name in the address of its page.
    path : Path or None
        Where it lies; None once it was stored or put away.
    name : str
        Its name as the browser gave it, without folders.
    space : str
        Space of members whose row names none.
    profile : str or None
        How it is to be read, where somebody said so.
    columns : mapping of str to str
        Meanings by header that somebody chose.
    seen : Look or None
        What was found in it, once somebody looked.
    at : float
        When it came, seconds of a clock that only runs forward.
    """

    key: str
    path: Path | None
    name: str
    space: str
    profile: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    seen: Look | None = None
    at: float = field(default_factory=time.monotonic)
    taking: threading.Lock = field(default_factory=threading.Lock, repr=False)


class Uploads:
    """Keeps files until they are stored, put away, or forgotten."""

    def __init__(self) -> None:
        self.tokens = Tokens()
        self._kept: dict[str, Upload] = {}
        self._lock = threading.Lock()

    def keep(self, name: str, content: bytes, space: str) -> Upload:
        """Keep a file; the oldest one goes where there are too many."""
        folder = Path(tempfile.mkdtemp(prefix="musubi-import-"))
        shown = _UNFIT.sub("", re.split(r"[/\\]", name)[-1]).strip(". ")[-LONGEST_NAME:] or "file"
        path = folder / shown
        try:
            path.write_bytes(content)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        made = Upload(secrets.token_urlsafe(16), path, shown, space)
        with self._lock:
            self._kept[made.key] = made
            old = list(self._kept.values())[:-MOST_KEPT]
        for upload in old:
            self.forget(upload)
        return made

    def find(self, key: str) -> Upload:
        """Give a file that is kept.

        Raises
        ------
        Unknown
            If there is none of that key.
        """
        with self._lock:
            late = [u for u in self._kept.values() if time.monotonic() - u.at > KEPT_S]
        for upload in late:
            self.forget(upload)
        if key not in self._kept:
            raise Unknown("import", "")
        return self._kept[key]

    def forget(self, upload: Upload) -> None:
        """Remove a file from the disk and from here."""
        put_away(upload)
        with self._lock:
            self._kept.pop(upload.key, None)

    def close(self) -> None:
        """Remove every file."""
        for upload in list(self._kept.values()):
            self.forget(upload)


def put_away(upload: Upload) -> None:
    """Remove the file of an upload from the disk."""
    if upload.path is not None:
        shutil.rmtree(upload.path.parent, ignore_errors=True)
        upload.path = None
