"""Records of a graph that may be one person or organisation: found without comparing everybody with everybody."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from graph.kinds import NodeKind, TieKind
from graph.merging import Groups
from graph.records import key_of
from graph.snapshot import Snapshot
from ingest.directory import NUMBER_FIELD, is_derived
from ingest.japanese import mail_key, phone_number
from ingest.matching.evidence import Evidence
from ingest.matching.organisation_names import OrganisationName, places
from ingest.matching.organisations import OrganisationRecord, compare_organisations, domains
from ingest.matching.people import PersonRecord, compare_people, is_role_mail, mailbox
from ingest.matching.person_names import PersonName, name_parts, part_sounds, partly_kana, possible_sounds
from ingest.matching.written import site_key
from ingest.splitting import parts

Record = TypeVar("Record")
MOST_IN_BLOCK = 200
"""Records of one key that are compared with each other; of more, only those that also share an organisation."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two records that a human should look at.

    Attributes
    ----------
    a, b : str
        Ids of two people or two organisations, the smaller first.
    evidence : Evidence
        Why.
    """

    a: str
    b: str
    evidence: Evidence


def suggest(snapshot: Snapshot, only: frozenset[str] | None = None) -> list[Suggestion]:
    """Find the records that may be one person or organisation.

    Parameters
    ----------
    snapshot : Snapshot
        The whole graph: nothing of it is shown but ids and reasons.
    only : frozenset of str, optional
        Ids of which one must be in each pair, such as those of an import; all by default.

    Returns
    -------
    list of Suggestion
        Sorted by ids; without those that are one already, or that somebody said are not.
    """
    people, organisations = person_records(snapshot), organisation_records(snapshot)
    found = [
        *_compared(people, _person_pairs(people), compare_people, only),
        *_compared(organisations, _organisation_pairs(organisations), compare_organisations, only),
    ]
    decided = _decided(snapshot)
    return sorted((s for s in found if (s.a, s.b) not in decided), key=lambda s: (s.a, s.b))


def _compared(
    records: Mapping[str, Record],
    pairs: Iterable[tuple[str, str]],
    compare: Callable[[Record, Record], Evidence],
    only: frozenset[str] | None,
) -> Iterator[Suggestion]:
    for a, b in pairs:
        if only is not None and a not in only and b not in only:
            continue
        evidence = compare(records[a], records[b])
        if evidence.suggested:
            yield Suggestion(a, b, evidence)


def _decided(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Give the pairs about which somebody has decided."""
    ids, groups = snapshot.nodes.ids, Groups.of(snapshot)
    no = snapshot.ties_of(TieKind.NOT_SAME)
    decided = {(ids[a], ids[b]) for a, b in zip(no.src.tolist(), no.dst.tolist(), strict=True)}
    members: defaultdict[int, list[str]] = defaultdict(list)
    for row in groups.merged.nonzero()[0].tolist():
        members[int(groups.survivor[row])].append(ids[row])
    return decided | {pair for group in members.values() for pair in combinations(sorted(group), 2)}


# ---- records of the graph


def person_records(snapshot: Snapshot) -> dict[str, PersonRecord]:
    """Give what tells people apart, by id; people without a name are left out."""
    values, belongs = _values(snapshot), _belonging(snapshot)
    ids = snapshot.nodes.ids
    names = {row: OrganisationName.of(values["name"].get(row, key_of(ids[row]))) for row in _rows(snapshot)}
    records = {}
    for row in snapshot.of_kind(NodeKind.PERSON).tolist():
        name = values["name"].get(row, "")
        if name:
            reading = values["reading"].get(row, "")
            whole = PersonName.of(name, (reading,) if reading else ())
            mail, phone = mail_key(values["mail"].get(row, "")), phone_number(values["phone"].get(row, ""))
            numbers = set(parts(values[NUMBER_FIELD].get(row, "")))
            numbers |= set() if is_derived(ids[row]) else {key_of(ids[row])}
            records[str(ids[row])] = PersonRecord(
                name=whole,
                reading_told=bool(whole.sounds),
                organisations=tuple(names[o] for o in belongs[row] if o in names),
                mails=frozenset({mailbox(mail)} if mail else ()),
                phones=frozenset({phone} if phone else ()),
                sites=_sites(values["url"].get(row, "")),
                numbers=frozenset(numbers),
                lists=frozenset(str(ids[o]) for o in belongs[row] if o not in names),
            )
    return records


def organisation_records(snapshot: Snapshot) -> dict[str, OrganisationRecord]:
    """Give what tells organisations apart, by id."""
    values, ids = _values(snapshot), snapshot.nodes.ids
    return {
        str(ids[row]): OrganisationRecord(
            names=(OrganisationName.of(values["name"].get(row, key_of(ids[row]))),),
            corporate=frozenset(parts(values[NUMBER_FIELD].get(row, ""))),
            domains=domains(set(), set(_sites(values["url"].get(row, "")))),
            places=_places(values["area"].get(row, "")),
        )
        for row in _rows(snapshot)
    }


def _rows(snapshot: Snapshot) -> list[int]:
    return [int(row) for row in snapshot.of_kind(NodeKind.ORGANISATION)]


def _values(snapshot: Snapshot) -> Mapping[str, Mapping[int, str]]:
    names = ("name", "reading", "mail", "phone", "url", "area", NUMBER_FIELD)
    return {name: snapshot.values(name) for name in names}


def _sites(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(site_key, re.split(r"[\s、,;]+", text))))


def _places(area: str) -> frozenset[str]:
    """Give the place with whose name an area begins: 東京都千代田区 lies in 東京."""
    begin = max((place for place in places() if area.startswith(place)), key=len, default="")
    return frozenset({begin} if begin else ())


def _belonging(snapshot: Snapshot) -> defaultdict[int, list[int]]:
    ties = snapshot.ties_of(TieKind.MEMBER_OF)
    belongs: defaultdict[int, list[int]] = defaultdict(list)
    for src, dst in zip(ties.src.tolist(), ties.dst.tolist(), strict=True):
        belongs[src].append(dst)
    return belongs


# ---- who is compared with whom


class _Spoken:
    """Sounds of the names that are written in kana or Latin letters, wholly or in part.

    A name in Chinese characters may have hundreds of sounds; only those that somebody's written name has are keys.
    """

    def __init__(self, records: Iterable[PersonRecord]) -> None:
        self._rest: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for record in records:
            if not record.name.kanji or partly_kana(record.name):
                for sound in record.name.sounds or possible_sounds(record.name.text):
                    self._learn(sound)

    def _learn(self, sound: str) -> None:
        """Remember a sound by every place where its family name may end, also where two vowels there became one."""
        for i in range(2, len(sound)):
            for joint in ("", sound[i - 1], "u" if sound[i - 1] == "o" else ""):
                self._rest[sound[:i]][joint + sound[i:]] = sound

    def of(self, record: PersonRecord) -> set[str]:
        """Give the sounds of a name in Chinese characters that are written somewhere."""
        family, given = name_parts(record.name.text)
        known = [self._rest[f] for f in part_sounds(family) if f in self._rest]
        return {rest[g] for rest in known for g in part_sounds(given) & rest.keys()}


def _person_pairs(records: Mapping[str, PersonRecord]) -> set[tuple[str, str]]:
    """Give the pairs that share name, sound, mail, telephone or page; or the organisation, and part of the name."""
    blocks: defaultdict[Hashable, list[str]] = defaultdict(list)
    spoken = _Spoken(records.values())
    short: defaultdict[str, list[str]] = defaultdict(list)
    for identifier, record in sorted(records.items()):
        for key in _person_keys(record, spoken):
            blocks[key].append(identifier)
        for organisation in record.organisations:
            family = record.name.split()[0]
            blocks["family", organisation.key, family].append(identifier)
            if record.name.initials or not record.name.split()[1]:
                short[organisation.key].append(identifier)
    pairs = {pair for block in blocks.values() for pair in _pairs(block, records)}
    return pairs | _short_pairs(records, short)


def _person_keys(record: PersonRecord, spoken: _Spoken) -> Iterator[Hashable]:
    yield "name", "".join(sorted(record.name.parts)) if len(record.name.parts) > 1 else record.name.key
    if len(record.name.parts) > 1:
        yield "name", record.name.key
    for sound in sorted(record.name.sounds or spoken.of(record)):
        yield "sound", sound
    for kind, keys in (("mail", record.mails), ("phone", record.phones), ("site", record.sites)):
        yield from ((kind, key) for key in keys if kind != "mail" or not is_role_mail(key))


def _pairs(block: list[str], records: Mapping[str, PersonRecord]) -> Iterator[tuple[str, str]]:
    block = list(dict.fromkeys(block))
    if len(block) <= MOST_IN_BLOCK:
        yield from combinations(block, 2)
        return
    inside: defaultdict[str, list[str]] = defaultdict(list)
    for identifier in block:
        for organisation in records[identifier].organisations:
            inside[organisation.key].append(identifier)
    for part in inside.values():
        yield from combinations(part[:MOST_IN_BLOCK], 2)


def _short_pairs(records: Mapping[str, PersonRecord], short: Mapping[str, list[str]]) -> set[tuple[str, str]]:
    """Give the pairs of a name cut short, T. Sakamoto or Sakamoto, with the others of that organisation."""
    pairs: set[tuple[str, str]] = set()
    if not short:
        return pairs
    inside: defaultdict[str, list[str]] = defaultdict(list)
    for identifier, record in records.items():
        for organisation in record.organisations:
            if organisation.key in short:
                inside[organisation.key].append(identifier)
    for key, cut in short.items():
        if len(cut) * len(inside[key]) <= MOST_IN_BLOCK * MOST_IN_BLOCK:
            pairs |= {(min(a, b), max(a, b)) for a in cut for b in inside[key] if a != b}
    return pairs


def _organisation_pairs(records: Mapping[str, OrganisationRecord]) -> set[tuple[str, str]]:
    blocks: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for identifier, record in sorted(records.items()):
        for name in record.names:
            blocks["name", name.key].append(identifier)
            blocks["sound", name.sound].append(identifier)
        for number in record.corporate:
            blocks["number", number].append(identifier)
    kept = (block[:MOST_IN_BLOCK] for key, block in blocks.items() if key[1])
    return {pair for block in kept for pair in combinations(dict.fromkeys(block), 2)}
