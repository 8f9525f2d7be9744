"""Public records of ORCID, version 3: one record, or a list of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ingest.documents.flat import lines, objects, text_of
from ingest.sheet import Sheet, records

ORCID = (
    "orcid", "credit-name", "given-names", "family-name", "biography", "keywords", "employments", "works", "emails",
)  # fmt: skip


def sheets(document: Any) -> list[Sheet]:
    """Give one row a record."""
    found = [r for r in [document, *objects(document)] if isinstance(r, Mapping) and "orcid-identifier" in r]
    return [records("orcid", ORCID, map(_record, found))] if found else []


def _record(record: Mapping[str, Any]) -> dict[str, str]:
    person = record.get("person") or {}
    name = person.get("name") or {}
    activities = record.get("activities-summary") or {}
    return {
        "orcid": text_of(_at(record, "orcid-identifier", "path")),
        "credit-name": text_of(_at(name, "credit-name", "value")),
        "given-names": text_of(_at(name, "given-names", "value")),
        "family-name": text_of(_at(name, "family-name", "value")),
        "biography": text_of(_at(person, "biography", "content")),
        "keywords": lines(text_of(k.get("content")) for k in objects(_at(person, "keywords", "keyword"))),
        "employments": lines(_employers(activities.get("employments") or {})),
        "works": lines(_works(activities.get("works") or {})),
        "emails": next((text_of(e.get("email")) for e in objects(_at(person, "emails", "email"))), ""),
    }


def _employers(employments: Mapping[str, Any]) -> Iterator[str]:
    for group in objects(employments.get("affiliation-group")):
        for summary in objects(group.get("summaries")):
            yield text_of(_at(summary, "employment-summary", "organization", "name"))
    for summary in objects(employments.get("employment-summary")):
        yield text_of(_at(summary, "organization", "name"))


def _works(works: Mapping[str, Any]) -> Iterator[str]:
    """Give one title a work: a group holds the same work as several sources tell it."""
    for group in objects(works.get("group")):
        yield next((text_of(_at(s, "title", "title", "value")) for s in objects(group.get("work-summary"))), "")


def _at(value: Any, *path: str) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
