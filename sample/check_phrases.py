"""The rules of the phrase files, and a command that prints what breaks them.

Run by hand while writing: ``python sample/check_phrases.py [FOLDER]``; exit code 1 when something is broken.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

KINDS = ("need", "offer", "vision", "activity")
PHRASE_FOLDER = Path(__file__).parent / "phrases"
MAX_REPEATS = 5
TAIL_LENGTH = 8
LENGTHS = range(12, 61)
MAX_SHARED_PAIRS = 2

# Everything that is neither hiragana nor punctuation: kanji, katakana, half-width kana, latin, digits.
_CONTENT = re.compile(r"[㐀-鿿豈-﫿々〆〇ァ-ヿｦ-ﾟA-Za-zＡ-Ｚａ-ｚ0-9０-９]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One hand-written sentence of the bank.

    Attributes
    ----------
    topic : str
        Stem of the file it stands in.
    kind : str
        One of `KINDS`.
    text : str
        The sentence.
    bridge : str
        Id of the planted bridge it belongs to, or empty.
    """

    topic: str
    kind: str
    text: str
    bridge: str = ""


def read_phrases(folder: Path = PHRASE_FOLDER) -> list[Phrase]:
    """Read every phrase file of a folder, ordered by file name and line.

    Raises
    ------
    ValueError
        For a line that is not ``kind<TAB>text[<TAB>bridge]``; names file and line.
    """
    phrases = []
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip() and not line.startswith("kind\t"):
                phrases.append(_phrase(path, number, line))
    return phrases


def _phrase(path: Path, number: int, line: str) -> Phrase:
    kind, _, rest = line.partition("\t")
    text, _, bridge = rest.partition("\t")
    if kind not in KINDS or not text.strip() or "\t" in bridge:
        raise ValueError(f"{path.name} line {number}: got {line!r}, expected kind<TAB>text[<TAB>bridge]")
    return Phrase(path.stem, kind, text.strip(), bridge.strip())


def pattern(text: str) -> str:
    """Replace every run of content characters by one ＊, so that the skeleton of a sentence is left."""
    return _CONTENT.sub("＊", text)


def tail(text: str) -> str:
    """Give the last eight characters of a sentence."""
    return text[-TAIL_LENGTH:]


def repeated(texts: Iterable[str], measure: Callable[[str], str], limit: int = MAX_REPEATS) -> dict[str, list[str]]:
    """Group the texts that share a measure and keep the groups larger than `limit`."""
    groups: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        groups[measure(text)].append(text)
    return {key: group for key, group in groups.items() if len(group) > limit}


def shared_pairs(need: str, offer: str) -> set[str]:
    """Give the neighbouring pairs of content characters that stand in both texts."""
    return _content_pairs(need) & _content_pairs(offer)


def _content_pairs(text: str) -> set[str]:
    return {run[i : i + 2] for run in _CONTENT.findall(text) for i in range(len(run) - 1)}


def bridges(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, Phrase]]:
    """Pair the need and the offer of each bridge id.

    Raises
    ------
    ValueError
        When an id does not stand on exactly one need and one offer.
    """
    found: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        if phrase.bridge:
            found[phrase.bridge].append(phrase)
    for name, group in found.items():
        if sorted(p.kind for p in group) != ["need", "offer"]:
            raise ValueError(f"bridge {name}: got {[p.kind for p in group]}, expected one need and one offer")
    ordered = {name: sorted(found[name], key=lambda p: p.kind) for name in sorted(found)}
    return {name: (group[0], group[1]) for name, group in ordered.items()}


def _offences(phrases: list[Phrase]) -> list[str]:
    texts = [p.text for p in phrases]
    found = [f"{n} times: {text}" for text, n in Counter(texts).items() if n > 1]
    found += [f"length {len(p.text)}: {p.topic}: {p.text}" for p in phrases if len(p.text) not in LENGTHS]
    for name, measure in (("pattern", pattern), ("tail", tail)):
        for key, group in repeated(texts, measure).items():
            found.append("\n    ".join([f"{name} {len(group)} times: {key}", *group]))
    return found


def _bridge_offences(phrases: list[Phrase]) -> list[str]:
    found = []
    for name, (need, offer) in bridges(phrases).items():
        common = shared_pairs(need.text, offer.text)
        if len(common) > MAX_SHARED_PAIRS:
            found.append(f"bridge {name} shares {sorted(common)}: {need.text} / {offer.text}")
    return found


def main() -> int:
    """Print the counts of every topic and every offence."""
    phrases = read_phrases(Path(sys.argv[1]) if sys.argv[1:] else PHRASE_FOLDER)
    counts = Counter((p.topic, p.kind) for p in phrases)
    for topic in sorted({p.topic for p in phrases}):
        planted = sum(1 for p in phrases if p.topic == topic and p.bridge)
        row = "  ".join(f"{kind} {counts[topic, kind]:3d}" for kind in KINDS)
        print(f"{row}  planted {planted}  {topic}")
    offences = _offences(phrases)
    try:
        offences += _bridge_offences(phrases)
    except ValueError as error:
        offences.append(str(error))
    print(*offences, sep="\n")
    print(f"{len(phrases)} sentences, {len(offences)} offences")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
