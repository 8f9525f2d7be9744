"""The same write given eight times at once has one effect (R5)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from graph.errors import Conflict
from graph.store import open_store
from graph.testing import person
from graph.testing.samples import changed
from graph.verification import verify

AT_ONCE = 8
REPLAYED = int(os.environ.get("REPLAYS", "200"))


@pytest.mark.timeout(3_000)
def test_every_write_eight_times_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/musubi.db"
    with open_store(url, create=True) as store:
        store.migrate()
    start = Barrier(AT_ONCE)

    def post(_: int) -> list[bool]:
        with open_store(url) as own:
            answers = []
            for i in range(REPLAYED):
                start.wait()
                answers.append(own.apply(changed(f"k{i}", person(f"person:{i}"))).replayed)
            return answers

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(post, range(AT_ONCE)))
    assert [sum(not own[i] for own in answers) for i in range(REPLAYED)] == [1] * REPLAYED
    with open_store(url) as store:
        assert (store.version(), store.head().seq, len(store.snapshot().nodes)) == (REPLAYED, REPLAYED, REPLAYED)
        assert verify(store.audit_rows(), store.head()).bad is None
        with pytest.raises(Conflict):
            store.apply(changed("k0", person("person:other")))
        assert store.version() == REPLAYED
