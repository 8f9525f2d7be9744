"""Names of people: taken apart, and compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from ingest.japanese import FOLDED, cleaned, name_key
from ingest.matching.phonetic import KANJI, has_kanji, is_japanese_spelling, is_kana, is_latin, phonetic, together
from ingest.matching.readings import family_length, readings
from ingest.matching.transcription import is_transcribed

_HONORIFIC_BEFORE = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr|prof|sir|rev)\b\.?\s*", re.IGNORECASE)
_HONORIFIC_AFTER = re.compile(
    r"\s*(?:さん|さま|様|氏|先生|殿|君|くん|ちゃん|博士|教授|女史|(?<=\s)ph\.?\s?d\.?|(?<=-)san|(?<=\s)san)$",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"[a-z]\.?")
_SEPARATORS = re.compile(r"[\s・･=＝]+")
SHORTEST_TYPO = 7
"""Letters that a name in Latin letters must have for one wrong letter to be taken for a slip."""


class Likeness(IntEnum):
    """How alike two names are, from nothing to the same; only from `SAME_SOUND` on they are alike as they stand."""

    NONE = 0
    GIVEN = 1
    PART = 2
    SOUND_ALIKE = 3
    SLIP = 4
    SAME_SOUND = 5
    SAME = 6


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name of a person, taken apart.

    Attributes
    ----------
    text : str
        As written, without forms of address.
    parts : tuple of str
        Its parts between spaces, keys of `ingest.japanese.name_key`.
    sounds : frozenset of str
        Rough sounds that it is known to have: of the name itself in kana or Latin letters, else of the readings given
        beside it.
    """

    text: str
    parts: tuple[str, ...]
    sounds: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, text: str, given_readings: tuple[str, ...] = ()) -> PersonName:
        """Take a name apart.

        Parameters
        ----------
        text : str
            A name in any writing.
        given_readings : tuple of str
            Readings given beside it.

        >>> PersonName.of("ＹＡＭＡＤＡ, Taro").parts
        ('taro', 'yamada')
        """
        plain = without_address(text)
        family, comma, given = plain.partition(",")
        if comma and is_latin(family + given):
            plain = f"{given.strip()} {family.strip()}"
        parts = tuple(_part_key(part) for part in _SEPARATORS.split(plain) if part)
        own = () if has_kanji(plain) else orders(plain)
        return cls(plain, parts, frozenset(own) or frozenset(s for r in given_readings for s in orders(r)))

    @property
    def key(self) -> str:
        """The name without spaces."""
        return "".join(self.parts)

    @property
    def kanji(self) -> bool:
        """Whether the name is written in Chinese characters."""
        return has_kanji(self.text)

    @property
    def initials(self) -> bool:
        """Whether a part of the name is an initial."""
        return is_latin(self.text) and any(_INITIAL.fullmatch(p) for p in self.parts)

    def split(self) -> tuple[str, str]:
        """Give family and given name as keys; the given name is empty where there is one part only.

        Of names in Latin letters nobody can tell which part is which: the last part is taken for the family name.
        """
        if len(self.parts) > 1:
            ends = (self.parts[0], "".join(self.parts[1:]))
            return (self.parts[-1], "".join(self.parts[:-1])) if is_latin(self.text) else ends
        if self.kanji and len(self.key) > 2:
            length = family_length(self.key)
            return self.key[:length], self.key[length:]
        return self.key, ""

    def married(self, family: str) -> PersonName:
        """Give the same person's name with another family name."""
        return PersonName.of(f"{family} {self.split()[1]}")


def _part_key(part: str) -> str:
    """Give the key of a part of a name; 佐佐木 is 佐々木, 一之瀬 is 一ノ瀬, 三ケ島 is 三ヶ島."""
    key = re.sub(r"(.)々", r"\1\1", name_key(part))
    for sign, others in (("の", "のノ之乃"), ("が", "ゖけが")):
        key = re.sub(rf"(?<={KANJI})[{others}](?={KANJI})", sign, key)
    return key


def without_address(text: str) -> str:
    """Take forms of address off a name.

    >>> without_address("山田 太郎 様"), without_address("Dr. Aoi Sample")
    ('山田 太郎', 'Aoi Sample')
    """
    plain = _HONORIFIC_BEFORE.sub("", cleaned(unicodedata.normalize("NFKC", text)))
    shorter = _HONORIFIC_AFTER.sub("", plain).strip()
    return shorter if len(name_key(shorter)) > 1 else plain


@lru_cache(maxsize=FOLDED)
def orders(text: str) -> tuple[str, ...]:
    """Give the rough sounds of a name in kana or Latin letters, family name first and last."""
    parts = [p for p in re.split(r"[\s,・･=＝]+", text) if p]
    return tuple(dict.fromkeys(phonetic("".join(p)) for p in (parts, parts[1:] + parts[:1], parts[::-1]) if p))


def likeness(a: PersonName, b: PersonName) -> Likeness:
    """Compare two names.

    Two readings of one spelling, or one reading of two spellings, are no sameness: 伊藤 and 伊東 sound alike and
    are two people, until something else speaks for one.

    >>> likeness(PersonName.of("髙橋 健一"), PersonName.of("高橋健一")).name
    'SAME'
    >>> likeness(PersonName.of("鈴木 美咲"), PersonName.of("Misaki Suzuki")).name
    'SAME_SOUND'
    >>> likeness(PersonName.of("伊藤 大輔"), PersonName.of("伊東 大輔")).name
    'SOUND_ALIKE'
    """
    if not a.key or not b.key:
        return Likeness.NONE
    if a.key == b.key or (len(a.parts) > 1 and sorted(a.parts) == sorted(b.parts)):
        return Likeness.SAME
    if a.initials or b.initials:
        return _by_initials(a, b)
    if a.kanji and b.kanji:
        return _both_in_kanji(a, b)
    if sounds_alike(a, b) or is_transcribed(a.text, b.text):
        return Likeness.SAME_SOUND
    if not a.kanji and not b.kanji and _is_slip(a, b):
        return Likeness.SLIP
    return _by_parts(a, b)


def sounds_alike(a: PersonName, b: PersonName) -> bool:
    """Say whether two names can be read alike; readings that are given decide over readings that are possible."""
    if a.sounds and b.sounds:
        return bool(a.sounds & b.sounds)
    if a.sounds or b.sounds:
        told, other = (a, b) if a.sounds else (b, a)
        return bool(told.sounds & possible_sounds(other.text))
    return bool(possible_sounds(a.text) & possible_sounds(b.text))


@lru_cache(maxsize=FOLDED)
def possible_sounds(text: str) -> frozenset[str]:
    """Give the rough sounds that a name in Chinese characters may have."""
    family, given = map(part_sounds, name_parts(text))
    return frozenset(together(f, g) for f in family for g in given) if given else family


def name_parts(text: str) -> tuple[str, str]:
    """Give family name and given name of a name in Chinese characters; empty for what is not there."""
    parts = text.split()
    if len(parts) == 1 and has_kanji(text) and len(text) > 2:
        length = family_length(text)
        parts = [text[:length], text[length:]]
    return parts[0] if parts else "", " ".join(parts[1:])


@lru_cache(maxsize=FOLDED)
def part_sounds(part: str) -> frozenset[str]:
    """Give the rough sounds that a family name or a given name may have."""
    return frozenset(map(phonetic, readings(part))) if part else frozenset()


def _both_in_kanji(a: PersonName, b: PersonName) -> Likeness:
    (family_a, given_a), (family_b, given_b) = a.split(), b.split()
    if not given_a or not given_b:
        return Likeness.PART if family_a == family_b else Likeness.NONE
    if partly_kana(a) != partly_kana(b) and sounds_alike(a, b):
        return Likeness.SAME_SOUND
    if sounds_alike(a, b) and (family_a == family_b or given_a == given_b):
        return Likeness.SOUND_ALIKE
    if given_a == given_b:
        return Likeness.GIVEN
    return Likeness.NONE


def partly_kana(name: PersonName) -> bool:
    """Say whether kana take the place of Chinese characters in a name: 山田 たろう, 中野 ゆう子."""
    return any(map(is_kana, re.sub(rf"(?<={KANJI})[のが](?={KANJI})", "", name.key)))


def _by_initials(a: PersonName, b: PersonName) -> Likeness:
    short, full = (a, b) if a.initials else (b, a)
    initials = [p[0] for p in short.parts if _INITIAL.fullmatch(p)]
    letters = {c for i in initials for c in (i, phonetic(i))}
    rest = [phonetic(p) for p in short.parts if not _INITIAL.fullmatch(p)]
    if full.initials or not rest:
        return Likeness.NONE
    for one, other in _halves(full):
        if other and one in rest and (phonetic(other) or other)[0] in letters:
            return Likeness.PART
    return Likeness.NONE


def _halves(name: PersonName) -> list[tuple[str, str]]:
    """Give pairs of the sound of one half of a name and what the other half may be."""
    if not name.kanji:
        sounds = [phonetic(p) for p in name.parts]
        return [(s, "".join(sounds[:i] + sounds[i + 1 :])) for i, s in enumerate(sounds)]
    family, given = name.split()
    firsts = sorted({phonetic(r) for r in readings(given)})
    return [(phonetic(r), g) for r in sorted(readings(family)) for g in firsts]


def _by_parts(a: PersonName, b: PersonName) -> Likeness:
    """Compare names of which one may lack its given name, or has another family name."""
    given_a, given_b = a.split()[1], b.split()[1]
    if not given_a or not given_b:
        short, other = (a, b) if not given_a else (b, a)
        alike = short.key in other.parts or bool({phonetic(short.key)} & {phonetic(p) for p in other.parts} - {""})
        return Likeness.PART if alike else Likeness.NONE
    return Likeness.GIVEN if given_a == given_b or phonetic(given_a) == phonetic(given_b) != "" else Likeness.NONE


def _is_slip(a: PersonName, b: PersonName) -> bool:
    """Say whether one of two names in Latin letters or kana is the other with a slip of the keyboard.

    One letter may be missing, doubled or swapped with the next where that leaves something that is no spelling of a
    Japanese name: Yamda is Yamada, but Yuki and Yuka are two people.
    """
    one, two = sorted((" ".join(a.parts), " ".join(b.parts)), key=len)
    if not (is_latin(one) and is_latin(two)) or len(one) < SHORTEST_TYPO or len(a.parts) != len(b.parts):
        return False
    differing = [(p, q) for p, q in zip(sorted(a.parts), sorted(b.parts), strict=True) if p != q]
    if len(differing) != 1 or OSA.distance(*differing[0]) != 1 or len(min(differing[0], key=len)) < len("yamd"):
        return False
    return is_japanese_spelling(differing[0][0]) != is_japanese_spelling(differing[0][1])
