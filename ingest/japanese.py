"""Japanese text: what is one word although it is written in several ways."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ingest.data_files import entries

FOLDED = 1 << 16
"""How many folded texts are kept: headers, words and names recur in every row."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー"), "-")
_DOTS = dict.fromkeys(map(ord, "･·•‧∙"), "・")
_WAVES = dict.fromkeys(map(ord, "〜∼〰"), "~")
_SIGNS = _DASHES | _DOTS | _WAVES
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0x061C, 0xFEFF])
_CONTROLS = dict.fromkeys(c for c in [*range(32), *range(0x7F, 0xA0)] if chr(c) not in "\n\t")
_UNSEEN = _BIDI | _CONTROLS
_SELECTORS = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
_LONG_VOWEL = re.compile(r"(?<=[\u3041-\u3096\u30a1-\u30faー])-")
_HIRAGANA = {c: c - 0x60 for c in range(0x30A1, 0x30F7)}

_VARIANT = {ord(other): line[0][0] for line in entries("variants.txt") for other in line[0][1:]}

_LEGAL_FORMS = {
    "株式会社": ("(株)", "株式會社"),
    "有限会社": ("(有)",),
    "合同会社": ("(同)",),
    "合資会社": ("(資)",),
    "合名会社": ("(名)",),
    "一般社団法人": ("(一社)",),
    "公益社団法人": ("(公社)",),
    "一般財団法人": ("(一財)",),
    "公益財団法人": ("(公財)",),
    "特定非営利活動法人": ("npo法人", "(特非)", "(npo)", "(n)", "特活法人", "(特活)"),
    "社会福祉法人": ("(社福)", "(福)"),
    "学校法人": ("(学)",),
    "医療法人": ("(医)",),
    "協同組合": ("(協)",),
    "労働者協同組合": ("(労協)",),
}
_LEGAL = [(short, form) for form, shorts in _LEGAL_FORMS.items() for short in shorts]

_BRACKETED = re.compile(r"[(（\[［【〔][^()（）\[\]［］【】〔〕]*[)）\]］】〕]")
_EDGES = re.compile(r"^[()\[\]【】〔〕:?.。]+|[()\[\]【】〔〕:?.。]+$")
_REQUIRED = re.compile(r"[※*＊]|必須|任意|required|optional")
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")


def cleaned(text: str) -> str:
    """Take out what nobody sees: control and direction characters, spaces at both ends.

    >>> cleaned(" 見本\\u202e あおば\\u3000")
    '見本 あおば'
    """
    if text.isprintable():
        return text.strip()
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSEEN).strip()


@lru_cache(maxsize=FOLDED)
def fold(text: str) -> str:
    """Give the key of a text: width, case, spaces, dashes, waves and dots do not matter.

    A dash of any kind after kana is a long vowel.

    >>> fold("サ－ビス") == fold("ｻｰﾋﾞｽ")
    True
    >>> fold("ＫＺ－００１２") == fold("kz‐0012 ")
    True
    """
    plain = unicodedata.normalize("NFKC", text.translate(_SELECTORS)).casefold()
    return _LONG_VOWEL.sub("ー", "".join(plain.translate(_SIGNS).translate(_UNSEEN).split()))


def shown(text: str) -> str:
    """Give a name on one line in ordinary width: what becomes part of an id.

    >>> shown("ｶｾﾞﾉﾏ\\n（海）")
    'カゼノマ (海)'
    """
    return " ".join(cleaned(unicodedata.normalize("NFKC", text)).split())


@lru_cache(maxsize=FOLDED)
def header_key(text: str) -> str:
    """Give the key of a header: also brackets with what is in them and marks of required questions go.

    >>> header_key("困っていること・課題 *必須"), header_key("会員番号（わかる方のみ）")
    ('困っていること・課題', '会員番号')
    """
    bare = _BRACKETED.sub("", unicodedata.normalize("NFKC", text))
    bare = bare if fold(bare) else text
    key = fold(_REQUIRED.sub("", fold(bare)))
    return _EDGES.sub("", key) or fold(text)


@lru_cache(maxsize=FOLDED)
def reading_key(text: str) -> str:
    """Give the key of a reading: hiragana and katakana of any width are one.

    >>> reading_key("ﾐﾎﾝ ｱｵﾊﾞ") == reading_key("みほん　あおば")
    True
    """
    return fold(text).translate(_HIRAGANA)


@lru_cache(maxsize=FOLDED)
def name_key(text: str) -> str:
    """Give the key of a person's name: also old and variant characters are one.

    Notes
    -----
    The pairs stand in ``ingest/data/variants.txt``, which names where they come from.

    >>> name_key("髙﨑 一") == name_key("高崎一")
    True
    """
    return reading_key(text).translate(_VARIANT)


@lru_cache(maxsize=FOLDED)
def organisation_key(text: str) -> str:
    """Give the key of an organisation: short and long legal forms are one, before and after the name are not.

    >>> organisation_key("㈱見本") == organisation_key("（株） 見本") == organisation_key("株式会社見本")
    True
    >>> organisation_key("NPO法人 かくう海の会") == organisation_key("特定非営利活動法人かくう海の会")
    True
    """
    key = fold(text)
    for short, form in _LEGAL:
        if key.startswith(short) or key.endswith(short):
            return key.replace(short, form)
    return key


def mail_key(text: str) -> str:
    """Give a mail address in ordinary width and lower case, or nothing where it is none.

    >>> mail_key("ＡＢ１２３＠ＥＸＡＭＰＬＥ．ＣＯＭ"), mail_key("なし")
    ('ab123@example.com', '')
    """
    mail = fold_ascii(text).removeprefix("mailto:")
    return mail if _MAIL.fullmatch(mail) else ""


def fold_ascii(text: str) -> str:
    """Give a text in ordinary width and lower case without spaces; dashes keep their kind.

    >>> fold_ascii("Ａ－Ｂ ")
    'a-b'
    """
    return "".join(unicodedata.normalize("NFKC", text).translate(_UNSEEN).casefold().split())


def phone_number(text: str) -> str:
    """Give the digits of a Japanese phone number, with the zero that spreadsheets lose.

    >>> phone_number("+81 90-0000-0000"), phone_number("9000000000"), phone_number("０３（００００）００００")
    ('09000000000', '09000000000', '0300000000')
    """
    plain = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"\D", "", plain)
    if plain.strip().startswith("+") and not digits.startswith("81"):
        return f"+{digits}"
    if plain.strip().startswith("+"):
        digits = digits[2:]
    return digits if digits.startswith("0") or not digits else f"0{digits}"
