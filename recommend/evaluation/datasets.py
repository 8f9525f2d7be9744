"""The public networks this project is measured on, turned into the ``network`` shape.

Each reader takes the folder of one data set as it was published (see its README) and gives the people, meetings,
dated memberships and events that a matchmaker would have known at the time. What was recorded later is left out.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

import numpy as np

from graph.errors import Unknown
from graph.times import parse_times
from recommend.evaluation.network import Attendances, Meetings, Memberships, NetworkData
from recommend.evaluation.reading import load_network
from recommend.evaluation.tables import read_table
from recommend.evaluation.writing import write_network

__all__ = ["DATASETS", "NetworkData", "load_network", "read_dataset", "write_dataset", "write_network"]

APACHE_LARGEST_COMMITTEE = 100
ACL_FIRST, ACL_LAST = "2010-01", "2024-12"
ACL_LARGEST_TEAM = 50


def read_dataset(name: str, source: Path) -> NetworkData:
    """Read one published data set.

    Parameters
    ----------
    name : str
        A key of :data:`DATASETS`.
    source : Path
        Folder of that data set.

    Returns
    -------
    NetworkData
        The network.

    Raises
    ------
    Unknown
        When the name is none of the data sets.
    """
    if name not in DATASETS:
        raise Unknown("data set", name, DATASETS)
    return DATASETS[name](source)


def write_dataset(name: str, source: Path, folder: Path, *, compress: bool = False) -> tuple[Path, ...]:
    """Turn one published data set into a folder in the ``network`` shape.

    Parameters
    ----------
    name, source
        See :func:`read_dataset`.
    folder : Path
        Target, made when missing.
    compress : bool
        Write ``.csv.gz``.

    Returns
    -------
    tuple of Path
        Files written.
    """
    return write_network(read_dataset(name, source), folder, compress=compress)


def read_sfhh(source: Path) -> NetworkData:
    """Read the conference contacts; the people are those of ``communities.csv.gz``, Leiden on the training ties."""
    labels = read_table(source / "communities.csv.gz", ("id", "community")).columns
    edges = read_table(source / "edges.csv", ("u", "v", "t")).columns
    return _network(dict(zip(labels["id"], labels["community"], strict=True)), edges["u"], edges["v"], edges["t"])


def read_apache(source: Path) -> NetworkData:
    """Read people and committees.

    Notes
    -----
    Two people are tied when both sit on a committee of at most 100 people, dated by the later of the two joins,
    once for every committee they share. A person's community is the first committee, in file order among those
    joined on the same day. The groups are all memberships, large committees too, with the day of joining. Not
    taken: ``groups.csv`` and the committees' texts, both written down long after most joins.
    """
    table = read_table(source / "memberships.csv", ("person", "committee", "joined")).columns
    person, committee, joined = table["person"], table["committee"], parse_times(table["joined"])
    by_committee: dict[str, list[int]] = {}
    first: dict[str, int] = {}
    for i, (who, where) in enumerate(zip(person, committee, strict=True)):
        by_committee.setdefault(where, []).append(i)
        if who not in first or joined[i] < joined[first[who]]:
            first[who] = i
    ids = {who: i for i, who in enumerate(first)}
    shared = [
        (ids[person[i]], ids[person[j]], max(joined[i], joined[j]))
        for rows in by_committee.values()
        if len(rows) <= APACHE_LARGEST_COMMITTEE
        for i, j in combinations(rows, 2)
    ]
    u, v, t = np.array(shared, dtype=np.float64).reshape(-1, 3).T
    groups = {where: i for i, where in enumerate(by_committee)}
    return NetworkData(
        ids=tuple(ids),
        communities=tuple((committee[first[who]],) for who in ids),
        since=np.full(len(ids), np.nan),
        edges=Meetings(u.astype(np.int64), v.astype(np.int64), t),
        groups=Memberships(
            tuple(groups),
            np.array([ids[who] for who in person], dtype=np.int64),
            np.array([groups[where] for where in committee], dtype=np.int64),
            joined,
        ),
    )


def read_acl(source: Path) -> NetworkData:
    """Read co-authorship and papers from 2010-01 to 2024-12.

    Notes
    -----
    Later volumes are missing in part. A paper of 2 to 50 authors is one event, and one meeting of each pair of its
    authors. Communities are those of ``communities.csv.gz`` (Leiden on the training ties); authors who first
    appear later have none. Not taken: the columns of ``nodes.csv``, a later snapshot (affiliation, venue, counts),
    and the abstracts, which did not help a plain text match.
    """
    labels = read_table(source / "communities.csv.gz", ("id", "community")).columns
    edges = read_table(source / "edges.csv.gz", ("u", "v", "date")).columns
    rows = zip(edges["u"], edges["v"], edges["date"], strict=True)
    kept = [(u, v, date) for u, v, date in rows if ACL_FIRST <= date <= ACL_LAST and u != v]
    communities = dict(zip(labels["id"], labels["community"], strict=True))
    for u, v, _ in kept:
        communities.setdefault(u, "")
        communities.setdefault(v, "")
    teams = list(_acl_teams(source / "papers.jsonl.gz"))
    return _network(communities, [e[0] for e in kept], [e[1] for e in kept], [e[2] for e in kept], teams)


def read_facebook(source: Path) -> NetworkData:
    """Read the campus friendships, undated; a community is a dormitory of a campus, none where it is missing."""
    nodes = read_table(source / "nodes.csv.gz", ("id", "campus", "dorm")).columns
    edges = read_table(source / "edges.csv.gz", ("u", "v")).columns
    rows = zip(nodes["id"], nodes["campus"], nodes["dorm"], strict=True)
    labels = {person: "" if dorm == "0" else f"{campus} {dorm}" for person, campus, dorm in rows}
    return _network(labels, edges["u"], edges["v"], [""] * len(edges["u"]))


DATASETS: Mapping[str, Callable[[Path], NetworkData]] = {
    "acl_anthology": read_acl,
    "apache_projects": read_apache,
    "facebook100": read_facebook,
    "sp_invs13": load_network,
    "sp_invs15": load_network,
    "sp_sfhh": read_sfhh,
}


def _acl_teams(papers: Path) -> Iterator[tuple[str, str, list[str]]]:
    with gzip.open(papers, "rt", encoding="utf-8") as stream:
        for line in stream:
            paper = json.loads(line)
            team = list(dict.fromkeys(paper["authors"]))
            if ACL_FIRST <= paper["date"] <= ACL_LAST and 2 <= len(team) <= ACL_LARGEST_TEAM:
                yield paper["id"], paper["date"], team


def _network(
    labels: dict[str, str],
    u: list[str],
    v: list[str],
    t: list[str],
    teams: list[tuple[str, str, list[str]]] | None = None,
) -> NetworkData:
    """Build a network of labelled people from cells as they stand in the files."""
    ids = {person: i for i, person in enumerate(labels)}
    attended = [(i, ids[person], date) for i, (_, date, team) in enumerate(teams or []) for person in team]
    return NetworkData(
        ids=tuple(ids),
        communities=tuple((label,) if label else () for label in labels.values()),
        since=np.full(len(ids), np.nan),
        edges=Meetings(_at(ids, u), _at(ids, v), parse_times(t)),
        events=Attendances(
            tuple(event for event, _, _ in teams or []),
            np.array([i for i, _, _ in attended], dtype=np.int64),
            np.array([person for _, person, _ in attended], dtype=np.int64),
            parse_times([date for _, _, date in attended]),
        ),
    )


def _at(ids: Mapping[str, int], cells: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.fromiter((ids[cell] for cell in cells), dtype=np.int64, count=len(cells))
