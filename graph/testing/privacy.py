"""Privacy of everything that reads a graph: no hidden word comes out, and hidden changes change nothing (P1, P2).

Both checks take the gate as an argument, so that a test can show that they catch one that leaks. Which facts are
hidden is said by `graph.worlds.may_see`, fact by fact and without the arrays of the gate.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from graph import export, frames, measures
from graph.kinds import OWNER_KINDS
from graph.policy import Policy, Purpose
from graph.records import NodeId, kind_of
from graph.snapshot import Snapshot
from graph.view import View
from graph.viewer import Viewer
from graph.worlds import TieRecord, World, hide_and_change, may_see, random_world, viewers

Gate = Callable[[Snapshot, Viewer, Purpose], View]
Progress = Callable[[int], None]
VIEWERS_OF_A_WORLD = 8
FOLDS = (b"\r\n ", b"\r\n\t")


class Leak(AssertionError):
    """A viewer was shown, or could tell apart, what is hidden from them."""


@dataclass(frozen=True)
class Marked:
    """A world in which every fact holds a word that occurs nowhere else, and who released each word how."""

    world: World
    words: Mapping[str, tuple[tuple[Policy, NodeId], ...]]


def everything_in(view: View) -> bytes:
    """Give all that could be learned from a view itself."""
    parts: list[object] = [view.policies, view.sources, view.version, view.mark, sorted(view.spaces)]
    for table in (view.nodes, view.fields, view.statements, view.ties):
        parts += [getattr(table, name).tolist() for name in table.__dataclass_fields__]
    masks = (view.matchable_statements, view.matchable_ties, view.matchable_fields, view.tellable_ties)
    parts += [mask.tolist() for mask in (*masks, view.available, view.asked, view.kept_apart)]
    return repr(parts).encode()


def _written(write: Callable[[View, BinaryIO], None]) -> Callable[[View], bytes]:
    def surface(view: View) -> bytes:
        out = io.BytesIO()
        write(view, out)
        return out.getvalue()

    return surface


def _folder(view: View) -> bytes:
    with tempfile.TemporaryDirectory() as name:
        export.write_csv(view, Path(name))
        return b"".join(path.name.encode() + path.read_bytes() for path in sorted(Path(name).iterdir()))


def _drawn(view: View) -> bytes:
    graph = frames.to_networkx(view)
    return repr((list(graph.nodes(data=True)), list(graph.edges(data=True)))).encode()


def _measured(view: View) -> bytes:
    met, declared = view.met, view.declared
    mixing, mixed = measures.community_mixing(met, declared), measures.ei_index(met, declared)
    return repr((measures.constraint(met).tolist(), str(mixing), mixed.network, mixed.people.tolist())).encode()


SURFACES: Mapping[str, Callable[[View], bytes]] = {
    "view": everything_in,
    "jsonl": _written(export.write_jsonl),
    "csv": _folder,
    "graphml": _written(export.write_graphml),
    "gexf": _written(export.write_gexf),
    "jsonld": _written(export.write_jsonld),
    "vcard": _written(export.write_vcard),
    "networkx": _drawn,
    "people": lambda view: frames.people_frame(view).to_csv().encode(),
    "ties": lambda view: frames.ties_frame(view).to_csv().encode(),
    "statements": lambda view: frames.statements_frame(view).to_csv().encode(),
    "measures": _measured,
}
"""What a viewer may be given, as bytes."""


def check_triples(gate: Gate, n: int, rng: np.random.Generator, progress: Progress = lambda _: None) -> int:
    """Look for hidden words in what viewers are given.

    Parameters
    ----------
    gate : callable
        What is tried.
    n : int
        Number of triples: the policies of a random world, a viewer with a purpose, a surface.
    rng : numpy.random.Generator
        Where worlds, viewers and surfaces come from.
    progress : callable, optional
        Told after each triple how many there were.

    Returns
    -------
    int
        How many hidden words were looked for.

    Raises
    ------
    Leak
        On the first hidden word that is found.
    """
    looked_for = 0
    for number, (marked, viewer, purpose, surface) in enumerate(_triples(n, rng), start=1):
        given = SURFACES[surface](gate(marked.world.snapshot(), viewer, purpose))
        for fold in FOLDS:
            given = given.replace(fold, b"")
        for word in hidden_words(marked, viewer, purpose):
            looked_for += 1
            if word.encode() in given:
                raise Leak(f"{viewer} for {purpose}: {surface} shows {word}, released as {marked.words[word]}")
        progress(number)
    return looked_for


def check_pairs(gate: Gate, n: int, rng: np.random.Generator, progress: Progress = lambda _: None) -> None:
    """Compare what a viewer is given in two worlds that differ only in what is hidden from that viewer.

    Parameters
    ----------
    gate, n, rng, progress
        As for `check_triples`; of each pair the view itself and one more surface are compared.

    Raises
    ------
    Leak
        On the first difference.
    """
    names = sorted(SURFACES)
    for number in range(1, n + 1):
        world = random_world(rng)
        viewer, purpose = _asked(world, rng)
        other = hide_and_change(world, viewer, purpose, rng)
        views = [gate(w.snapshot(), viewer, purpose) for w in (world, other)]
        for surface in ("view", names[int(rng.integers(len(names)))]):
            left, right = map(SURFACES[surface], views)
            if left != right:
                raise Leak(f"{viewer} for {purpose} noticed a hidden change in {surface}")
        progress(number)


def marked(world: World) -> Marked:
    """Put a word of its own into every fact of a world."""
    words: dict[str, tuple[tuple[Policy, NodeId], ...]] = {}

    def word(*released: tuple[Policy, NodeId]) -> str:
        made = f"zq{len(words):04d}x"
        words[made] = released
        return made

    nodes = {
        node.id: replace(
            node, fields={k: replace(f, value=f"見本 {word((f.policy, node.id))}") for k, f in node.fields.items()}
        )
        for node in world.nodes.values()
    }
    statements = tuple(replace(s, text=f"{s.text} {word((s.policy, s.owner))}") for s in world.statements)
    ties = tuple(replace(x, details=f'{{"role": "{word(*_ends(x))}"}}') for x in world.ties)
    return Marked(World(nodes, statements, ties), words)


def hidden_words(marked: Marked, viewer: Viewer, purpose: Purpose) -> list[str]:
    """Give the words of facts that a viewer may not see."""

    def sees(policy: Policy, owner: NodeId) -> bool:
        return may_see(marked.world, viewer, purpose, policy, owner)

    return [w for w, released in marked.words.items() if not all(sees(*decision) for decision in released)]


def _triples(n: int, rng: np.random.Generator) -> Iterator[tuple[Marked, Viewer, Purpose, str]]:
    names = sorted(SURFACES)
    for number in range(n):
        if number % VIEWERS_OF_A_WORLD == 0:
            world = marked(random_world(rng))
        yield world, *_asked(world.world, rng), names[int(rng.integers(len(names)))]


def _asked(world: World, rng: np.random.Generator) -> tuple[Viewer, Purpose]:
    everybody, purposes = viewers(world), list(Purpose)
    return everybody[int(rng.integers(len(everybody)))], purposes[int(rng.integers(len(purposes)))]


def _ends(tie: TieRecord) -> tuple[tuple[Policy, NodeId], ...]:
    """Give who decides about a tie."""
    ends = ((tie.policy_src, tie.src), (tie.policy_dst, tie.dst))
    return tuple((policy, end) for policy, end in ends if kind_of(end) in OWNER_KINDS)
