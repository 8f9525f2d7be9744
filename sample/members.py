"""Who lives in the sample: people, organisations, owners of planted bridges, people of two spaces."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np

from sample.check_phrases import Phrase, bridges
from sample.vocabulary import SURNAMES, Industries, given_names, organisation_rows
from sample.world import FIRST_DAY, SPACE_OF, SPACES, Bridge, Organisation, Person, Space

N_TWO_SPACES = 12
N_BRIDGES = 42
SETTLED = dt.date(2025, 6, 30)
"""Owners of bridges had joined by this day, so that they have ties in their silo."""
SHARE_SILENT = 0.10
N_BRIEF = 6
SHARE_EMPLOYED = 0.62
SHARE_SECOND_TOPIC = 0.45
T = TypeVar("T")


def shuffled(rng: np.random.Generator, items: Iterable[T]) -> list[T]:
    """Give the items in random order."""
    pool = list(items)
    return [pool[i] for i in rng.permutation(len(pool))]


def pick(rng: np.random.Generator, items: Sequence[T], weights: Sequence[float]) -> T:
    """Draw one item with a chance proportional to its weight."""
    p = np.asarray(weights, dtype=float)
    return items[int(rng.choice(len(items), p=p / p.sum()))]


def people(rng: np.random.Generator, topics: Sequence[str], trades: Industries) -> list[Person]:
    """Invent the members of all spaces, topics spread evenly over them with a liking per space."""
    names = shuffled(rng, ((s, g) for s in SURNAMES for g in given_names()))
    mails = shuffled(rng, range(100, 1000))
    made: list[Person] = []
    for space, own in _topics_by_space(rng, topics).items():
        for i, topic in enumerate(own, start=1):
            (surname, surname_kana), (given, given_kana) = names[len(made)]
            letters = "".join(chr(97 + int(k)) for k in rng.integers(0, 26, size=2))
            made.append(
                Person(
                    number=f"{space}-{i:04d}",
                    name=f"{surname} {given}",
                    kana=f"{surname_kana} {given_kana}",
                    mail=f"{letters}{mails[len(made)]}@example.com",
                    space=SPACE_OF[space],
                    topic=topic,
                    second="",
                    joined=_joined(rng),
                )
            )
    _give_second_topics(rng, made, topics, trades)
    _choose_answers(rng, made)
    return made


def _topics_by_space(rng: np.random.Generator, topics: Sequence[str]) -> dict[str, list[str]]:
    n = sum(space.n_people for space in SPACES)
    slots = shuffled(rng, (topics[i % len(topics)] for i in range(n)))
    rooms: dict[str, list[str]] = {space.code: [] for space in SPACES}
    for topic in slots:
        weights = [_room(space, rooms) * (4.0 if topic in space.liked else 1.0) for space in SPACES]
        rooms[pick(rng, SPACES, weights).code].append(topic)
    return rooms


def _room(space: Space, rooms: dict[str, list[str]]) -> float:
    return (space.n_people - len(rooms[space.code])) / space.n_people


def _joined(rng: np.random.Generator) -> dt.date:
    if rng.random() < 0.6:
        return FIRST_DAY - dt.timedelta(days=int(rng.integers(1, 1600)))
    return FIRST_DAY + dt.timedelta(days=int(rng.integers(0, 900)))


def _second_topics(
    rng: np.random.Generator, mains: Sequence[str], topics: Sequence[str], trades: Industries
) -> list[str]:
    """Give each main topic a service topic to need, as even as it goes; field trades often have none."""
    services = [t for t in topics if t in trades.services]
    used = dict.fromkeys(services, 0.0)
    seconds = []
    for main in mains:
        choices = [t for t in services if t != main]
        if not choices or (main not in trades.services and rng.random() > SHARE_SECOND_TOPIC):
            seconds.append("")
            continue
        second = min(choices, key=lambda t: used[t] + rng.random())
        used[second] += 1
        seconds.append(second)
    return seconds


def _give_second_topics(
    rng: np.random.Generator, made: list[Person], topics: Sequence[str], trades: Industries
) -> None:
    order = shuffled(rng, made)
    for person, second in zip(order, _second_topics(rng, [p.topic for p in order], topics, trades), strict=True):
        person.second = second


def _choose_answers(rng: np.random.Generator, made: list[Person]) -> None:
    order = shuffled(rng, made)
    n_silent = round(SHARE_SILENT * len(order))
    for person in order[:n_silent]:
        person.answers = "silent"
    for person in order[n_silent : n_silent + N_BRIEF]:
        person.answers = "brief"


def organisations(
    rng: np.random.Generator, members: list[Person], topics: Sequence[str], trades: Industries
) -> list[Organisation]:
    """Invent the organisations and employ members of their own space in them."""
    rows = organisation_rows()
    seconds = _second_topics(rng, [row[2] for row in rows], topics, trades)
    made = [
        Organisation(name=name, kind=kind, space=SPACE_OF[code], topic=topic, second=second)
        for (code, kind, topic, name), second in zip(rows, seconds, strict=True)
    ]
    for person in members:
        if rng.random() < SHARE_EMPLOYED:
            near = [o for o in made if o.space is person.space]
            person.organisation = pick(rng, near, [8.0 if o.topic == person.topic else 1.0 for o in near])
    for organisation in made:
        staff = [p for p in members if p.organisation is organisation]
        local = [p for p in members if p.space is organisation.space]
        organisation.contact = pick(rng, staff or local, [1.0] * len(staff or local)).number
    return made


def need_topics(owner: Person | Organisation, trades: Industries) -> set[str]:
    """Tell in which topics an owner needs others: its own trade unless that is a service, and the second."""
    own = set() if owner.topic in trades.services else {owner.topic}
    return own | ({owner.second} if owner.second else set())


def plant(rng: np.random.Generator, phrases: list[Phrase], members: list[Person], trades: Industries) -> list[Bridge]:
    """Give up to `N_BRIDGES` bridges of the bank two owners of different silos each, nobody twice.

    A bridge whose topics have no free person left is passed over.
    """
    made: list[Bridge] = []
    for name, (need, offer) in shuffled(rng, bridges(phrases).items()):
        askers = [p for p in members if need.topic in need_topics(p, trades) and _is_free(p)]
        if len(made) == N_BRIDGES or not askers:
            continue
        asker = pick(rng, askers, [1.0] * len(askers))
        answerers = [p for p in members if p.topic == offer.topic and p.space is not asker.space and _is_free(p)]
        if answerers:
            answerer = pick(rng, answerers, [1.0] * len(answerers))
            made.append(_bridge(name, asker, answerer, need.text, offer.text))
    return sorted(made, key=lambda bridge: bridge.name)


def _is_free(person: Person) -> bool:
    return person.answers == "full" and not person.planted and person.joined <= SETTLED


def _bridge(name: str, asker: Person, answerer: Person, need: str, offer: str) -> Bridge:
    asker.planted, answerer.planted = "need", "offer"
    asker.voice.need.append(need)
    answerer.voice.offer.append(offer)
    return Bridge(name, asker, answerer, need, offer)


def add_second_spaces(rng: np.random.Generator, members: list[Person]) -> None:
    """Let a few people without a planted bridge use a second space: the weak natural bridges."""
    for person in shuffled(rng, (p for p in members if not p.planted))[:N_TWO_SPACES]:
        others = [s for s in SPACES if s is not person.space]
        person.visits = others[int(rng.integers(len(others)))]
