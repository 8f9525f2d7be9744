"""The card as a file: JSON-LD that people, programs and another musubi read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, BinaryIO

from pydantic import Field as Limits
from pydantic import StringConstraints, ValidationError

from graph.errors import MusubiError, Refused
from graph.export.card import CARD_FIELD, SKILL_ITEM, Card, CardFact, narrowed
from graph.export.jsonld import CONTEXT, PROPERTIES, RECORD, STATEMENT_TYPES, VOCABULARY
from graph.export.jsonld_reader import read_document
from graph.export.records import PolicyRecord, Strict
from graph.kinds import StatementKind

_TERM = f"{VOCABULARY}{CARD_FIELD}"
_README = "readMe"
_MEMBERS = {StatementKind.NEED: "seeks", StatementKind.OFFER: "makesOffer"}
_LONGEST = 4_000
_LABELS: Mapping[str, tuple[str, str]] = {
    "name": ("名前", "Name"),
    SKILL_ITEM: ("スキル", "Skills"),
    StatementKind.OFFER: ("できること", "Offers"),
    StatementKind.NEED: ("困りごと", "Needs"),
    StatementKind.VISION: ("ビジョン", "Visions"),
    StatementKind.ACTIVITY: ("取組", "Activities"),
    StatementKind.STORY: ("ものがたり", "Stories"),
    StatementKind.TEXT: ("ことば", "Texts"),
}
_INTRODUCTION = (
    "本人が選んで持ち歩くカードです。受け取ったスペースでは、本人が決めるまでミキサーまでにしか見えません。",
    "A card that its owner chose to carry. In a space that takes it only mixers see it until the owner decides there.",
)


def write_card(card: Card, handle: BinaryIO) -> None:
    """Write a card as one JSON-LD document in UTF-8: equal cards give equal bytes.

    Notes
    -----
    A ``ProfilePage`` of schema.org about a ``Person``; ``readMe`` tells people in both languages what is on it;
    ``record`` of the person, of each statement and of each skill is what `read_card` reads.
    """
    context = {
        **CONTEXT,
        CARD_FIELD: {"@id": _TERM},
        _README: {"@id": f"{VOCABULARY}{_README}", "@container": "@language"},
    }
    document = {
        "@context": context,
        "@type": "ProfilePage",
        CARD_FIELD: card.id,
        _README: {lang: _readable(card, n) for n, lang in enumerate(("ja", "en"))},
        "mainEntity": _person(card),
    }
    handle.write(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False).encode() + b"\n")


def is_card(head: str) -> bool:
    """Tell by its beginning whether a document is a card."""
    return f'"{_TERM}"' in head


def read_card(handle: BinaryIO) -> Card:
    """Read what `write_card` wrote.

    Raises
    ------
    graph.errors.Refused
        If it is no card, with the first thing that is not as it must be.

    Notes
    -----
    Whatever a file says, no fact of it is released wider than `graph.export.card.CARRIED`.
    """
    document = read_document(handle)
    try:
        found = _CardFile.model_validate(_records(document))
        return Card(
            found.card,
            tuple(f.fact() for f in found.fields),
            tuple(f.fact() for f in found.statements),
            tuple(f.fact() for f in found.skills),
        )
    except (ValidationError, MusubiError) as error:
        raise Refused(f"no card of musubi: {_why(error)}") from error


Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=_LONGEST)]


class _FieldRecord(Strict):
    item: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
    text: Text
    policy: PolicyRecord

    def fact(self) -> CardFact:
        return CardFact(self.item, self.text, narrowed(self.policy.policy()))


class _StatementRecord(Strict):
    item: StatementKind
    text: Text
    policy: PolicyRecord
    t: Annotated[float, Limits(strict=True)] | None = None
    details: dict[str, str] = Limits(default_factory=dict)

    def fact(self) -> CardFact:
        return CardFact(str(self.item), self.text, narrowed(self.policy.policy()), self.t, self.details)


class _CardFile(Strict):
    card: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    fields: tuple[_FieldRecord, ...]
    statements: tuple[_StatementRecord, ...]
    skills: tuple[_FieldRecord, ...]


def _records(document: Mapping[str, object]) -> dict[str, object]:
    """Gather the records of a document."""
    person = document.get("mainEntity")
    if not isinstance(person, dict):
        raise Refused("expected a person under 'mainEntity'")
    members = [*_MEMBERS.values(), "subjectOf"]
    return {
        "card": document.get(CARD_FIELD),
        "fields": person.get(RECORD, ()),
        "statements": [_record(m) for name in members for m in _list(person.get(name, []), name)],
        "skills": [_record(m) for m in _list(person.get("knowsAbout", []), "knowsAbout")],
    }


def _list(value: object, name: str) -> Sequence[object]:
    if not isinstance(value, list):
        raise Refused(f"expected a list under {name!r}")
    return value


def _record(member: object) -> object:
    return member.get(RECORD) if isinstance(member, dict) else None


def _person(card: Card) -> dict[str, object]:
    person: dict[str, object] = {"@type": "Person", RECORD: [_as_record(f) for f in card.fields]}
    person |= {PROPERTIES[f.item]: f.text for f in card.fields if f.item in PROPERTIES}
    if card.skills:
        person["knowsAbout"] = [{"@type": "DefinedTerm", "name": f.text, RECORD: _as_record(f)} for f in card.skills]
    for f in card.statements:
        kind = StatementKind(f.item)
        words = "description" if kind in _MEMBERS else "text"
        face = {"@type": STATEMENT_TYPES[kind], words: f.text, RECORD: _as_record(f)}
        made = person.setdefault(_MEMBERS.get(kind, "subjectOf"), [])
        assert isinstance(made, list)
        made.append(face)
    return person


def _as_record(fact: CardFact) -> dict[str, object]:
    record: dict[str, object] = {"item": fact.item, "policy": json.loads(fact.policy.to_json()), "text": fact.text}
    more = {"t": fact.t, "details": dict(fact.details or {})}
    return record | {name: value for name, value in more.items() if value not in (None, {})}


def _readable(card: Card, lang: int) -> str:
    """Say what is on the card, one line a kind."""
    lines = [_INTRODUCTION[lang]]
    facts = (*card.fields, *card.skills, *card.statements)
    for item in dict.fromkeys(f.item for f in facts):
        label = _LABELS[item][lang] if item in _LABELS else item
        lines.append(f"{label}: {' / '.join(f.text for f in facts if f.item == item)}")
    return "\n".join(lines)


def _why(error: ValidationError | MusubiError) -> str:
    if isinstance(error, MusubiError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
