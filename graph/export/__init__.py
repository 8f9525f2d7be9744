"""Exports: what a viewer may see in open formats, and the way back (A29)."""

from __future__ import annotations

from graph.export.graphml import write_graphml
from graph.export.jsonl import write_jsonl
from graph.export.jsonl_reader import read_jsonl
from graph.export.spreadsheet import guarded, unguarded, write_csv

__all__ = ["guarded", "read_jsonl", "unguarded", "write_csv", "write_graphml", "write_jsonl"]
