"""From a question about company to an answer, the same for the command line, the API and the pages."""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import WrongUse
from graph.kinds import NodeKind
from graph.records import node_id
from graph.view import View
from recommend.cycles import CirclesAnswer, circles
from recommend.gatherings import GatheringsAnswer
from recommend.gatherings import gatherings as compose
from recommend.tables.answer import tables as seat
from recommend.tables.plan import Wanted
from recommend.tables.results import TablesAnswer
from recommend.weaving import Woven
from recommend.weaving import weave as woven
from service.gatherings.access import Company, Invited, company
from service.recommendations.access import Asked, resolve
from service.recommendations.logic import MakerOf


@dataclass(frozen=True, slots=True)
class TablesQuestion:
    """Who comes, and how they are to be seated."""

    invited: Invited
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class TablesResult:
    """A plan with what it was asked for.

    Attributes
    ----------
    view : View
        What it was made from.
    company : Company
        Who comes.
    answer : TablesAnswer
        The plan.
    """

    view: View
    company: Company
    answer: TablesAnswer

    @property
    def shows_value(self) -> bool:
        """Whether what the plan is worth may leave with it."""
        return self.view.viewer.sees_scores

    def audit(self) -> dict[str, object]:
        """Say what was read, without content."""
        wanted = self.answer.wanted
        return {**self.company.audit(), "rounds": wanted.rounds, "size": wanted.size, "n": self.answer.n_guests}


def tables(view: View, question: TablesQuestion, make: MakerOf) -> TablesResult:
    """Seat a company; errors as of `service.gatherings.access.company` and `recommend.tables.answer.tables`."""
    who = company(view, question.invited)
    maker = make(view)
    return TablesResult(view, who, seat(maker, who.people(maker.people), question.wanted))


@dataclass(frozen=True, slots=True)
class GatheringsResult:
    """Small hearings with what they were asked for."""

    view: View
    company: Company
    answer: GatheringsAnswer

    def audit(self) -> dict[str, object]:
        """Say what was read, without content."""
        return {**self.company.audit(), "size": self.answer.size, "n": len(self.answer.gatherings)}


def gatherings(view: View, space: str, size: int, number: int, make: MakerOf) -> GatheringsResult:
    """Put together small hearings; errors as of `company` and `recommend.gatherings.gatherings`."""
    who = company(view, Invited(space=space))
    maker = make(view)
    return GatheringsResult(view, who, compose(maker, who.people(maker.people), size, number))


@dataclass(frozen=True, slots=True)
class CirclesResult:
    """Circles of help with what they were asked for."""

    view: View
    company: Company
    answer: CirclesAnswer

    def audit(self) -> dict[str, object]:
        """Say what was read, without content."""
        return {**self.company.audit(), "n": len(self.answer.circles)}


def cycles(view: View, invited: Invited, number: int, make: MakerOf) -> CirclesResult:
    """Find circles of help; errors as of `company` and `recommend.cycles.circles`."""
    who = company(view, invited)
    maker = make(view)
    return CirclesResult(view, who, circles(maker, who.people(maker.people), number))


@dataclass(frozen=True, slots=True)
class WeaveResult:
    """A team for one person."""

    view: View
    person: str
    answer: Woven

    def audit(self) -> dict[str, object]:
        """Say what was read, without content."""
        n = {"parts": len(self.answer.parts), "n": len(self.answer.team)}
        return {"person": node_id(NodeKind.PERSON, self.person), **n}


def weave(view: View, person: str, size: int, needs: tuple[str, ...], make: MakerOf) -> WeaveResult:
    """Find several people who together meet the needs of one.

    Raises
    ------
    graph.errors.WrongUse, graph.errors.Unknown
        As of `service.recommendations.access.resolve` for one person, and of `recommend.weaving.weave`.
    """
    target = resolve(view, Asked(person=person))
    if target.person is None:
        raise WrongUse(f"--for {person}: expected one person; an organisation states its needs in `recommend --for`")
    key = target.person
    row = view.find(node_id(NodeKind.PERSON, key))
    return WeaveResult(view, key, woven(make(view), row, size, needs))
