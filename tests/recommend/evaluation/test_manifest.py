import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from graph.errors import Refused
from recommend.evaluation.links import split_folder
from recommend.evaluation.manifest import holds_split, read_split, write_split
from recommend.evaluation.protocol import REGIMES, Parameters, Split
from recommend.evaluation.reading import load_network

HALF = Parameters(training_share=0.5)


def test_the_files_of_a_split(village_split: Split, tmp_path: Path) -> None:
    write_split(village_split, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        *("nodes.csv", "edges.csv", "groups.csv", "events.csv", "texts.csv"),
        *("truth.csv", "people.csv", "manifest.json"),
    }
    assert (tmp_path / "truth.csv").read_text(encoding="utf-8").splitlines() == [
        "u,v,t,all,open,cross,far",
        "a1,b3,9,1,1,1,1",
        "a2,b1,8,1,1,1,0",
        "a2,c1,10,1,0,0,0",
    ]
    assert (tmp_path / "people.csv").read_text(encoding="utf-8").splitlines()[:2] == [
        "id,all,open,cross,far",
        "a1,1,1,1,1",
    ]


def test_the_training_files_hold_nothing_of_the_truth(village_split: Split, tmp_path: Path) -> None:
    write_split(village_split, tmp_path)
    training = load_network(tmp_path)
    assert training.problems == ()
    assert training.edges.t.max() <= village_split.cut
    assert "dinner" not in (tmp_path / "events.csv").read_text(encoding="utf-8")
    assert "chess" not in (tmp_path / "groups.csv").read_text(encoding="utf-8")


def test_the_manifest_names_every_file_by_its_hash(village_split: Split, tmp_path: Path) -> None:
    manifest = json.loads(write_split(village_split, tmp_path).read_text(encoding="utf-8"))
    assert manifest["schema"] == "musubi.evaluate.split/1"
    assert manifest["parameters"] == {"training_share": 0.5, "max_people": 3000, "seed": 1}
    assert manifest["cut"] == 7.0
    assert manifest["undated_kept"] == {"edges": 0, "groups": 0, "events": 0, "texts": 1}
    assert manifest["counts"]["held_out"] == {"all": 3, "open": 2, "cross": 2, "far": 1}
    for name, digest in manifest["files"].items():
        assert digest == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()


def test_the_same_split_gives_the_same_bytes(village_folder: Path, tmp_path: Path) -> None:
    one = split_folder(village_folder, tmp_path / "one", HALF)
    other = split_folder(village_folder, tmp_path / "other", HALF)
    assert one.manifest_sha256 == other.manifest_sha256
    again = split_folder(village_folder, tmp_path / "one", HALF)
    assert again.manifest_sha256 == one.manifest_sha256
    assert (
        split_folder(village_folder, tmp_path / "new", Parameters(0.5, seed=2)).manifest_sha256 != one.manifest_sha256
    )


def test_a_written_split_reads_back_the_same(village_split: Split, tmp_path: Path) -> None:
    assert not holds_split(tmp_path)
    write_split(village_split, tmp_path)
    back = read_split(tmp_path)
    assert holds_split(tmp_path)
    assert (back.cut, back.parameters) == (village_split.cut, village_split.parameters)
    assert back.training.ids == village_split.training.ids
    assert np.array_equal(back.known, village_split.known)
    for name in ("u", "v", "t", "cross", "far"):
        assert np.array_equal(getattr(back.truth, name), getattr(village_split.truth, name))
    for regime in REGIMES:
        assert np.array_equal(back.people[regime], village_split.people[regime])


def test_a_changed_file_is_noticed(village_split: Split, tmp_path: Path) -> None:
    write_split(village_split, tmp_path)
    with (tmp_path / "truth.csv").open("a", encoding="utf-8") as truth:
        truth.write("a1,b1,9,1,1,1,0\n")
    with pytest.raises(Refused, match=r"truth\.csv: missing, or changed"):
        read_split(tmp_path)


def test_a_network_is_not_overwritten(village_folder: Path) -> None:
    before = (village_folder / "edges.csv").read_bytes()
    with pytest.raises(Refused, match="not written over a network"):
        split_folder(village_folder, village_folder, HALF)
    assert (village_folder / "edges.csv").read_bytes() == before


def test_tables_of_an_earlier_split_do_not_stay_and_other_files_do(village_split: Split, tmp_path: Path) -> None:
    write_split(village_split, tmp_path)
    (tmp_path / "groups.csv.gz").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write_split(village_split, tmp_path)
    assert not (tmp_path / "groups.csv.gz").exists()
    assert (tmp_path / "notes.txt").exists()
    assert read_split(tmp_path).cut == village_split.cut


@pytest.mark.parametrize("content", ["no json", "[]", '{"schema": "musubi.evaluate.links/1"}'])
def test_another_manifest_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=r"manifest\.json"):
        read_split(tmp_path)
