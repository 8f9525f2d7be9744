"""A torn or scrambled write-ahead log costs what came after the damage at most (R2; `make crash` runs more)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.torn_wal import Trial, run


def test_fifty_torn_logs_open_and_lose_nothing_before_the_damage() -> None:
    assert "0 acknowledged changes lost" in run(50, seed=5)


def test_the_check_notices_a_lost_change(tmp_path: Path) -> None:
    """A log that was acknowledged further than it was written, as without a sync."""
    trial = Trial(tmp_path / "trial", random.Random(1), used=False)
    trial.log = trial.log[: len(trial.log) // 2]
    trial.moments = [type(m)(0, m.snapshot) for m in trial.moments]
    with pytest.raises(SystemExit, match="acknowledged before the damage"):
        trial.damage_once(scramble=False)
