"""From two names to an answer, the same for the command line and the API."""

from __future__ import annotations

from dataclasses import dataclass

from graph.kinds import NodeKind
from graph.records import node_id
from graph.view import View
from recommend.results import Scope
from recommend.whatif import WhatIf, what_if
from recommend.why import Explanation, explain
from service.recommendations.access import Asked, resolve
from service.recommendations.logic import MakerOf


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people, as typed: ids or names."""

    person: str
    partner: str


def rows_of(view: View, pair: Pair) -> tuple[int, int]:
    """Look up two people as far as the viewer may ask.

    Raises
    ------
    graph.errors.WrongUse, graph.errors.Unknown
        For the person as `service.recommendations.access.resolve`; the partner need only be visible.
    """
    person = resolve(view, Asked(person=pair.person)).person
    return view.find(node_id(NodeKind.PERSON, person or "")), view.by_name(NodeKind.PERSON, pair.partner)


def why(view: View, pair: Pair, scope: Scope, make: MakerOf) -> Explanation:
    """Say why two people should meet, why not, and what would change it."""
    rows = rows_of(view, pair)
    return explain(make(view).taught(), *rows, scope)


def whatif(view: View, pair: Pair, make: MakerOf) -> WhatIf:
    """Say what the network gains if two people meet."""
    rows = rows_of(view, pair)
    return what_if(make(view), *rows)


def named(made: Explanation | WhatIf) -> dict[str, object]:
    """Say for the audit about whom an answer is."""
    parties = {"person": made.person, "partner": made.partner}
    return {key: node_id(NodeKind.PERSON, party.id) for key, party in parties.items()}
