"""Exports of Discord channels as DiscordChatExporter writes them: who answers whom; no word of a message."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from ingest.documents.flat import objects, text_of
from ingest.sheet import Sheet, records

HEADERS = ("id", "nickname", "channels", "replied_to", "mentioned")


def sheets(document: Any) -> list[Sheet]:
    """Give one row for everybody who wrote in the channel."""
    if not isinstance(document, Mapping) or not {"guild", "channel", "messages"} <= document.keys():
        return []
    guild, channel = text_of(document["guild"]), text_of(document["channel"])
    messages = [m for m in objects(document["messages"]) if _human(m.get("author"))]
    authors = {text_of(m["author"].get("id")): m["author"] for m in messages}
    written = {text_of(m.get("id")): text_of(m["author"].get("id")) for m in messages}
    replied: defaultdict[str, Counter[str]] = defaultdict(Counter)
    mentioned: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for message in messages:
        user = text_of(message["author"].get("id"))
        answered = written.get(text_of((message.get("reference") or {}).get("messageId")))
        if answered and answered != user:
            replied[user][answered] += 1
        for other in {text_of(m.get("id")) for m in objects(message.get("mentions"))} & authors.keys() - {user}:
            mentioned[user][other] += 1
    place = " #".join(filter(None, (guild, channel)))
    return [
        records(
            "discord",
            HEADERS,
            (
                {
                    "id": user,
                    "nickname": text_of(author.get("nickname")) or text_of(author.get("name")),
                    "channels": place,
                    "replied_to": _counted(replied[user]),
                    "mentioned": _counted(mentioned[user]),
                }
                for user, author in sorted(authors.items())
            ),
        )
    ]


def _human(author: Any) -> bool:
    return isinstance(author, Mapping) and not author.get("isBot") and bool(text_of(author.get("id")))


def _counted(counts: Counter[str]) -> str:
    return "\n".join(f"{user}\t{n}" for user, n in sorted(counts.items()))
