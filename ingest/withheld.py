"""What is not stored whatever column it stands in, and what only its owner may see until they say so.

References
----------
Luhn (1960), "Computer for verifying numbers", US patent 2,950,048. ISO/IEC 7812-1 (2017) for lengths and leading
digits of cards. ISO 13616-1 (2020) for IBAN. Ministry of Internal Affairs and Communications (2014), ordinance 85,
article 5, for the check digit of the Individual Number.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from ingest.data_files import entries

REDACTED = "***"
_SUSPECT = re.compile(r"\d(?:[ ‐-―－ー-]?\d){5}|暗証|パスワード|passw|passc|\bpin\b", re.IGNORECASE)
"""Nothing is a secret that has neither six digits in a row nor such a word."""
_DIGITS = re.compile(r"(?<![A-Za-z0-9_.+/=-])\d(?:[ -]?\d){11,18}(?![A-Za-z0-9_])")
_LABELLED = re.compile(
    r"口座|普通預金|当座預金|普通[ :]*\d|当座[ :]*\d|暗証|パスワード|account|passw|passcode|\bpin\b",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:口座番号|口座|普通預金|当座預金|普通|当座|account(?: (?:number|no\.?))?)[^\d\n]{0,8}\d(?:[ -]?\d){5,9}(?!\d)",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"(?:(?:暗証番号|暗証|パスワード)\s*(?:は|が|[:=])|pass(?:word|code)\s*(?:is|[:=])|\bpin\s*(?:is|[:=]))\s*[!-~]{4,}",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_NO_DIGIT_SIGNS = str.maketrans("", "", " -")
_MY_NUMBER_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_CARDS: tuple[tuple[range, frozenset[int]], ...] = (
    (range(400000, 500000), frozenset({13, 16, 19})),
    (range(510000, 560000), frozenset({16})),
    (range(222100, 272100), frozenset({16})),
    (range(340000, 350000), frozenset({15})),
    (range(370000, 380000), frozenset({15})),
    (range(352800, 359000), frozenset(range(16, 20))),
    (range(300000, 306000), frozenset(range(14, 20))),
    (range(360000, 370000), frozenset(range(14, 20))),
    (range(380000, 400000), frozenset(range(14, 20))),
    (range(601100, 601200), frozenset(range(16, 20))),
    (range(640000, 660000), frozenset(range(16, 20))),
    (range(620000, 630000), frozenset(range(16, 20))),
)
"""Leading six digits and lengths of payment cards."""


def secret_in(text: str, *, is_key: bool = False) -> str | None:
    """Tell what secret a text holds.

    Parameters
    ----------
    text : str
        A cell.
    is_key : bool
        Whether it stands in a column of numbers that organisations give: one in eleven of them would pass for
        an Individual Number by chance, so that is not looked for there.

    Returns
    -------
    str or None
        ``"card_number"``, ``"my_number"``, ``"bank_account"`` or ``"password"``; None where there is none.

    Examples
    --------
    >>> secret_in("4111 1111 1111 1111"), secret_in("１２３４-５６７８-９０１８"), secret_in("木工を 12 年")
    ('card_number', 'my_number', None)
    >>> secret_in("普通 1234567 に振込"), secret_in("パスワード: himitsu1"), secret_in("GB82 WEST 1234 5698 7654 32")
    ('bank_account', 'password', 'bank_account')
    """
    if not _SUSPECT.search(text):
        return None
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    for match in _DIGITS.finditer(plain):
        digits = match[0].translate(_NO_DIGIT_SIGNS)
        if is_card(digits):
            return "card_number"
        if not is_key and is_my_number(digits):
            return "my_number"
    if any(_is_iban(m[0]) for m in _IBAN.finditer(plain)):
        return "bank_account"
    if not _LABELLED.search(plain):
        return None
    if _ACCOUNT.search(plain):
        return "bank_account"
    return "password" if _PASSWORD.search(plain) else None


def without_secret(text: str) -> str:
    """Give a text as a report may show it: `REDACTED` in place of one that holds a secret."""
    return REDACTED if secret_in(text) else text


def is_card(digits: str) -> bool:
    """Tell whether digits are the number of a payment card: leading digits, length and check digit.

    >>> is_card("4111111111111111"), is_card("4111111111111112"), is_card("9999999999999995")
    (True, False, False)
    """
    head = int(digits[:6])
    if not any(head in heads and len(digits) in lengths for heads, lengths in _CARDS):
        return False
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def is_my_number(digits: str) -> bool:
    """Tell whether digits are an Individual Number: twelve, the last one their check digit.

    >>> is_my_number("123456789018"), is_my_number("123456789012")
    (True, False)
    """
    if len(digits) != 12:
        return False
    rest = sum(w * int(d) for w, d in zip(_MY_NUMBER_WEIGHTS, digits, strict=False)) % 11
    return int(digits[-1]) == (0 if rest <= 1 else 11 - rest)


def _is_iban(text: str) -> bool:
    whole = text.replace(" ", "")
    turned = whole[4:] + whole[:4]
    return 15 <= len(whole) <= 34 and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def is_sensitive(text: str) -> bool:
    """Tell whether a text speaks of health, disability, belief, origin or crime, so that only its owner may see it.

    Examples
    --------
    >>> is_sensitive("うつ病で通院した経験を話せます"), is_sensitive("I use a wheelchair"), is_sensitive("木工が得意")
    (True, True, False)
    """
    return _sensitive().search(unicodedata.normalize("NFKC", text).casefold()) is not None


@cache
def _sensitive() -> re.Pattern[str]:
    words = [line[0].casefold() for line in entries("sensitive.txt")]
    anywhere = [re.escape(w) for w in words if not w.isascii()]
    whole = [re.escape(w).replace(r"\*", r"\w*") for w in words if w.isascii()]
    bounds = rf"(?<![a-z])(?:{'|'.join(whole)})(?![a-z])"
    return re.compile(f"{'|'.join(anywhere)}|{bounds}")
