"""Exports: what a viewer may see in open formats, and the way back (A29)."""

from __future__ import annotations

from graph.export.gexf import write_gexf
from graph.export.graph_readers import gexf_records, graphml_records
from graph.export.graphml import write_graphml
from graph.export.jsonl import write_jsonl
from graph.export.jsonl_reader import jsonl_records, read_jsonl
from graph.export.jsonld import write_jsonld
from graph.export.jsonld_reader import jsonld_records
from graph.export.records import Records, read_records
from graph.export.spreadsheet import guarded, unguarded, write_csv
from graph.export.spreadsheet_reader import csv_records
from graph.export.vcard import write_vcard

__all__ = [
    "Records",
    "csv_records",
    "gexf_records",
    "graphml_records",
    "guarded",
    "jsonl_records",
    "jsonld_records",
    "read_jsonl",
    "read_records",
    "unguarded",
    "write_csv",
    "write_gexf",
    "write_graphml",
    "write_jsonl",
    "write_jsonld",
    "write_vcard",
]
