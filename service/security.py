"""What every answer carries and what no request gets past: headers, host check, faults without content."""

from __future__ import annotations

import logging
import traceback

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import FAULT, FOREIGN, problem

HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
log = logging.getLogger("musubi")


class Guard:
    """Outermost layer of the service.

    Parameters
    ----------
    app : ASGIApp
        What is guarded.

    Notes
    -----
    A page on another site can make a browser send requests to this machine under a host name of its own
    (DNS rebinding); such a request has a foreign ``Host`` and is refused. A fault is logged by its class
    and place, without its message, which might quote somebody.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Sent(send)
        if not is_local(Headers(scope=scope).getlist("host")):
            await problem(FOREIGN)(scope, receive, sent)
            return
        try:
            await self._app(scope, receive, sent)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("fault: %s in %s line %s", type(error).__name__, place.name, place.lineno)
            if not sent.started:
                await problem(FAULT)(scope, receive, sent)


class Sent:
    """Sends messages on, with the headers that every answer carries.

    Attributes
    ----------
    started : bool
        Whether the answer has begun.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Message) -> None:
        """Send one message on."""
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def is_local(hosts: list[str]) -> bool:
    """Say whether a request names this machine: exactly one host, of the loopback, with any port."""
    if len(hosts) != 1:
        return False
    name, colon, port = hosts[0].rpartition(":")
    if not colon or not port.isdecimal():
        name = hosts[0]
    return name.lower() in HOSTS
