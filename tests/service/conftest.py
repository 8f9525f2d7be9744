"""A small community with releases of every width, and ways to call the product as users do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from graph.changes import ChangeSet
from graph.kinds import NodeKind, StatementKind, TieKind
from graph.policy import CONTACT, NETWORK_OPEN, PRESENCE, PUBLIC_OPEN, Audience, Matching, Policy
from graph.records import Field, Node, Provenance, Statement, node_id
from graph.store.registry import open_store
from service.app import create_app
from service.cli.main import run
from service.engine import Engine
from service.languages import Lang

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Provenance("community.csv", 2)
DAY = 86_400.0
NOW = 1_790_000_000.0

ONLY_ME = Policy(Audience.ONLY_ME)
MIXERS = Policy(Audience.MY_MIXERS, Matching.OPEN, as_reason=True)
MY_SPACE = Policy(Audience.MY_SPACE, Matching.OPEN, as_reason=True)
PARTNERS = Policy(Audience.PARTNERS, Matching.OPEN, as_reason=True, partners=frozenset({"space:KM"}))

SECRET_NEED = "秘密の困りごとカナリア一号"
MIXER_NEED = "ミキサーだけが知る困りごとカナリア二号"
SPACE_NEED = "かぜのまだけの困りごとカナリア三号"
SECRET_MAIL = "canary-mail@example.com"
SPACE_NAME = "例示 カナリア名"
XSS = "<script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = "=1+1"

NEEDS = (
    "決算書の見方を教わりたい",
    "畑の草刈りの人手が足りない",
    "チラシを作れる人を探している",
    "ホームページを直したい",
)
OFFERS = (
    "決算書の読み方を教えられます",
    "週末の草刈りなら行けます",
    "チラシや名刺のデザインができます",
    "ホームページの修正が得意です",
)


@dataclass(frozen=True)
class Ended:
    """How a call of the command line ended."""

    code: int
    out: str
    err: str

    def document(self) -> dict[str, Any]:
        """Read the answer as the one JSON document that it must be."""
        return json.loads(self.out)


def person(key: str, name: str | None, policy: Policy = NETWORK_OPEN, name_policy: Policy | None = None) -> Node:
    fields = {"name": Field(name, name_policy or policy, SOURCE)} if name else {}
    fields["mail"] = Field(f"{key.strip('=')}@example.com", CONTACT, SOURCE)
    return Node(node_id(NodeKind.PERSON, key), policy, SOURCE, fields)


def community() -> ChangeSet:
    """Make two spaces with six members each, a mixer of the first, meetings and a project.

    KZ-1 .. KZ-6 are members of かぜのま (KZ), KM-1 .. KM-6 of こもれび (KM); each needs what one of the other
    space offers. KZ-1 keeps a need to herself, KZ-2 has one for mixers, KZ-3 one and her name for her space. KM-1 has a
    name full of markup, KM-2's id looks like a formula. KZ-6 has not yet agreed to be introduced.
    """
    changes = ChangeSet("community", "operator", "import", "community")
    for key, name in (("KZ", "かぜのま"), ("KM", "こもれび")):
        changes.nodes.append(Node(f"space:{key}", PUBLIC_OPEN, SOURCE, {"name": Field(name, PUBLIC_OPEN, SOURCE)}))
    for i in range(1, 7):
        policy = PRESENCE if i == 6 else NETWORK_OPEN
        name = SPACE_NAME if i == 3 else f"見本 {'あいうえおか'[i - 1]}"
        changes.nodes.append(person(f"KZ-{i}", name, policy, MY_SPACE if i == 3 else NETWORK_OPEN))
        key = FORMULA if i == 2 else f"KM-{i}"
        changes.nodes.append(person(key, XSS if i == 1 else f"架空 {'さしすせそた'[i - 1]}"))
        _belongs(changes, f"person:KZ-{i}", "space:KZ", policy)
        _belongs(changes, f"person:{key}", "space:KM", NETWORK_OPEN)
        _states(changes, f"person:KZ-{i}", StatementKind.NEED, NEEDS[i % 4], MY_SPACE if i == 6 else NETWORK_OPEN)
        _states(changes, f"person:{key}", StatementKind.OFFER, OFFERS[i % 4], NETWORK_OPEN)
    changes.nodes[2].fields["mail"] = Field(SECRET_MAIL, CONTACT, SOURCE)  # type: ignore[index]
    _states(changes, "person:KZ-1", StatementKind.NEED, SECRET_NEED, ONLY_ME)
    _states(changes, "person:KZ-2", StatementKind.NEED, MIXER_NEED, MIXERS)
    _states(changes, "person:KZ-3", StatementKind.NEED, SPACE_NEED, MY_SPACE)
    _states(changes, "person:KM-1", StatementKind.OFFER, f"{OFFERS[0]} {XSS}", NETWORK_OPEN)
    changes.nodes.append(person("MX-1", "想定 みきさ"))
    changes.add_tie(TieKind.MIXES, "person:MX-1", "space:KZ", NETWORK_OPEN, PUBLIC_OPEN, SOURCE)
    for i in range(1, 6):
        _met(changes, f"person:KZ-{i}", f"person:KZ-{i + 1}", NOW - 40 * DAY * i)
    _met(changes, "person:KZ-1", "person:KM-3", NOW - 10 * DAY)
    changes.nodes.append(Node("project:井戸", NETWORK_OPEN, SOURCE, {"name": Field("井戸端", NETWORK_OPEN, SOURCE)}))
    for who in ("person:KZ-4", "person:KM-4"):
        changes.add_tie(TieKind.COLLABORATED, who, "project:井戸", NETWORK_OPEN, PUBLIC_OPEN, SOURCE, t=NOW - 5 * DAY)
    return changes


def _belongs(changes: ChangeSet, who: str, space: str, policy: Policy) -> None:
    changes.add_tie(TieKind.MEMBER_OF, who, space, policy, PUBLIC_OPEN, SOURCE, t=NOW - 400 * DAY)


def _states(changes: ChangeSet, who: str, kind: StatementKind, text: str, policy: Policy) -> None:
    changes.statements.append(Statement(who, kind, text, policy, SOURCE, t=NOW))


def _met(changes: ChangeSet, a: str, b: str, t: float) -> None:
    changes.add_tie(TieKind.MET, a, b, NETWORK_OPEN, NETWORK_OPEN, SOURCE, t=t)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine decides: no settings, an English locale, the encoder that loads at once."""
    for name in [n for n in os.environ if n.startswith("MUSUBI_") and n != "MUSUBI_DATA"] + ["LC_ALL", "LC_MESSAGES"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("MUSUBI_ENCODER", "lexical")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Give the address of a store with the community in it."""
    address = f"sqlite:///{tmp_path / 'community.db'}"
    with open_store(address, create=True) as store:
        store.migrate()
        store.apply(community())
    return address


@pytest.fixture
def musubi(capfd: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Call the real entry point in this process."""

    def call(*arguments: str) -> Ended:
        capfd.readouterr()
        code = run(arguments)
        out, err = capfd.readouterr()
        return Ended(int(code), out, err)

    return call


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Call the command line as a process of its own."""

    def call(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("environment", {})}
        command = [sys.executable, "-m", "service.cli.main", *arguments]
        return subprocess.run(command, capture_output=True, env=environment, timeout=120, **options)

    return call


@pytest.fixture
def client(url: str) -> Iterator[TestClient]:
    """Give a client of the service over the community."""
    with TestClient(create_app(Engine(url, "lexical", Lang.JA)), base_url="http://localhost") as made:
        yield made
