"""The vector index of a Neo4j server beside the exact scan of `embeddings.index`, for the same vectors in one run.

Vectors are those of `benchmarks/index.py`: unit rows of 384 numbers around 2,000 centres. Seconds are by the clock, and
of the processor here and in the server together. Run it from the top of the repository:
``NEO4J_HEAP=4g NEO4J_PAGE_CACHE=1g OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.server_index``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.index import groups, shared
from benchmarks.neo4j_speed import Took, say, timed
from embeddings.index import ExactIndex, IntArray
from embeddings.index.server import ServerIndex
from embeddings.similarity import FloatArray, unit_rows
from graph.changes import ChangeSet
from graph.kinds import StatementKind
from graph.policy import NETWORK_OPEN
from graph.records import Node, Provenance, Statement
from graph.store import Store, open_store
from graph.store.neo4j_vectors import Encoded
from tests.neo4j.server import Server

Search = Callable[[FloatArray], IntArray]
K = 20
WIDER = (1, 2, 5, 10, 20)
KIND = StatementKind.OFFER
SOURCE = Provenance("offers.csv", 3)
OWNER = "person:p"


@dataclass(frozen=True)
class Measuring:
    """A server, its store, and questions with their true answers."""

    server: Server
    store: Store
    vectors: FloatArray
    questions: FloatArray

    def row(self, name: str, search: Search, true: IntArray, at_once: int) -> None:
        """Print what a question takes, and the share of the nearest that are found."""
        n = len(true)
        parts = [self.questions[at : at + at_once] for at in range(0, n, at_once)]
        search(parts[0])
        answers: list[IntArray] = []
        took = timed(self.server, lambda: answers.extend(search(part) for part in parts))
        each = 1e3 / n
        recall = shared(true, np.concatenate(answers))
        say(f"| {name} | {at_once} | {took.clock * each:.1f} | {took.processor * each:.1f} | {recall:.4f} |")

    def run(self) -> None:
        """Print the table."""
        ids = self.stated()
        exact = ExactIndex(self.vectors.shape[1])
        exact.add(np.arange(len(ids)), self.vectors)
        index = self.filled(ids)
        true = exact.search(self.questions, K)[0]
        say(f"| of {len(ids):,} vectors | questions at once | clock, ms each | processor, ms each | recall@{K} |")
        say("|---|---|---|---|---|")
        for at_once in (1, 64):
            self.row("exact scan here", lambda q: exact.search(q, K)[0], true, at_once)
            for index.wider in WIDER:
                self.row(f"server's index, asked for {index.wider * K}", lambda q: index.search(q, K)[0], true, at_once)
        self.some(index, exact)

    def some(self, index: ServerIndex, exact: ExactIndex) -> None:
        """Ask among some vectors only; fewer questions, since the server looks at every one."""
        rng = np.random.default_rng(3)
        few = Measuring(self.server, self.store, self.vectors, self.questions[:8])
        for share in (0.01, 0.3):
            allowed = np.flatnonzero(rng.random(len(self.vectors)) < share)
            true = exact.search(few.questions, K, allowed)[0]
            few.row(f"exact scan here, {share:.0%} allowed", lambda q, a=allowed: exact.search(q, K, a)[0], true, 1)
            few.row(f"looked at on the server, {share:.0%}", lambda q, a=allowed: index.search(q, K, a)[0], true, 1)

    def stated(self) -> list[str]:
        """Store a statement for each vector."""
        said = [Statement(OWNER, KIND, f"offer {i}", NETWORK_OPEN, SOURCE) for i in range(len(self.vectors))]
        node = Node(OWNER, NETWORK_OPEN, SOURCE)
        self.store.apply(ChangeSet("k", "operator", "test", digest="k", nodes=[node], statements=said))
        return [s.id for s in said]

    def filled(self, ids: list[str]) -> ServerIndex:
        """Put the vectors in; print what that takes, and what it makes of a snapshot."""
        before = self.snapshot()
        shelf, encoded = self.store.vectors(), Encoded("made", self.vectors.shape[1])
        shelf.begin(encoded, [KIND])
        index = ServerIndex(shelf, encoded, KIND, ids)
        say(f"put in: {timed(self.server, lambda: index.add(np.arange(len(ids)), self.vectors))}")
        say(f"index waited for: {timed(self.server, shelf.settle)}")
        say(f"snapshot before: {before}; after: {self.snapshot()}")
        return index

    def snapshot(self) -> Took:
        """Measure a whole snapshot once it has been read before."""
        self.store.snapshot()
        return timed(self.server, self.store.snapshot)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=192)
    options = parser.parse_args()
    vectors, server = groups(options.n), Server(brief=False)
    rng = np.random.default_rng(2)
    near = vectors[np.linspace(0, options.n - 1, options.questions).astype(int)]
    questions = unit_rows((near + 0.3 / np.sqrt(vectors.shape[1]) * rng.normal(size=near.shape)).astype(np.float32))
    try:
        server.start()
        with open_store(server.url, create=True, password=server.password) as store:
            store.migrate()
            Measuring(server, store, vectors, questions).run()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
