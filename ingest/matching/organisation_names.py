"""Names of organisations: legal form, place and branch taken off, and compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from ingest.data_files import entries
from ingest.japanese import FOLDED, cleaned, fold_ascii, name_key
from ingest.matching.phonetic import spoken

_QUOTES = re.compile(r"[「」『』\"'“”‘’*＊【】〈〉<>()]")
_BRANCH = re.compile(
    r"(?:支店|支社|支部|支局|支所|営業所|事業所|出張所|分室|工場|店|キャンパス|オフィス|\boffice|\bbranch)$"
)
_HEAD_OFFICE = re.compile(r"(?:本社|本店|本部|本校|事務局|headquarters)$")
_DEPARTMENT = re.compile(r"(?:部|課|室|係|学部|学科|研究科|専攻|事業部|グループ|チーム|局)$")
_RUN = re.compile(r"[a-z0-9\u3041-\u309f\u30a0-\u30ff][a-z0-9\u3041-\u309f\u30a0-\u30ff\s.'\-]*")
_LATIN = re.compile(r"[a-z]")
_PUNCTUATION = re.compile(r"[\s.,・\-_/!?:。、~‐-―＆]+")
# コミュニティー and コミュニティ are one word, ハーブ and ハブ are not.
_LONG_END = re.compile(r"(?<=[\u3041-\u309f]{3})ー|(?<=[\u3041-\u309fー]{2})ー(?![\u3041-\u309f])")
_LARGE = str.maketrans("ぁぃぅぇぉゃゅょゎっゔぢづ", "あいうえおやゆよわつぶじず")
_KANA = (("ゔぁ", "ば"), ("ゔぃ", "び"), ("ゔぇ", "べ"), ("ゔぉ", "ぼ"))
_ORDINAL = re.compile(r"第([一二三四五六七八九])")
_ORDINALS = {c: str(i) for i, c in enumerate("一二三四五六七八九", start=1)}
_ARTICLE = re.compile(r"^the\s+|(?<=[a-z])-(?=[a-z])")
_FOUNDATION = "財団"
_SHORTEST_WORD = 2


@dataclass(frozen=True, slots=True)
class OrganisationName:
    """A name of an organisation, taken apart.

    Attributes
    ----------
    key : str
        What is compared: without legal form, spaces, punctuation, long-vowel marks and small kana.
    sound : str
        The same with everything in kana and Latin letters as it sounds; Chinese characters stay.
    form : str
        Legal form, empty where the name has none.
    branch : str
        Branch, where the name ends in one: 大阪支店.
    latin : bool
        Whether there are Latin letters in it.
    """

    key: str
    sound: str
    form: str
    branch: str
    latin: bool

    @classmethod
    def of(cls, text: str) -> OrganisationName:
        """Take a name apart.

        >>> OrganisationName.of("㈱架空電機 大阪支店")
        OrganisationName(key='架空電機', sound='架空電機', form='株式会社', branch='大阪支店', latin=False)
        """
        return _taken_apart(text)


@lru_cache(maxsize=FOLDED)
def _taken_apart(text: str) -> OrganisationName:
    plain, form = without_form(lowered(text))
    plain, branch = _without_branch(plain)
    core = _QUOTES.sub(" ", plain).strip() or plain
    words = _shortened(name_key_spaced(_ARTICLE.sub("", core)))
    if words.endswith(_FOUNDATION) and len(words) > len(_FOUNDATION) + 1:
        words, form = words.removesuffix(_FOUNDATION).strip(), form or "一般財団法人"
    key = _LONG_END.sub("", _PUNCTUATION.sub("", words))
    for other, usual in _KANA:
        key = key.replace(other, usual)
    key = key.translate(_LARGE)
    return OrganisationName(key, _sound(words), form, branch, bool(_LATIN.search(words)))


def lowered(text: str) -> str:
    """Give a text in ordinary width and lower case; spaces stay single."""
    return " ".join(cleaned(_nfkc(text)).casefold().split())


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("㍿", "株式会社")


def name_key_spaced(text: str) -> str:
    """Give the key of each word of a name, spaces between them kept."""
    return " ".join(name_key(word) for word in text.split())


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    """Give every way to write a legal form with the form, longest first."""
    known = {written: line[0] for line in entries("legal_forms.tsv") for written in line}
    return tuple(sorted(known.items(), key=lambda item: (-len(item[0]), item[0])))


def without_form(text: str) -> tuple[str, str]:
    """Take the legal form off a name in lower case, from its beginning or its end.

    >>> without_form("(株) 見本"), without_form("sample works co., ltd."), without_form("incline")
    (('見本', '株式会社'), ('sample works', '株式会社'), ('incline', ''))
    """
    for written, form in _forms():
        for rest in _cut(text, written):
            return rest, form
    return text, ""


def _cut(text: str, written: str) -> list[str]:
    """Give what is left of a text that begins or ends with a word; Latin words must stand alone."""
    latin = written[-1].isascii() and written[0].isascii() and written[0] != "("
    ends = []
    if text.startswith(written) and (not latin or not text[len(written) : len(written) + 1].isalnum()):
        ends.append(text[len(written) :])
    if text.endswith(written) and (not latin or text[: -len(written)][-1:] in " ,、(&)"):
        ends.append(text[: -len(written)])
    if latin and text.startswith(written) and len(text.split()) < _SHORTEST_WORD:
        ends = []
    middle = f" {written} "
    if not latin and middle in text:
        ends.append(text.replace(middle, " "))
    elif not latin and written in text and written[0] == "(":
        ends.append(text.replace(written, " "))
    elif not latin and len(written) > len("法人") and f"{written} " in text:
        ends.append(text.replace(f"{written} ", " "))
    return [" ".join(rest.strip(" ,、").split()) for rest in ends if rest.strip(" ,、()")]


@cache
def places() -> frozenset[str]:
    """Give the known places, without 都 府 県 市."""
    return frozenset(line[0] for line in entries("places.txt"))


def place_of(text: str) -> str:
    """Give the place that a note names, else nothing.

    >>> place_of("札幌市"), place_of("東京都"), place_of("京都"), place_of("営業")
    ('札幌', '東京', '京都', '')
    """
    plain = fold_ascii(text).removesuffix("在住").removesuffix("支部")
    found = plain if plain in places() else plain[:-1] if plain[-1:] in "都府県市" else ""
    return found if found in places() else ""


def _without_branch(text: str) -> tuple[str, str]:
    """Take department, head office and branch off the end of a name."""
    words = text.split()
    while len(words) > 1 and (_HEAD_OFFICE.search(words[-1]) or _DEPARTMENT.search(words[-1])):
        words.pop()
    if len(words) > 1 and _BRANCH.search(words[-1]) and not _stands_alone(words[-1]):
        return " ".join(words[:-1]), words[-1]
    text = " ".join(words)
    found = _branch_of_place().fullmatch(text)
    return (found[1].strip(), found[2]) if found else (text, "")


@cache
def _branch_of_place() -> re.Pattern[str]:
    """Give the pattern of a name that ends in the branch of a known place without a space before it."""
    return re.compile(rf"(.{{2,}}?)((?:{'|'.join(sorted(places()))})(?:支店|支社|支部|営業所|事業所|店|本社|本店))")


def _stands_alone(word: str) -> bool:
    """Say whether what looks like a branch is the word for it alone, as in ひかり 工場."""
    return not _BRANCH.sub("", word)


@cache
def _word_table() -> tuple[tuple[str, str], ...]:
    table = {name_key(other): line[0] for line in entries("organisation_words.tsv") for other in line[1:]}
    return tuple(sorted(table.items(), key=lambda item: (-len(item[0]), item[0])))


def _shortened(text: str) -> str:
    """Put the usual word for each that is written in several ways; JA goes to the end, as in its long form."""
    text = _ORDINAL.sub(lambda m: "第" + _ORDINALS[m[1]], text)
    for other, word in _word_table():
        if other.isascii() and other.isalpha():
            text = re.sub(rf"(?<![a-z]){re.escape(other)}(?![a-z])", word, text)
        else:
            text = text.replace(other, word)
    return re.sub(r"^ja\s*(.+)$", r"\1ja", text)


def _sound(text: str) -> str:
    return _PUNCTUATION.sub("", _RUN.sub(lambda m: _run_sound(m[0]), text))


def _run_sound(run: str) -> str:
    digits = "".join(c for c in run if c.isdigit())
    return spoken(run) + digits


def alike(a: OrganisationName, b: OrganisationName) -> bool:
    """Say whether two names are one, but for legal form and branch.

    >>> alike(OrganisationName.of("ブリッジ見本"), OrganisationName.of("Bridge見本"))
    True
    >>> alike(OrganisationName.of("見本電機"), OrganisationName.of("見本電気"))
    False
    """
    if not a.key or not b.key:
        return False
    return a.key == b.key or (a.latin != b.latin and a.sound == b.sound != "")


def contradict(a: OrganisationName, b: OrganisationName) -> bool:
    """Say whether legal forms or branches tell two organisations of one name apart."""
    forms = a.form and b.form and a.form != b.form
    return bool(forms or (a.branch and b.branch and a.branch != b.branch))
