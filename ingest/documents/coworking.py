"""Systems of coworking spaces: Cobot (JSON:API), Nexudus, OfficeRnD."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.documents.flat import cells, objects, text_of
from ingest.sheet import Sheet, records

COBOT = (
    "id", "name", "email", "company", "confirmedAt", "canceledAt", "plan", "published", "aboutMe", "space", "visited",
    "status", "skills",
)  # fmt: skip
NEXUDUS = (
    "Id", "FullName", "Email", "CompanyName", "BusinessArea", "CoworkerType", "ProfileSummary", "ProfileTags",
    "ProfileIsPublic", "RegistrationDate", "Active", "Businesses",
)  # fmt: skip
OFFICERND = (
    "_id", "name", "email", "team", "office", "status", "startDate", "properties.about", "properties.skills", "plan",
)  # fmt: skip
COBOT_TYPES = ("membership", "membershipprofile", "checkin", "dropinpass")
_ID = re.compile(r"[0-9a-f]{24}|\d+")


def sheets(document: Any) -> list[Sheet]:
    """Give the members in an export of one of the systems."""
    if isinstance(document, Mapping) and any(_is_nexudus(r) for r in objects(document.get("Records"))[:1]):
        return [records("nexudus", NEXUDUS, map(_nexudus, objects(document["Records"])))]
    listed = objects(document) or (objects(document.get("data")) if isinstance(document, Mapping) else [])
    if listed and any(_cobot_type(r) in COBOT_TYPES for r in listed):
        extra = objects(document.get("included")) if isinstance(document, Mapping) else []
        return [_cobot([*listed, *extra])]
    if listed and "confirmedAt" in listed[0]:
        return [_cobot([{"type": "memberships", "id": r.get("id", n), "attributes": r} for n, r in enumerate(listed)])]
    if isinstance(document, Mapping):
        listed = listed or objects(document.get("results")) or objects(document.get("members"))
    if listed and "_id" in listed[0] and {"office", "team", "company", "calculatedStatus"} & listed[0].keys():
        return [records("officernd", OFFICERND, map(_officernd, listed))]
    return []


def _nexudus(record: Mapping[str, Any]) -> dict[str, str]:
    row = cells(record, NEXUDUS)
    row["Businesses"] = _named(row["Businesses"]) or text_of(record.get("HomeSpaceName"))
    row["CompanyName"] = row["CompanyName"] or _named(text_of(record.get("Teams")))
    return row


def _named(text: str) -> str:
    """Give the lines of a text that are names; ids of other records tell nothing here."""
    return "\n".join(line for line in text.split("\n") if not _ID.fullmatch(line))


def _is_nexudus(record: Mapping[str, Any]) -> bool:
    return "FullName" in record and bool({"CoworkerType", "UniqueId", "ProfileIsPublic"} & record.keys())


def _officernd(record: Mapping[str, Any]) -> dict[str, str]:
    row = cells(record, OFFICERND)
    row["team"] = _named(row["team"]) or _named(text_of(record.get("company")))
    row["office"] = _named(row["office"])
    row["status"] = text_of(record.get("calculatedStatus")) or row["status"]
    row["startDate"] = row["startDate"] or text_of(record.get("createdAt"))
    return row


def _cobot_type(record: Mapping[str, Any]) -> str:
    """Give the type of a record of JSON:API, however it is written: ``drop_in_passes``, ``dropInPass``."""
    word = text_of(record.get("type")).replace("_", "").replace("-", "").lower()
    return (
        word.removesuffix("es") if word.endswith("passes") else word.removesuffix("s") if word != "dropinpass" else word
    )


def _cobot(listed: list[Mapping[str, Any]]) -> Sheet:
    """Join memberships with their profiles; visits of members and of drop-ins are rows of their own."""
    members: dict[str, dict[str, str]] = {}
    visits: list[dict[str, str]] = []
    for record in listed:
        kind, given = _cobot_type(record), cells(record.get("attributes") or {}, COBOT)
        owner = _related(record, "membership")
        if kind in ("membership", "membershipprofile"):
            key = owner or text_of(record.get("id"))
            row = members.setdefault(key, {"id": key})
            row.update({k: v for k, v in given.items() if v})
            row["plan"] = row.get("plan") or _related(record, "plan")
        elif kind == "dropinpass":
            visited = text_of((record.get("attributes") or {}).get("validOn"))
            visits.append(given | {"id": "", "visited": visited, "status": "drop-in"})
        elif kind == "checkin" and owner:
            visits.append({"id": owner, "visited": text_of((record.get("attributes") or {}).get("validFrom"))})
    named = {k: m for k, m in members.items() if m.get("name") or m.get("email")}
    checked = [named[v["id"]] | v if v["id"] in named else v for v in visits if not v["id"] or v["id"] in named]
    return records("cobot", COBOT, [*named.values(), *checked])


def _related(record: Mapping[str, Any], name: str) -> str:
    related = (record.get("relationships") or {}).get(name) or {}
    data = related.get("data") if isinstance(related, Mapping) else None
    return text_of(data.get("id")) if isinstance(data, Mapping) else ""
