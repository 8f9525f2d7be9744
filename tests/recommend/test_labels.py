"""Labels of proposals: who can help and is known to few (A24)."""

from __future__ import annotations

from itertools import combinations

from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, Purpose
from graph.records import Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR
from recommend.pipeline import recommend
from recommend.results import Ranking, Reason, ReasonCode, Request

HERE = Provenance("test")
NEED, OFFER = "決算書の作り方を教わりたい", "決算書の作り方を教えます"


def reasons(*met: tuple[str, str]) -> dict[str, tuple[Reason, ...]]:
    """Six people: me, who needs bookkeeping; quiet and busy, who offer it; three others. By partner of me."""
    changes = ChangeSet("town", "operator", "test")
    changes.nodes += [Node(f"person:{key}", NETWORK_OPEN, HERE) for key in ("me", "quiet", "busy", "x", "y", "z")]
    for a, b in met:
        changes.add_tie(TieKind.MET, f"person:{a}", f"person:{b}", NETWORK_OPEN, NETWORK_OPEN, HERE, t=1.0)
    changes.statements.append(Statement("person:me", StatementKind.NEED, NEED, NETWORK_OPEN, HERE))
    for key in ("quiet", "busy"):
        changes.statements.append(Statement(f"person:{key}", StatementKind.OFFER, OFFER, NETWORK_OPEN, HERE))
    store = MemoryStore()
    store.apply(changes)
    view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    answer = recommend(view, Request(person="me", ranking=Ranking.INDIVIDUAL), LexicalEncoder())
    return {r.partner.id: r.reasons for r in answer.recommendations}


def labelled(found: dict[str, tuple[Reason, ...]]) -> set[str]:
    return {key for key, told in found.items() if ReasonCode.HIDDEN_TALENT in {r.code for r in told}}


def test_who_can_help_and_is_known_to_few_is_a_hidden_talent() -> None:
    found = reasons(*combinations(("busy", "x", "y", "z"), 2), ("me", "x"))
    assert labelled(found) == {"quiet"}
    label = next(r for r in found["quiet"] if r.code is ReasonCode.HIDDEN_TALENT)
    assert not label.for_person
    assert not label.for_partner


def test_where_nobody_has_met_anybody_nobody_is_hidden() -> None:
    assert labelled(reasons()) == set()


def test_who_cannot_help_is_no_talent() -> None:
    found = reasons(("quiet", "busy"), ("quiet", "x"), ("busy", "x"), ("busy", "y"), ("quiet", "y"))
    assert "z" not in labelled(found)
