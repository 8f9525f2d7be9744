"""Events and attendees as platforms tell them over their API: connpass, Doorkeeper, Eventbrite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.documents.flat import cells, objects, text_of
from ingest.sheet import Sheet, records

CONNPASS = ("id", "title", "started_at", "ended_at", "place", "url", "group", "owner_nickname", "owner_display_name")
DOORKEEPER = ("id", "title", "starts_at", "ends_at", "venue_name", "public_url", "group")
EVENTBRITE = (
    "Event ID", "Event Name", "Order #", "Order Date", "First Name", "Last Name", "Email", "Ticket Type",
    "Attendee Status", "Company", "Job Title",
)  # fmt: skip


def sheets(document: Any) -> list[Sheet]:
    """Give the events or attendees in an answer of one of the platforms."""
    if isinstance(document, Mapping):
        events = objects(document.get("events"))
        if events and {"started_at", "owner_nickname", "event_url"} & events[0].keys():
            return [records("connpass_api", CONNPASS, map(_connpass, events))]
        attendees = objects(document.get("attendees"))
        if attendees and "profile" in attendees[0]:
            return [records("eventbrite", EVENTBRITE, map(_eventbrite, attendees))]
    wrapped = [r["event"] for r in objects(document) if isinstance(r.get("event"), Mapping)]
    if wrapped and "starts_at" in wrapped[0]:
        return [records("doorkeeper_api", DOORKEEPER, (cells(e, DOORKEEPER) for e in wrapped))]
    return []


def _connpass(event: Mapping[str, Any]) -> dict[str, str]:
    """Read an event of version 2 of the API, or of version 1, which had other names for three of its fields."""
    row = cells(event, CONNPASS)
    row["id"] = row["id"] or text_of(event.get("event_id"))
    row["url"] = row["url"] or text_of(event.get("event_url"))
    row["group"] = row["group"] or text_of(event.get("series"))
    return row


def _eventbrite(attendee: Mapping[str, Any]) -> dict[str, str]:
    who = attendee.get("profile") or {}
    gone = attendee.get("cancelled") or attendee.get("refunded")
    return {
        "Event ID": text_of(attendee.get("event_id")),
        "Order #": text_of(attendee.get("order_id")),
        "Order Date": text_of(attendee.get("created")),
        "First Name": text_of(who.get("first_name")) or text_of(who.get("name")),
        "Last Name": text_of(who.get("last_name")),
        "Email": text_of(who.get("email")),
        "Ticket Type": text_of(attendee.get("ticket_class_name")),
        "Attendee Status": "cancelled" if gone else text_of(attendee.get("status")),
        "Company": text_of(who.get("company")),
        "Job Title": text_of(who.get("job_title")),
    }
