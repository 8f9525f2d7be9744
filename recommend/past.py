"""What happened between the people of a view: the history that the chance of a tie is learned from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from graph.kinds import NodeKind, TieKind
from graph.tables import NODE_CODE, TIE_CODE, TieTable
from recommend.chance.history import Groups, History, Meetings, Teams
from recommend.chance.warp import Clock, distinct_ties
from recommend.people import People


def history_of(people: People) -> History:
    """Collect the ties that both ends released for matching, as far as the viewer may see them.

    Meetings are MET, KNOWS and COLLABORATED between two people, repeated as often as recorded; teams are
    events and projects; groups are dated memberships without a meeting.
    """
    released = people.view.ties.take(people.view.matchable_ties)
    return History(
        n_people=len(people),
        meetings=_meetings(people, released),
        teams=_teams(people, released),
        groups=_groups(people, released),
        community=people.released,
    )


def tie_weights(history: History, tau: float) -> sparse.csr_array:
    """Give how strong each tie is now, for the share of a person's ties that lead into each community.

    Parameters
    ----------
    history : History
        What happened.
    tau : float
        Warped age at which a tie has lost 63 % of its weight.

    Returns
    -------
    csr_array (n_people, n_people), symmetric, at least 0
    """
    met = history.meetings
    n = history.n_people
    ties = distinct_ties(met.u, met.v, met.t, n)
    weight = Clock.of(ties.first).freshness(ties.first, tau)
    half = sparse.coo_array((weight, (ties.u, ties.v)), shape=(n, n)).tocsr()
    return sparse.csr_array(half + half.T)


def _of_kind(ties: TieTable, people: People, kinds: tuple[TieKind, ...], target: NodeKind) -> TieTable:
    wanted = np.isin(ties.kind, [TIE_CODE[k] for k in kinds])
    wanted &= people.view.nodes.kind[ties.dst] == NODE_CODE[target]
    wanted &= people.number_of_row[ties.src] >= 0
    return ties.take(wanted)


def _meetings(people: People, ties: TieTable) -> Meetings:
    kinds = (TieKind.MET, TieKind.KNOWS, TieKind.COLLABORATED)
    pairs = _of_kind(ties, people, kinds, NodeKind.PERSON)
    pairs = pairs.take(people.number_of_row[pairs.dst] >= 0)
    u, v = (people.number_of_row[end] for end in (pairs.src, pairs.dst))
    return Meetings(u=u, v=v, t=pairs.t, n=pairs.n.astype(np.int64))


def _teams(people: People, ties: TieTable) -> Teams:
    events = _of_kind(ties, people, (TieKind.ATTENDED,), NodeKind.EVENT)
    projects = _of_kind(ties, people, (TieKind.COLLABORATED,), NodeKind.PROJECT)
    rows = np.concatenate([events.dst, projects.dst])
    persons = np.concatenate([people.number_of_row[events.src], people.number_of_row[projects.src]])
    return Teams(event=_numbered(rows), person=persons, t=np.concatenate([events.t, projects.t]))


def _groups(people: People, ties: TieTable) -> Groups:
    joined = _of_kind(ties, people, (TieKind.JOINED,), NodeKind.GROUP)
    return Groups(group=_numbered(joined.dst), person=people.number_of_row[joined.src], since=joined.t)


def _numbered(rows: NDArray[np.int32]) -> NDArray[np.int64]:
    return np.unique(rows, return_inverse=True)[1].astype(np.int64).ravel()
