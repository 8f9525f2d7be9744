"""A store to import into, and short ways to write files and to look at what came of them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.changes import Receipt
from graph.policy import Policy
from graph.snapshot import Snapshot
from graph.store import Store, open_store
from graph.tables import STATEMENT_KINDS, TIE_KINDS
from ingest.agreements import agreement
from ingest.file_plan import FilePlan, ImportPlan
from ingest.importer import commit, plan

SPACES = ("かぜのま", "なぎさ", "こもれび")


@dataclass
class Desk:
    """An importer at work: files in a folder, a store, and what it holds."""

    store: Store
    folder: Path

    def csv(self, name: str, rows: Iterable[Sequence[str]], encoding: str = "utf-8") -> Path:
        out = io.StringIO()
        csv.writer(out, lineterminator="\r\n").writerows(rows)
        return self.file(name, out.getvalue().encode(encoding))

    def file(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def plan(self, *paths: Path, profile: str | None = None, space: str | None = None) -> ImportPlan:
        return plan(
            paths, profile=profile, space=space, snapshot=self.store.snapshot(), mappings=self.folder / "mappings"
        )

    def one(self, path: Path, profile: str | None = None, space: str | None = None) -> FilePlan:
        (file,) = self.plan(path, profile=profile, space=space).files
        return file

    def run(self, *paths: Path, profile: str | None = None, space: str | None = None) -> list[Receipt]:
        return [commit(f, self.store, "operator") for f in self.plan(*paths, profile=profile, space=space).files]

    def agree(self, *spaces: str) -> None:
        for name in spaces:
            changes = agreement(name, "見本運営", dt.date(2020, 1, 1), None, ["氏名"], snapshot=self.store.snapshot())
            self.store.apply(changes)


@dataclass
class Seen:
    """What a snapshot holds, as plain values."""

    snapshot: Snapshot

    def ids(self, kind: str) -> set[str]:
        return {i.partition(":")[2] for i in self.snapshot.nodes.ids if i.startswith(f"{kind}:")}

    def value(self, identifier: str, field: str) -> str | None:
        return self.snapshot.values(field).get(self.snapshot.find(identifier))

    def node_policy(self, identifier: str) -> Policy:
        return self.snapshot.policies[self.snapshot.nodes.policy[self.snapshot.find(identifier)]]

    def field_policy(self, identifier: str, field: str) -> Policy:
        fields = self.snapshot.fields
        row = self.snapshot.find(identifier)
        (at,) = [i for i in range(len(fields)) if fields.node[i] == row and fields.name[i] == field]
        return self.snapshot.policies[fields.policy[at]]

    def statements(self, owner: str) -> dict[str, tuple[str, Policy]]:
        table = self.snapshot.statements
        row = self.snapshot.find(owner)
        return {
            table.text[i]: (str(STATEMENT_KINDS[table.kind[i]]), self.snapshot.policies[table.policy[i]])
            for i in range(len(table))
            if table.owner[i] == row
        }

    def ties(self, kind: str) -> dict[tuple[str, str], tuple[float, float]]:
        t = self.snapshot.ties
        ids = self.snapshot.nodes.ids
        return {
            (ids[t.src[i]], ids[t.dst[i]]): (float(t.t[i]), float(t.until[i]))
            for i in range(len(t))
            if TIE_KINDS[t.kind[i]] == kind
        }

    def facts(self) -> list[tuple[object, ...]]:
        """Everything but where it came from, sorted."""
        s = self.snapshot
        ids, policies = s.nodes.ids, [p.to_json() for p in s.policies]
        out: list[tuple[object, ...]] = [("node", i, policies[p]) for i, p in zip(ids, s.nodes.policy, strict=True)]
        f, x, t = s.fields, s.statements, s.ties
        out += [("field", ids[f.node[i]], f.name[i], f.value[i], policies[f.policy[i]]) for i in range(len(f))]
        out += [
            ("said", ids[x.owner[i]], str(x.kind[i]), x.text[i], str(x.t[i]), x.details[i], policies[x.policy[i]])
            for i in range(len(x))
        ]
        out += [
            (
                "tie", str(t.kind[i]), ids[t.src[i]], ids[t.dst[i]], str(t.t[i]), str(t.until[i]), int(t.n[i]),
                t.details[i], policies[t.policy_src[i]], policies[t.policy_dst[i]],
            )
            for i in range(len(t))
        ]  # fmt: skip
        return sorted(out, key=repr)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_store(f"sqlite:///{tmp_path}/musubi.db", create=True) as store:
        store.migrate()
        yield Desk(store, tmp_path / "files")


@pytest.fixture
def agreed(desk: Desk) -> Desk:
    """The same with agreements of three spaces."""
    desk.agree(*SPACES)
    return desk


@pytest.fixture
def look(desk: Desk) -> type[Seen]:
    return Seen
