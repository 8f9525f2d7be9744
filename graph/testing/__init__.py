"""Public contract suites of the graph: what every store must do, and small graphs to try things with."""

from __future__ import annotations

from graph.testing.samples import person, same_graph, three_people
from graph.testing.store import StoreContract

__all__ = ["StoreContract", "person", "same_graph", "three_people"]
