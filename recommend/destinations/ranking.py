"""One list over everything that a person or an organisation may be led to, on one scale."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from graph.errors import WrongUse
from graph.kinds import NodeKind
from graph.tables import NODE_CODE
from recommend.chance.model import ChanceModel
from recommend.destinations.parties import KINDS, Parties
from recommend.fit import Fit
from recommend.ladder import Ladder
from recommend.pairs import BoolArray, IntArray
from recommend.pipeline import Matchmaker
from recommend.reasons import FAIR, Evidence, overall
from recommend.results import Answer, Band, Party, Ranking, Reason, ReasonCode, Recommendation, Request, Scope
from recommend.scoring import Scorer
from recommend.selection import FloatArray, Lists, TieBreak, best
from recommend.structure import Structure
from recommend.surprise import Dared, check_share, places, with_far

LOOKED_AT = 3
"""Fewest people who stand for a destination; for each who is missing stands somebody of whom nothing is known."""
STAND_FOR = 3
"""One of so many people of a large destination stands for it: the best three of many are always good."""
ENOUGH_PEOPLE = 3


@dataclass(frozen=True)
class Destinations:
    """Ranks people, organisations, projects, spaces and communities for one person or organisation.

    What is known of people is known of what they are in: the chance of a tie with a destination is the mean over the
    likeliest third of the people there, three at least, and its fit is that of its own needs, offers and visions, or
    the mean of the third who fit best, whichever is more. So a project that one friend works on does not outrank the
    friend, nor a large space a small one, and one number compares all kinds. An organisation asks as its people do.

    Attributes
    ----------
    maker : Matchmaker
        Of the view of the one who asks.
    """

    maker: Matchmaker

    def answer(self, request: Request) -> Answer:
        """Give the list of one person or organisation.

        Parameters
        ----------
        request : Request
            With ``person`` or ``organisation``; ``k``, ``scope`` and ``kinds`` count.

        Raises
        ------
        graph.errors.WrongUse
            If a number is below 1, no kind is named, one of them cannot be a partner, or nobody asks.
        graph.errors.Unknown
            If the person or organisation is not there, or may not be seen.
        """
        _check(request)
        row = self._row(request)
        me = int(self.parties.all.number_of_row[row])
        request = replace(request, ranking=Ranking.INDIVIDUAL)
        if me < 0:
            kind = NodeKind.PERSON if request.organisation is None else NodeKind.ORGANISATION
            one = Party(_id(self.maker, row), self.maker.view.names.get(row), kind=kind)
            return self._told(request, (), (one,))
        score = self.score(me, request)
        lists, dared = self._with_surprises(self._best(me, score, request.k), me, score, request)
        chosen = [(int(p), float(s)) for p, s in zip(lists.partners[0], lists.scores[0], strict=True) if p >= 0]
        made = self._recommendations(me, chosen, dared)
        full = self.parties.pairs.full
        unserved = () if made else (self.parties.party(me),)
        return replace(self._told(request, made, unserved), waiting=() if full is None or not full[me] else unserved)

    def score(self, me: int, request: Request) -> FloatArray:
        """Give the score of everything for one party, (m,); -inf where it is no partner, or nothing speaks for it."""
        chance = self.maker.scorer(request.scope, Ranking.INDIVIDUAL).chance
        scorer = Scorer(chance, self.fit, self.maker.bridge, self.maker.config)
        own = scorer.text(np.array([me]))[0]
        text = np.maximum(own, self._by_people(own[self.parties.of_people], 0.0))
        score: FloatArray = self._chance(me, chance) + text
        score[~scorer.speaks(text)] = -np.inf
        if request.scope is Scope.ANY:
            score += self._bridge(me)
        wanted = np.isin(self.parties.kinds, [NODE_CODE[kind] for kind in request.kinds])
        allowed = self.parties.pairs.allowed(np.array([me]), request.scope)[0]
        score[~(wanted & allowed & self._known)] = -np.inf
        return score

    @property
    def parties(self) -> Parties:
        """Everything that may be proposed."""
        return self.maker.parties

    @property
    def fit(self) -> Fit:
        """What texts say about all of them, against one background."""
        return self.maker.fit_of_parties

    @cached_property
    def evidence(self) -> Evidence:
        """What reasons are made from."""
        return Evidence(self.parties.all, self.fit, Structure(self.parties.all))

    @cached_property
    def _ties(self) -> TieBreak:
        return TieBreak.of(str(i) for i in self.maker.view.nodes.ids[self.parties.all.rows])

    @cached_property
    def _known(self) -> BoolArray:
        """Of what something is known: people, and what has people or says something; (m,) bool."""
        parties = self.parties
        person = parties.kinds == NODE_CODE[NodeKind.PERSON]
        has_people = np.diff(parties.members.indptr) > 0
        said = np.zeros(len(parties), dtype=bool)
        for channel in (self.fit.needs, self.fit.visions, self.fit.topics):
            said[channel.queries.owners] = said[channel.documents.owners] = True
        return np.asarray(person | has_people | said)

    def _best(self, me: int, score: FloatArray, k: int) -> Lists:
        mine = np.array([me])
        return Lists(mine, *best(score[None, :], k, mine, self._ties))

    def _with_surprises(self, lists: Lists, me: int, score: FloatArray, request: Request) -> tuple[Lists, Dared]:
        n = places(request)
        if n == 0:
            return lists, {}
        far = self._best(me, self.score(me, replace(request, scope=Scope.FAR)), request.k)
        return with_far(lists, far, n, lambda _, them: score[them])

    def _row(self, request: Request) -> int:
        view = self.maker.view
        if request.organisation is not None:
            return view.by_name(NodeKind.ORGANISATION, request.organisation)
        return view.by_name(NodeKind.PERSON, request.person or "")

    def _asking(self, me: int) -> IntArray:
        """Give the people who ask: the person, or those of the organisation."""
        known = int(self.maker.people.number_of_row[self.parties.all.rows[me]])
        if known >= 0:
            return np.array([known], dtype=np.intp)
        return _columns(self.parties.members, me)

    def _chance(self, me: int, chance: ChanceModel) -> FloatArray:
        asking = self._asking(me)
        if not len(asking):
            return np.zeros(len(self.parties))
        people: FloatArray = np.logaddexp.reduce(chance.log_chance(asking), axis=0) - np.log(len(asking))
        return self._by_people(people, float(np.median(people)))

    def _by_people(self, people: FloatArray, unknown: float) -> FloatArray:
        """Spread what is known of people over what they are in: the mean of the best third of each, (m,)."""
        parties = self.parties
        out = np.full(len(parties), unknown)
        for number in np.flatnonzero(np.diff(parties.members.indptr)).tolist():
            inside = np.sort(people[_columns(parties.members, number)])[::-1]
            n = max(LOOKED_AT, -(-len(inside) // STAND_FOR))
            out[number] = (inside[:n].sum() + unknown * (n - len(inside[:n]))) / n
        out[parties.of_people] = people
        return out

    def _bridge(self, me: int) -> FloatArray:
        mixture, parties = self.maker.bridge.mixture, self.parties
        n_inside = np.maximum(np.diff(parties.members.indptr), 1)
        of_all = sparse.csr_array(sparse.diags_array(1.0 / n_inside) @ parties.members @ mixture)
        person = sparse.csr_array(
            (np.ones(len(parties.of_people)), (parties.of_people, np.arange(len(parties.of_people)))),
            shape=parties.members.shape,
        )
        of_all = sparse.csr_array(of_all + person @ mixture)
        same = np.asarray((of_all @ of_all[[me]].T).todense()).ravel()
        return self.maker.bridge.logarithm(np.asarray(same, dtype=np.float64))

    def _recommendations(self, me: int, chosen: list[tuple[int, float]], dared: Dared) -> tuple[Recommendation, ...]:
        partners = np.array([partner for partner, _ in chosen], dtype=np.intp)
        told = self.evidence.reasons(np.full(len(partners), me), partners)
        view, parties = self.maker.view, self.parties
        asked = view.asked[parties.all.rows]
        out = []
        for rank, ((partner, score), reasons) in enumerate(zip(chosen, told, strict=True), start=1):
            label = dared.get((me, partner))
            why = (*reasons, *self._through_people(me, partner))
            why = (*why, *self._next_step(me, partner, why), *(() if label is None else (label,)))
            contacts = tuple(c for side in (me, partner) for c in self._contacts(side))
            agreed = all(asked[side] and self._contact_asked(side) for side in (me, partner))
            out.append(
                Recommendation(parties.party(me), parties.party(partner), rank, score, overall(why), why,
                               ask_first=not agreed, contacts=contacts)
            )  # fmt: skip
        return tuple(out)

    def _through_people(self, me: int, partner: int) -> tuple[Reason, ...]:
        """Give what speaks for a destination by those who are there and may be counted."""
        inside = _columns(self.parties.told_members, partner)
        if not len(inside):
            return ()
        numbers = self.parties.of_people[inside]
        block = np.array([me])
        fit = np.maximum.reduce([
            self.fit.needs.asking(block)[0], self.fit.needs.answering(block)[0], self.fit.visions.asking(block)[0]
        ])  # fmt: skip
        n_fit = int((fit[numbers] >= FAIR).sum())
        met = self.maker.evidence.structure.told_met
        known = int(self.maker.people.number_of_row[self.parties.all.rows[me]])
        asking = np.array([known]) if known >= 0 else _columns(self.parties.told_members, me)
        n_met = int((met[asking].sum(axis=0)[inside] > 0).sum()) if len(asking) else 0
        found = ((ReasonCode.PEOPLE_FIT, n_fit), (ReasonCode.PARTNERS_THERE, n_met))
        return tuple(
            Reason(code, Band.GOOD if n >= ENOUGH_PEOPLE else Band.FAIR, values={"n": n}) for code, n in found if n
        )

    def _next_step(self, me: int, partner: int, why: tuple[Reason, ...]) -> tuple[Reason, ...]:
        """Say how far a person is involved with an organisation, where one side is a person and one an organisation."""
        organisation = NODE_CODE[NodeKind.ORGANISATION]
        for one, other in ((me, partner), (partner, me)):
            person = int(self.maker.people.number_of_row[self.parties.all.rows[one]])
            if person >= 0 and self.parties.kinds[other] == organisation:
                return (self._ladder.next_step(person, _columns(self.parties.told_members, other), why),)
        return ()

    @cached_property
    def _ladder(self) -> Ladder:
        return Ladder(self.maker.evidence.structure)

    def _contact_numbers(self, number: int) -> list[int]:
        contacts = self.parties.contacts
        if self.parties.kinds[number] not in (NODE_CODE[NodeKind.ORGANISATION], NODE_CODE[NodeKind.PROJECT]):
            return []
        part = slice(contacts.indptr[number], contacts.indptr[number + 1])
        order = np.lexsort((contacts.indices[part], -contacts.data[part]))
        named = contacts.data[part][order] > 1
        first: list[int] = contacts.indices[part][order][: max(int(named.sum()), 1)].tolist()
        return first

    def _contacts(self, number: int) -> list[Party]:
        return [self.maker.people.party(c) for c in self._contact_numbers(number)]

    def _contact_asked(self, number: int) -> bool:
        rows = self.maker.people.rows[self._contact_numbers(number)]
        return bool(self.maker.view.asked[rows].all())

    def _told(self, request: Request, made: tuple[Recommendation, ...], unserved: tuple[Party, ...]) -> Answer:
        return Answer(
            request.scope, Ranking.INDIVIDUAL, made, unserved, self.maker.encoder.name, self.maker.notice
        )  # fmt: skip


def _check(request: Request) -> None:
    if request.k < 1:
        raise WrongUse(f"k: got {request.k}, expected a whole number from 1")
    check_share(request)
    if (request.person is None) == (request.organisation is None):
        raise WrongUse("several kinds are ranked for one person or one organisation (--for ID)")
    if not request.kinds or not set(request.kinds) <= set(KINDS):
        raise WrongUse(f"kinds: got {', '.join(request.kinds) or 'none'}, expected some of {', '.join(KINDS)}")


def _columns(matrix: sparse.csr_array, row: int) -> IntArray:
    return np.asarray(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]], dtype=np.intp)


def _id(maker: Matchmaker, row: int) -> str:
    identifier = str(maker.view.nodes.ids[row])
    return identifier.removeprefix(f"{NodeKind.PERSON}:")
