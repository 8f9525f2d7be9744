"""The records of the invented community, before they are written as files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

FIRST_DAY = dt.date(2023, 11, 1)
LAST_DAY = dt.date(2026, 10, 31)

NETWORK = "ネットワーク全体"
USE = "使ってよい"


@dataclass(frozen=True, slots=True)
class Space:
    """A coworking space.

    Attributes
    ----------
    code : str
        Prefix of its member numbers; also the name of its silo.
    name, region : str
        What the files call it, and where it lies.
    n_people : int
        Members whose home it is.
    liked : tuple of str
        Topics more frequent here than elsewhere.
    """

    code: str
    name: str
    region: str
    n_people: int
    liked: tuple[str, ...]


SPACES = (
    Space("KZ", "かぜのま", "海辺の町", 53, ("漁業海", "移住", "健康スポーツ", "環境エネルギー")),
    Space("KM", "こもれび", "山あいの村", 46, ("林業山", "農業", "移住", "食品加工")),
    Space("NG", "なぎさ", "港町", 49, ("漁業海", "観光", "翻訳多文化", "商店街販路")),
    Space("YK", "結ノ木", "城下町", 48, ("空き家建築", "商店街販路", "観光", "経理会計")),
    Space("HD", "ひだまり舎", "郊外の団地", 45, ("福祉介護", "子育て", "子ども食堂", "防災")),
    Space("IR", "いろは製作所", "工場の町", 42, ("木工ものづくり", "デザイン", "環境エネルギー", "IT開発")),
    Space("HZ", "オンライン広場ほしぞら", "オンライン", 37, ("IT開発", "データ分析", "翻訳多文化", "資金調達助成金")),
)
SPACE_OF = {space.code: space for space in SPACES}


@dataclass(slots=True)
class Voice:
    """What one owner states, sentence by sentence, by kind."""

    need: list[str] = field(default_factory=list)
    offer: list[str] = field(default_factory=list)
    vision: list[str] = field(default_factory=list)
    activity: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[str]:
        """Give the sentences of one kind, to be read or added to."""
        lists = {"need": self.need, "offer": self.offer, "vision": self.vision, "activity": self.activity}
        return lists[kind]


@dataclass(slots=True)
class Organisation:
    """A row of the ledger.

    Attributes
    ----------
    topic, second : str
        What it does, and a service topic in which it needs others.
    contact : str
        Member number of its contact person.
    """

    name: str
    kind: str
    space: Space
    topic: str
    second: str
    contact: str = ""
    voice: Voice = field(default_factory=Voice)


@dataclass(slots=True)
class Person:
    """A member of one space, or of two.

    Attributes
    ----------
    number : str
        Member number, prefix of the home space.
    topic, second : str
        Topic of offers, visions and activities; a service topic in which the person needs others,
        or empty.
    answers : str
        ``full``, ``brief`` (one sentence) or ``silent`` (no answer to the survey).
    planted : str
        ``need`` or ``offer`` when this person owns that side of a planted bridge, else empty.
    visits : Space or None
        Second space.
    """

    number: str
    name: str
    kana: str
    mail: str
    space: Space
    topic: str
    second: str
    joined: dt.date
    answers: str = "full"
    organisation: Organisation | None = None
    planted: str = ""
    visits: Space | None = None
    voice: Voice = field(default_factory=Voice)


@dataclass(frozen=True, slots=True)
class Project:
    """A dated piece of common work; `end` is None while it runs."""

    title: str
    start: dt.date
    end: dt.date | None
    members: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A dated gathering at a space."""

    title: str
    date: dt.date
    venue: Space
    members: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Bridge:
    """A planted bridge: a need of one silo that an offer of another answers."""

    name: str
    asker: Person
    answerer: Person
    need: str
    offer: str


@dataclass(frozen=True, slots=True)
class World:
    """The whole community."""

    people: list[Person]
    organisations: list[Organisation]
    projects: list[Project]
    events: list[Event]
    bridges: list[Bridge]
