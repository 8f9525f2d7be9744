"""Two hundred damaged files of all sources are taken or refused, never half, and crash nothing (R10)."""

from __future__ import annotations

import pytest

from tests.ingest.mutations import seeds_of_files, tried

FILES = 200
AT_ONCE = 20


@pytest.mark.parametrize("first", range(0, FILES, AT_ONCE))
def test_mutated_files_of_every_source(agreed, first: int) -> None:
    files = seeds_of_files()
    agreed.folder.mkdir(parents=True, exist_ok=True)
    taken = [tried(seed, files, agreed.folder, agreed.store) for seed in range(first, first + AT_ONCE)]
    assert any(taken)
