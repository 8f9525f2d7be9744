"""What names somebody: found in the words of others, and taken out of the names of files.

A file named after a person (``hearing_見本あおば.xlsx``) names that person to everybody who may see where a fact of
it comes from. What is compared is folded (NFKC: names of files come decomposed from some machines), blind to case,
and to blanks and the like within a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from graph.audit import ERASED
from graph.kinds import OWNER_KINDS
from graph.records import Node, NodeId, key_of
from graph.snapshot import Snapshot
from graph.view import BoolArray

IDENTIFYING = ("name", "reading", "mail", "phone")
"""Attributes whose words may stand in what others wrote."""
SHORTEST_WORD, SHORTEST_NAME = 3, 2
"""Characters of a word that is looked for; of a name that is not written in Latin letters or digits."""
MOST_ORDERED = 3
SHORTEST_PHONE = 6
SEPARATOR = r"[\s_.,・-]*"
BLANK = re.compile(r"[\s・,]+")
COMMON = re.compile(r"\d{1,4}")
"""Keys that a file has for other reasons: years and counts."""
NOTHING = r"(?!)"


@dataclass(frozen=True, slots=True)
class Names:
    """What names some people or organisations.

    Attributes
    ----------
    texts : re.Pattern
        In any text: names, mails, phone numbers, ids.
    files : re.Pattern
        In the name of a file: the same, keys, and names of two characters that stand alone.
    own_files : re.Pattern
        In the name of a file that told of nobody else: the same, and each part of a name.
    """

    texts: re.Pattern[str]
    files: re.Pattern[str]
    own_files: re.Pattern[str]

    @classmethod
    def of(cls, snapshot: Snapshot, rows: NDArray[np.intp]) -> Names:
        """Gather what names the people and organisations of some rows."""
        return cls._made(
            snapshot.nodes.ids[rows].tolist(), {name: _values(snapshot, rows, name) for name in IDENTIFYING}
        )

    @classmethod
    def of_nodes(cls, nodes: Iterable[Node]) -> Names:
        """Gather what names people and organisations, from what a file says of them."""
        told = list(nodes)
        values = {name: {folded(n.fields[name].value) for n in told if name in n.fields} for name in IDENTIFYING}
        return cls._made([n.id for n in told], values)

    @classmethod
    def _made(cls, owners: Iterable[NodeId], values: Mapping[str, set[str]]) -> Names:
        called = values["name"] | values["reading"]
        ids = {folded(i) for i in owners}
        keys = {key for i in ids if len(key := key_of(i)) >= SHORTEST_WORD and not COMMON.fullmatch(key)}
        texts = {_bound(re.escape(w)) for w in ids | values["mail"] if len(w) >= SHORTEST_WORD}
        texts |= {p for v in values["phone"] for p in _phone(v)}
        long = {p for v in called for p in _name(v, SHORTEST_WORD)}
        short = {_apart(p) for v in called for p in _name(v, SHORTEST_NAME)}
        bare = {_bound(re.escape(key)) for key in keys}
        parts = {p for v in called for part in BLANK.split(v) for p in _name(part, SHORTEST_NAME)}
        files = texts | long | short | bare
        return cls(_any(texts | long), _any(files), _any(files | parts))

    def in_text(self, text: str | None) -> bool:
        """Say whether a text names them."""
        return text is not None and self.texts.search(folded(text)) is not None

    def in_file(self, source: str) -> bool:
        """Say whether the name of a file names them."""
        return self.files.search(folded(source)) is not None


def folded(text: str) -> str:
    """Give a text in the form in which it is compared."""
    return unicodedata.normalize("NFKC", text)


def mentions(snapshot: Snapshot, rows: NDArray[np.intp], names: Names) -> tuple[str, ...]:
    """Give the nodes and statements of others whose words hold a name, mail or id of those of some rows.

    The id of a node that is no person and no organisation, such as an event, is made of words and asked as well.
    """
    said, fields, ids, ties = snapshot.statements, snapshot.fields, snapshot.nodes.ids, snapshot.ties
    others = np.flatnonzero(~np.isin(said.owner, rows)).tolist()
    found = {str(said.ids[i]) for i in others if names.in_text(said.text[i]) or names.in_text(said.details[i])}
    others = np.flatnonzero(~np.isin(fields.node, rows)).tolist()
    found |= {str(ids[fields.node[i]]) for i in others if names.in_text(fields.value[i])}
    others = np.flatnonzero(~np.isin(np.arange(len(ids)), np.union1d(rows, snapshot.of_kind(*OWNER_KINDS)))).tolist()
    found |= {str(ids[i]) for i in others if names.in_text(key_of(str(ids[i])))}
    told = np.flatnonzero((ties.details != None) & ~_ended(snapshot, rows))  # noqa: E711  # each element is asked
    return tuple(sorted(found | {str(ids[ties.src[i]]) for i in told.tolist() if names.in_text(ties.details[i])}))


def renamed_sources(snapshot: Snapshot, rows: NDArray[np.intp], names: Names) -> tuple[tuple[str, str], ...]:
    """Give each source whose name holds words of those of some rows, and a new name without these words.

    Returns
    -------
    tuple of (str, str)
        By old name; a new name is that of no other source.
    """
    shared = _shared_sources(snapshot, rows)
    taken = set(snapshot.sources)
    found: list[tuple[str, str]] = []
    for source in dict.fromkeys(snapshot.sources):  # one name may stand for several who said something
        neutral = neutral_names(source, names, shared=source in shared)
        new = next((name for name in neutral if name not in taken), None)
        if new is not None:
            taken.add(new)
            found.append((source, new))
    return tuple(sorted(found))


def neutral_names(source: str, names: Names, *, shared: bool) -> Iterator[str]:
    """Give ever other names without the words for a file that names somebody; none for one that does not.

    Parameters
    ----------
    source : str
        As the file is called.
    names : Names
        Of those who may be named.
    shared : bool
        Whether it told of others too: then a part of a name is not enough.
    """
    pattern = names.files if shared else names.own_files
    if _is_file(source) and pattern.search(folded(source)) is not None:
        yield from _without(pattern, folded(source))


def source_id(source: str) -> str:
    """Give what the ledger of erasures keeps the digest of, for a file that named somebody: no id of a node."""
    return f"source:{folded(source)}"


def _is_file(source: str) -> bool:
    """Say whether a source is a file: what musubi itself says, such as ``merge``, is a plain word."""
    return "." in source or not source.isascii()


def _without(pattern: re.Pattern[str], source: str) -> Iterator[str]:
    """Give names without the words, ever other ones."""
    number = 1
    while True:
        yield pattern.sub(ERASED if number == 1 else f"{ERASED}-{number}", source)
        number += 1


def _shared_sources(snapshot: Snapshot, rows: NDArray[np.intp]) -> set[str]:
    """Give the names of the sources that told of other people or organisations too."""
    other = np.zeros(len(snapshot.nodes), dtype=bool)
    other[snapshot.of_kind(*OWNER_KINDS)] = True
    other[rows] = False
    nodes, fields, said, ties = snapshot.nodes, snapshot.fields, snapshot.statements, snapshot.ties
    told = (other[ties.src] | other[ties.dst]) & ~_ended(snapshot, rows)
    columns = (
        nodes.source[other], fields.source[other[fields.node]], said.source[other[said.owner]], ties.source[told],
    )  # fmt: skip
    return {snapshot.sources[int(code)] for column in columns for code in np.unique(column)}


def _ended(snapshot: Snapshot, rows: NDArray[np.intp]) -> BoolArray:
    """Say which ties end at one of some rows."""
    return np.asarray(np.isin(snapshot.ties.src, rows) | np.isin(snapshot.ties.dst, rows))


def _values(snapshot: Snapshot, rows: NDArray[np.intp], name: str) -> set[str]:
    fields = snapshot.fields
    return {folded(v) for v in fields.value[np.isin(fields.node, rows) & (fields.name == name)].tolist()}


def _name(text: str, shortest: int) -> Iterable[str]:
    """Give patterns of a name, its parts in any order and however they are set apart."""
    parts = [part for part in BLANK.split(text) if part]
    if len("".join(parts)) < (SHORTEST_WORD if text.isascii() else shortest):
        return
    for order in permutations(parts) if len(parts) <= MOST_ORDERED else [parts]:
        yield _bound(SEPARATOR.join(re.escape(p) if p.isascii() else SEPARATOR.join(map(re.escape, p)) for p in order))


def _apart(pattern: str) -> str:
    """Take a short word only where it stands alone or before a title: longer words may hold it by chance."""
    return rf"(?<![^\W_])(?:{pattern})(?=$|[\W_]|さん|さま|様|氏|君)"


def _phone(text: str) -> Iterable[str]:
    digits = re.sub(r"\D", "", text)
    if len(digits) >= SHORTEST_PHONE:
        yield _bound(r"[\s().-]*".join(digits))


def _bound(pattern: str) -> str:
    """Take a word that begins or ends with a Latin letter or digit as a whole: ``KZ-1`` is not in ``KZ-10``."""
    left = r"(?<![A-Za-z0-9])" if re.match(r"[A-Za-z0-9]", pattern) else ""
    right = r"(?![A-Za-z0-9])" if re.search(r"[A-Za-z0-9]\Z", pattern) else ""
    return f"{left}{pattern}{right}"


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    """Look for any of some patterns, the longest first."""
    return re.compile("|".join(sorted(patterns, key=lambda p: (-len(p), p))) or NOTHING, re.IGNORECASE)
