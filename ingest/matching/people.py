"""Whether two records are about one person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.japanese import fold
from ingest.matching.evidence import AGAINST, STRONG, Evidence, Reason, differ, ordered
from ingest.matching.organisation_names import OrganisationName, alike, contradict
from ingest.matching.person_names import Likeness, PersonName, likeness, possible_sounds
from ingest.matching.phonetic import has_kanji
from ingest.matching.written import Written, has_form, is_reading, take_apart
from ingest.words import is_no_organisation

_ROLE_MAIL = re.compile(
    r"(?:info|contact|mail|office|support|hello|admin|sales|press|pr|team|staff|web|webmaster|inquiry|toiawase|jimukyoku|"
    r"event|recruit|noreply|no-reply|general|soumu|kouhou|community)[\d._-]*"
)
_GOOGLE = ("gmail.com", "googlemail.com")
_ORGANISATION_WORD = re.compile(
    r"(?:大学|大学院|高校|学校|学園|学院|高専|幼稚園|保育園|市役所|区役所|役場|県庁|都庁|協会|協議会|財団|社団|法人|銀行|信用金庫|病院|"
    r"クリニック|医院|研究所|事務所|センター|商会|商事|商店|工業|建設|製作所|組合|連盟|委員会|会社|劇団|工房|書店|農園|カフェ|"
    r"スタジオ|ラボ|企画|社|屋|堂|会|店|館|園|課|部|局|works|studio|lab|labs|foundation|university|company|association|inc)$"
    r"|大学|株式会社|法人",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"(?:デザイナー|エンジニア|ライター|カメラマン|コンサルタント|プログラマー|マーケター|プランナー|ディレクター|プロデューサー|"
    r"アーティスト|イラストレーター|[ァ-ヶ]+ター|[ァ-ヶ]+スト|講師|教師|教員|医師|看護師|保育士|税理士|会計士|弁護士|建築士|農家|主婦|主夫|"
    r"学生|大学生|院生|高校生|会社員|公務員|団体職員|代表|代表取締役|社長|理事|理事長|部長|課長|店長|所長|室長|主任|担当|男性|女性|"
    r"designer|engineer|writer|student|ceo|founder|director|manager)$",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"(?:代表取締役(?:社長)?|代表理事|理事長?|代表|取締役|社長|部長|課長|店長|所長|室長|主任|会長|事務局長|ceo)", re.I
)
_UNIT = re.compile(
    r"(?:営業|経理|総務|人事|広報|企画|開発|技術|製造|法務|購買|管理|編集|制作|販売|研究|事業|マーケティング|デザイン|情報|国際|地域)*"
    r"(?:部|課|室|係|局|担当|グループ|チーム|部門|本部|学部|学科)?"
)


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What tells one person from another.

    Attributes
    ----------
    name : PersonName
        As the record has it, with the sound of its reading.
    reading_told : bool
        Whether the sound was told, not derived from the name.
    former : tuple of PersonName
        Names that the person had before.
    organisations : tuple of OrganisationName
        Where the person belongs.
    mails, phones, sites, numbers, places : frozenset of str
        Normalised.
    lists : frozenset of str
        Ids of the spaces whose lists gave the numbers: other numbers of other lists say nothing. Empty where unknown.
    """

    name: PersonName
    reading_told: bool = False
    former: tuple[PersonName, ...] = ()
    organisations: tuple[OrganisationName, ...] = ()
    mails: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    sites: frozenset[str] = field(default_factory=frozenset)
    numbers: frozenset[str] = field(default_factory=frozenset)
    places: frozenset[str] = field(default_factory=frozenset)
    lists: frozenset[str] = field(default_factory=frozenset)


def read_person_entry(text: str) -> PersonRecord:
    """Read an entry of a list of people, such as ``山田 太郎（やまだ たろう）／株式会社ひかり <taro@example.com>``.

    A part that can be the reading of the name is one; a part that names a kind of work is no organisation.
    """
    written = take_apart(text)
    name, organisations = _named(written)
    readings = tuple(n for n in written.brackets if is_reading(n) and _reads(n, name))
    organisations += [
        n for n in written.brackets if n not in readings and (has_form(n) or _ORGANISATION_WORD.search(n))
    ]
    for segment in [*organisations]:
        if is_reading(segment) and possible_sounds(name) & set(PersonName.of(segment).sounds):
            readings += (segment,)
            organisations.remove(segment)
    whole = PersonName.of(name, readings)
    return PersonRecord(
        name=whole,
        reading_told=bool(whole.sounds),
        former=tuple(_former(f, whole) for f in written.former),
        organisations=tuple(OrganisationName.of(o) for o in organisations if not _no_organisation(o)),
        mails=frozenset(map(mailbox, written.mails)),
        phones=frozenset(written.phones),
        sites=frozenset(written.sites),
        numbers=frozenset(written.numbers),
        places=frozenset(written.places),
    )


def _named(written: Written) -> tuple[str, list[str]]:
    """Give the name of an entry, and what else may be organisations."""
    segments = list(written.segments)
    if len(segments) > 1 and has_form(segments[0]) and not has_form(segments[1]):
        segments[:2] = segments[1::-1]
    if not segments:
        return "", []
    words = segments[0].split()
    name, inside = _split_by_spaces(" ".join(w for w in words if not _ROLE.fullmatch(w)) or segments[0])
    return name, inside + segments[1:]


def _split_by_spaces(segment: str) -> tuple[str, list[str]]:
    """Part a name from the organisation beside it: 高野歩 見本市役所, 株式会社ひかり 山田太郎."""
    words = segment.split()
    marked = [i for i, w in enumerate(words) if has_form(w) or (len(w) > 2 and _ORGANISATION_WORD.search(w))]
    if len(words) == 1 or not marked or not has_kanji(segment):
        return segment, []
    if marked[0] > 0:
        return " ".join(words[: marked[0]]), [" ".join(words[marked[0] :])]
    last = marked[-1] + 1
    return (" ".join(words[last:]), [" ".join(words[:last])]) if words[last:] else (segment, [])


def _reads(note: str, name: str) -> bool:
    return has_kanji(name) or is_reading(name)


def _former(text: str, name: PersonName) -> PersonName:
    former = PersonName.of(text)
    given = name.split()[1]
    return former if len(former.parts) > 1 or not given else name.married(text)


def _no_organisation(text: str) -> bool:
    return (
        is_no_organisation(text)
        or bool(_UNIT.fullmatch(text))
        or (bool(_WORK.search(fold(text))) and not has_form(text))
    )


def mailbox(mail: str) -> str:
    """Give the mailbox behind an address: what follows a plus is a label, and Google knows no dots.

    >>> mailbox("daiki+event@example.com"), mailbox("d.aiki@googlemail.com")
    ('daiki@example.com', 'daiki@gmail.com')
    """
    local, _, domain = mail.rpartition("@")
    local = local.partition("+")[0] or local
    return f"{local.replace('.', '')}@{_GOOGLE[0]}" if domain in _GOOGLE else f"{local}@{domain}"


def is_role_mail(mail: str) -> bool:
    """Say whether a mailbox belongs to a desk, not to a person."""
    return bool(_ROLE_MAIL.fullmatch(mail.partition("@")[0]))


def compare_people(a: PersonRecord, b: PersonRecord) -> Evidence:
    """Compare two records of people.

    Notes
    -----
    Names that are alike suggest one person unless something that both records tell differs and nothing but the name
    agrees. Names that are alike in part need more: a key that belongs to one person, or for initials, a bare family
    name and other characters of one sound, the same organisation. Who shares a mail address or telephone, but no
    given name, is a family or an office.
    """
    name, reasons = _names(a, b)
    reasons |= _keys(a, b) | _surroundings(a, b)
    against = reasons & AGAINST
    strong = reasons & STRONG
    if name is Likeness.NONE or Reason.OTHER_NUMBER in reasons:
        return Evidence(ordered(reasons))
    if name >= Likeness.SLIP:
        suggested = not against or bool(strong) or _agrees_enough(reasons)
    elif name in (Likeness.PART, Likeness.SOUND_ALIKE):
        suggested = bool(strong) or (Reason.SAME_ORGANISATION in reasons and not against)
    else:
        suggested = Reason.FORMER_NAME in reasons or bool(strong)
    own_key = strong & {Reason.SAME_MAIL, Reason.SAME_NUMBER}
    certain = bool(own_key) and name >= Likeness.SAME_SOUND and not against
    return Evidence(ordered(reasons), suggested, certain)


def _agrees_enough(reasons: set[Reason]) -> bool:
    """Say whether people of one name at one organisation differ only in what one person may have two of."""
    return Reason.SAME_ORGANISATION in reasons and reasons & AGAINST <= {Reason.OTHER_MAIL, Reason.OTHER_PHONE}


def _names(a: PersonRecord, b: PersonRecord) -> tuple[Likeness, set[Reason]]:
    found = likeness(a.name, b.name)
    names = {
        Likeness.SAME: Reason.SAME_NAME, Likeness.SAME_SOUND: Reason.SAME_SOUND, Likeness.SLIP: Reason.SLIP,
        Likeness.SOUND_ALIKE: Reason.SOUND_ALIKE, Likeness.PART: Reason.PART_OF_NAME, Likeness.GIVEN: Reason.GIVEN_NAME,
    }  # fmt: skip
    reasons = {names[found]} if found in names else set()
    earlier = [(x, y) for x in (a.name, *a.former) for y in (b.name, *b.former)][1:]
    if found < Likeness.SAME_SOUND and any(likeness(x, y) >= Likeness.SAME_SOUND for x, y in earlier):
        return Likeness.SAME_SOUND, reasons | {Reason.FORMER_NAME}
    if a.name.kanji and b.name.kanji and differ(a.name.sounds, b.name.sounds):
        reasons.add(Reason.OTHER_READING)
    return found, reasons


def _keys(a: PersonRecord, b: PersonRecord) -> set[Reason]:
    reasons = set()
    if a.numbers & b.numbers:
        reasons.add(Reason.SAME_NUMBER)
    elif _numbered_apart(a.numbers, b.numbers) and not differ(a.lists, b.lists):
        reasons.add(Reason.OTHER_NUMBER)
    if any(not is_role_mail(m) for m in a.mails & b.mails):
        reasons.add(Reason.SAME_MAIL)
    elif differ(a.mails, b.mails):
        reasons.add(Reason.OTHER_MAIL)
    if a.phones & b.phones:
        reasons.add(Reason.SAME_PHONE)
    elif differ(a.phones, b.phones) and Reason.SAME_MAIL not in reasons:
        reasons.add(Reason.OTHER_PHONE)
    if a.sites & b.sites:
        reasons.add(Reason.SAME_SITE)
    return reasons


def _numbered_apart(a: frozenset[str], b: frozenset[str]) -> bool:
    """Say whether two records have other numbers of one kind: KZ-0101 and KZ-0202, but not KZ-0101 and slack:U1."""
    kinds = {_number_kind(n) for n in a} & {_number_kind(n) for n in b}
    return bool(kinds)


def _number_kind(number: str) -> str:
    return re.split(r"[^a-z]", number.casefold(), maxsplit=1)[0]


def _surroundings(a: PersonRecord, b: PersonRecord) -> set[Reason]:
    reasons = set()
    pairs = [(x, y) for x in a.organisations for y in b.organisations]
    if any(alike(x, y) and not contradict(x, y) for x, y in pairs):
        reasons.add(Reason.SAME_ORGANISATION)
    elif pairs:
        reasons.add(Reason.OTHER_ORGANISATION)
    if differ(a.places, b.places):
        reasons.add(Reason.OTHER_PLACE)
    return reasons
