"""A file named after somebody who was erased does not bring the name back (P6)."""

from __future__ import annotations

import unicodedata

import pytest

from graph.backup import copy
from graph.erasure import erase, readmit
from graph.store import Store, open_store
from graph.verification import verify

HEADER = ["会員番号", "氏名", "スペース"]
AOBA, SHIZUKU = ["KZ-1", "見本 あおば", "かぜのま"], ["KZ-2", "架空 しずく", "かぜのま"]
NAMED = "聞き取り_見本あおば.csv"
NEUTRAL = "聞き取り_erased.csv"


def told(store: Store) -> str:
    """Give all that a store tells of where facts come from."""
    rows = [(row.actor, row.key, row.detail) for row in store.audit_rows()]
    return repr((store.snapshot().sources, rows, store.keys(), store.erasures()))


def sources(store: Store) -> set[str]:
    """Give where people come from."""
    held = store.snapshot()
    return {held.sources[held.nodes.source[i]] for i, node in enumerate(held.nodes.ids) if node.startswith("person:")}


@pytest.mark.parametrize("again", [[AOBA, SHIZUKU], [SHIZUKU], [["KZ-3", "例示 こだち", "かぜのま"]]])
def test_the_same_name_with_any_content(agreed, again) -> None:
    """With the row of who was erased, without it, and about somebody else."""
    agreed.run(agreed.csv(NAMED, [HEADER, AOBA, SHIZUKU]))
    assert dict(erase(agreed.store, ["person:KZ-1"], "operator").sources) == {NAMED: NEUTRAL}
    agreed.run(agreed.csv(NAMED, [HEADER, *again]))
    assert sources(agreed.store) == {NEUTRAL}
    assert "あおば" not in told(agreed.store)
    assert verify(agreed.store.audit_rows(), agreed.store.head()).bad is None


@pytest.mark.parametrize(
    "name",
    ["あおば見本.csv", "kz-1_2026.csv", unicodedata.normalize("NFD", "見本　あおばさん.csv"), "a/見本_あおば.csv"],
)
def test_another_file_with_their_row(agreed, name: str) -> None:
    """The row itself says what they are called."""
    agreed.run(agreed.csv("名簿.csv", [HEADER, AOBA, SHIZUKU]))
    erase(agreed.store, ["person:KZ-1"], "operator")
    agreed.run(agreed.csv(name, [HEADER, AOBA, ["KZ-3", "例示 こだち", "かぜのま"]]))
    assert {"名簿.csv", name.rpartition("/")[2]} & sources(agreed.store) == {"名簿.csv"}
    assert [word for word in ("あおば", "kz-1") if word in told(agreed.store)] == []


def told_under(store: Store) -> dict[str, str]:
    """Give under which name of a file each person stands."""
    held = store.snapshot()
    rows = [row for row, node in enumerate(held.nodes.ids) if node.startswith("person:")]
    return {str(held.nodes.ids[row]): held.sources[held.nodes.source[row]] for row in rows}


@pytest.mark.parametrize("again", [0, 1])
@pytest.mark.parametrize("with_row", [True, False])
def test_two_files_that_got_the_same_name_but_for_a_number(agreed, again: int, with_row: bool) -> None:
    """Each keeps its own, whichever of the two comes once more, with the row of who was erased or without."""
    erased = [["KZ-1", "見本 あおば", "かぜのま"], ["KZ-2", "架空 しずく", "かぜのま"]]
    others = [["KZ-3", "例示 こだち", "かぜのま"], ["KZ-4", "仮想 なぎさ", "かぜのま"]]
    names = ["聞き取り_見本あおば.csv", "聞き取り_架空しずく.csv"]
    for name, gone, other in zip(names, erased, others, strict=True):
        agreed.run(agreed.csv(name, [HEADER, gone, other]))
        erase(agreed.store, [f"person:{gone[0]}"], "operator")
    before = told_under(agreed.store)
    assert before == {"person:KZ-3": NEUTRAL, "person:KZ-4": "聞き取り_erased-2.csv"}
    new = [others[again][0], others[again][1], "かぜのま", "新しい仕事"]
    rows = [[*erased[again], ""], new] if with_row else [new]
    agreed.run(agreed.csv(names[again], [[*HEADER, "職業"], *rows]))
    held = agreed.store.snapshot()
    (row,) = [i for i, value in enumerate(held.fields.value) if value == "新しい仕事"]
    assert held.sources[held.fields.source[row]] == before[f"person:{others[again][0]}"]
    assert sources(agreed.store) == set(before.values())


def test_another_file_that_names_somebody_takes_the_name_of_none_that_is_there(agreed) -> None:
    agreed.run(agreed.csv(NAMED, [HEADER, AOBA, SHIZUKU]))
    erase(agreed.store, ["person:KZ-1"], "operator")
    agreed.run(agreed.csv("聞き取り_KZ-1.csv", [HEADER, AOBA, ["KZ-3", "例示 こだち", "かぜのま"]]))
    assert told_under(agreed.store) == {"person:KZ-2": NEUTRAL, "person:KZ-3": "聞き取り_erased-2.csv"}


def test_a_file_of_which_nothing_is_left(agreed) -> None:
    """Its neutral name is gone with it: the next one says that somebody was erased, and nothing else."""
    agreed.run(agreed.csv(NAMED, [HEADER, AOBA]))
    erase(agreed.store, ["person:KZ-1"], "operator")
    agreed.run(agreed.csv(NAMED, [HEADER, SHIZUKU]))
    assert sources(agreed.store) <= {NEUTRAL, "erased"}
    assert "あおば" not in told(agreed.store)


def test_other_files_keep_their_names(agreed) -> None:
    agreed.run(agreed.csv(NAMED, [HEADER, AOBA, SHIZUKU]))
    erase(agreed.store, ["person:KZ-1"], "operator")
    agreed.run(agreed.csv("聞き取り_架空しずく.csv", [HEADER, SHIZUKU, ["KZ-3", "例示 こだち", "かぜのま"]]))
    assert sources(agreed.store) == {NEUTRAL, "聞き取り_架空しずく.csv"}


def test_said_again_it_is_a_replay(agreed) -> None:
    path = agreed.csv(NAMED, [HEADER, AOBA, SHIZUKU])
    agreed.run(path)
    erase(agreed.store, ["person:KZ-1"], "operator")
    agreed.run(path)
    assert [receipt.replayed for receipt in agreed.run(path)] == [True]
    assert sources(agreed.store) == {NEUTRAL}


def test_the_name_stays_out_where_the_ledger_goes(agreed, tmp_path) -> None:
    """A copy knows the name of the file, and so does a store to which somebody came back."""
    path = agreed.csv(NAMED, [HEADER, AOBA, SHIZUKU])
    agreed.run(path)
    erase(agreed.store, ["person:KZ-1"], "operator")
    with open_store(f"sqlite:///{tmp_path}/copy.db", create=True) as target:
        target.migrate()
        copy(agreed.store, target, actor="operator")
        agreed.store.close()
        agreed.store = target
        readmit(target, "person:KZ-1", "operator")
        agreed.run(path)
        assert "person:KZ-1" in target.snapshot().row_of
        assert sources(target) == {NEUTRAL}
