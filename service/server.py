"""Running the service on this machine until it is told to end."""

from __future__ import annotations

import signal
import socket
from types import FrameType

import uvicorn

from graph.errors import WrongUse
from service.app import create_app
from service.engine import Engine

DRAIN_S = 10
WAITING = 128


def listen(host: str, port: int) -> socket.socket:
    """Take a port.

    Raises
    ------
    graph.errors.WrongUse
        If it is taken or may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
        taken.listen(WAITING)
    except OSError as error:
        taken.close()
        raise WrongUse(f"port {port} on {host}: {error.strerror or error}; choose another --port") from error
    return taken


def run(engine: Engine, taken: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished first.

    Notes
    -----
    Requests are not logged: their addresses may hold names.
    """
    config = uvicorn.Config(
        create_app(engine),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_S,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        # The server hands each signal on to the handler before it; the end was asked for, so that is no failure.
        signal.signal(number, _ignore)
    uvicorn.Server(config).run(sockets=[taken])


def _ignore(number: int, frame: FrameType | None) -> None:
    return
