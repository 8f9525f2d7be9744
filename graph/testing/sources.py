"""Contract of names of files that name a person: what is left of them after an erasure."""

# ruff: noqa: D102

from __future__ import annotations

import io

import numpy as np

from graph.audit import ERASED
from graph.backup import restore, save
from graph.changes import ChangeSet
from graph.erasure import erase
from graph.kinds import Said, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch
from graph.snapshot import Snapshot
from graph.store.base import Store
from graph.store.memory import MemoryStore
from graph.testing.samples import A, B, C, changed, difference, three_people
from graph.verification import verify

HEARING = "hearing_架空しずく.xlsx"
MAILED = "b@example.com/架空 しずく 様"
NEUTRAL = (f"hearing_{ERASED}.xlsx", f"{ERASED}/{ERASED} 様")
PART = "しずくさん.csv"
CANARIES = ("しずく", "b@example")


def told(source: str, by: NodeId, said: Said = Said.SELF) -> ChangeSet:
    """Make a fact of every form that is of a person and the skill of theirs, from a file."""
    origin = Provenance(source, 7, said)
    words = {name: Field(f"{name} {by}", NETWORK_OPEN, origin) for name in ("area", "source", "x_source")}
    skill = f"skill:{by.partition(':')[2]}"
    changes = changed(f"{by} {said}", Node(skill, PUBLIC_OPEN, origin), Node(by, NETWORK_OPEN, origin, words))
    changes.statements.append(Statement(by, StatementKind.STORY, f"話 {said}", NETWORK_OPEN, origin))
    for kind, dst in ((TieKind.HAS_SKILL, skill), (TieKind.MET, C if by == A else A)):
        changes.ties.append(TieBatch(kind, [by], [dst], NETWORK_OPEN, PUBLIC_OPEN, source, said, rows=[7]))
    return changes


def mailed() -> ChangeSet:
    """Give B a mail, from a file that tells of others too."""
    origin = Provenance("contract.csv", 3)
    return changed("mail", Node(B, NETWORK_OPEN, origin, {"mail": Field("b@example.com", NETWORK_OPEN, origin)}))


def read(store: Store) -> str:
    """Give all that a store tells of where facts come from."""
    rows = [(row.actor, row.key, row.detail) for row in store.audit_rows()]
    return repr((store.snapshot().sources, rows, store.keys()))


def n_from(snapshot: Snapshot, *sources: str) -> list[int]:
    """Count the rows of each table that come from some sources."""
    codes = [snapshot.sources.index(source) for source in sources]
    tables = (snapshot.nodes, snapshot.fields, snapshot.statements, snapshot.ties)
    return [int(np.isin(table.source, codes).sum()) for table in tables]


class SourcesContract:
    """What becomes of sources that are named after somebody who is erased."""

    def fresh(self, store: Store) -> Store:
        raise NotImplementedError

    def test_a_file_named_after_the_erased_gets_a_neutral_name(self, store: Store) -> None:
        model = MemoryStore()
        for keeper in (store, model):
            for changes in (three_people(), mailed(), told(HEARING, A), told(MAILED, C, Said.MIXER)):
                keeper.apply(changes)
        before = store.snapshot()
        found = erase(store, [B], "operator")
        assert dict(found.sources) == dict(zip((HEARING, MAILED), NEUTRAL, strict=True))
        assert erase(model, [B], "operator").sources == found.sources
        after = store.snapshot()
        assert difference(after, model.snapshot()) == ""
        assert difference(store.refresh(before), after) == ""
        assert set(after.sources) == {*NEUTRAL, "contract.csv"}
        assert n_from(after, *NEUTRAL) == n_from(before, HEARING, MAILED) == [2, 6, 2, 3]
        assert not [word for word in CANARIES if word in read(store)]
        assert verify(store.audit_rows(), store.head()).bad is None
        assert store.audit()[-1].action == "erase"
        assert [row.taken for row in store.audit()] == ["", "", "d", "d", ""]

    def test_two_files_do_not_become_one(self, store: Store) -> None:
        for changes in (three_people(), told(HEARING, A), told("hearing_erased.xlsx", C)):
            store.apply(changes)
        assert erase(store, [B], "operator").sources == ((HEARING, "hearing_erased-2.xlsx"),)
        assert {"hearing_erased.xlsx", "hearing_erased-2.xlsx"} <= set(store.snapshot().sources)

    def test_a_name_that_nothing_has_any_more_is_free(self, store: Store) -> None:
        store.apply(three_people())
        store.apply(told("hearing_erased.xlsx", C))
        gone = changed("gone")
        gone.removed_nodes += [C, "skill:c"]
        store.apply(gone)
        store.apply(told(HEARING, A.replace("a", "d")))
        assert erase(store, [B], "operator").sources == ((HEARING, "hearing_erased.xlsx"),)
        assert set(store.snapshot().sources) == {"contract.csv", "hearing_erased.xlsx"}

    def test_part_of_a_name_counts_in_a_file_that_told_of_nobody_else(self, store: Store) -> None:
        store.apply(three_people())
        own = told(PART, B)
        own.ties = own.ties[:1]
        for changes in (own, told("しずくな会.csv", A)):
            store.apply(changes)
        found = erase(store, [B], "operator")
        assert found.sources == ((PART, "erasedさん.csv"),)
        assert set(store.snapshot().sources) == {"contract.csv", "erasedさん.csv", "しずくな会.csv"}
        assert PART not in read(store)

    def test_the_name_does_not_come_back_with_an_earlier_backup(self, store: Store) -> None:
        for changes in (three_people(), told(HEARING, A)):
            store.apply(changes)
        archive = io.BytesIO()
        save(store, archive)
        erase(store, [B], "operator")
        after, ledger = store.snapshot(), store.erasures()
        archive.seek(0)
        with self.fresh(store) as target:
            found = restore(target, archive, actor="operator", ledger=ledger)
            assert found.erased is not None
            assert found.erased.sources == ((HEARING, NEUTRAL[0]),)
            assert difference(after, target.snapshot()) == ""
            assert "しずく" not in read(target)
            assert verify(target.audit_rows(), target.head()).bad is None
