"""Exports of Slack: who is in which channel, how often who answers or mentions whom; no word of a message."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from graph.errors import Refused
from ingest.documents.flat import lines, objects, text_of
from ingest.documents.slack_users import HEADERS, is_human, member
from ingest.limits import Limits
from ingest.sheet import Book, records
from ingest.source import Source

USERS, CHANNELS = "users.json", "channels.json"
MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
MOST_MESSAGES = 1_000_000


def is_slack(names: set[str]) -> bool:
    """Tell whether an archive with these entries is an export of Slack."""
    return USERS in {n.rpartition("/")[2] for n in names} and any(n.endswith(CHANNELS) for n in names)


def read_slack(source: Source, limits: Limits) -> Book:
    """Read an export: the whole archive is checked before any of it is unpacked.

    Parameters
    ----------
    source : Source
        A zip archive.
    limits : Limits
        How large it may be, packed and unpacked.

    Raises
    ------
    Refused
        If it is larger than the limits or damaged.
    """
    try:
        with zipfile.ZipFile(source.path) as archive:
            _check(archive, source, limits)
            return Book([_Export(archive).sheet()], encoding="utf-8")
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        RecursionError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Refused(f"{source.label}: the archive is damaged: {str(error)[:200]}") from error


def _check(archive: zipfile.ZipFile, source: Source, limits: Limits) -> None:
    packed, unpacked = source.stamp[0], sum(e.file_size for e in archive.infolist())
    if packed > limits.packed_bytes or unpacked > limits.unpacked_bytes or unpacked > limits.ratio * packed:
        raise Refused(
            f"{source.label}: {packed:,} bytes, unpacked {unpacked:,}; at most {limits.packed_bytes:,} and"
            f" {limits.unpacked_bytes:,}, {limits.ratio:g} times: export a shorter time"
        )
    if any(e.flag_bits & 1 for e in archive.infolist()):
        raise Refused(f"{source.label}: the archive is protected by a password: save it without one")


class _Export:
    """One export, read channel by channel."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {e.filename for e in archive.infolist()}
        self.users = [u for u in objects(self._load(self._find(USERS))) if is_human(u)]
        self.ids = {text_of(u.get("id")) for u in self.users}
        self.channels: defaultdict[str, list[str]] = defaultdict(list)
        self.replied: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.mentioned: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def sheet(self) -> Any:
        """Give one row a member."""
        for channel in objects(self._load(self._find(CHANNELS))):
            name = text_of(channel.get("name"))
            for user in channel.get("members") or []:
                self.channels[text_of(user)].append(name)
            self._count(name)
        return records("slack", HEADERS, map(self._row, self.users))

    def _row(self, user: Mapping[str, Any]) -> dict[str, str]:
        row = member(user)
        key = row["id"]
        row["channels"] = lines(sorted(self.channels[key]))
        row["replied_to"] = _counted(self.replied[key])
        row["mentioned"] = _counted(self.mentioned[key])
        return row

    def _count(self, channel: str) -> None:
        author: dict[str, str] = {}
        waiting: list[tuple[str, str]] = []
        for n, message in enumerate(self._messages(channel)):
            if n > MOST_MESSAGES:
                raise ValueError(f"more than {MOST_MESSAGES:,} messages in #{channel}")
            user, ts = text_of(message.get("user")), text_of(message.get("ts"))
            if user not in self.ids:
                continue
            author[ts] = user
            thread = text_of(message.get("thread_ts"))
            if thread and thread != ts:
                waiting.append((user, thread))
            text = message.get("text")
            for other in set(MENTION.findall(text)) if isinstance(text, str) else ():
                if other in self.ids and other != user:
                    self.mentioned[user][other] += 1
        for user, thread in waiting:
            other = author.get(thread)
            if other and other != user:
                self.replied[user][other] += 1

    def _messages(self, channel: str) -> Iterator[Mapping[str, Any]]:
        root = self._find(CHANNELS).removesuffix(CHANNELS)
        for name in sorted(n for n in self.names if n.startswith(f"{root}{channel}/") and n.endswith(".json")):
            yield from objects(self._load(name))

    def _find(self, name: str) -> str:
        return min((n for n in self.names if n == name or n.endswith(f"/{name}")), key=len)

    def _load(self, name: str) -> Any:
        from ingest.documents.json_file import parse

        return parse(self.archive.read(name).decode("utf-8-sig"))


def _counted(counts: Counter[str]) -> str:
    return "\n".join(f"{user}\t{n}" for user, n in sorted(counts.items()))
