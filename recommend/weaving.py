"""Weaving: several people whose small offers together meet the needs of one (A05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from graph.errors import WrongUse
from graph.kinds import StatementKind
from graph.tables import STATEMENT_CODE
from recommend.facets import conditions_of, facets, with_texts
from recommend.fit import Fit
from recommend.people import IntArray, People
from recommend.pipeline import Matchmaker
from recommend.reasons import FAIR, Evidence, band_of
from recommend.results import Band, Party

FloatArray = NDArray[np.float64]
SMALLEST, LARGEST = 2, 5
NEAR = 6
"""Best helpers of each part who are looked at."""
MOST_CANDIDATES = 26
"""All teams among so many are compared: at most 83,681."""
EACH_MORE = 0.02
"""Fit that one more helper must add: a small team is easier to bring together."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the needs, and who meets it.

    Attributes
    ----------
    text : str or None
        The part, where the viewer may read it.
    helper : int or None
        Place of the helper in the team, None where nobody was found.
    offer : str or None
        What the helper says, where it may be quoted.
    band : Band or None
        How well it fits.
    """

    text: str | None
    helper: int | None
    offer: str | None
    band: Band | None


@dataclass(frozen=True, slots=True)
class Helper:
    """One of a team.

    Attributes
    ----------
    party : Party
        As far as the viewer may see.
    met : bool
        Whether the one in need has met them already.
    ask_first : bool
        Whether they have not yet agreed to be introduced.
    """

    party: Party
    met: bool
    ask_first: bool


@dataclass(frozen=True, slots=True)
class Woven:
    """What `weave` gives.

    Attributes
    ----------
    person : Party
        Who is in need.
    parts : tuple of Part
        In the order in which they were said; empty where no need is known.
    team : tuple of Helper
        By the order of the parts they meet; empty where nobody was found.
    mixed : bool
        Whether two of the team at least are of different communities.
    encoder : str
        Name of the text encoder that was used.
    notice : Mapping of str to str
        Words by language, when another encoder than the wanted one had to serve; empty otherwise.
    """

    person: Party
    parts: tuple[Part, ...]
    team: tuple[Helper, ...]
    mixed: bool
    encoder: str
    notice: Mapping[str, str] = field(default_factory=dict)


def weave(maker: Matchmaker, row: int, size: int = 3, needs: Sequence[str] = ()) -> Woven:
    """Find several people whose offers together meet the needs of one.

    Parameters
    ----------
    maker : Matchmaker
        Of the view of the one who asks.
    row : int
        Row of the person in the node table.
    size : int
        Most helpers, from `SMALLEST` to `LARGEST`.
    needs : sequence of str
        What is needed, such as for a project; by default what the person states.

    Returns
    -------
    Woven
        The team that meets most of the parts best, of two communities at least where there is such a team: all
        teams among the best helpers of each part are compared.

    Raises
    ------
    graph.errors.WrongUse
        If the size is out of range.
    """
    if not SMALLEST <= size <= LARGEST:
        raise WrongUse(f"size: got {size}, expected a whole number from {SMALLEST} to {LARGEST}")
    person = maker.people.party_of(row)
    number = int(maker.people.number_of_row[row])
    stated = _needs(maker, row)
    table = maker.view.statements
    own = [(str(table.text[i]), table.details[i]) for i in stated]
    parts = facets(needs or [text for text, _ in own])
    nothing = Woven(
        person, tuple(Part(p, None, None, None) for p in parts), (), False, maker.encoder.name, maker.notice
    )
    if not parts or number < 0:
        return nothing
    return _Weaver(maker, number, stated, parts, {} if needs else conditions_of(own)).woven(person, size)


def _needs(maker: Matchmaker, row: int) -> IntArray:
    table = maker.view.statements
    mine = (table.owner == row) & (table.kind == STATEMENT_CODE[StatementKind.NEED])
    rows = np.flatnonzero(mine & maker.view.matchable_statements)
    told = [row for row in rows.tolist() if maker.evidence.quoted(row) is not None]  # its parts are told to the viewer
    return np.array(told, dtype=np.intp)


class _Weaver:
    """The parts of the needs of one person, against everybody's offers."""

    def __init__(
        self, maker: Matchmaker, number: int, stated: IntArray, parts: Sequence[str], details: Mapping[str, str | None]
    ) -> None:
        self._maker, self._me, self._parts = maker, number, parts
        owner = int(maker.people.rows[number])
        view = with_texts(maker.view, stated, owner, STATEMENT_CODE[StatementKind.NEED], parts, details)
        self._people = People.of(view)
        self._needs = Fit(self._people, maker.encoder.passing(), maker.config.fit).needs
        self._evidence = Evidence(self._people, maker.fit, maker.evidence.structure)

    @cached_property
    def _fit(self) -> FloatArray:
        """Fit of each part with each offer, (parts, offers); 0 where its owner may not be asked."""
        queries, documents = self._needs.queries, self._needs.documents
        if not len(documents):
            return np.zeros((len(self._parts), 0))
        text = self._people.view.statements.text
        mine = {str(text[queries.rows[q]]): int(q) for q in np.flatnonzero(queries.owners == self._me)}
        wanted = np.array([mine[part] for part in self._parts], dtype=np.intp)
        odds = self._needs.log_odds(wanted, np.arange(len(documents))).astype(np.float64)
        fit = documents.weight[None, :] / (1.0 + np.exp(-odds))
        barred = self._maker.people.pairs.unasked(self._me)
        fit[:, barred[documents.owners]] = 0.0
        return np.where(fit < FAIR, 0.0, fit)

    def woven(self, person: Party, size: int) -> Woven:
        """Choose the team and say who meets what."""
        helpers = self._candidates()
        by_helper = np.array([self._fit[:, self._needs.documents.owners == h].max(axis=1) for h in helpers.tolist()])
        team = self._team(helpers, by_helper, size) if len(helpers) else []
        order = sorted(team, key=lambda i: (int(np.argmax(by_helper[i] >= by_helper[team].max(axis=0))), i))
        chosen = helpers[order]
        parts = tuple(self._part(number, chosen) for number in range(len(self._parts)))
        return Woven(
            person=person,
            parts=parts,
            team=tuple(self._helper(int(h)) for h in chosen),
            mixed=bool(self._across(chosen).any()),
            encoder=self._maker.encoder.name,
            notice=self._maker.notice,
        )

    def _candidates(self) -> IntArray:
        owners = self._needs.documents.owners
        near = [owners[o] for fit in self._fit for o in np.argsort(-fit, kind="stable")[:NEAR] if fit[o] > 0]
        best = {int(h): float(self._fit[:, owners == h].max(axis=1).sum()) for h in set(near)}
        return np.array(sorted(best, key=lambda h: (-best[h], h))[:MOST_CANDIDATES], dtype=np.intp)

    def _across(self, helpers: IntArray) -> NDArray[np.bool_]:
        belongs = self._maker.people.pairs.communities[helpers]
        declared = np.diff(belongs.indptr) > 0
        return np.asarray(declared[:, None] & declared[None, :] & ((belongs @ belongs.T).toarray() == 0))

    def _team(self, helpers: IntArray, fit: FloatArray, size: int) -> list[int]:
        """Give the places of the best team: most parts met best, mixed before unmixed."""
        apart = self._maker.people.pairs.apart[helpers][:, helpers].toarray() > 0
        across = self._across(helpers)
        best: tuple[bool, float] = (False, 0.0)
        team: list[int] = []
        for n in range(1, size + 1):
            for one in combinations(range(len(helpers)), n):
                places = list(one)
                worth = float(fit[places].max(axis=0).sum()) - EACH_MORE * n
                if worth <= best[1] and best[0]:
                    continue
                inside = np.ix_(places, places)
                if len(set(np.argmax(fit[places], axis=0)[fit[places].max(axis=0) > 0].tolist())) < n:
                    continue  # somebody would only be there to be counted
                found = (bool(across[inside].any()) or len(self._parts) == 1, worth)
                if found > best and worth > 0 and not apart[inside].any():
                    best, team = found, places
        return team

    def _part(self, number: int, team: IntArray) -> Part:
        text = self._parts[number]
        owners = self._needs.documents.owners
        mine = np.flatnonzero(np.isin(owners, team))
        if not len(mine) or not self._fit[number, mine].max():
            return Part(text, None, None, None)
        offer = int(mine[np.argmax(self._fit[number, mine])])
        helper = int(np.flatnonzero(team == owners[offer])[0])
        quoted = self._evidence.quoted(int(self._needs.documents.rows[offer]))
        return Part(text, helper, quoted, band_of(float(self._fit[number, offer])))

    def _helper(self, number: int) -> Helper:
        people = self._maker.people
        met = bool(people.met[[self._me]][:, [number]].nnz)
        asked = bool(people.view.asked[people.rows[number]])
        return Helper(people.party(number), met, not asked)
