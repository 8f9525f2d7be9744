"""Profiles of the Murmurations network: people, organisations, offers and wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.documents.flat import cells, objects, text_of
from ingest.sheet import Sheet, records

OFFERS = (
    "exchange_type", "title", "description", "transaction_type", "email", "name", "primary_url", "expires_at",
    "item_type",
)  # fmt: skip
PEOPLE = ("primary_url", "name", "description", "tags", "email", "locality")
ORGANISATIONS = ("primary_url", "name", "description", "mission", "locality")
LAST_PLAUSIBLE_SECOND = 10**11


def sheets(document: Any) -> list[Sheet]:
    """Give offers and wants, people, organisations: one table each."""
    inner = objects(document.get("data")) if isinstance(document, Mapping) else []
    profiles = inner or objects(document) or ([document] if isinstance(document, Mapping) else [])
    offers = [p for p in profiles if "exchange_type" in p]
    people = [p for p in profiles if _of_schema(p, "people_schema", "person_schema")]
    organisations = [p for p in profiles if _of_schema(p, "organizations_schema", "organisations_schema")]
    out = []
    if people:
        out.append(records("murmurations_people", PEOPLE, (_row(p, PEOPLE) for p in people), "people"))
    if organisations:
        rows = (_row(p, ORGANISATIONS) for p in organisations)
        out.append(records("murmurations_organisations", ORGANISATIONS, rows, "organisations"))
    if offers:
        out.append(records("murmurations", OFFERS, (_row(p, OFFERS) for p in offers), "offers_wants" if out else None))
    return out


def _of_schema(profile: Mapping[str, Any], *names: str) -> bool:
    linked = profile.get("linked_schemas")
    return isinstance(linked, list) and any(str(s).startswith(names) for s in linked)


def _row(profile: Mapping[str, Any], headers: tuple[str, ...]) -> dict[str, str]:
    row = cells(profile, headers)
    contact = profile.get("contact_details")
    if "email" in headers and isinstance(contact, Mapping):
        row["email"] = row["email"] or text_of(contact.get("email"))
    if "expires_at" in headers:
        row["expires_at"] = _moment(profile.get("expires_at"))
    return row


def _moment(value: Any) -> str:
    """Give a time as text; the schema keeps it in POSIX seconds."""
    from datetime import UTC, datetime

    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < LAST_PLAUSIBLE_SECOND:
        return datetime.fromtimestamp(value, UTC).isoformat()
    return text_of(value)
