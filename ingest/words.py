"""Words that mean the same: nothing, nobody's company, totals, yes and no."""

from __future__ import annotations

from ingest.japanese import fold


def words(text: str) -> frozenset[str]:
    """Give the keys of words written with spaces between them."""
    return frozenset(map(fold, text.split()))


LONGEST_NOTHING = 40
NOTHING = words(
    "- -- --- なし 無し 無 ない 無い 特になし 特に無し 特にない 特にありません ありません 該当なし 該当無し 未記入"
    " 空欄 不明 未定 ? n/a #n/a na none nothing nil null notapplicable"
)
NO_ORGANISATION = words(
    "個人 個人事業主 個人事業 フリーランス フリーランサー フリー 自営業 自営 無所属 所属なし"
    " freelance freelancer self-employed individual personal"
)
TOTALS = words("合計 計 総計 小計 総合計 合計人数 合計件数 total totals grandtotal subtotal sum")
YES = words("はい ○ 〇 ◯ ● ✓ ✔ レ 有 有り あり 1 y yes true ok 可 希望する する 希望 参加")
NO = words("いいえ × ✕ ✗ x 無 無し なし 0 n no false ng 不可 希望しない しない 不参加")


def is_nothing(text: str) -> bool:
    """Tell whether a cell says that there is nothing: 特になし, －, N/A and the like.

    >>> [is_nothing(x) for x in ("特になし。", "－", "N/A", "", "人手がない")]
    [True, True, True, True, False]
    """
    if not text:
        return True
    if len(text) > LONGEST_NOTHING:
        return False
    return fold(text).strip("。.、()!！") in NOTHING or not fold(text)


def is_no_organisation(text: str) -> bool:
    """Tell whether a cell names no organisation: nothing, or somebody who works alone.

    >>> is_no_organisation("フリーランス"), is_no_organisation("個人"), is_no_organisation("個人商店かくう")
    (True, True, False)
    """
    return is_nothing(text) or fold(text).strip("()") in NO_ORGANISATION


def is_total(text: str) -> bool:
    """Tell whether a cell begins a row of totals.

    >>> is_total("合　計"), is_total("Total"), is_total("計測工房")
    (True, True, False)
    """
    return fold(text).strip(":：") in TOTALS


def yes_or_no(text: str) -> bool | None:
    """Read a word for yes or no; None for neither, also where the cell is empty: empty is not no.

    >>> yes_or_no("はい"), yes_or_no("×"), yes_or_no("希望しない"), yes_or_no("")
    (True, False, False, None)
    """
    word = fold(text).strip("。.")
    return True if word in YES else False if word in NO else None
