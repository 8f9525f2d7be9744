from pathlib import Path

import numpy as np
import pytest

from graph.errors import Refused, WrongUse
from recommend.evaluation.lists import admissible, read_lists, read_pairs, write_lists
from recommend.evaluation.measurement import evaluate_lists
from recommend.evaluation.protocol import Split
from recommend.evaluation.ranking import Lists

CSV = """person,partner,rank,score,reasons
a1,b3,2,0.5,bridge|need
a1,b2,1,0.9,need
b1,a2,1,0.7,
"""


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    path = tmp_path / "lists.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_lists_are_read_in_the_order_of_their_ranks(village_split: Split, csv_file: Path) -> None:
    lists, problems = read_lists(csv_file, village_split.training)
    assert problems == ()
    assert lists.people.tolist() == [0, 3]
    assert lists.partners.tolist() == [[4, 5], [1, -1]]


def test_written_lists_read_back_the_same(village_split: Split, tmp_path: Path) -> None:
    lists = Lists(np.array([1, 4]), np.array([[3, 5], [0, -1]]))
    path = write_lists(tmp_path / "out.csv", village_split.training, lists, np.array([[0.5, 0.25], [1.0, np.nan]]))
    assert path.read_text(encoding="utf-8").splitlines()[:2] == ["person,partner,rank,score,reasons", "a2,b1,1,0.5,"]
    back, _ = read_lists(path, village_split.training)
    assert back.partners.tolist() == lists.partners.tolist()


def test_a_score_that_is_not_finite_is_not_written(village_split: Split, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="finite"):
        write_lists(
            tmp_path / "x.csv", village_split.training, Lists(np.array([0]), np.array([[1]])), np.array([[np.inf]])
        )


def test_rows_that_cannot_be_taken_are_reported(village_split: Split, tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    path.write_text("person,partner,rank\na1,zz,1\na1,b1,first\na1,b2,3\na1,b3,0\n", encoding="utf-8")
    lists, problems = read_lists(path, village_split.training)
    assert [(p.row, p.code) for p in problems] == [(2, "unknown_id"), (3, "not_a_rank"), (5, "not_a_rank")]
    assert lists.partners.tolist() == [[4]]


def test_a_file_without_the_columns_is_refused(village_split: Split, tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(Refused, match="needed: person, partner, rank"):
        read_lists(path, village_split.training)


def test_pairs_come_in_the_order_of_selection(village_split: Split, csv_file: Path) -> None:
    pairs, _ = read_pairs(csv_file, village_split.training)
    assert pairs.tolist() == [[0, 4], [3, 1], [0, 5]]


def test_entries_that_are_no_candidates_are_taken_out(village_split: Split) -> None:
    """a1 lists a2 (met), d1 (unknown), b3 twice, c1 (no community) and b2."""
    lists = Lists(np.array([0]), np.array([[1, 7, 5, 5, 6, 4]]))
    kept, n_taken_out = admissible(village_split, lists, "cross", 3)
    assert kept.people.tolist() == village_split.people["cross"].tolist()
    assert kept.partners[0].tolist() == [5, 4, -1]
    assert (kept.partners[1:] == -1).all()
    assert n_taken_out == 4


def test_given_lists_are_measured(village_split: Split, csv_file: Path) -> None:
    """Asked about in cross: a1, a2, b1, b3. a1 finds b3 at place 2, b1 finds a2 at once, the others have no list."""
    lists, _ = read_lists(csv_file, village_split.training)
    cross, far = evaluate_lists(village_split, "mine", lists, regimes=("cross", "far"))
    assert (cross.method, cross.n_people, cross.recall.value) == ("mine", 4, 0.5)
    assert cross.average_precision.value == pytest.approx((0.5 + 1.0) / 4)
    assert (far.n_people, far.recall.value, far.n_taken_out) == (2, 0.5, 0)
