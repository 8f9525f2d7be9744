"""Nothing is left of who was erased, in no file and no copy (P6)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from graph.backup import copy, restore, save
from graph.backup.archive import read_lines
from graph.changes import ChangeSet
from graph.erasure import erase, erased
from graph.errors import StoreUnavailable
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, Audience, Policy
from graph.records import Field, Node, NodeId, Provenance, Statement, TieBatch
from graph.store import Store, open_store
from graph.store.sqlite import path_of
from graph.verification import verify

N = 10
SOURCE = Provenance("members.csv", 3)


@dataclass(frozen=True)
class Canary:
    """An invented person whose every word is found again when it is anywhere."""

    id: NodeId
    words: tuple[str, ...]

    def changes(self) -> ChangeSet:
        key, name, mail, text, skill = self.words
        changes = ChangeSet(f"form:{self.id}", f"person:{key}", "form")
        words = {"name": name, "mail": mail}
        fields = {k: Field(v, NETWORK_OPEN, SOURCE) for k, v in words.items()}
        changes.nodes.append(Node(self.id, NETWORK_OPEN, SOURCE, fields))
        changes.statements.append(
            Statement(self.id, StatementKind.NEED, text, NETWORK_OPEN, SOURCE, details={"rung": skill})
        )
        return changes


def canaries(rng: np.random.Generator) -> list[Canary]:
    made = []
    for _ in range(N):
        a, b, c, d, e = ("".join(rng.choice(list("bcdfghjklmnpqrstvwxz"), 14)) for _ in range(5))
        made.append(Canary(f"person:{a}", (a, f"例示 {b}", f"{c}@example.com", f"困りごと {d}", e)))
    return made


def denying(canary: Canary) -> Policy:
    return Policy(Audience.NETWORK, denied=frozenset({canary.id}))


def found(data: bytes, canary: Canary) -> list[str]:
    """Give the words of a canary that are somewhere in bytes, in UTF-8 and both UTF-16."""
    return [w for w in canary.words for code in ("utf-8", "utf-16-le", "utf-16-be") if w.encode(code) in data]


def files(store: Store) -> dict[str, bytes]:
    path = path_of(store.url)
    return {p.name: p.read_bytes() for p in path.parent.iterdir() if p.is_file()}


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(9)


def filled(store: Store, people: Iterable[Canary]) -> None:
    """Put canaries among others who know, deny and are told of them, and let staff read them."""
    store.migrate()
    others = [f"person:other{i}" for i in range(40)]
    store.apply(ChangeSet("others", "operator", "import", nodes=[Node(i, NETWORK_OPEN, SOURCE) for i in others]))
    for i, canary in enumerate(people):
        store.apply(canary.changes())
        met = TieBatch(
            TieKind.MET, [canary.id, others[i]], [others[i + 1], canary.id], NETWORK_OPEN, denying(canary), "m.csv",
            t=[1.0, 2.0], details=[f'{{"note": "{canary.words[4]}"}}', None],
        )  # fmt: skip
        denied = Node(others[i + 20], denying(canary), SOURCE, {"area": Field("見本町", denying(canary), SOURCE)})
        store.apply(ChangeSet(f"met:{canary.id}", "operator", "form", nodes=[denied], ties=[met]))
        store.apply(
            ChangeSet(f"edit{i}", f"mixer:{canary.words[0]}", "form", nodes=[Node(others[0], NETWORK_OPEN, SOURCE)])
        )
        store.record(canary.id, "recommend", {"person": canary.id})
        store.record("operator", "recommend", {"asked": [canary.id, others[i]]})


def test_nothing_is_left_in_any_file(tmp_path: Path, rng: np.random.Generator) -> None:
    """P6: 10 invented people, gone from reads at once and from every byte after compaction."""
    people = canaries(rng)
    with open_store(f"sqlite:///{tmp_path}/musubi.db", create=True) as store:
        filled(store, people)
        there = b"".join(files(store).values())
        assert all(len(found(there, canary)) >= 5 for canary in people)
        for canary in people[:-1]:
            erase(store, [canary.id], "operator")
            assert canary.id not in store.snapshot().row_of
        erase(store, [people[-1].id], "operator")
        store.compact()
        assert (store.flaws(), verify(store.audit_rows(), store.head()).bad) == ([], None)
        for name, data in files(store).items():
            assert [w for canary in people for w in found(data, canary)] == [], name
        assert erased(store, [c.id for c in people]) == {c.id for c in people}
        archive = io.BytesIO()
        save(store, archive)
        archive.seek(0)
        text = "\n".join(read_lines(archive, None)).encode()
        assert [w for canary in people for w in found(text, canary)] == []
        left = store.snapshot()
    assert not any(p.denied & {c.id for c in people} for p in left.policies)
    assert len(left.nodes) == 40


def test_nothing_is_left_after_restoring_an_earlier_backup(tmp_path: Path, rng: np.random.Generator) -> None:
    people = canaries(rng)
    archive = io.BytesIO()
    with open_store(f"sqlite:///{tmp_path}/musubi.db", create=True) as store:
        filled(store, people)
        save(store, archive)
        erase(store, [c.id for c in people], "operator")
        ledger = store.erasures()
    (tmp_path / "again").mkdir()
    archive.seek(0)
    with open_store(f"sqlite:///{tmp_path}/again/musubi.db", create=True) as target:
        target.migrate()
        restored = restore(target, archive, actor="operator", ledger=ledger)
        assert restored.erased is not None
        assert set(restored.erased.ids) == {c.id for c in people}
        target.compact()
        for name, data in files(target).items():
            assert [w for canary in people for w in found(data, canary)] == [], name
        with open_store(f"sqlite:///{tmp_path}/again/copy.db", create=True) as copied:
            copied.migrate()
            copy(target, copied, actor="operator")
            assert erased(copied, [people[0].id]) == {people[0].id}


def test_who_was_erased_elsewhere_does_not_come_by_a_copy(tmp_path: Path, rng: np.random.Generator) -> None:
    people = canaries(rng)[:2]
    source, target, other = (open_store("memory://") for _ in range(3))
    for store in (source, other):
        filled(store, people)
    erase(other, [people[0].id], "operator")
    copied = copy(source, target, actor="operator", ledger=other.erasures())
    ids = target.snapshot().row_of
    assert copied.erased is not None
    assert (people[0].id in ids, people[1].id in ids) == (False, True)
    assert erased(target, [c.id for c in people]) == {people[0].id}


def test_merged_records_go_together() -> None:
    """Two records that are one person: whoever asks to be erased means both."""
    store = open_store("memory://")
    nodes = [Node(f"person:{key}", NETWORK_OPEN, SOURCE) for key in "abc"]
    changes = ChangeSet("k", "operator", "test", nodes=nodes)
    changes.add_tie(TieKind.SAME_AS, "person:b", "person:a", NETWORK_OPEN, NETWORK_OPEN, SOURCE)
    changes.add_tie(TieKind.NOT_SAME, "person:c", "person:a", NETWORK_OPEN, NETWORK_OPEN, SOURCE)
    store.apply(changes)
    assert erase(store, ["person:b"], "operator").ids == ("person:a", "person:b")
    assert store.snapshot().nodes.ids.tolist() == ["person:c"]
    assert erased(store, ["person:a", "person:b", "person:c"]) == {"person:a", "person:b"}


def test_introductions_of_who_was_erased_go_as_well() -> None:
    """Their ids and ties would tell whoever guesses a member number who met whom, and who said no to whom."""
    staff = Policy(Audience.MY_MIXERS)
    store = open_store("memory://")
    changes = ChangeSet("k", "operator", "import")
    changes.nodes += [Node(f"person:{i}", NETWORK_OPEN, SOURCE) for i in "abc"]
    for number, parties in (("ab", "ab"), ("bc", "bc")):
        state = Field("declined", staff, SOURCE)
        changes.nodes.append(Node(f"introduction:{number}", staff, SOURCE, {"state": state}))
        for person in parties:
            ends = (f"person:{person}", f"introduction:{number}")
            changes.add_tie(TieKind.PARTY_TO, *ends, staff, staff, SOURCE)
    store.apply(changes)
    store.record("operator", "recommend", {"asked": ["introduction:ab"]})
    gone = erase(store, ["person:a"], "operator")
    left = store.snapshot()
    assert (gone.ids, gone.removed) == (("person:a",), 4)
    assert [i for i in left.nodes.ids if i.startswith("introduction:")] == ["introduction:bc"]
    assert len(left.ties_of(TieKind.PARTY_TO)) == 2
    assert "introduction:ab" not in repr([row.detail for row in store.audit_rows()])


def test_a_name_in_the_id_of_an_event_is_told() -> None:
    store = open_store("memory://")
    named = Node("person:a", NETWORK_OPEN, SOURCE, {"name": Field("見本 あおば", NETWORK_OPEN, SOURCE)})
    others = [Node(i, NETWORK_OPEN, SOURCE) for i in ("event:見本あおばの会", "event:港の市", "person:見本あおば二")]
    store.apply(ChangeSet("k", "operator", "import", nodes=[named, *others]))
    assert erase(store, ["person:a"], "operator").mentions == ("event:見本あおばの会",)


def test_compaction_says_when_somebody_still_reads(tmp_path: Path, rng: np.random.Generator) -> None:
    """A reader holds old pages in the log: that is told, and the next try does it."""
    with open_store(f"sqlite:///{tmp_path}/musubi.db", create=True) as store:
        filled(store, canaries(rng)[:1])
        with open_store(store.url) as other, other.moment():
            other.snapshot()
            store.apply(ChangeSet("x", "operator", "x"))
            store._connection.execute("PRAGMA busy_timeout = 50")  # type: ignore[attr-defined]
            with pytest.raises(StoreUnavailable):
                store.compact()
        store.compact()
