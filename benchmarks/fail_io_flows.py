"""The flows of `benchmarks.fail_io`: a store to begin with, and the commands that are said to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.base import Role
from embeddings.cache import VectorCache
from embeddings.cleaning import clean
from graph.backup import save
from graph.erasure import erase
from graph.kinds import Said, StatementKind, TieKind
from graph.policy import MEMBERSHIP, NETWORK_OPEN, PUBLIC_OPEN
from graph.records import Field, Node, Provenance, Statement
from graph.store import Store, open_store
from graph.testing.samples import SOURCE, SPACE, A, B, C, changed, person, three_people
from ingest.confirmations import CONFIRM, OPEN
from service.erasing import VECTORS, keep_ledger

Command = tuple[str, ...]

NODES = "id,community,name\n" + "".join(f"p{i},c{i % 3},見本 {i}\n" for i in range(40))
EDGES = "u,v,t\n" + "".join(f"p{i},p{(i * 7 + 1) % 40},{1_700_000_000 + i}\n" for i in range(40))
ANSWERS = (
    "タイムスタンプ,メールアドレス,お名前,困っていること,紹介に使ってよいですか\n"
    "2026/07/2{day} 3:15:06 午後 GMT+9,b@example.com,架空 しずく,畑の手が足りない,{use}\n"
)
NEED, MAIL = "カナリア 決算が分からない", "canary-c@example.com"
HEARD = Statement(
    B,
    StatementKind.OFFER,
    "草刈りに行ける",
    PUBLIC_OPEN,
    Provenance("heard.csv", 2, Said.MIXER),
    details={CONFIRM: OPEN},
)


@dataclass(frozen=True)
class Flow:
    """What is done to a store.

    Attributes
    ----------
    name : str
        What it is called.
    begin : callable
        Puts ``musubi.db`` and what lies beside it into a folder, and gives the commands.
    erased : tuple of bytes
        What no file of the store may hold afterwards.
    fills : bool
        Whether the first command wants an empty store: one that it filled is replaced before it is said again.
    """

    name: str
    begin: Callable[[Path], tuple[Command, ...]]
    erased: tuple[bytes, ...] = ()
    fills: bool = False


def _importing(folder: Path) -> tuple[Command, ...]:
    _base(folder)
    for name, text in (("nodes.csv", NODES), ("edges.csv", EDGES)):
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(("import", "--profile", "network", "--yes", str(folder / name)) for name in ("nodes.csv", "edges.csv"))


def _merging(folder: Path) -> tuple[Command, ...]:
    _base(folder)
    return ("merge", "accept", A, C), ("merge", "undo", A, C), ("merge", "reject", C, A), ("merge", "undo", C, A)


def _standing(folder: Path) -> tuple[Command, ...]:
    _base(folder)
    return (
        ("grant", "add", "a", "--space", "s", "--from", "2026-01-05"), ("block", B, A), ("unblock", B, A),
        ("grant", "end", "a", "--space", "s"),
    )  # fmt: skip


def _answering(folder: Path) -> tuple[Command, ...]:
    _base(folder)
    commands: list[Command] = [("tasks", "confirm", HEARD.id.partition(":")[2], "--scope", "network", "--use", "open")]
    for day, name, use in ((1, "yes.csv", "使ってよい"), (2, "no.csv", "使わないでほしい")):
        (folder / name).write_text(ANSWERS.format(day=day, use=use), encoding="utf-8")
        commands.append(("import", "--profile", "form", "--space", "s", "--yes", str(folder / name)))
    return tuple(commands)


def _erasing(folder: Path) -> tuple[Command, ...]:
    _base(folder)
    cache = VectorCache(folder / f"musubi.db{VECTORS}")
    cache.put("x", Role.QUERY, {clean(NEED): _vector(), "言葉": np.ones(64, dtype=np.float32)})
    cache.close()
    return (("erase", C, "--yes"),)


def _restoring(folder: Path) -> tuple[Command, ...]:
    archive = folder / "backup"
    with open_store(f"sqlite:///{folder}/before.db", create=True) as store:
        _fill(store)
        with archive.open("wb") as handle:
            save(store, handle)
        erase(store, [C], "operator")
        keep_ledger(f"sqlite:///{folder}/musubi.db", store.erasures())
    with open_store(f"sqlite:///{folder}/musubi.db", create=True) as store:
        store.migrate()
    return (("restore", str(archive)),)


def _base(folder: Path) -> None:
    with open_store(f"sqlite:///{folder}/musubi.db", create=True) as store:
        _fill(store)


def _fill(store: Store) -> None:
    """Put three people into a store: B was heard, C is to be erased, and staff has read of C."""
    store.migrate()
    store.apply(three_people())
    fields = {"mail": Field(MAIL, NETWORK_OPEN, SOURCE)}
    more = changed("k2", Node(C, NETWORK_OPEN, SOURCE, fields), HEARD, person(SPACE, "s", PUBLIC_OPEN))
    more.statements.append(Statement(C, StatementKind.NEED, NEED, NETWORK_OPEN, SOURCE))
    more.nodes.append(Node(B, NETWORK_OPEN, SOURCE, {"mail": Field("b@example.com", NETWORK_OPEN, SOURCE)}))
    more.add_tie(TieKind.MEMBER_OF, B, SPACE, MEMBERSHIP, PUBLIC_OPEN, SOURCE)
    store.apply(more)
    store.record("operator", "recommend", {"person": C})


def _vector() -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.random.default_rng(1).normal(size=64).astype(np.float32)


ERASED = (C.encode(), NEED.encode(), MAIL.encode(), "例示 こだち".encode(), _vector().tobytes()[:16])

FLOWS = {
    flow.name: flow
    for flow in (
        Flow("import", _importing),
        Flow("merge", _merging),
        Flow("standing", _standing),
        Flow("answers", _answering),
        Flow("erase", _erasing, ERASED),
        Flow("restore", _restoring, ERASED, fills=True),
    )
}
