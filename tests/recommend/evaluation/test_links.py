import json
from pathlib import Path

import numpy as np
import pytest

from graph.errors import Refused, Unknown
from recommend.evaluation.links import evaluate_folder, split_folder
from recommend.evaluation.network import NetworkData
from recommend.evaluation.protocol import REGIMES, Parameters
from recommend.evaluation.ranking import Ranker
from recommend.evaluation.results import LinksReport
from recommend.evaluation.table import to_document, to_markdown

NETWORKS = Path(__file__).parents[2] / "fixtures" / "networks"
PUBLISHED = {  # recall@10 as measured before by others with the same protocol, within what random ties leave open
    ("sp_invs15", "all"): {
        "popularity": 0.077,
        "common neighbours": 0.187,
        "Adamic-Adar": 0.187,
        "resource allocation": 0.195,
        "A^3 path": 0.186,
        "Katz": 0.164,
        "personalised PageRank": 0.183,
        "rank fusion": 0.187,
    },
    ("sp_invs15", "open"): {
        "popularity": 0.096,
        "common neighbours": 0.090,
        "Adamic-Adar": 0.079,
        "resource allocation": 0.085,
        "A^3 path": 0.092,
        "Katz": 0.089,
        "personalised PageRank": 0.077,
        "truncated SVD": 0.056,
        "rank fusion": 0.072,
    },
    ("sp_invs15", "cross"): {
        "popularity": 0.098,
        "common neighbours": 0.141,
        "Adamic-Adar": 0.137,
        "resource allocation": 0.148,
        "A^3 path": 0.131,
        "Katz": 0.137,
        "personalised PageRank": 0.133,
    },
    ("sp_invs13", "cross"): {"personalised PageRank": 0.279},
}


@pytest.fixture(scope="module", params=["sp_invs15", "sp_invs13"])
def contacts(request: pytest.FixtureRequest) -> tuple[str, LinksReport]:
    return request.param, evaluate_folder(NETWORKS / request.param)


def test_the_published_baselines_come_out(contacts: tuple[str, LinksReport]) -> None:
    name, report = contacts
    found = {(result.regime, result.method): result.recall.value for result in report.results}
    for (network, regime), expected in PUBLISHED.items():
        if network == name:
            for method, recall in expected.items():
                assert found[regime, method] == pytest.approx(recall, abs=0.011), (regime, method)


def test_every_figure_is_in_its_range(contacts: tuple[str, LinksReport]) -> None:
    _, report = contacts
    assert list(dict.fromkeys(result.regime for result in report.results)) == list(REGIMES)
    for result in report.results:
        for interval in (result.recall, result.precision, result.average_precision, result.ndcg):
            assert 0 <= interval.low <= interval.value <= interval.high <= 1
        assert 0 <= result.err_ia <= 1
        assert 0 <= result.exposure_gini <= 1
        assert result.structure.weak_ties > report.training_structure.weak_ties


def test_the_published_rounds_of_introductions_come_out(contacts: tuple[str, LinksReport]) -> None:
    """Half as many introductions as people, at most two a person: hits, cut of the Kirchhoff index, modularity."""
    name, report = contacts
    if name == "sp_invs15":
        for method, hits, cut, change in (
            ("RA anyone", 0.170, 0.016, 0.001),
            ("RA cross", 0.104, 0.015, -0.012),
            ("greedy Kirchhoff", 0.019, 0.192, -0.013),
        ):
            measured = report.portfolios[method]
            assert measured.hit_rate == pytest.approx(hits, abs=0.001)
            assert measured.kirchhoff_cut == pytest.approx(cut, abs=0.001)
            assert measured.modularity_change == pytest.approx(change, abs=0.001)


def clairvoyant(training: NetworkData, rng: np.random.Generator) -> Ranker:
    """Knows the cross-community ties that the village will form."""
    table = np.zeros((training.n_people, training.n_people))
    for pair in (("a1", "b3"), ("a2", "b1")):
        u, v = (training.ids.index(person) for person in pair)
        table[u, v] = table[v, u] = 1.0
    return dict.fromkeys(REGIMES, lambda rows: table[rows])


def introductions(training: NetworkData, rng: np.random.Generator, n_pairs: int) -> np.ndarray:
    assert n_pairs == 3
    return np.array([[training.ids.index("a1"), training.ids.index("b3")]])


@pytest.fixture(scope="module")
def report(village_folder: Path) -> LinksReport:
    return evaluate_folder(
        village_folder,
        {"clairvoyant": clairvoyant},
        {"one": introductions},
        parameters=Parameters(training_share=0.5),
        k=1,
    )


def test_another_method_is_measured_beside_the_baselines(report: LinksReport) -> None:
    recall = {(result.method, result.regime): result.recall.value for result in report.results}
    assert recall["clairvoyant", "cross"] == recall["clairvoyant", "far"] == 1.0
    gains = {gain.regime: gain for gain in report.gains}
    assert gains["cross"].recall.value == 1.0 - recall[gains["cross"].over, "cross"]
    assert report.portfolios["one"].hit_rate == 1.0


def test_a_written_split_gives_the_same_report(village_folder: Path, tmp_path: Path, report: LinksReport) -> None:
    split_folder(village_folder, tmp_path / "split", Parameters(training_share=0.5))
    again = evaluate_folder(tmp_path / "split", {"clairvoyant": clairvoyant}, {"one": introductions}, k=1)
    assert to_document(again) == to_document(report)


def test_the_document_is_plain_json_with_its_schema(report: LinksReport) -> None:
    document = json.loads(json.dumps(to_document(report), allow_nan=False))
    assert document["schema"] == "musubi.evaluate.links/1"
    assert set(document) == {
        *("schema", "k", "cut", "parameters", "counts", "undated_kept", "results", "gains"),
        *("training_structure", "portfolios", "problems"),
    }
    assert document["counts"]["asked_about"] == {"all": 5, "open": 4, "cross": 4, "far": 2}
    result = next(r for r in document["results"] if (r["method"], r["regime"]) == ("clairvoyant", "far"))
    assert set(result["recall"]) == {"value", "low", "high"}
    assert result["by_distance"]["3"] == {"recall": 1.0, "people": 2}


@pytest.mark.parametrize(("lang", "word"), [("en", "Rounds of introductions"), ("ja", "紹介の一巡")])
def test_the_tables_exist_in_both_languages(report: LinksReport, lang: str, word: str) -> None:
    text = to_markdown(report, lang)  # type: ignore[arg-type]
    assert word in text
    assert "clairvoyant" in text
    tables = [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]
    for lines in tables:
        assert len({line.count("|") for line in lines}) == 1


@pytest.mark.parametrize(("scope", "regimes"), [("any", ["all", "open"]), ("across", ["cross"]), ("far", ["far"])])
def test_a_scope_chooses_the_regimes(village_folder: Path, scope: str, regimes: list[str]) -> None:
    report = evaluate_folder(village_folder, scope=scope, parameters=Parameters(training_share=0.5))
    assert list(dict.fromkeys(result.regime for result in report.results)) == regimes


def test_a_scope_that_does_not_exist_is_refused(village_folder: Path) -> None:
    with pytest.raises(Unknown, match="nearest: across"):
        evaluate_folder(village_folder, scope="acros")


def test_undated_networks_are_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("id,community\nx,Alder\ny,Birch\n", encoding="utf-8")
    (tmp_path / "edges.csv").write_text("u,v\nx,y\n", encoding="utf-8")
    with pytest.raises(Refused, match="the protocol needs times"):
        evaluate_folder(tmp_path)


def test_a_network_without_communities_has_the_open_regimes_empty(tmp_path: Path) -> None:
    (tmp_path / "nodes.csv").write_text("id\n" + "".join(f"p{i}\n" for i in range(5)), encoding="utf-8")
    (tmp_path / "edges.csv").write_text("u,v,t\np0,p1,1\np1,p2,2\np2,p3,3\np3,p4,4\np0,p2,5\n", encoding="utf-8")
    report = evaluate_folder(tmp_path, parameters=Parameters(training_share=0.6))
    people = {result.regime: result.n_people for result in report.results}
    assert people == {"all": 2, "open": 0, "cross": 0, "far": 0}
    assert to_markdown(report)
