"""An entry of a list as people write it, with name, reading, organisation and contact data in one text, taken apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from ingest.japanese import cleaned, mail_key, phone_number
from ingest.matching.organisation_names import place_of, without_form
from ingest.matching.phonetic import is_kana, is_latin

_URL = re.compile(r"https?://[^\s、,;<>()（）]+|(?<![\w@.])www\.[^\s、,;<>()（）]+", re.IGNORECASE)
_MAIL = re.compile(r"(?:mailto:)?[\w.+%\-]+@[\w.\-]+\.[a-z]+", re.IGNORECASE | re.ASCII)
_CORPORATE = re.compile(r"(?<!\d)T?\d{13}(?!\d)")
_PHONE = re.compile(r"(?<![\w])(?:\+\d{1,3}[\s\-]?|0)\d{0,4}[\s\-().]*\d{1,4}[\s\-().]*\d{3,4}[\s\-]*\d{0,4}(?!\d)")
_NUMBER = re.compile(
    r"(?:会員番号|会員\s?no\.?|会員id|番号|no\.|id)\s*[:#]?\s*([a-z]{0,5}-?\d+)|(?<![\w@.])([a-z]{1,5}-\d{2,})(?!\w)",
    re.IGNORECASE | re.ASCII,
)
_LABELS = re.compile(
    r"(?:法人番号|tel|電話(?:番号)?|携帯|fax|e-?mail|メール(?:アドレス)?|url|hp|〒)\s*[:：]?\s*(?=$|[/、,;|\s)<])",
    re.IGNORECASE,
)
_HEADERS = re.compile(
    r"(?:お?名前|氏名|読み(?:がな)?|ふりがな|フリガナ|よみ|所属|会社名?|団体名?|勤務先|組織名?|法人名|name|company|organi[sz]ation|affiliation)"
    r"\s*:\s*",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|〔([^〔〕]*)〕|<([^<>]*)>|\{([^{}]*)\}")
_SEPARATOR = re.compile(r"\s*[/、;|:\n\t]\s*|\s+[-–—―‐]\s+|\s*@\s+|,\s*")
_LATIN_COMMA = re.compile(r"[a-zà-ɏ]+(?:[ \-'][a-zà-ɏ]+)?,\s*[a-zà-ɏ]+\.?(?:[ \-][a-zà-ɏ]+\.?)?", re.IGNORECASE)
_FORMER = re.compile(
    r"^(?:旧姓|旧社名|旧称|旧名|旧|現姓|新姓|本名|通称|別名|née|nee|formerly|maiden name)\s*[:：]?\s*", re.IGNORECASE
)
_SHORT_FORM = re.compile(
    r"\((?:株|有|同|合|資|名|独|社|財|医|学|宗|福|n|npo|一社|一財|公社|公財|特非|特活|社福|労協|認定npo)\)", re.I
)
_COMMA_FORM = re.compile(r",\s*(?=(?:inc|ltd|llc|corp|co|incorporated|limited|g\.?k|k\.?k)\b)", re.IGNORECASE)
_HELD = {"(": "\ue000", ")": "\ue001", ",": "\ue002"}
_FREED = {other: sign for sign, other in _HELD.items()}


@dataclass(slots=True)
class Written:
    """What an entry holds.

    Attributes
    ----------
    segments : list of str
        Texts between separators, without what follows.
    brackets : list of str
        Notes that stood in brackets.
    former : list of str
        Former names.
    places : set of str
        Places that notes name.
    mails, phones, sites, numbers, corporate : sets of str
        Contact data and numbers, normalised.
    """

    segments: list[str] = field(default_factory=list)
    brackets: list[str] = field(default_factory=list)
    former: list[str] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    mails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    corporate: set[str] = field(default_factory=set)


def take_apart(text: str) -> Written:
    """Take an entry apart.

    >>> w = take_apart("山田 太郎（やまだ たろう）／株式会社ひかり <TARO@example.com>")
    >>> w.segments, w.brackets, w.mails
    (['山田 太郎', '株式会社ひかり'], ['やまだ たろう'], {'taro@example.com'})
    """
    found = Written()
    plain = unicodedata.normalize("NFKC", cleaned(text).replace("㍿", "株式会社"))
    plain = _HEADERS.sub("/", _contacts(plain, found))
    plain = _SHORT_FORM.sub(_hold, _COMMA_FORM.sub(_HELD[","] + " ", plain))
    plain = _BRACKET.sub(lambda m: _note(_freed(next(filter(None, m.groups()), "")), found), plain)
    for segment in [plain] if _LATIN_COMMA.fullmatch(plain.strip()) else _SEPARATOR.split(plain):
        segment = " ".join(_freed(_LABELS.sub("", segment)).split()).strip(" ,")
        if segment and place_of(segment) and found.segments:
            found.places.add(place_of(segment))
        elif segment:
            found.segments.append(segment)
    return found


def _contacts(text: str, found: Written) -> str:
    """Take contact data out of a text."""

    def kept(into: set[str], key: str) -> str:
        if key:
            into.add(key)
        return " "

    text = _URL.sub(lambda m: kept(found.sites, site_key(m[0])), text)
    text = _MAIL.sub(lambda m: kept(found.mails, mail_key(m[0])), text)
    text = _CORPORATE.sub(lambda m: kept(found.corporate, m[0].lstrip("Tt")), text)
    text = _NUMBER.sub(lambda m: kept(found.numbers, (m[1] or m[2]).lower()), text)
    return _PHONE.sub(lambda m: kept(found.phones, phone_number(m[0])), text)


def site_key(url: str) -> str:
    """Give an address of the web without what differs between ways to write it.

    >>> site_key("https://www.Example.com/"), site_key("http://example.com/a?b=1")
    ('example.com', 'example.com/a')
    """
    plain = re.sub(r"^https?://", "", url.strip(), flags=re.IGNORECASE)
    host, _, path = plain.partition("/")
    path = re.split(r"[?#]", path)[0].rstrip("/.")
    return host.casefold().removeprefix("www.") + (f"/{path}" if path else "")


def _note(text: str, found: Written) -> str:
    note = " ".join(_LABELS.sub("", text).split()).strip()
    former = _FORMER.match(note)
    if former and note[former.end() :]:
        found.former.append(note[former.end() :])
    elif place_of(note):
        found.places.add(place_of(note))
    elif note:
        found.brackets.append(note)
    return " "


def _hold(match: re.Match[str]) -> str:
    """Keep a short legal form such as (株) from being taken for a note."""
    return "".join(_HELD.get(c, c) for c in match[0])


def _freed(text: str) -> str:
    return "".join(_FREED.get(c, c) for c in text)


def has_form(text: str) -> bool:
    """Say whether a text holds a legal form of an organisation."""
    return bool(without_form(text.casefold())[1])


def is_reading(text: str) -> bool:
    """Say whether a note can be a reading: kana or Latin letters alone."""
    return is_kana(text) or is_latin(text)
