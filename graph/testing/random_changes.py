"""Contract of stores: random change sets do the same to a store as to the model in memory."""

# ruff: noqa: D102
from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from graph.changes import ChangeSet
from graph.errors import MusubiError
from graph.kinds import Said, StatementKind, TieKind
from graph.policy import Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Provenance, Statement, TieBatch
from graph.store.base import AuditRow, Store
from graph.store.memory import MemoryStore
from graph.testing.samples import difference

NODES = ("person:a", "person:b", "person:é'`", "person:\uff5e", "person:😀", "space:s", "organisation:a", "skill:東")
ENDS = (*NODES, "person:never", "nonsense")
WORDS = ("", "見本", "見本 ", "が", "か\u3099", "'\"`\\", "\0", "😀", "null")

policies = st.builds(
    Policy,
    st.sampled_from([a for a in Audience if a is not Audience.PARTNERS]),
    st.sampled_from(Matching),
    st.booleans(),
    denied=st.sampled_from([frozenset(), frozenset({"person:a"})]),
    purposes=st.sampled_from([frozenset(Purpose), frozenset({Purpose.REPORT})]),
)
origins = st.builds(
    Provenance, st.sampled_from(["a.csv", "い.xlsx"]), st.sampled_from([None, 1, 7]), st.sampled_from(Said)
)
times = st.sampled_from([None, 0.0, -0.0, 1.5, -2.0, 1.7e9])
fields = st.dictionaries(
    st.sampled_from(["name", "policy", "name_policy", "~name~", "紹介"]),
    st.builds(Field, st.sampled_from(WORDS), policies, origins),
    max_size=3,
)
nodes = st.builds(Node, st.sampled_from(NODES), policies, origins, fields)
statements = st.builds(
    Statement,
    st.sampled_from(ENDS),
    st.sampled_from([StatementKind.NEED, StatementKind.OFFER]),
    st.sampled_from(WORDS),
    policies,
    origins,
    times,
    st.dictionaries(st.sampled_from(["rung", "段"]), st.sampled_from(WORDS), max_size=2),
)


@st.composite
def tie_batches(draw: st.DrawFn) -> TieBatch:
    """Give ties of one kind, some of them twice, some in both directions."""
    ends = st.sampled_from(NODES if draw(st.integers(0, 9)) else ENDS)
    row = st.tuples(
        ends,
        ends,
        times,
        times,
        st.integers(1, 3),
        st.sampled_from([None, 3]),
        st.sampled_from([None, "{}", '{"役": 1}']),
    )
    src, dst, t, until, n, rows, details = zip(*draw(st.lists(row, min_size=1, max_size=5)), strict=True)
    origin = draw(origins)
    return TieBatch(
        draw(st.sampled_from(TieKind)), src, dst, draw(policies), draw(policies), origin.source, origin.said,
        t=draw(st.sampled_from([None, t])), until=until, n=n, rows=rows, details=details,
    )  # fmt: skip


class Comparison(RuleBasedStateMachine):
    """A store and the model side by side; `fresh` is set by whoever runs it."""

    fresh: Callable[[], Store]

    def __init__(self) -> None:
        super().__init__()
        self.store = type(self).fresh()
        self.model = MemoryStore()
        self.applied: list[ChangeSet] = []
        self.said: list[str] = []
        self.earlier = [self.store.snapshot()]

    @rule(
        nodes=st.lists(nodes, max_size=4),
        statements=st.lists(statements, max_size=3),
        ties=st.lists(tie_batches(), max_size=2),
        removed=st.lists(st.tuples(st.sampled_from(TieKind), st.sampled_from(ENDS), st.sampled_from(ENDS)), max_size=2),
        withdrawn=st.booleans(),
    )
    def apply(
        self,
        nodes: list[Node],
        statements: list[Statement],
        ties: list[TieBatch],
        removed: list[tuple[TieKind, str, str]],
        withdrawn: bool,
    ) -> None:
        changes = ChangeSet(f"k{len(self.applied)}", "operator", "test", "", nodes, statements, ties)
        changes.removed_ties.extend(removed)
        if withdrawn:
            changes.remove_statements(self.said[-2:])
        self.said += [s.id for s in statements]
        self.applied.append(changes)
        self._both(changes)

    @rule()
    def everybody(self) -> None:
        """Give all nodes, so that the ties which follow find their ends."""
        policy = Policy(Audience.NETWORK)
        facts = [Node(n, policy, Provenance("all")) for n in NODES]
        changes = ChangeSet(f"k{len(self.applied)}", "operator", "test", nodes=facts)
        self.applied.append(changes)
        self._both(changes)

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """Give an earlier change set again, or its content under another key, or its key with another content."""
        if not self.applied:
            return
        earlier = data.draw(st.sampled_from(self.applied))
        key = data.draw(st.sampled_from([earlier.key, f"again {len(self.applied)}"]))
        action = data.draw(st.sampled_from(["test", "test", "other"]))
        content = (earlier.nodes, earlier.statements, earlier.ties, earlier.removed_statements, earlier.removed_ties)
        self._both(ChangeSet(key, "operator", action, "", *content))

    @rule(space=st.sampled_from(WORDS))
    def record(self, space: str) -> None:
        for keeper in (self.store, self.model):
            keeper.record("mixer:m", "read", {"space": space})

    @invariant()
    def equal(self) -> None:
        assert self.store.version() == self.model.version()
        whole = self.store.snapshot()
        assert difference(whole, self.model.snapshot()) == ""
        for earlier in {0, len(self.earlier) // 2, len(self.earlier) - 1}:
            assert difference(self.store.refresh(self.earlier[earlier]), whole) == ""
        self.earlier.append(self.store.refresh(self.earlier[-1]))

    def teardown(self) -> None:
        assert _shown(self.store.audit()) == _shown(self.model.audit())

    def _both(self, changes: ChangeSet) -> None:
        assert _outcome(self.store, changes) == _outcome(self.model, changes)


def _outcome(store: Store, changes: ChangeSet) -> object:
    try:
        return store.apply(changes)
    except MusubiError as error:
        return type(error), str(error)


def _shown(rows: Sequence[AuditRow]) -> list[tuple[object, ...]]:
    return [(r.seq, r.actor, r.action, r.key, r.detail) for r in rows]


class RandomChangesContract:
    """Snapshots, receipts, errors and audit equal those of the model.

    Attributes
    ----------
    sequences : int
        Number of random sequences of change sets.
    """

    sequences = 150

    def fresh(self, store: Store) -> Store:
        """Give an empty, migrated store in the place of this one, on which the fixture ends."""
        raise NotImplementedError

    def test_random_changes_equal_the_model(self, store: Store) -> None:
        keeper = [store]

        def fresh() -> Store:
            keeper[0] = self.fresh(keeper[0])
            return keeper[0]

        machine = type("Comparison", (Comparison,), {"fresh": staticmethod(fresh)})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=self.sequences, stateful_step_count=8, deadline=None, derandomize=True, database=None,
                suppress_health_check=list(HealthCheck), print_blob=False,
            ),
        )  # fmt: skip
        keeper[0].close()
