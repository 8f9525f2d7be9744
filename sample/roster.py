"""Writes the member list: cp932, a hand-kept sheet saved as CSV."""

from __future__ import annotations

import csv
import io

import numpy as np

from sample import consent, spelling
from sample.world import NETWORK, Person, World

HEADER = [
    "会員番号",
    "氏名",
    "フリガナ",
    "メールアドレス",
    "会社名・団体名",
    "業種",
    "利用スペース",
    "契約",
    "入会日",
    "紹介の可否",
    "名前の公開範囲",
    "備考",
]
CONTRACTS = {"月契約": 0.66, "ドロップイン": 0.22, "バーチャル": 0.12}
NOTES = (
    "駐車場あり,軽トラ",
    "請求書は会社あて",
    "名刺の追加を希望",
    "ロッカー3番",
    "平日の午前のみ",
    "見学会で入会",
    "「夜の部」の鍵を貸出中",
    "紹介者：会員",
    "電話は夕方に",
    "休会から復帰",
)
SHARE_MESS = 0.05
SHARE_SHORT_FORM = 0.2
SHARE_NOTED = 0.12


def write_roster(rng: np.random.Generator, world: World, industries: dict[str, str]) -> bytes:
    """Give the file as bytes: header, members, two blank lines on the way, the total at the end."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    empty = [""] * len(HEADER)
    for i, person in enumerate(world.people):
        if i == len(world.people) // 2:
            out.write("\r\n")
        if i == len(world.people) * 4 // 5:
            writer.writerow(empty)
        writer.writerow(_row(rng, person, industries))
    writer.writerow(["合計", f"{len(world.people)}名", *empty[2:]])
    return out.getvalue().encode("cp932")


def _row(rng: np.random.Generator, person: Person, industries: dict[str, str]) -> list[str]:
    company = person.organisation.name if person.organisation else ""
    if company and rng.random() < SHARE_SHORT_FORM:
        company = spelling.messy_company(rng, company)
    return [
        person.number,
        person.name.replace(" ", "　") if _messy(rng) else person.name,
        spelling.half_kana(person.kana) if _messy(rng) else person.kana,
        spelling.full_width(person.mail) if _messy(rng) else person.mail,
        company,
        industries[person.topic],
        "、".join(s.name for s in (person.space, person.visits) if s),
        consent.draw(rng, CONTRACTS),
        spelling.messy_date(rng, person.joined) if _messy(rng) else spelling.plain_date(person.joined),
        "可" if person.planted else consent.draw(rng, consent.INTRODUCTIONS),
        NETWORK if person.planted else consent.scope(rng, consent.NAME_SCOPES, person.space),
        NOTES[int(rng.integers(len(NOTES)))] if rng.random() < SHARE_NOTED else "",
    ]


def _messy(rng: np.random.Generator) -> bool:
    return bool(rng.random() < SHARE_MESS)
