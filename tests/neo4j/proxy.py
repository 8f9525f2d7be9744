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
    reset : bool
        Whether the ends get a reset instead of an orderly end.
    """

    direction: Direction
    after: int
    reset: bool = False
    done: bool = False
    passed: dict[Direction, bytearray] = field(default_factory=lambda: {"up": bytearray(), "down": bytearray()})

    @property
    def commit_sent(self) -> bool:
        """Whether a whole COMMIT had passed to the server."""
        return COMMIT in self.passed["up"]


NEVER = 1 << 62


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
            passed = cut.passed[direction]
            n = len(data)
            if direction == cut.direction and len(passed) + n >= cut.after:
                n = max(cut.after - len(passed), 0)
                cut.done = True
            passed += data[:n]
            return n, cut.reset, cut.done


def _end(one: socket.socket, reset: bool) -> None:
    with contextlib.suppress(OSError):
        if reset:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)  # wakes the other thread
    one.close()
