"""Random small worlds and a second, plain opinion on who may see what: to try the gate and its users with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.introductions import State
from graph.kinds import OWNER_KINDS, StatementKind, TieKind
from graph.policy import ALL_PURPOSES, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, NodeId, Provenance, Statement, kind_of
from graph.snapshot import Snapshot
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import ANALYST, OPERATOR, PUBLIC, Role, Viewer

T = TypeVar("T")

TODAY = dt.date(2026, 11, 1)
NOW = first_second(TODAY)
DAY = 86_400.0
SPACES = ("space:s0", "space:s1", "space:s2")
PEOPLE = tuple(f"person:p{i}" for i in range(7))
ORGANISATIONS = ("organisation:o0", "organisation:o1")
OWNERS = PEOPLE + ORGANISATIONS
ACCESS = frozenset({TieKind.MEMBER_OF, TieKind.MIXES, TieKind.REPRESENTS, TieKind.NOT_WITH})
WORDS = (
    "決算書の見方を教わりたい", "帳簿づくりを手伝えます", "畑の人手が足りない", "週末に草刈りへ行けます",
    "チラシを作ってほしい", "印刷物のデザインができます", "子どもが安心できる町", "空き家を直して使いたい",
)  # fmt: skip


@dataclass(frozen=True)
class TieRecord:
    """One tie with the decisions of both ends."""

    kind: TieKind
    src: NodeId
    dst: NodeId
    policy_src: Policy
    policy_dst: Policy
    t: float | None = None
    until: float | None = None
    details: str | None = None


@dataclass(frozen=True)
class World:
    """A small graph as plain records."""

    nodes: dict[NodeId, Node] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    ties: tuple[TieRecord, ...] = ()

    def snapshot(self) -> Snapshot:
        """Give the world as arrays."""
        changes = ChangeSet("world", "operator", "test", digest="world", nodes=list(self.nodes.values()))
        changes.statements.extend(self.statements)
        for x in self.ties:
            origin = Provenance("world")
            changes.add_tie(
                x.kind, x.src, x.dst, x.policy_src, x.policy_dst, origin, t=x.t, until=x.until, details=x.details
            )
        store = MemoryStore()
        store.apply(changes)
        return store.snapshot()


def random_policy(rng: np.random.Generator) -> Policy:
    """Give any policy: every audience, matching, purpose, denial and validity occurs."""
    audience = Audience(int(rng.integers(6)))
    partners = frozenset(_some(rng, SPACES, 0.4)) if audience is Audience.PARTNERS else frozenset()
    return Policy(
        audience=audience,
        matching=Matching(int(rng.integers(3))),
        as_reason=bool(rng.random() < 0.6),
        partners=partners,
        purposes=ALL_PURPOSES if rng.random() < 0.8 else frozenset(_some(rng, tuple(Purpose), 0.5)),
        denied=frozenset(_some(rng, (*SPACES, *PEOPLE), 0.15)) if rng.random() < 0.2 else frozenset(),
        valid_until=None if rng.random() < 0.8 else TODAY + dt.timedelta(days=int(rng.integers(-3, 4))),
    )


def random_world(rng: np.random.Generator) -> World:
    """Make three spaces, seven people and two organisations with random facts and releases."""
    origin = Provenance("world")
    nodes = {s: Node(s, PUBLIC_OPEN, origin, {"name": Field(s, PUBLIC_OPEN, origin)}) for s in SPACES}
    for owner in OWNERS:
        fields = {n: Field(f"{n} {owner}", random_policy(rng), origin) for n in _some(rng, ("name", "mail"), 0.8)}
        nodes[owner] = Node(owner, random_policy(rng), origin, fields)
    for other in ("event:e0", "project:j0", "skill:k0"):
        nodes[other] = Node(other, random_policy(rng), origin, {"name": Field(other, random_policy(rng), origin)})
    statements = {s.id: s for s in (_statement(rng) for _ in range(14))}
    ties = {(x.kind, x.src, x.dst): x for x in (*_access(rng), *(_tie(rng) for _ in range(12)))}
    return World(nodes, tuple(statements.values()), tuple(ties.values()))


def with_introductions(world: World, rng: np.random.Generator) -> World:
    """Give a world with key persons and introductions on record too, released as the real ones are."""
    staff, origin = Policy(Audience.MY_MIXERS), Provenance("world")
    keys = [
        TieRecord(TieKind.KEY_OF, who, space, staff, PUBLIC_OPEN, details=f'{{"cap": {rng.integers(1, 4)}}}')
        for who in _some(rng, OWNERS, 0.4) for space in _some(rng, SPACES, 0.4)
    ]  # fmt: skip
    nodes, parties = dict(world.nodes), []
    for i in range(int(rng.integers(1, 9))):
        made, state = f"introduction:i{i}", State(str(rng.choice(list(State))))
        nodes[made] = Node(made, staff, origin, {"state": Field(str(state), staff, origin)})
        asked = NOW - DAY * float(rng.integers(20))
        until = None if state is State.PROPOSED else NOW
        both = rng.choice(PEOPLE, size=2, replace=False).tolist()
        parties += [TieRecord(TieKind.PARTY_TO, who, made, staff, staff, asked, until) for who in both]
    return replace(world, nodes=nodes, ties=(*world.ties, *keys, *parties))


def viewers(world: World) -> list[Viewer]:
    """Give every viewer that the world knows."""
    mixers = {x.src for x in world.ties if x.kind is TieKind.MIXES and _on(x)}
    named = [Viewer(Role.PERSON, p.partition(":")[2]) for p in PEOPLE]
    named += [Viewer(Role.MIXER, m.partition(":")[2]) for m in sorted(mixers)]
    named += [Viewer(Role.SPACE, s.partition(":")[2]) for s in SPACES]
    return [OPERATOR, ANALYST, PUBLIC, *named]


def may_see(world: World, viewer: Viewer, purpose: Purpose, policy: Policy, owner: NodeId) -> bool:
    """Say, fact by fact and without arrays, whether a viewer may see what an owner released so."""
    if purpose not in policy.purposes or (policy.valid_until is not None and policy.valid_until < TODAY):
        return False
    if viewer.role is Role.PERSON and owner in _own(world, viewer):
        return True
    if viewer.role is Role.OPERATOR:
        return policy.audience > Audience.ONLY_ME
    asks_for = _speaks_for(world, viewer)
    if policy.denied & (asks_for | {viewer.node}):
        return False
    near = bool(asks_for & _spaces(world, owner))
    allowed = {
        Audience.ONLY_ME: False,
        Audience.MY_MIXERS: near and viewer.role is Role.MIXER,
        Audience.MY_SPACE: near,
        Audience.PARTNERS: near or bool(asks_for & policy.partners),
        Audience.NETWORK: viewer.role is not Role.PUBLIC,
        Audience.PUBLIC: True,
    }
    return allowed[policy.audience]


def pass_through(snapshot: Snapshot, viewer: Viewer, purpose: Purpose) -> View:
    """Be a gate that hides nothing and lets everything move a score: to show that a check would catch it."""
    n = len(snapshot.nodes)
    statements, ties, fields = (
        np.ones(len(t), dtype=bool) for t in (snapshot.statements, snapshot.ties, snapshot.fields)
    )
    return View(
        snapshot.nodes, snapshot.fields, snapshot.statements, snapshot.ties, snapshot.policies, snapshot.sources, 0,
        viewer, purpose, TODAY, frozenset(), statements, ties, fields, ties, np.ones(n, dtype=bool),
        np.ones(n, dtype=bool), np.zeros((0, 2), dtype=np.int32),
    )  # fmt: skip


def hide_and_change(world: World, viewer: Viewer, purpose: Purpose, rng: np.random.Generator) -> World:
    """Make another world that differs only in facts which the viewer may not see.

    Memberships, grants and blocks stay: they say who may see and who may meet, and are no content.
    """

    def sees(policy: Policy, owner: NodeId) -> bool:
        return may_see(world, viewer, purpose, policy, owner)

    nodes = {i: _changed_node(n, sees, rng) for i, n in world.nodes.items()}
    secret = Policy(Audience.ONLY_ME)
    newcomer = f"person:q{rng.integers(100)}"
    nodes[newcomer] = Node(newcomer, secret, Provenance("hidden"), {"name": Field("q", secret, Provenance("hidden"))})
    statements = [s if sees(s.policy, s.owner) else _changed_statement(s, rng) for s in world.statements]
    extra = [s for s in (_statement(rng) for _ in range(6)) if not sees(s.policy, s.owner)]
    ids: dict[str, Statement] = {s.id: s for s in statements if s is not None and not sees(s.policy, s.owner)}
    ids.update({s.id: s for s in extra})
    ids.update({s.id: s for s in world.statements if sees(s.policy, s.owner)})
    ties = [x for x in world.ties if _tie_seen(x, sees) or x.kind in ACCESS or rng.random() < 0.5]
    taken = {(x.kind, *sorted((x.src, x.dst))) for x in world.ties}
    more = [x for x in (_tie(rng) for _ in range(8)) if not _tie_seen(x, sees)]
    ties += [x for x in more if (x.kind, *sorted((x.src, x.dst))) not in taken]
    return World(nodes, tuple(ids.values()), tuple({(x.kind, x.src, x.dst): x for x in ties}.values()))


def _changed_node(node: Node, sees: Callable[[Policy, NodeId], bool], rng: np.random.Generator) -> Node:
    fields = dict(node.fields)
    for name, value in node.fields.items():
        if not sees(value.policy, node.id):
            if rng.random() < 0.5:
                del fields[name]
            else:
                fields[name] = replace(value, value=f"hidden {rng.integers(1000)}")
    return replace(node, fields=fields)


def _changed_statement(statement: Statement, rng: np.random.Generator) -> Statement | None:
    if rng.random() < 0.3:
        return None
    return replace(
        statement, text=str(rng.choice(WORDS)) + f"{rng.integers(50)}", t=NOW - DAY * float(rng.integers(90))
    )


def _tie_seen(tie: TieRecord, sees: Callable[[Policy, NodeId], bool]) -> bool:
    ends = ((tie.policy_src, tie.src), (tie.policy_dst, tie.dst))
    return all(sees(policy, end) for policy, end in ends if kind_of(end) in OWNER_KINDS)


def _on(tie: TieRecord) -> bool:
    return (tie.until is None or tie.until >= NOW) and (tie.t is None or tie.t < NOW + DAY)


def _own(world: World, viewer: Viewer) -> set[NodeId]:
    me = viewer.node or ""
    return {me} | {x.dst for x in world.ties if x.kind is TieKind.REPRESENTS and x.src == me and _on(x)}


def _spaces(world: World, owner: NodeId) -> set[NodeId]:
    if owner in SPACES:
        return {owner}
    kinds = (TieKind.MEMBER_OF, TieKind.HELD_AT)
    return {x.dst for x in world.ties if x.src == owner and x.kind in kinds and x.dst in SPACES and _on(x)}


def _speaks_for(world: World, viewer: Viewer) -> set[NodeId]:
    if viewer.role is Role.SPACE:
        return {viewer.node or ""}
    if viewer.role is Role.MIXER:
        return {x.dst for x in world.ties if x.src == viewer.node and x.kind is TieKind.MIXES and _on(x)}
    return _spaces(world, viewer.node) if viewer.role is Role.PERSON and viewer.node else set()


def _statement(rng: np.random.Generator) -> Statement:
    kind = StatementKind(str(rng.choice([k.value for k in StatementKind])))
    text = f"{rng.choice(WORDS)}{rng.integers(100)}"
    when = NOW - DAY * float(rng.integers(400))
    return Statement(str(rng.choice(OWNERS)), kind, text, random_policy(rng), Provenance("world"), t=when)


def _access(rng: np.random.Generator) -> list[TieRecord]:
    ties = []
    for owner in OWNERS:
        for space in _some(rng, SPACES, 0.45):
            until = None if rng.random() < 0.8 else NOW + DAY * float(rng.integers(-2, 3))
            ties.append(TieRecord(TieKind.MEMBER_OF, owner, space, random_policy(rng), PUBLIC_OPEN, until=until))
    for mixer in PEOPLE[:2]:
        for space in _some(rng, SPACES, 0.6):
            ties.append(TieRecord(TieKind.MIXES, mixer, space, random_policy(rng), PUBLIC_OPEN))
    ties.append(TieRecord(TieKind.REPRESENTS, PEOPLE[3], ORGANISATIONS[0], random_policy(rng), random_policy(rng)))
    ties.append(TieRecord(TieKind.NOT_WITH, PEOPLE[4], PEOPLE[5], random_policy(rng), random_policy(rng)))
    return ties


def _tie(rng: np.random.Generator) -> TieRecord:
    kind = TieKind(
        str(rng.choice([TieKind.MET, TieKind.KNOWS, TieKind.COLLABORATED, TieKind.HAS_SKILL, TieKind.ATTENDED]))
    )
    src, other = (str(x) for x in rng.choice(PEOPLE, size=2, replace=False))
    target = {TieKind.HAS_SKILL: "skill:k0", TieKind.ATTENDED: "event:e0"}.get(kind, other)
    if kind is TieKind.COLLABORATED and rng.random() < 0.5:
        target = "project:j0"
    a, b = (min(src, target), max(src, target)) if target == other else (src, target)
    theirs = random_policy(rng) if kind_of(b) in OWNER_KINDS else PUBLIC_OPEN
    return TieRecord(kind, a, b, random_policy(rng), theirs, t=NOW - DAY * float(rng.integers(900)))


def _some(rng: np.random.Generator, values: Sequence[T], share: float) -> list[T]:
    return [v for v in values if rng.random() < share]
