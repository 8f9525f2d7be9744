"""Backup, restore and copy of whole stores, whatever keeps them."""

from __future__ import annotations

from graph.backup.copying import Copied, copy
from graph.backup.digest import content_digest, graph_hash
from graph.backup.restoring import Restored, restore
from graph.backup.saving import Saved, save

__all__ = ["Copied", "Restored", "Saved", "content_digest", "copy", "graph_hash", "restore", "save"]
