"""A server that is away or refuses: where, and what to do; never the password."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from graph.errors import MusubiError, WrongUse
from graph.store import open_store
from graph.store.neo4j_address import Address
from graph.testing import three_people
from tests.neo4j.conftest import Place
from tests.neo4j.server import free_port

pytestmark = pytest.mark.neo4j

SECRET = "hush-hush-8"
GIVE_UP_S = 30.0


def other(place: Place, scheme: str = "bolt", user: str = "neo4j", port: int | None = None, database: str = "") -> str:
    address = Address.parse(place.url)
    return f"{scheme}://{user}@{address.host}:{port or address.port}{database}"


def refusal(url: str, password: str | None = SECRET) -> str:
    """Open a store that cannot be opened, in time, and give what is said."""
    started = time.monotonic()
    with pytest.raises(MusubiError) as raised:
        open_store(url, password=password)
    assert time.monotonic() - started < GIVE_UP_S
    shown = [str(raised.value), repr(raised.value)]
    cause: BaseException | None = raised.value
    while cause is not None:
        shown += [str(cause), repr(cause.args)]
        cause = cause.__cause__ or cause.__context__
    assert not any(SECRET in text for text in shown)
    return shown[0]


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_nobody_listens(place: Place, scheme: str) -> None:
    port = free_port()
    said = refusal(other(place, scheme, port=port))
    assert f"{scheme}://127.0.0.1:{port} cannot be reached: start it, or mend the address" in said


def test_no_such_host() -> None:
    assert "bolt://nowhere.invalid:7687 cannot be reached" in refusal("bolt://nowhere.invalid")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize("password", [SECRET, "", None])
def test_wrong_password(place: Place, scheme: str, password: str | None) -> None:
    said = refusal(other(place, scheme, user="見本"), password)
    assert "refuses user '見本': set MUSUBI_NEO4J_PASSWORD" in said


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_no_such_database(place: Place, scheme: str) -> None:
    said = refusal(other(place, scheme, database="/nowhere"), place.password)
    assert "has no database 'nowhere': make it, or name another one" in said


@pytest.mark.parametrize("scheme", ["bolt+s", "bolt+ssc", "neo4j+s", "neo4j+ssc"])
def test_server_that_does_not_encrypt(place: Place, scheme: str) -> None:
    said = refusal(other(place, scheme))
    assert "no encrypted connection" in said
    assert "neither where the server does not encrypt" in said


@contextmanager
def listener(answer: bytes | None) -> Iterator[int]:
    """Listen and answer with some bytes, or with nothing at all."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while not over.is_set():
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    if answer is None:
                        over.wait()
                    else:
                        client.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00\x00\x00\x00", b"SSH-2.0-x\r\n", None]
)
def test_somebody_else_listens(place: Place, answer: bytes | None) -> None:
    with listener(answer) as port:
        said = refusal(other(place, port=port))
    assert f"bolt://127.0.0.1:{port}" in said


@pytest.mark.parametrize(
    "url",
    [
        f"neo4j://neo4j:{SECRET}@localhost",
        f"bolt://:{SECRET}@localhost:7687",
        f"bolt+s://neo4j:{SECRET}/x@localhost",
        f"bolt://neo4j:12{SECRET}@localhost:port",
        f"neo4j:{SECRET}@localhost",
        f"neo5j://neo4j:{SECRET}@localhost",
        f"bolt+x://neo4j:{SECRET}@localhost",
    ],
)
def test_password_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(WrongUse, match=r"expected .*neo4j://USER@HOST:PORT") as raised:
        open_store(url)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["neo4j://", "bolt:///x", "bolt://h:x", "bolt://h:70000", "neo4j://h?a=1", "bolt://h/a/b"]
)
def test_wrong_address_says_the_form(url: str) -> None:
    with pytest.raises(WrongUse, match=r"neo4j://USER@HOST:PORT"):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("neo4j://h", Address("neo4j", "neo4j", "h", 7687, None)),
        ("bolt+s://ana@h.example:1/", Address("bolt+s", "ana", "h.example", 1, None)),
        ("bolt://a%40b@[::1]:7/db%2Dx", Address("bolt", "a@b", "::1", 7, "db-x")),
    ],
)
def test_address_is_read_and_written(url: str, address: Address) -> None:
    assert Address.parse(url) == address
    assert Address.parse(str(address)) == address


def test_store_shows_no_password(place: Place) -> None:
    with place.made() as store:
        assert place.password is not None
        assert place.password not in repr(store) + store.url + repr(vars(store))


def test_routing_address_works(place: Place) -> None:
    place.made().close()
    with place.open(other(place, "neo4j", database="/neo4j")) as store:
        assert store.apply(three_people()).created == 7
        assert store.snapshot().version == 1
