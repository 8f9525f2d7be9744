"""What the columns of a table mean: guessed from their headers, shown, confirmed, saved."""

from __future__ import annotations

import hashlib
from collections import abc
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from graph.errors import Refused
from ingest.japanese import header_key
from ingest.profile import PROFILES, Profile, dropped, members_of, profile

NOT_USED = "not used"
NOTHING_TOLD: abc.Mapping[str, str] = {}
WHY_DROPPED = {
    "secret": "a secret: never read",
    "phone": "a phone number: not read unless its meaning is set to 'phone'",
    "hearsay": "notes by somebody else than the member: not used",
}


@dataclass(frozen=True, slots=True)
class Column:
    """What one column means.

    Attributes
    ----------
    header : str
        Header as the file has it.
    meaning : str
        A meaning of the profile, or `NOT_USED`.
    why : str
        Why so.
    """

    header: str
    meaning: str
    why: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of one table mean.

    Attributes
    ----------
    profile : str
        Profile of the table.
    sheet : str or None
        Sheet of a workbook.
    columns : tuple of Column
        In the order of the file.
    guessed : bool
        Whether nobody has confirmed it yet.
    """

    profile: str
    sheet: str | None
    columns: tuple[Column, ...]
    guessed: bool

    @property
    def used(self) -> int:
        """Number of columns that are used."""
        return sum(c.meaning != NOT_USED for c in self.columns)

    @property
    def telling(self) -> int:
        """Number of columns that are used and tell of what kind the table is."""
        aside = profile(self.profile).asides | {NOT_USED}
        return sum(c.meaning not in aside for c in self.columns)

    @property
    def shape(self) -> str:
        """Short digest of the headers, whatever their order: tables of one shape share a mapping."""
        return shape_of([c.header for c in self.columns])

    def canonical(self) -> list[object]:
        """Give what tells this mapping from another one."""
        return [self.profile, self.sheet, [[c.header, c.meaning] for c in self.columns]]

    def save(self, folder: Path) -> Path:
        """Keep the mapping for the next table of this shape; the file may be edited by hand.

        Returns
        -------
        Path
            ``PROFILE-SHAPE.json`` in the folder, which is made when missing.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.profile}-{self.shape}.json"
        content = MappingFile(profile=self.profile, columns={c.header: c.meaning for c in self.columns})
        path.write_text(content.model_dump_json(indent=2) + "\n", encoding="utf-8")
        return path


class MappingFile(BaseModel):
    """A saved mapping: meaning of each header."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    profile: str
    columns: dict[str, str]


def fixed(name: str, header: Sequence[str], known: Sequence[str]) -> Mapping:
    """Give the mapping of a table whose columns have fixed names."""
    columns = [
        Column(h, h, "name of the column") if h in known else Column(h, NOT_USED, "not part of the profile")
        for h in header
    ]
    return Mapping(name, None, tuple(columns), guessed=False)


def shape_of(header: Sequence[str]) -> str:
    """Give a short digest of headers, whatever their order."""
    keys = sorted(header_key(h) for h in header if h.strip())
    return hashlib.sha256("\0".join(keys).encode()).hexdigest()[:16]


def guess(name: str, sheet: str | None, header: Sequence[str], told: abc.Mapping[str, str] = NOTHING_TOLD) -> Mapping:
    """Guess what columns mean from their headers, never from their position.

    Parameters
    ----------
    name : str
        A profile.
    sheet : str or None
        Sheet of a workbook.
    header : sequence of str
        Headers; empty ones are not used.
    told : mapping of str to str
        Meanings by key of the header that the user gave; of secrets they are not taken.
    """
    of = profile(name)
    columns: list[Column] = []
    for text in header:
        meaning, why = _told(of, text, told) or _meaning(of, text)
        if meaning != NOT_USED and not of.repeats(meaning) and any(c.meaning == meaning for c in columns):
            meaning, why = NOT_USED, f"'{meaning}' is another column already"
        columns.append(Column(text, meaning, why))
    return Mapping(name, sheet, tuple(columns), guessed=True)


def saved(folder: Path, sheet: str | None, header: Sequence[str], only: str | None) -> Mapping | None:
    """Give the confirmed mapping of a table of this shape, if there is one.

    Parameters
    ----------
    folder : Path
        Where mappings are kept.
    sheet : str or None
        Sheet of a workbook.
    header : sequence of str
        Headers.
    only : str, optional
        Profile that it must have.

    Raises
    ------
    Refused
        If the file is damaged, or uses a column that holds secrets.
    """
    for name in members_of(only) if only else PROFILES:
        path = folder / f"{name}-{shape_of(header)}.json"
        if path.is_file():
            return _from_file(path, sheet, header)
    return None


def _from_file(path: Path, sheet: str | None, header: Sequence[str]) -> Mapping:
    try:
        content = MappingFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Refused(f"{path}: no mapping: {error.errors()[0]['msg']}; delete it to have it guessed anew") from error
    if content.profile not in PROFILES:
        raise Refused(f"{path}: profile {content.profile!r}, expected one of {', '.join(PROFILES)}")
    allowed = profile(content.profile).meanings | {NOT_USED}
    renamed = profile(content.profile).renamed
    meanings = {h: renamed.get(meaning, meaning) for h, meaning in content.columns.items()}
    by_key = {header_key(h): meaning for h, meaning in meanings.items()}
    for text, meaning in meanings.items():
        if meaning not in allowed:
            raise Refused(f"{path}: column '{text}' means {meaning!r}, expected one of {', '.join(sorted(allowed))}")
        if meaning != NOT_USED and dropped_class(text) == "secret":
            raise Refused(f"{path}: column '{text}' holds secrets and cannot be used")
    columns = tuple(Column(h, by_key.get(header_key(h), NOT_USED), "confirmed") for h in header)
    return Mapping(content.profile, sheet, columns, guessed=False)


def dropped_class(header: str) -> str | None:
    """Tell whether a column is dropped at the door: ``secret``, ``phone`` or ``hearsay``, or None."""
    key = header_key(header).replace("phonetic", "")
    for name, (exact, within) in dropped().items():
        if key in exact or any(word in key for word in within):
            return name
    return None


def without_signs(mapping: Mapping) -> Mapping:
    """Give a mapping in which columns that only told of which source the table is are not used."""
    signs = profile(mapping.profile).signs
    columns = tuple(
        Column(c.header, NOT_USED, "tells the source of the table") if c.meaning in signs else c
        for c in mapping.columns
    )
    return replace(mapping, columns=columns)


def _told(of: Profile, header: str, told: abc.Mapping[str, str]) -> tuple[str, str] | None:
    meaning = told.get(header_key(header), "")
    if meaning not in of.meanings | {NOT_USED} or dropped_class(header) == "secret":
        return None
    return meaning, "as told"


def _meaning(of: Profile, header: str) -> tuple[str, str]:
    key = header_key(header)
    if not key:
        return NOT_USED, "no header"
    barred = dropped_class(header)
    if barred == "secret":
        return NOT_USED, WHY_DROPPED[barred]
    for spec in of.specs:
        if key in spec.headers:
            return spec.meaning, "known header"
    if barred:
        return NOT_USED, WHY_DROPPED[barred]
    for spec in of.specs:
        if spec.found_in(key):
            return spec.meaning, "words in the header"
    return NOT_USED, "not known"
