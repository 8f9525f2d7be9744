"""Labels, types and numbered migrations of the Neo4j store."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import partial

from graph.errors import StoreUnavailable, WrongUse
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.store.neo4j_connection import Connection, Work

NODE_LABELS: dict[str, str] = {kind: kind.capitalize() for kind in NodeKind}
STATEMENT_LABELS: dict[str, str] = {kind: kind.capitalize() for kind in StatementKind}
TIE_TYPES: dict[str, str] = {kind: str(kind) for kind in TieKind}
ALLOWED: dict[str, str] = NODE_LABELS | STATEMENT_LABELS | TIE_TYPES


def identifier(word: NodeKind | StatementKind | TieKind) -> str:
    """Give the label or type of a kind; the only way for a word into the text of a statement.

    Raises
    ------
    graph.errors.WrongUse
        If it is none of the kinds of `graph.kinds`.
    """
    if word not in ALLOWED:
        raise WrongUse(f"kind {word!r}: expected one of {', '.join(ALLOWED)}")
    return ALLOWED[word]


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: statements about constraints and indexes, or statements about data, never both."""

    schema: tuple[str, ...] = ()
    data: tuple[str, ...] = ()

    @property
    def checksum(self) -> str:
        """Checksum of the statements, blind to layout."""
        text = "; ".join(" ".join(statement.split()) for statement in self.schema + self.data)
        return hashlib.sha256(text.encode()).hexdigest()


def _unique(label: str, name: str) -> str:
    constraint = f"musubi_{label.lower()}_{name}"
    return f"CREATE CONSTRAINT {constraint} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"


# The property `held` is never kept: removing it locks its node, once its name is known to the server.
MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        schema=(
            *(_unique(identifier(kind), "id") for kind in NodeKind),
            _unique("Statement", "id"),
            _unique("MusubiLock", "id"),
            _unique("MusubiVersion", "id"),
            _unique("MusubiChange", "key"),
            _unique("MusubiChange", "seq"),
            _unique("MusubiAudit", "seq"),
            "CREATE INDEX musubi_audit_attempt IF NOT EXISTS FOR (n:MusubiAudit) ON (n.attempt)",
        )
    ),
    Migration(
        data=(
            "MERGE (lock:MusubiLock {id: 1}) SET lock.held = true REMOVE lock.held",
            "MERGE (version:MusubiVersion {id: 1}) ON CREATE SET version.version = 0",
        )
    ),
    Migration(
        schema=(
            _unique("MusubiHead", "id"),
            _unique("MusubiLog", "version"),
            "CREATE CONSTRAINT musubi_musubierasure IF NOT EXISTS FOR (n:MusubiErasure)"
            " REQUIRE (n.salt, n.digest) IS UNIQUE",
        )
    ),
    Migration(
        data=(
            """OPTIONAL MATCH (a:MusubiAudit) WITH a ORDER BY a.seq DESC LIMIT 1
            MERGE (head:MusubiHead {id: 1})
            ON CREATE SET head.seq = coalesce(a.seq, 0), head.hash = coalesce(a.hash, '')""",
            "MATCH (version:MusubiVersion {id: 1}) WHERE version.mark IS NULL SET version.mark = randomUUID()",
            """MATCH (version:MusubiVersion {id: 1})
            MERGE (log:MusubiLog {version: version.version}) ON CREATE SET log.mark = version.mark""",
        )
    ),
)

FIRST = "CREATE CONSTRAINT musubi_migration_number IF NOT EXISTS FOR (n:MusubiMigration) REQUIRE n.number IS UNIQUE"
KNOWN = "MATCH (m:MusubiMigration) RETURN m.number, m.checksum"
RECORD = """
MERGE (m:MusubiMigration {number: $number}) ON CREATE SET m.checksum = $checksum, m.at = $at
RETURN m.number, m.checksum
"""


def migrate(connection: Connection) -> int:
    """Run the migrations that have not run yet; idempotent, and resumes where an earlier run was cut off.

    Raises
    ------
    graph.errors.StoreUnavailable
        If one of them ran with another checksum.
    """
    connection.write(partial(_run_statement, FIRST))
    return sum(_run(connection, number, migration) for number, migration in enumerate(MIGRATIONS, start=1))


def pending(connection: Connection) -> list[int]:
    """Give the numbers of the migrations that have not run."""
    known = connection.read(lambda work: dict(work.rows(KNOWN)))
    return [number for number in range(1, len(MIGRATIONS) + 1) if number not in known]


def is_current(connection: Connection) -> bool:
    """Say whether every migration has run with the checksum of this version."""
    found = connection.read(lambda work: dict(work.rows(KNOWN)))
    return found == {number: migration.checksum for number, migration in enumerate(MIGRATIONS, start=1)}


def _run(connection: Connection, number: int, migration: Migration) -> int:
    if _ran(connection.read(lambda work: dict(work.rows(KNOWN))), number, migration):
        return 0
    for statement in migration.schema:
        connection.write(partial(_run_statement, statement))
    return connection.write(lambda work: _finish(work, number, migration))


def _run_statement(statement: str, work: Work) -> None:
    work.run(statement)


def _finish(work: Work, number: int, migration: Migration) -> int:
    """Record the migration, which makes a second process wait here, and change the data, in one transaction."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    done = work.run(RECORD, number=number, checksum=migration.checksum, at=at)
    _ran(dict([done.row]), number, migration)
    for statement in migration.data:
        work.run(statement)
    return done.nodes_created


def _ran(known: dict[int, str], number: int, migration: Migration) -> bool:
    found = known.get(number)
    if found is not None and found != migration.checksum:
        raise StoreUnavailable(
            f"migration {number} of this store has checksum {found[:12]}, this version of musubi expects"
            f" {migration.checksum[:12]}: open it with the version that made it"
        )
    return found is not None
