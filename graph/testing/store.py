"""The contract suite that every store passes."""

from __future__ import annotations

from graph.store.base import Store
from graph.testing.changes import ChangesContract
from graph.testing.facts import FactsContract
from graph.testing.late import LateContract
from graph.testing.life import LifeContract
from graph.testing.parallel import ParallelContract
from graph.testing.random_changes import RandomChangesContract
from graph.testing.refreshing import RefreshingContract
from graph.testing.refusals import RefusalsContract
from graph.testing.sources import SourcesContract


class StoreContract(
    FactsContract,
    ChangesContract,
    RefusalsContract,
    ParallelContract,
    RandomChangesContract,
    LifeContract,
    LateContract,
    RefreshingContract,
    SourcesContract,
):
    """What every store must do; a subclass gives the fixture ``store`` (empty, migrated).

    Examples
    --------
    A test class for a new store defines, beside the fixture::

        class TestMyStore(StoreContract):
            def reopen(self, store: Store) -> Store:
                return MyStore(store.url)

            def fresh(self, store: Store) -> Store:
                ...
    """

    def reopen(self, store: Store) -> Store:
        """Open the same data once more, as a second object."""
        raise AssertionError(f"{type(self).__name__} must define reopen for {store.url}")

    def fresh(self, store: Store) -> Store:
        """Give an empty, migrated store in the place of this one."""
        raise AssertionError(f"{type(self).__name__} must define fresh for {store.url}")
