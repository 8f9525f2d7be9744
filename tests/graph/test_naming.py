"""What names somebody in texts and names of files, and what does not (P6)."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from graph.audit import ERASED
from graph.naming import Names, renamed_sources
from graph.policy import NETWORK_OPEN
from graph.records import Field, Node, Provenance
from graph.snapshot import Snapshot
from graph.store import open_store
from graph.testing.samples import changed

WHO = "person:KZ-1"
ATTRIBUTES = {"name": "見本 ガク", "reading": "みほん がく", "mail": "gaku@example.com", "phone": "090-1234-5678"}


def snapshot(*sources: str, who: str = WHO, shared: bool = True, **attributes: str) -> Snapshot:
    """Make somebody, and a file with a fact of somebody else, or of the same person where it is not shared."""
    store = open_store("memory://")
    fields = {k: Field(v, NETWORK_OPEN, Provenance("m.csv")) for k, v in (attributes or ATTRIBUTES).items()}
    store.apply(changed("k", Node(who, NETWORK_OPEN, Provenance("m.csv"), fields)))
    for i, source in enumerate(sources):
        owner = f"person:other{i}" if shared else who
        told = {f"n{i}": Field("x", NETWORK_OPEN, Provenance(source))}
        store.apply(changed(source, Node(owner, NETWORK_OPEN, Provenance(source), told)))
    return store.snapshot()


def rows(held: Snapshot, who: str = WHO) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.array([held.find(who)], dtype=np.intp)


def renamed(source: str, *, who: str = WHO, shared: bool = True, **attributes: str) -> str:
    held = snapshot(source, who=who, shared=shared, **attributes)
    found = dict(renamed_sources(held, rows(held, who), Names.of(held, rows(held, who))))
    return found.get(source, source)


@pytest.mark.parametrize(
    "source",
    [
        "hearing_見本ガク.xlsx", "hearing_見本 ガク.xlsx", "hearing_見本　ガク.xlsx", "hearing_見本_ガク.xlsx",
        "hearing_見本・ガク.xlsx", "hearing_ガク見本.xlsx", "hearing_見本ｶﾞｸ.xlsx", "hearing_みほんがく.xlsx",
        unicodedata.normalize("NFD", "hearing_見本ガク.xlsx"), "hearing_gaku@example.com.xlsx",
        "hearing_Gaku@Example.com.xlsx", "hearing_KZ-1.xlsx", "hearing_kz-1.xlsx", "hearing_ＫＺ-1.xlsx",
        "hearing_09012345678.xlsx", "hearing_090-1234-5678.xlsx", "hearing_person:KZ-1.xlsx",
    ],
)  # fmt: skip
def test_names_of_files_that_name_somebody(source: str) -> None:
    assert renamed(source) == f"hearing_{ERASED}.xlsx"


@pytest.mark.parametrize(
    "source",
    ["members.csv", "hearing_KZ-10.xlsx", "hearing_AKZ-1.xlsx", "見本市.csv", "hearing_ガク.xlsx", "hearing_見本.xlsx",
     "gaku.csv", "2026.csv", "hearing_0901234567.xlsx"],
)  # fmt: skip
def test_names_of_files_that_name_nobody(source: str) -> None:
    assert renamed(source) == source


@pytest.mark.parametrize(
    ("source", "new"),
    [("hearing_見本さん.xlsx", "hearing_erasedさん.xlsx"), ("ガク/見本.csv", "erased/erased.csv"), ("m.csv", "m.csv")],
)
def test_in_a_file_of_nobody_else_a_part_of_the_name_is_enough(source: str, new: str) -> None:
    assert renamed(source, shared=False) == new


@pytest.mark.parametrize("key", ["1", "26", "2026"])
def test_years_and_counts_are_no_keys(key: str) -> None:
    assert renamed(f"members_{key}.csv", who=f"person:{key}") == f"members_{key}.csv"
    assert renamed("members_10482.csv", who="person:10482") == "members_erased.csv"


def test_a_name_of_latin_letters_is_a_word_of_its_own() -> None:
    assert renamed("hearing_Sample_Ann.csv", name="Ann Sample") == "hearing_erased.csv"
    assert renamed("Annotated samples.csv", name="Ann Sample", shared=False) == "Annotated samples.csv"
    assert renamed("Annさん.csv", name="Ann Sample", shared=False) == "erasedさん.csv"


def test_a_name_of_two_characters_stands_alone_or_before_a_title() -> None:
    assert renamed("hearing_仮名.csv", name="仮 名") == "hearing_erased.csv"
    assert renamed("仮名さん_2.csv", name="仮名") == "erasedさん_2.csv"
    assert renamed("仮名遣い.csv", name="仮名") == "仮名遣い.csv"
    assert renamed("平仮名.csv", name="仮名") == "平仮名.csv"


def test_what_musubi_calls_its_own_is_not_renamed() -> None:
    """A source without an ending in Latin letters is no file."""
    assert renamed("merge", name="Merge Sample", shared=False) == "merge"


def test_texts_that_name_somebody() -> None:
    held = snapshot()
    names = Names.of(held, rows(held))
    told = ["見本ガクさんに聞いた", "見本　ガクさん", "gaku@example.com へ", "person:KZ-1 の話", "電話 09012345678"]
    assert [text for text in told if not names.in_text(text)] == []
    silent = ["見本市に行った", "person:KZ-10 の話", "KZ-1", "", None]
    assert [text for text in silent if names.in_text(text)] == []


def test_who_has_no_words_is_named_by_the_id_alone() -> None:
    held = snapshot(who="person:1", area="見本町")
    names = Names.of(held, rows(held, "person:1"))
    assert (names.in_text("person:1"), names.in_text("見本町 1"), names.in_file("1.csv")) == (True, False, False)
