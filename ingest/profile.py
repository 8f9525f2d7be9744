"""Profiles: what kinds of tables there are, and by which headers their columns are known.

Profiles are the data files ``profiles/NAME.json``: a new source is a new file and its name in `PROFILES`; what its
rows become is done by one of the readers of `ingest.book`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from ingest.japanese import header_key

PROFILES = (
    "members", "cobot", "nexudus", "officernd", "hylo", "slack_members",
    "organisations", "npo", "corporate_numbers",
    "orcid", "murmurations_people", "murmurations_organisations",
    "kumu", "graphml", "gexf", "kumu_connections", "graphml_edges", "gexf_edges",
    "projects", "events",
    "participants", "connpass", "connpass_api", "doorkeeper_api", "doorkeeper", "peatix", "techplay",
    "meetup", "meetup_rsvps", "eventbrite",
    "slack", "slack_analytics", "discord",
    "linkedin", "eight", "google_contacts", "vcard",
    "form", "murmurations", "hearing", "introductions",
)  # fmt: skip
"""Profiles of tables, in the order in which files are committed: who is spoken of comes first."""

PHONE = "phone"


class ColumnFile(BaseModel):
    """One meaning in a profile file: headers it is known by, and lists of words of which one each must occur."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    meaning: str
    headers: tuple[str, ...] = ()
    contains: tuple[tuple[str, ...], ...] = ()
    repeat: bool = Field(default=False, description="several columns may have this meaning")
    sign: bool = Field(default=False, description="it tells of which source a table is; its cells are not read")
    aside: bool = Field(default=False, description="it does not count where tables are told from each other")
    formerly: tuple[str, ...] = Field(default=(), description="what saved mappings may call it")


class ProfileFile(BaseModel):
    """A profile file, or a part that several profiles share."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: dict[str, str] = {}
    part: bool = False
    reader: str = Field(default="", description="who reads its rows; the name of the profile by default")
    family: str = Field(default="", description="name under which several tables of one source are known")
    specific: bool = Field(default=False, description="its headers are those of one source and beat those of any list")
    month_first: bool = Field(default=False, description="whether 1/2/2024 is the second of January in its files")
    auto: bool = Field(default=True, description="whether it is recognised by its headers; else only by --profile")
    needs: tuple[tuple[str, ...], ...] = Field(default=(), description="groups of meanings, one of each is needed")
    also: tuple[str, ...] = Field(default=(), description="parts whose columns belong to it too")
    columns: tuple[ColumnFile, ...]


class DroppedFile(BaseModel):
    """Headers of one class of columns that are dropped at the door."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    headers: tuple[str, ...]
    contains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """How one meaning is known: keys of headers, and groups of keys of which one each must occur in the header."""

    meaning: str
    headers: frozenset[str]
    contains: tuple[tuple[str, ...], ...]
    repeat: bool
    sign: bool
    aside: bool
    formerly: tuple[str, ...]

    def found_in(self, key: str) -> bool:
        """Tell whether a header of this key has this meaning by the words in it."""
        return bool(self.contains) and all(any(word in key for word in group) for group in self.contains)


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of table.

    Attributes
    ----------
    name : str
        One of `PROFILES`.
    title : dict of str to str
        What it is, by language.
    needs : tuple of tuple of str
        Groups of meanings; a table of this kind has one of each group.
    specs : tuple of Spec
        Meanings, those that claim a header first come first.
    reader : str
        Which reader of `ingest.book` its rows go to.
    family : str
        Name of the source: what ``--profile`` and reports call it.
    specific : bool
        Whether its headers are those of one source.
    auto : bool
        Whether it may be recognised by its headers.
    month_first : bool
        Whether ``1/2/2024`` is the second of January in its files, where a column does not tell otherwise.
    """

    name: str
    title: dict[str, str]
    needs: tuple[tuple[str, ...], ...]
    specs: tuple[Spec, ...]
    reader: str
    family: str
    specific: bool
    auto: bool
    month_first: bool

    @property
    def meanings(self) -> frozenset[str]:
        """Every meaning that a column of this profile may be given."""
        return frozenset(s.meaning for s in self.specs if not s.sign) | {PHONE}

    @property
    def signs(self) -> frozenset[str]:
        """Meanings that only tell of which source a table is."""
        return frozenset(s.meaning for s in self.specs if s.sign)

    @property
    def asides(self) -> frozenset[str]:
        """Meanings that any kind of table may have: they do not tell what kind it is."""
        return frozenset(s.meaning for s in self.specs if s.aside)

    @property
    def renamed(self) -> dict[str, str]:
        """Meanings of today by the names that saved mappings may have for them."""
        return {old: s.meaning for s in self.specs for old in s.formerly}

    def repeats(self, meaning: str) -> bool:
        """Tell whether several columns may have a meaning."""
        return any(s.repeat for s in self.specs if s.meaning == meaning)

    def satisfied_by(self, meanings: Iterable[str]) -> bool:
        """Tell whether columns of these meanings make a table of this kind."""
        there = set(meanings)
        return all(there & set(group) for group in self.needs)


@cache
def profile(name: str) -> Profile:
    """Read a profile from its file."""
    raw = _file(name)
    columns = [c for part in raw.also for c in _file(part).columns]
    return Profile(
        name, raw.title, raw.needs, tuple(_spec(c) for c in [*columns, *raw.columns]),
        raw.reader or name, raw.family or name, raw.specific, raw.auto, raw.month_first,
    )  # fmt: skip


@cache
def families() -> tuple[str, ...]:
    """Give the names that ``--profile`` takes for tables."""
    return tuple(dict.fromkeys(profile(name).family for name in PROFILES))


def members_of(family: str | None) -> tuple[str, ...]:
    """Give the profiles of a family; those that are recognised by their headers where none is named."""
    if family is None:
        return tuple(name for name in PROFILES if profile(name).auto)
    return tuple(name for name in PROFILES if family in (profile(name).family, name))


@cache
def dropped() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    """Give the classes of columns that are never read: exact keys, and words within a key, by class."""
    raw = DroppedFiles.model_validate_json(_read("dropped"))
    classes = {"secret": raw.secret, PHONE: raw.phone, "hearsay": raw.hearsay}
    return {name: (_keys(c.headers), tuple(_keys(c.contains))) for name, c in classes.items()}


class DroppedFiles(BaseModel):
    """The file of what is dropped: secrets, phone numbers, notes that somebody else wrote."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    secret: DroppedFile
    phone: DroppedFile
    hearsay: DroppedFile


def _file(name: str) -> ProfileFile:
    return ProfileFile.model_validate_json(_read(name))


def _read(name: str) -> str:
    return (files("ingest") / "profiles" / f"{name}.json").read_text(encoding="utf-8")


def _spec(column: ColumnFile) -> Spec:
    contains = tuple(tuple(_keys(group)) for group in column.contains)
    headers = _keys(column.headers)
    return Spec(column.meaning, headers, contains, column.repeat, column.sign, column.aside, column.formerly)


def _keys(words: Sequence[str]) -> frozenset[str]:
    return frozenset(map(header_key, words))
