"""Addresses of Neo4j servers; a password is never part of one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urlsplit

from graph.errors import WrongUse

SCHEMES = ("neo4j", "bolt", "neo4j+s", "bolt+s", "neo4j+ssc", "bolt+ssc")
FORM = "neo4j://USER@HOST:PORT[/DATABASE]"
DEFAULT_PORT = 7687
DEFAULT_USER = "neo4j"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Neo4j server is, who asks and for which database.

    Attributes
    ----------
    scheme : str
        One of `SCHEMES`: ``neo4j`` finds the members of a cluster, ``bolt`` speaks to this one server;
        ``+s`` encrypts and checks the certificate, ``+ssc`` encrypts and takes any certificate.
    host : str
        Name or address; of IPv6 without brackets.
    database : str or None
        None = the home database of the user.
    """

    scheme: str
    user: str
    host: str
    port: int
    database: str | None

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read an address.

        Raises
        ------
        graph.errors.WrongUse
            If it is none, or holds a password; the message does not repeat it, for that reason.
        """
        parts, port = _split(url)
        if parts.scheme not in SCHEMES or not parts.hostname or parts.query or parts.fragment:
            raise _wrong("it has another form")
        if parts.password is not None:
            raise _wrong("a password does not belong in it, it is given by MUSUBI_NEO4J_PASSWORD")
        database = unquote(parts.path.strip("/"))
        if set("/@:") & set(parts.path.strip("/")):
            raise _wrong("it does not end in the name of a database")
        return cls(parts.scheme, unquote(parts.username or DEFAULT_USER), parts.hostname, port, database or None)

    @property
    def server(self) -> str:
        """Scheme, host and port, as the driver takes them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    def __str__(self) -> str:
        scheme, _, place = self.server.partition("://")
        database = f"/{quote(self.database)}" if self.database else ""
        return f"{scheme}://{quote(self.user)}@{place}{database}"


def _split(url: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(url)
        return parts, parts.port or DEFAULT_PORT
    except ValueError:
        raise _wrong("host or port cannot be read") from None


def _wrong(why: str) -> WrongUse:
    return WrongUse(f"store address of a Neo4j server: expected {FORM}, but {why}")
