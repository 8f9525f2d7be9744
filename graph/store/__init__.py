"""Stores: where the property graph is kept."""

from graph.store.base import AuditRow, Store
from graph.store.registry import open_store

__all__ = ["AuditRow", "Store", "open_store"]
