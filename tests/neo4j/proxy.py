"""A TCP proxy on 127.0.0.1 that cuts connections after a given number of bytes."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

Direction = Literal["up", "down"]

NEVER = 1 << 62
AT_ONCE = 65_536
COMMIT = b"\x00\x02\xb0\x12\x00\x00"
"""The message COMMIT of Bolt in its chunk (Bolt documentation, "Message format")."""


@dataclass
class Cut:
    """When to cut, and what had passed by then.

    Attributes
    ----------
    direction : "up" or "down"
        Bytes to the server, or from it.
    after : int
        Number of bytes that still pass, counted over all connections since this cut was armed.
    commit : bool
        Count only from the message COMMIT on: up from its first byte, down from when it has passed.
    reset : bool
        Whether the ends get a reset instead of an orderly end.
    """

    direction: Direction
    after: int
    commit: bool = False
    reset: bool = False
    done: bool = False
    passed: dict[Direction, bytearray] = field(default_factory=lambda: {"up": bytearray(), "down": bytearray()})

    down_before_commit: int | None = None

    @property
    def commit_sent(self) -> bool:
        """Whether a whole COMMIT had passed to the server."""
        return COMMIT in self.passed["up"]

    def allow(self, data: bytes, direction: Direction) -> int:
        """Give how many of the next bytes pass; fewer than all, or the last one, end the connection."""
        passed = self.passed[direction]
        limit = self._limit(passed + data) if direction == self.direction else NEVER
        n = max(min(len(data), limit - len(passed)), 0)
        self.done = len(passed) + n >= limit
        passed += data[:n]
        if self.down_before_commit is None and self.commit_sent:
            self.down_before_commit = len(self.passed["down"])
        return n

    def _limit(self, up: bytearray) -> int:
        if not self.commit:
            return self.after
        if self.direction == "up":
            return up.index(COMMIT) + self.after if COMMIT in up else NEVER
        return NEVER if self.down_before_commit is None else self.down_before_commit + self.after


class Proxy:
    """Passes bytes between clients and a server on this machine."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._cuts: list[Cut] = []
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def arm(self, *cuts: Cut) -> None:
        """Cut the connection that brings the given byte; a second cut counts from the first one on."""
        with self._lock:
            self._cuts = list(cuts)

    def watch(self) -> Cut:
        """Only note what passes."""
        cut = Cut("up", NEVER)
        self.arm(cut)
        return cut

    def close(self) -> None:
        """Stop listening and end all connections."""
        self._listener.close()
        with self._lock:
            left = list(self._open)
        for one in left:
            _end(one, reset=False)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open |= {client, server}
            for source, goal, direction in ((client, server, "up"), (server, client, "down")):
                threading.Thread(target=self._pass, args=(source, goal, direction), daemon=True).start()

    def _pass(self, source: socket.socket, goal: socket.socket, direction: Direction) -> None:
        reset = False
        with contextlib.suppress(OSError):
            while data := source.recv(AT_ONCE):
                n, reset, cut = self._allowed(data, direction)
                goal.sendall(data[:n])
                if cut:
                    break
        for one in (source, goal):
            _end(one, reset)
        with self._lock:
            self._open -= {source, goal}

    def _allowed(self, data: bytes, direction: Direction) -> tuple[int, bool, bool]:
        """Give how many bytes may pass, and whether the connection is cut after them and how."""
        with self._lock:
            cut = next((c for c in self._cuts if not c.done), None)
            if cut is None:
                return len(data), False, False
            return cut.allow(data, direction), cut.reset, cut.done


def _end(one: socket.socket, reset: bool) -> None:
    with contextlib.suppress(OSError):
        if reset:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)  # wakes the other thread
    one.close()
