"""Projects and events: dense inside each space, a few across, planted people never near a visitor."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np

from sample.members import pick, shuffled
from sample.vocabulary import titles
from sample.world import FIRST_DAY, LAST_DAY, SPACES, Event, Person, Project, Space

SHARE_OPEN = 0.3
N_EVENTS = 16
DAYS = (LAST_DAY - FIRST_DAY).days


class Circle:
    """Draws who takes part, keeping the ties of a space dense.

    A gathering is either open to visitors from other spaces or closed. Owners of planted bridges only
    come to closed ones, so that they share no neighbour with the far end of their bridge.
    """

    def __init__(self, rng: np.random.Generator, people: list[Person], space: Space) -> None:
        self._rng = rng
        self._people = [p for p in people if space in (p.space, p.visits)]
        self._times: Counter[str] = Counter()

    def draw(self, size: int, day: dt.date, *, is_open: bool) -> tuple[Person, ...]:
        """Draw `size` people who had joined by `day`: two who were rarely there, then people near them."""
        pool = [p for p in self._people if p.joined <= day and self._may_come(p, is_open=is_open)]
        chosen: list[Person] = []
        while len(chosen) < min(size, len(pool)):
            rest = [p for p in pool if p not in chosen]
            if len(chosen) < 2:
                nxt = min(rest, key=lambda p: self._times[p.number] + self._rng.random())
            else:
                nxt = pick(self._rng, rest, [self._pull(p, chosen[0]) for p in rest])
            chosen.append(nxt)
        self._times.update(p.number for p in chosen)
        return _by_number(chosen)

    @staticmethod
    def _may_come(person: Person, *, is_open: bool) -> bool:
        return not person.planted if is_open else person.visits is None

    @staticmethod
    def _pull(person: Person, first: Person) -> float:
        same_firm = person.organisation is not None and person.organisation is first.organisation
        return 1.0 + 3.0 * same_firm + 1.5 * (person.topic == first.topic) + 2.0 * (person.visits is not None)


def projects(rng: np.random.Generator, people: list[Person]) -> list[Project]:
    """Invent the projects of every space, two to six people each."""
    made = []
    for space in SPACES:
        circle = Circle(rng, people, space)
        names = titles(space.code, "project")
        n_open = round(SHARE_OPEN * len(names))
        for i, title in enumerate(shuffled(rng, names)):
            start = FIRST_DAY + dt.timedelta(days=int(rng.integers(0, DAYS - 60)))
            end = start + dt.timedelta(days=int(rng.integers(30, 300)))
            members = circle.draw(int(rng.integers(3, 7)), start, is_open=i < n_open)
            made.append(Project(title, start, end if end <= LAST_DAY else None, members))
    return sorted(made, key=lambda p: (p.start, p.title))


def events(rng: np.random.Generator, people: list[Person]) -> list[Event]:
    """Invent the events of every space and those across spaces, three to fourteen people each."""
    made = []
    for space in SPACES:
        circle = Circle(rng, people, space)
        n_open = round(SHARE_OPEN * N_EVENTS)
        for i, (title, day) in enumerate(shuffled(rng, _calendar(rng, space))):
            members = circle.draw(int(rng.integers(3, 15)), day, is_open=i < n_open)
            made.append(Event(title, day, space, members))
    made += [_cross_event(rng, people, title) for title in titles("ALL", "cross")]
    return sorted(made, key=lambda e: (e.date, e.title))


def _calendar(rng: np.random.Generator, space: Space) -> list[tuple[str, dt.date]]:
    """Give title and day of each event of a space: single ones and numbered series."""
    singles = [(title, _day(rng)) for title in titles(space.code, "single")]
    series = titles(space.code, "series")
    per_series = (N_EVENTS - len(singles)) // len(series)
    numbered = []
    for title in series:
        days = sorted(_day(rng) for _ in range(per_series))
        numbered += [(f"{title} 第{n}回", day) for n, day in enumerate(days, start=1)]
    return singles + numbered


def _day(rng: np.random.Generator) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=int(rng.integers(0, DAYS)))


def _cross_event(rng: np.random.Generator, people: list[Person], title: str) -> Event:
    """Bring two to four people from each of three spaces together; nobody with a planted bridge."""
    day = FIRST_DAY + dt.timedelta(days=int(rng.integers(200, DAYS)))
    hosts = shuffled(rng, SPACES)[:3]
    members: list[Person] = []
    for host in hosts:
        able = [p for p in people if p.space is host and not p.planted and p.joined <= day]
        members += shuffled(rng, able)[: int(rng.integers(2, 5))]
    return Event(title, day, hosts[0], _by_number(members))


def _by_number(members: list[Person]) -> tuple[Person, ...]:
    return tuple(sorted(members, key=lambda p: p.number))
