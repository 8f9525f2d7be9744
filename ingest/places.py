"""Places: prefecture and municipality of an address, never the street."""

from __future__ import annotations

import re

from ingest.japanese import shown

AREA = re.compile(
    r"^(?:〒?\d{3}-?\d{4})?(北海道|東京都|(?:京都|大阪)府|(?:神奈川|和歌山|鹿児島)県|..県)"
    r"(.{1,6}?郡.{1,5}?[町村]|四日市市|廿日市市|野々市市|市川市|市原市|八日市場市|余市町|.{1,6}?[市区町村])?"
)


def area_of(address: str) -> str:
    """Give prefecture and municipality of an address in Japan, without the street; empty where there is none.

    >>> area_of("東京都千代田区霞が関一丁目1番1号"), area_of("北海道札幌市中央区北一条"), area_of("見本ビル3階")
    ('東京都千代田区', '北海道札幌市', '')
    """
    match = AREA.match(shown(address).replace(" ", ""))
    return match[1] + (match[2] or "") if match else ""
