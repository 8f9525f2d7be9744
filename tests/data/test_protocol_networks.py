"""The fixed protocol on the networks beside the repository: who is known, what is held out, what baselines reach."""

import os
from pathlib import Path

import numpy as np
import pytest

from graph.errors import Refused
from recommend.evaluation.baselines import (
    adamic_adar,
    personalised_pagerank,
    popularity,
    resource_allocation,
    standard_baselines,
)
from recommend.evaluation.datasets import DATASETS, load_network, read_dataset, write_network
from recommend.evaluation.manifest import counts, write_split
from recommend.evaluation.measurement import Measurement
from recommend.evaluation.network import distinct_ties
from recommend.evaluation.protocol import REGIMES, Regime, Split, split
from recommend.evaluation.ranking import Scorer, rank_people

pytestmark = pytest.mark.data

SIZES = {  # people, meetings, distinct ties
    "acl_anthology": (78_848, 586_700, 401_659),
    "apache_projects": (3_830, 80_311, 76_425),
    "facebook100": (68_682, 2_693_205, 2_693_205),
    "sp_invs13": (92, 9_827, 755),
    "sp_invs15": (232, 78_249, 4_274),
    "sp_sfhh": (403, 70_261, 9_565),
}
KNOWN = {"acl_anthology": 66_935, "apache_projects": 3_180, "sp_invs13": 91, "sp_invs15": 212, "sp_sfhh": 403}


def folder(name: str) -> Path:
    if "MUSUBI_DATA" not in os.environ:
        pytest.fail("MUSUBI_DATA is not set: point it to the folder of the networks, one folder each")
    found = Path(os.environ["MUSUBI_DATA"]) / name
    if not found.is_dir():
        pytest.fail(f"MUSUBI_DATA: no folder {name} there")
    return found


def recall(made: Split, name: str, scorer: Scorer) -> dict[Regime, float]:
    measurement = Measurement(made)
    lists = rank_people(made, name, dict.fromkeys(REGIMES, scorer))
    return {regime: measurement.measure(regime, name, lists[regime])[0].recall.value for regime in REGIMES}


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_network_has_its_published_size(name: str) -> None:
    data = read_dataset(name, folder(name))
    assert (data.n_people, len(data.edges.u), len(distinct_ties(data.edges, data.n_people).u)) == SIZES[name]
    assert data.problems == ()


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_the_people_known_before_the_cut(name: str) -> None:
    made = split(read_dataset(name, folder(name)))
    assert made.known.sum() == KNOWN[name]
    assert all(made.training.communities[i] for i in made.known.nonzero()[0])


def test_undated_networks_are_refused_by_the_protocol() -> None:
    with pytest.raises(Refused, match="the protocol needs times"):
        split(read_dataset("facebook100", folder("facebook100")))


def test_a_split_of_committees_holds_no_later_membership(tmp_path: Path) -> None:
    made = split(read_dataset("apache_projects", folder("apache_projects")))
    write_split(made, tmp_path)
    training = load_network(tmp_path)
    assert training.groups.since.max() <= made.cut
    assert counts(made)["held_out"] == {"all": 1823, "open": 1817, "cross": 1817, "far": 726}


def test_a_written_network_gives_the_same_split(tmp_path: Path) -> None:
    data = read_dataset("sp_sfhh", folder("sp_sfhh"))
    write_network(data, tmp_path / "network", compress=True)
    one = write_split(split(data), tmp_path / "one").read_bytes()
    other = write_split(split(load_network(tmp_path / "network")), tmp_path / "other").read_bytes()
    assert one == other


def test_published_baselines_on_committees() -> None:
    made = split(read_dataset("apache_projects", folder("apache_projects")))
    known = standard_baselines(Measurement(made).ties, np.random.default_rng(1))
    expected = {
        "popularity": (0.015, 0.008),
        "common neighbours": (0.064, 0.004),
        "Adamic-Adar": (0.059, 0.004),
        "resource allocation": (0.082, 0.004),
        "A^3 path": (0.060, 0.010),
        "Katz": (0.071, 0.009),
        "personalised PageRank": (0.091, 0.007),
        "truncated SVD": (0.084, 0.001),
        "rank fusion": (0.102, 0.016),
    }
    for name, (cross, far) in expected.items():
        found = recall(made, name, known[name])
        assert (found["cross"], found["far"]) == pytest.approx((cross, far), abs=0.0125), name


def test_published_baselines_on_conference_contacts() -> None:
    made = split(read_dataset("sp_sfhh", folder("sp_sfhh")))
    known = standard_baselines(Measurement(made).ties, np.random.default_rng(1))
    found = {name: recall(made, name, scorer) for name, scorer in known.items()}
    assert max(each["cross"] for each in found.values()) == pytest.approx(0.097, abs=0.006)
    assert max(each["open"] for each in found.values()) == pytest.approx(0.081, abs=0.006)


@pytest.mark.timeout(900)
def test_published_baselines_on_co_authors() -> None:
    made = split(read_dataset("acl_anthology", folder("acl_anthology")))
    ties = Measurement(made).ties
    expected = {
        "popularity": (popularity(ties), (0.004, 0.004, 0.005, 0.003)),
        "Adamic-Adar": (adamic_adar(ties), (0.086, 0.026, 0.049, 0.000)),
        "resource allocation": (resource_allocation(ties), (0.084, 0.027, 0.048, 0.000)),
        "personalised PageRank": (personalised_pagerank(ties), (0.094, 0.028, 0.060, 0.014)),
    }
    for name, (scorer, values) in expected.items():
        assert tuple(recall(made, name, scorer).values()) == pytest.approx(values, abs=0.01), name
