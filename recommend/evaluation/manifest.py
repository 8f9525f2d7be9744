"""A split as files: the training part, the truth, who is asked about, and a manifest with a hash of every file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from graph.errors import Refused
from graph.measures.adjacency import BoolArray
from graph.times import format_time, parse_times
from recommend.evaluation.network import EDGES, EVENTS, GROUPS, NODES, TEXTS, NetworkData
from recommend.evaluation.protocol import REGIMES, Parameters, Split, Truth
from recommend.evaluation.reading import load_network
from recommend.evaluation.tables import Table, read_table, write_table
from recommend.evaluation.writing import write_network

SCHEMA = "musubi.evaluate.split/1"
TRUTH, PEOPLE, MANIFEST = "truth.csv", "people.csv", "manifest.json"
_TRAINING = (NODES, EDGES, GROUPS, EVENTS, TEXTS)


def write_split(split: Split, folder: Path) -> Path:
    """Write a split.

    Parameters
    ----------
    split : Split
        The split.
    folder : Path
        Made when missing. Gets the training part in the ``network`` shape; ``truth.csv`` with the held-out ties,
        ``u,v,t`` and a 0/1 column for every regime in which a tie counts; ``people.csv`` with the people asked
        about, ``id`` and a 0/1 column for every regime; and ``manifest.json`` with the parameters, the counts and
        the SHA-256 of every file. The same split gives the same bytes.

    Returns
    -------
    Path
        The manifest.

    Raises
    ------
    Refused
        When the folder holds a network that is no written split: it would be overwritten.
    """
    _make_room(folder)
    written = [*write_network(split.training, folder)]
    written.append(write_table(folder / TRUTH, _truth_rows(split)))
    written.append(write_table(folder / PEOPLE, _people_rows(split)))
    manifest = {
        "schema": SCHEMA,
        "parameters": asdict(split.parameters),
        "cut": split.cut,
        "counts": counts(split),
        "undated_kept": undated(split.training),
        "files": {path.name: sha256(path) for path in written},
    }
    path = folder / MANIFEST
    path.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return path


def read_split(folder: Path) -> Split:
    """Read a split that :func:`write_split` wrote.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    Split

    Raises
    ------
    Refused
        When the manifest is missing or of another kind, or a file is not the one it names.
    """
    manifest = _manifest(folder)
    for name, expected in manifest["files"].items():
        if not (folder / name).is_file() or sha256(folder / name) != expected:
            raise Refused(f"{folder / name}: missing, or changed since {MANIFEST} was written; split again")
    training = load_network(folder)
    index = {person: i for i, person in enumerate(training.ids)}
    known = np.zeros(training.n_people, dtype=np.bool_)
    known[training.edges.u] = known[training.edges.v] = True
    truth = read_table(folder / TRUTH, ("u", "v", "t", *REGIMES))
    people = read_table(folder / PEOPLE, ("id", *REGIMES))
    asked = np.array([index[person] for person in people.columns["id"]], dtype=np.int64)
    return Split(
        training=training,
        known=known,
        truth=Truth(
            np.array([index[person] for person in truth.columns["u"]], dtype=np.int64),
            np.array([index[person] for person in truth.columns["v"]], dtype=np.int64),
            parse_times(truth.columns["t"]),
            _flags(truth, "cross"),
            _flags(truth, "far"),
        ),
        people={regime: asked[_flags(people, regime)] for regime in REGIMES},
        cut=float(manifest["cut"]),
        parameters=Parameters(**manifest["parameters"]),
    )


def holds_split(folder: Path) -> bool:
    """Tell whether a folder is a written split rather than a whole network."""
    return (folder / MANIFEST).is_file()


def counts(split: Split) -> dict[str, Any]:
    """Count people and ties of a split, for manifests and reports."""
    return {
        "people": split.training.n_people,
        "known": int(split.known.sum()),
        "communities": len({c for own in split.training.communities for c in own}),
        "training_meetings": len(split.training.edges.u),
        "held_out": {regime: int(split.truth.relevant(regime).sum()) for regime in REGIMES},
        "asked_about": {regime: len(split.people[regime]) for regime in REGIMES},
    }


def undated(data: NetworkData) -> dict[str, int]:
    """Count facts without a time: they are taken for old, which a file of later facts would make untrue."""
    times = {"edges": data.edges.t, "groups": data.groups.since, "events": data.events.t, "texts": data.texts.t}
    return {name: int(np.isnan(t).sum()) for name, t in times.items()}


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _make_room(folder: Path) -> None:
    """Take away an earlier split, so that no table of it stays beside the new ones."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = [folder / f"{name}{end}" for name in (*_TRAINING, TRUTH, PEOPLE) for end in ("", ".gz")]
    there = [path for path in tables if path.exists()]
    if there and not holds_split(folder):
        names = ", ".join(path.name for path in there)
        raise Refused(f"{folder}: holds {names} but no {MANIFEST}; a split is not written over a network")
    for path in there:
        path.unlink()


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"{folder / MANIFEST}: cannot be read: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise Refused(f"{folder / MANIFEST}: not a manifest of schema {SCHEMA}")
    return manifest


def _flags(table: Table, column: str) -> BoolArray:
    return np.array([cell == "1" for cell in table.columns[column]], dtype=np.bool_)


def _truth_rows(split: Split) -> Iterator[list[str]]:
    ids, truth = split.training.ids, split.truth
    flags = [truth.relevant(regime).tolist() for regime in REGIMES]
    yield ["u", "v", "t", *REGIMES]
    for u, v, t, *counted in zip(truth.u.tolist(), truth.v.tolist(), truth.t.tolist(), *flags, strict=True):
        yield [ids[u], ids[v], format_time(t), *(str(int(flag)) for flag in counted)]


def _people_rows(split: Split) -> Iterator[list[str]]:
    asked = {regime: set(split.people[regime].tolist()) for regime in REGIMES}
    yield ["id", *REGIMES]
    for person in sorted(set().union(*asked.values())):
        yield [split.training.ids[person], *(str(int(person in asked[regime])) for regime in REGIMES)]
