"""Writes the survey: the CSV export of a form, UTF-8 with BOM, several statements in one cell."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace

import numpy as np

from sample import spelling
from sample.consent import OWN_SPACE, Consent, consent
from sample.members import shuffled
from sample.world import Person, World

HEADER = (
    "タイムスタンプ",
    "メールアドレス",
    "会員番号（わかる方のみ）",
    "いま取り組んでいること",
    "できること・得意なこと\n（いくつでも。1行に1つ）",
    "困っていること・課題 *必須",
    "実現したい社会・ビジョン",
    "できることの公開範囲",
    "困りごとの公開範囲",
    "ビジョンの公開範囲",
    "紹介に使ってよいですか",
    "理由として相手に伝えてよいですか",
)
NOTHING = ("特になし", "なし", "－", "")
N_TWICE = 14
OPENED = dt.datetime(2026, 7, 20, 9, 0)
HOURS_OPEN = 24 * 90
SHARE_NUMBER_KNOWN = 0.7
SHARE_MESS = 0.05


def write_survey(rng: np.random.Generator, world: World) -> bytes:
    """Give the file as bytes, rows in the order of their timestamps."""
    people = [p for p in world.people if p.answers != "silent"]
    plain = [p for p in shuffled(rng, people) if not p.planted and len(p.voice.offer) > 1]
    twice = {p.number for p in plain[:N_TWICE]}
    rows: list[tuple[dt.datetime, list[str]]] = []
    for person in people:
        when = OPENED + dt.timedelta(seconds=int(rng.integers(0, HOURS_OPEN * 3600)))
        answer = consent(rng, person.space, person.planted)
        rows.append((when, _row(rng, when, person, answer)))
        if person.number in twice:
            earlier = when - dt.timedelta(seconds=int(rng.integers(3600, 20 * 24 * 3600)))
            rows.append((earlier, _earlier_row(rng, earlier, person, answer)))
    rows.sort(key=lambda row: row[0])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(row for _, row in rows)
    return out.getvalue().encode("utf-8-sig")


def _row(rng: np.random.Generator, when: dt.datetime, person: Person, answer: Consent) -> list[str]:
    return [
        _timestamp(when),
        _mail(rng, person),
        _number(rng, person),
        *(_cell(rng, person, kind) for kind in ("activity", "offer", "need", "vision")),
        answer.offer,
        answer.need,
        answer.vision,
        answer.use,
        answer.reason,
    ]


def _earlier_row(rng: np.random.Generator, when: dt.datetime, person: Person, answer: Consent) -> list[str]:
    """Give what the person answered first: one offer less, or a narrower scope of the offers."""
    if rng.random() < 0.5:
        answer = replace(answer, offer=OWN_SPACE)
        return _row(rng, when, person, answer)
    row = _row(rng, when, person, answer)
    row[4] = "\n".join(person.voice.offer[:-1])
    return row


def _timestamp(when: dt.datetime) -> str:
    half = "午前" if when.hour < 12 else "午後"
    clock = f"{(when.hour - 1) % 12 + 1}:{when:%M:%S}"
    return f"{when:%Y/%m/%d} {clock} {half} GMT+9"


def _mail(rng: np.random.Generator, person: Person) -> str:
    if rng.random() >= SHARE_MESS:
        return person.mail
    return person.mail.upper() if rng.random() < 0.5 else spelling.full_width(person.mail)


def _number(rng: np.random.Generator, person: Person) -> str:
    if rng.random() >= SHARE_NUMBER_KNOWN:
        return ""
    if rng.random() >= SHARE_MESS:
        return person.number
    return spelling.full_width(person.number) if rng.random() < 0.5 else person.number.lower()


def _cell(rng: np.random.Generator, person: Person, kind: str) -> str:
    """Join the statements of one kind, one a line; now and then with a stray blank line or space."""
    texts = person.voice.of(kind)
    if not texts:
        return NOTHING[int(rng.integers(len(NOTHING)))]
    if rng.random() >= SHARE_MESS:
        return "\n".join(texts)
    return "\n\n".join(f"{text}　" for text in texts)
