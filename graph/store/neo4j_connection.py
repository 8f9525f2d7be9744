"""The one file that imports the driver of Neo4j: managed transactions, and its errors in our words."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

from neo4j import (
    Driver,
    GraphDatabase,
    ManagedTransaction,
    NotificationDisabledClassification,
    Result,
    Session,
    Transaction,
    unit_of_work,
)
from neo4j.exceptions import (
    AuthError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
)

from graph.errors import StoreUnavailable
from graph.store.neo4j_address import Address

T = TypeVar("T")

# The driver tries at 0, 1, 3, 7 and 15 s (each wait up to a fifth longer): it gives up before 20 s.
CONNECT_TIMEOUT_S = 4.0
ACQUIRE_TIMEOUT_S = 5.0
RETRY_S = 10.0
SETTLE_S = 8.0
LONGEST_TRANSACTION_S = 3600.0
"""After this the server itself ends a transaction, so that a client lost without a word does not hold the lock."""

NO_DATABASE = "Neo.ClientError.Database.DatabaseNotFound"
GONE = "Neo.ClientError.Statement.EntityNotFound"
NO_MEMORY = frozenset({
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    "Neo.TransientError.General.OutOfMemoryError",
    "Neo.TransientError.General.TransactionMemoryLimit",
})  # fmt: skip


UNKNOWN = "whether the change was kept is unknown: do it once more with the same key, it will not count twice"


class GraphMoved(StoreUnavailable):
    """What was being read has been deleted meanwhile: read again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """First row of an answer and what the statement changed."""

    row: list[Any]
    nodes_created: int
    nodes_deleted: int
    ties_created: int
    ties_deleted: int


class Work:
    """One transaction, as the parts of the store use it."""

    def __init__(self, transaction: ManagedTransaction | Transaction) -> None:
        self._transaction = transaction

    def rows(self, query: str, **parameters: Any) -> list[list[Any]]:
        """Run a statement and give all rows of its answer."""
        return self._transaction.run(query, parameters).values()

    def ahead(self, statements: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[list[list[Any]]]:
        """Run statements one after the other and give all rows of each, while the server is at work on the next."""
        before: Result | None = None
        for query, parameters in statements:
            begun = self._transaction.run(query, dict(parameters))
            if before is not None:
                yield before.values()
            before = begun
        if before is not None:
            yield before.values()

    def run(self, query: str, **parameters: Any) -> Answer:
        """Run a statement to its end."""
        result = self._transaction.run(query, parameters)
        rows = result.values()
        counters = result.consume().counters
        return Answer(
            rows[0] if rows else [],
            counters.nodes_created,
            counters.nodes_deleted,
            counters.relationships_created,
            counters.relationships_deleted,
        )


class Connection:
    """A server and a database on it.

    Parameters
    ----------
    address : Address
        Where.
    password : str or None
        None = the server asks for none.

    Raises
    ------
    graph.errors.StoreUnavailable
        If the server does not answer or refuses; by every method as well.
    """

    def __init__(self, address: Address, password: str | None) -> None:
        self._address = address
        # What one session wrote the next one sees, whichever member of a cluster answers.
        self._bookmarks = GraphDatabase.bookmark_manager()
        self._open: Work | None = None
        _silence_driver()
        with self._translated():
            self._driver = _driver(address, password)
            try:
                self._driver.verify_connectivity()
            except BaseException:
                self._driver.close()
                raise

    def read(self, work: Callable[[Work], T]) -> T:
        """Run a function in one read transaction; it is run again when the link breaks.

        Inside `write_once` it runs in that transaction, and so sees what that has written.
        """
        if self._open is not None:
            return work(self._open)
        return self._managed("execute_read", work)

    def write(self, work: Callable[[Work], T]) -> T:
        """Run a function in one write transaction and commit it.

        Parameters
        ----------
        work : callable
            Run again when the link breaks, also while the commit was under way and nobody can say
            whether it happened: so it must find out by itself whether it has been done already.
        """
        return self._managed("execute_write", work)

    def write_once(self, work: Callable[[Work], T]) -> T:
        """Run a function in one write transaction that is not tried again.

        Parameters
        ----------
        work : callable
            Reads what can be read only once.
        """
        try:
            with (
                self._translated(),
                self._session() as session,
                session.begin_transaction(timeout=LONGEST_TRANSACTION_S) as transaction,
            ):
                self._open = Work(transaction)
                done = work(self._open)
                transaction.commit()
                return done
        except _Unsettled as error:
            raise StoreUnavailable(
                f"the link to {self._address.server} broke at the last moment: see by 'musubi status' whether"
                " everything is there, and begin again if not"
            ) from error
        finally:
            self._open = None

    def _session(self) -> Session:
        return self._driver.session(database=self._address.database, bookmark_manager=self._bookmarks)

    def _managed(self, execute: Literal["execute_read", "execute_write"], work: Callable[[Work], T]) -> T:
        @unit_of_work(timeout=LONGEST_TRANSACTION_S)
        def bounded(transaction: ManagedTransaction) -> T:
            return work(Work(transaction))

        give_up: float | None = None
        while True:
            try:
                with self._translated(), self._session() as session:
                    return cast(T, getattr(session, execute)(bounded))
            except _Unsettled as error:
                give_up = give_up or time.monotonic() + SETTLE_S
                if time.monotonic() > give_up:
                    raise StoreUnavailable(
                        f"the link to {self._address.server} broke again and again; {UNKNOWN}"
                    ) from error
            except StoreUnavailable as error:
                if give_up is None:
                    raise
                raise StoreUnavailable(f"{error}; {UNKNOWN}") from error

    def close(self) -> None:
        """Close all connections; harmless when repeated."""
        self._driver.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except IncompleteCommit as error:
            raise _Unsettled(str(error)) from error
        except (DriverError, Neo4jError) as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: DriverError | Neo4jError) -> StoreUnavailable:
        where = f"Neo4j server at {self._address.server}"
        code = getattr(error, "code", None) or type(error).__name__
        if isinstance(error, AuthError):
            return StoreUnavailable(
                f"{where} refuses user {self._address.user!r}: set MUSUBI_NEO4J_PASSWORD to the password of this user"
            )
        if _about_tls(error):
            return StoreUnavailable(
                f"{where}: no encrypted connection ({_last_cause(error)}): use +s only with a certificate of a known"
                " authority, +ssc with one of your own, and neither where the server does not encrypt"
            )
        if code == NO_DATABASE:
            return StoreUnavailable(f"{where} has no database {self._address.database!r}: make it, or name another one")
        if code in NO_MEMORY:
            return StoreUnavailable(
                f"{where} has too little memory for these changes at once ({code}): give it more"
                " (server.memory.heap.max_size) or bring the data in several files"
            )
        if code == GONE:
            return GraphMoved(f"{where}: {code}")
        if isinstance(error, ServiceUnavailable):
            return StoreUnavailable(f"{where} cannot be reached: start it, or mend the address ({_last_cause(error)})")
        return StoreUnavailable(f"{where}: {code}: {getattr(error, 'message', None) or error}")


class _Unsettled(StoreUnavailable):
    """The link broke while a commit was under way."""


def _driver(address: Address, password: str | None) -> Driver:
    return GraphDatabase.driver(
        address.server,
        auth=None if password is None else (address.user, password),
        connection_timeout=CONNECT_TIMEOUT_S,
        connection_acquisition_timeout=ACQUIRE_TIMEOUT_S,
        max_transaction_retry_time=RETRY_S,
        # An empty graph has no labels yet, and a migration that runs again finds its constraints there.
        notifications_disabled_classifications=[
            NotificationDisabledClassification.UNRECOGNIZED,
            NotificationDisabledClassification.SCHEMA,
        ],
        telemetry_disabled=True,
        user_agent="musubi",
    )


def _about_tls(error: BaseException) -> bool:
    return any(isinstance(e, ssl.SSLError | ssl.CertificateError) for e in _causes(error))


def _last_cause(error: BaseException) -> str:
    return str(list(_causes(error))[-1]).partition("\n")[0]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = inner or error.__cause__ or error.__context__


def _silence_driver() -> None:
    """Keep the driver's own messages off the standard error of a program that set up no logging."""
    logger = logging.getLogger("neo4j")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
