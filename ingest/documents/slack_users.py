"""Members of a Slack workspace as its export lists them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.documents.flat import objects, text_of
from ingest.sheet import Sheet, records

HEADERS = ("id", "real_name", "display_name", "email", "title", "channels", "replied_to", "mentioned")
SLACKBOT = "USLACKBOT"


def sheets(document: Any) -> list[Sheet]:
    """Give the members of a file ``users.json`` that came without its archive."""
    users = objects(document)
    if not users or not {"id", "profile"} <= users[0].keys() or not {"team_id", "is_bot"} & users[0].keys():
        return []
    return [records("slack", HEADERS, [member(u) for u in users if is_human(u)])]


def is_human(user: Mapping[str, Any]) -> bool:
    """Tell whether an account is of a human who is still there."""
    return not (user.get("is_bot") or user.get("deleted") or user.get("id") == SLACKBOT)


def member(user: Mapping[str, Any]) -> dict[str, str]:
    """Give the row of a member; phone numbers and custom fields are left out."""
    profile = user.get("profile") or {}
    return {
        "id": text_of(user.get("id")),
        "real_name": text_of(profile.get("real_name")) or text_of(user.get("real_name")),
        "display_name": text_of(profile.get("display_name")) or text_of(user.get("name")),
        "email": text_of(profile.get("email")),
        "title": text_of(profile.get("title")),
    }
