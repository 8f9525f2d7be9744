"""How many planted bridges of the sample are found, beside common neighbours and their like.

A planted bridge is a need and an offer of two people of different spaces who have nobody and nothing in
common. It is found when one of the two stands in the other's list of ten (``--scope across``).
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from embeddings.registry import choose_encoder
from graph import gate
from graph.policy import Purpose
from graph.store.memory import MemoryStore
from graph.view import View
from graph.viewer import OPERATOR
from ingest.agreements import agreement
from ingest.importer import commit, plan
from recommend.past import history_of
from recommend.people import People
from recommend.pipeline import recommend
from recommend.results import Ranking, Request, Scope
from recommend.selection import TieBreak, best

SAMPLE = Path(__file__).resolve().parent.parent / "sample"
SPACES = ("かぜのま", "こもれび", "なぎさ", "結ノ木", "ひだまり舎", "いろは製作所", "オンライン広場ほしぞら")
K = 10
Lists = dict[str, set[str]]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default="bundled")
    parser.add_argument("--seed", type=int, default=1, help="breaks ties of the baselines")
    options = parser.parse_args()
    view = sample_view()
    planted = planted_bridges()
    print(f"planted bridges: {len(planted)}; people who may be introduced: {len(People.of(view))}")
    print("| method | found in the first ten |\n|---|---|")
    for name, lists in baselines(view, np.random.default_rng(options.seed)).items():
        print(f"| {name} | {found(lists, planted)} |", flush=True)
    print(f"| musubi ({options.encoder}) | {found(ours(view, options.encoder), planted)} |")


def sample_view() -> View:
    """Look at the sample as the operator."""
    return gate.view(sample_store().snapshot(), OPERATOR, Purpose.INTRODUCTION)


def sample_store() -> MemoryStore:
    """Import the sample into a store in memory."""
    store = MemoryStore()
    for space in SPACES:
        store.apply(agreement(space, "見本", dt.date(2023, 11, 1), None, ("会員名簿",), snapshot=store.snapshot()))
    paths = [SAMPLE / "data" / name for name in ("会員名簿.csv", "団体台帳.xlsx", "アンケート回答.csv")]
    for path in paths:
        for file in plan([path], snapshot=store.snapshot(), mappings=Path("no-saved-mappings")).files:
            commit(file, store, "operator")
    return store


def planted_bridges() -> list[tuple[str, str]]:
    """Read who needs and who offers."""
    with (SAMPLE / "truth" / "bridges.csv").open(encoding="utf-8") as handle:
        return [(row["person_need"], row["person_offer"]) for row in csv.DictReader(handle)]


def found(lists: Lists, planted: list[tuple[str, str]]) -> int:
    """Count the bridges that either side's list holds."""
    return sum(b in lists.get(a, set()) or a in lists.get(b, set()) for a, b in planted)


def ours(view: View, encoder: str) -> Lists:
    """Ask for everybody's list of ten across communities."""
    request = Request(k=K, scope=Scope.ACROSS, ranking=Ranking.INDIVIDUAL)
    answer = recommend(view, request, choose_encoder(encoder).encoder, progress=_show)
    lists: Lists = {}
    for made in answer.recommendations:
        lists.setdefault(made.person.id, set()).add(made.partner.id)
    return lists


def baselines(view: View, rng: np.random.Generator) -> dict[str, Lists]:
    """Rank by common neighbours, Adamic-Adar, Resource Allocation, and at random, across communities alike."""
    people = People.of(view)
    ties = together(people)
    degree = np.maximum(np.asarray(ties.sum(axis=1)).ravel(), 2)
    weights: dict[str, Callable[[], NDArray[np.float64]]] = {
        "chance": lambda: np.zeros((len(people), len(people))),
        "common neighbours": lambda: (ties @ ties).toarray(),
        "Adamic-Adar": lambda: (ties @ sparse.diags_array(1 / np.log(degree)) @ ties).toarray(),
        "Resource Allocation": lambda: (ties @ sparse.diags_array(1 / degree) @ ties).toarray(),
    }
    allowed = people.pairs.allowed(np.arange(len(people)), Scope.ACROSS)
    ids = [people.party(i).id for i in range(len(people))]
    ties_by = TieBreak.of(ids)
    out = {}
    for name, score in weights.items():
        jittered = np.where(allowed, score() + rng.random(allowed.shape) * 1e-6, -np.inf)
        partners, _ = best(jittered, K, np.arange(len(people)), ties_by)
        out[name] = {ids[i]: {ids[j] for j in row if j >= 0} for i, row in enumerate(partners.tolist())}
    return out


def together(people: People) -> sparse.csr_array:
    """Give who worked on a project, met or took part in an event with whom, 0/1."""
    history = history_of(people)
    n = len(people)
    took_part = sparse.coo_array(
        (np.ones(len(history.teams.event)), (history.teams.person, history.teams.event)),
        shape=(n, int(history.teams.event.max(initial=-1)) + 1),
    ).tocsr()
    ties = sparse.csr_array(took_part @ took_part.T + people.met)
    ties.setdiag(0)
    ties.eliminate_zeros()
    ties.data[:] = 1.0
    return ties


def _show(done: int, total: int) -> None:
    print(f"\r{done}/{total}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
