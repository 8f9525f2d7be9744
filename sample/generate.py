"""Writes the sample community: ``python -m sample.generate [--seed N] [--out FOLDER]``.

Everything is invented. Equal seed and phrase files give equal bytes.
"""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path

import numpy as np

from sample import gatherings, members, statements
from sample.check_phrases import PHRASE_FOLDER, Phrase, read_phrases
from sample.ledger import write_ledger
from sample.roster import write_roster
from sample.survey import write_survey
from sample.vocabulary import Industries, industries
from sample.world import World

SEED = 20261031
FOLDER = Path(__file__).parent


def build(seed: int, phrases: list[Phrase]) -> World:
    """Invent the community: who lives there, who says what, who met whom."""
    rng = np.random.default_rng(seed)
    trades = industries()
    topics = _topics(phrases, trades)
    people = members.people(rng, topics, trades)
    organisations = members.organisations(rng, people, topics, trades)
    bridges = members.plant(rng, phrases, people, trades)
    members.add_second_spaces(rng, people)
    statements.deal(rng, phrases, people, organisations, {b.name for b in bridges}, trades)
    return World(
        people=people,
        organisations=organisations,
        projects=gatherings.projects(rng, people),
        events=gatherings.events(rng, people),
        bridges=bridges,
    )


def _topics(phrases: list[Phrase], trades: Industries) -> list[str]:
    topics = sorted({p.topic for p in phrases})
    if unknown := set(topics) - set(trades.name):
        raise ValueError(f"topics {sorted(unknown)} are not in industries.tsv: {sorted(trades.name)}")
    return topics


def write(out: Path, seed: int = SEED, phrases: Path = PHRASE_FOLDER) -> World:
    """Write the three files and the truth into ``out/data`` and ``out/truth``."""
    world = build(seed, read_phrases(phrases))
    rng = np.random.default_rng([seed, 1])
    files = {
        "data/会員名簿.csv": write_roster(rng, world, industries().name),
        "data/アンケート回答.csv": write_survey(rng, world),
        "data/団体台帳.xlsx": write_ledger(rng, world),
        "truth/bridges.csv": _bridges(world),
        "truth/silos.csv": _silos(world),
    }
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return world


def _bridges(world: World) -> bytes:
    header = ["bridge_id", "person_need", "person_offer", "space_need", "space_offer", "need", "offer"]
    rows = [
        [b.name, b.asker.number, b.answerer.number, b.asker.space.name, b.answerer.space.name, b.need, b.offer]
        for b in world.bridges
    ]
    return _table(header, rows)


def _silos(world: World) -> bytes:
    return _table(["person", "silo"], [[p.number, p.space.name] for p in world.people])


def _table(header: list[str], rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue().encode("utf-8")


def main() -> None:
    """Read the options, write the files, say how much was written."""
    parser = argparse.ArgumentParser(description="write the invented sample community")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed gives another community")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder that gets data/ and truth/")
    options = parser.parse_args()
    world = write(options.out, options.seed)
    print(
        f"{len(world.people)} people, {len(world.organisations)} organisations, {len(world.projects)} projects, "
        f"{len(world.events)} events, {len(world.bridges)} planted bridges"
    )


if __name__ == "__main__":
    main()
