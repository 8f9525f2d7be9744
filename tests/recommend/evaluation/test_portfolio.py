import numpy as np
import pytest

from graph.errors import WrongUse
from recommend.evaluation.baselines import resource_allocation
from recommend.evaluation.kirchhoff import kirchhoff_index, largest_component
from recommend.evaluation.network import training_adjacency
from recommend.evaluation.portfolio import (
    mean_pareto,
    pareto,
    pick_at_random,
    pick_by_kirchhoff,
    pick_by_score,
    round_size,
)
from recommend.evaluation.protocol import Candidates, Split
from recommend.evaluation.structure import declared_modularity, with_pairs

A1, A2, A3, B1, B2, B3, C1, D1 = range(8)


def test_a_round_is_half_the_known_people(village_split: Split) -> None:
    assert round_size(village_split) == 3


def test_hits_cut_and_modularity(village_split: Split) -> None:
    pairs = np.array([[A2, B1], [A1, B3], [A2, B2], [A1, D1]])  # the first two come true
    measured = pareto(village_split, pairs)
    ties = training_adjacency(village_split.training)
    people = largest_component(ties)
    assert people.tolist() == [A1, A2, A3, B1, B2, B3, C1]  # a1-d1 leaves it and counts for nothing there
    after = with_pairs(ties, pairs)
    assert measured.hit_rate == 0.5
    expected = 1 - kirchhoff_index(after[people][:, people]) / kirchhoff_index(ties[people][:, people])
    assert measured.kirchhoff_cut == pytest.approx(expected)
    community = np.array([0, 0, 0, 1, 1, 1, -1, 2])
    change = declared_modularity(after, community) - declared_modularity(ties, community)
    assert measured.modularity_change == pytest.approx(change)
    assert measured.modularity_change < 0


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([[A1, B1], [B1, A1]], "each pair"),
        ([[A1, A1]], "different people"),
        ([[A1, B1], [A1, B2], [A1, B3]], "at most 2"),
        ([[A1, A2]], "not met in training"),
    ],
)
def test_portfolios_against_the_rules_are_refused(village_split: Split, pairs: list[list[int]], message: str) -> None:
    with pytest.raises(WrongUse, match=message):
        pareto(village_split, np.array(pairs))


def test_an_empty_portfolio_changes_nothing(village_split: Split) -> None:
    measured = pareto(village_split, np.empty((0, 2), dtype=np.int64))
    assert (measured.n_pairs, measured.hit_rate, measured.modularity_change) == (0, 0.0, 0.0)
    assert measured.kirchhoff_cut == pytest.approx(0.0)


def test_picks_keep_the_regime_and_the_cap(village_split: Split) -> None:
    scorer = resource_allocation(training_adjacency(village_split.training))
    rng = np.random.default_rng(0)
    for picked in (
        pick_by_score(village_split, scorer, "cross", 4, rng),
        pick_at_random(village_split, "cross", 4, rng),
        pick_by_kirchhoff(village_split, "cross", 4),
    ):
        assert len(picked) == 4
        assert np.bincount(picked.ravel()).max() <= 2
        mask = Candidates(village_split).mask(picked[:, 0], "cross")
        assert mask[np.arange(len(picked)), picked[:, 1]].all()


def test_the_best_pair_is_picked_first(village_split: Split) -> None:
    """Resource Allocation: b3-a3 and b2-a3 share b1 (1/3); a1-b1 and a2-b1 share a3 (1/3); c1-b1, c1-b2 share b3."""
    scorer = resource_allocation(training_adjacency(village_split.training))
    picked = pick_by_score(village_split, scorer, "all", 20, np.random.default_rng(0))
    assert {tuple(sorted(p)) for p in picked.tolist()[:2]} <= {
        (A1, B1),
        (A2, B1),
        (A3, B2),
        (A3, B3),
        (B1, C1),
        (B2, C1),
    }
    assert len(picked) < 20  # no pair is left before twenty


def test_means_over_draws(village_split: Split) -> None:
    one = pareto(village_split, np.array([[A2, B1]]))
    other = pareto(village_split, np.array([[A2, B2]]))
    assert mean_pareto([one, other]).hit_rate == 0.5
