"""The drawing of a circle of help: people on a ring, arrows from each to the next."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin

WIDTH, HEIGHT = 320, 218
MIDDLE_X, MIDDLE_Y = 160, 115
RADIUS = 70
DISC = 19
ABOVE, BELOW = 9, 19
"""Between the ring or a disc and the foot of a label."""
LONGEST_LABEL = 20
"""In half widths: ten Japanese characters."""
GAP, TIP = 7.0, 9.0


@dataclass(frozen=True, slots=True)
class Place:
    """One person on the ring: the middle of the disc, and where the label stands."""

    number: int
    label: str
    x: float
    y: float
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one to the next: an arc and its tip, as path data of SVG."""

    arc: str
    tip: str


@dataclass(frozen=True, slots=True)
class Ring:
    """What the template draws, in a box of `WIDTH` by `HEIGHT`."""

    places: tuple[Place, ...]
    arrows: tuple[Arrow, ...]
    width: int = WIDTH
    height: int = HEIGHT
    disc: int = DISC


def ring(labels: Sequence[str]) -> Ring:
    """Lay out a ring, clockwise, with as many people as labels; nobody is at the very left or right.

    Examples
    --------
    >>> [(place.x, place.y) for place in ring(["a", "b", "c"]).places]
    [(160.0, 45.0), (220.6, 150.0), (99.4, 150.0)]
    """
    n = len(labels)
    start = -90.0 - (180.0 / n if n % 2 == 0 else 0.0)
    angles = [start + 360.0 * i / n for i in range(n)]
    places = tuple(_place(i + 1, label, angle) for i, (label, angle) in enumerate(zip(labels, angles, strict=True)))
    return Ring(places, tuple(_arrow(angle, angle + 360.0 / n) for angle in angles))


def _place(number: int, label: str, angle: float) -> Place:
    x, y = _at(angle)
    label_x = MIDDLE_X if abs(x - MIDDLE_X) < 1 else WIDTH / 4 if x < MIDDLE_X else 3 * WIDTH / 4
    above, below = min(y - DISC, MIDDLE_Y - RADIUS) - ABOVE, max(y + DISC, MIDDLE_Y + RADIUS) + BELOW
    return Place(number, cut(label), x, y, label_x, round(above if y < MIDDLE_Y else below, 1))


def _arrow(start: float, end: float) -> Arrow:
    """Draw from the edge of one disc to that of the next, a little apart from both."""
    first = start + _degrees(DISC + GAP)
    last = end - _degrees(DISC + GAP + TIP)
    point = _at(end - _degrees(DISC + GAP - 1))
    inner, outer = _at(last, RADIUS - TIP * 0.62), _at(last, RADIUS + TIP * 0.62)
    (x0, y0), (x1, y1) = _at(first), _at(last)
    corners = " L".join(f"{x} {y}" for x, y in (inner, point, outer))
    return Arrow(f"M{x0} {y0} A{RADIUS} {RADIUS} 0 0 1 {x1} {y1}", f"M{corners} Z")


def _degrees(length: float) -> float:
    return 180.0 * length / (pi * RADIUS)


def _at(angle: float, radius: float = RADIUS) -> tuple[float, float]:
    return round(MIDDLE_X + radius * cos(radians(angle)), 1), round(MIDDLE_Y + radius * sin(radians(angle)), 1)


def cut(label: str) -> str:
    """Shorten a label to `LONGEST_LABEL` half widths.

    Examples
    --------
    >>> cut("見本 あおば"), cut("とてもとてもながいなまえのひと")
    ('見本 あおば', 'とてもとてもながい…')
    """
    if _width(label) <= LONGEST_LABEL:
        return label
    kept = label
    while _width(kept) > LONGEST_LABEL - 2:
        kept = kept[:-1]
    return kept + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
