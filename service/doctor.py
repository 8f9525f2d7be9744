"""Is everything as it should be? Checks, each with what to do about it."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from embeddings.base import Role
from embeddings.registry import Choice
from graph.calendar import today
from graph.errors import EncoderUnavailable
from graph.kinds import NodeKind, TieKind
from graph.policy import Audience, Purpose
from graph.store.base import AuditRow, Store, chain
from graph.view import View
from graph.viewer import OPERATOR
from ingest.agreements import agreements
from service.languages import Words
from service.reading import Reader
from service.settings import SQLITE, beside_store

GIB = 1 << 30
LEAST_FREE_SHARE = 0.10
ENDING_SOON_DAYS = 30
SHOWN = 5
PROBE = "確認のための一文です"


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    NOTE = "note"  # worth knowing, nothing to do at once
    FINDING = "finding"  # to be mended


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes
    ----------
    name : str
        Stable name.
    level : Level
        How it came out.
    found, remedy : mapping of language to words
        What was found, and what to do; the remedy is empty where there is nothing to do.
    """

    name: str
    level: Level
    found: Mapping[str, str]
    remedy: Mapping[str, str]


WORDS = Words(
    {
        "store": ("保存先は開けて、形式も最新です（{url}）", "the store opens and its schema is current ({url})"),
        "writable": ("保存先に書き込めます", "the store can be written"),
        "audit": ("記録の連鎖は {n} 行すべて正しくつながっています", "the audit chain is whole: {n} rows"),
        "audit.finding": ("記録の {row} 行目が書き換えられています", "audit row {row} was tampered with"),
        "audit.missing": (
            "適用済みの変更 {applied} 件のうち {n} 件の記録がありません。残っている最後の変更の記録は {row} 行目です",
            "{n} of {applied} applied change sets have no audit row; the last row of a change that is left is {row}",
        ),
        "audit.stray": (
            "記録の {row} 行目の変更 {changes} は保存先にありません",
            "audit row {row} tells of change set {changes}, which the store does not hold",
        ),
        "audit.remedy": (
            "保存先の複製を取り、信頼できるバックアップから戻してください",
            "keep a copy of the store and restore a backup you trust",
        ),
        "disk": ("空き容量は {free} です", "{free} of disk space are free"),
        "disk.remedy": (
            "不要なファイルを消すか、保存先を広いディスクへ移してください",
            "remove files, or move the store to a larger disk",
        ),
        "encoder": ("文章の比較は {encoder} で動いています", "texts are compared by {encoder}"),
        "encoder.finding": ("{why}", "{why}"),
        "encoder.remedy": (
            "MUSUBI_ENCODER を見直してください。lexical はどの計算機でも動きます",
            "look at MUSUBI_ENCODER; 'lexical' runs on any machine",
        ),
        "agreements": (
            "メンバーのいるスペースはすべて合意書の期間内です",
            "every space with members has an agreement that is valid today",
        ),
        "agreements.finding": ("いま有効な合意書のないスペース: {names}", "no agreement valid today: {names}"),
        "agreements.ending": (
            "{days} 日以内に切れる合意書のあるスペース: {names}",
            "agreements ending within {days} days: {names}",
        ),
        "agreements.remedy": (
            "musubi agreement add --space 名前 --operator 名前 --from 日付 --items 項目",
            "musubi agreement add --space NAME --operator NAME --from DATE --items ITEMS",
        ),
        "people": ("だれからも見えない人はいません", "there is nobody whom no member or mixer may see"),
        "people.finding": (
            "スペースに属さず、公開範囲も狭いため、だれからも見えない人: {n} 人",
            "{n} people belong to no space and are released to nobody: no member or mixer may see them",
        ),
        "people.remedy": (
            "会員名簿の利用スペースと公開範囲を本人に確かめて、取り込み直してください",
            "ask them for their space and release, and import the member list again",
        ),
        "mixers": ("どのスペースにもミキサーがいます", "every space has a mixer"),
        "mixers.note": (
            "ミキサーの決まっていないスペース: {names}（この計算機の操作者が代わりを務めています）",
            "no mixer is named for: {names} (the operator of this machine stands in)",
        ),
        "content.note": ("まだだれも登録されていません", "nobody is here yet"),
        "content.remedy": ("musubi import ファイル…", "musubi import FILE…"),
        "content": ("{n} 人が登録されています", "{n} people are here"),
        "content.seen": ("{viewer} から {n} 人が見えます", "{viewer} may see {n} people"),
    }
)


def examine(reader: Reader, choose: Callable[[], Choice], on: dt.date | None = None) -> list[Check]:
    """Run all checks on an open store.

    Parameters
    ----------
    reader : Reader
        Who asks, on an open store; that it opened at all is the first check. For viewers other than the operator
        only ``store``, ``writable``, ``encoder`` and ``content`` run: the others read what a viewer may not see.
    choose : callable
        Loads the text encoder.
    on : datetime.date, optional
        Day for which agreements must be valid.
    """
    view = reader.view(Purpose.REPORT)
    reader.record("doctor")
    opened = [_ok("store", url=reader.store.url), _ok("writable")]
    if reader.viewer != OPERATOR:
        return [*opened, _encoder(choose), _seen(view)]
    checks = [*opened, _audit(reader.store), *_disk(reader.store.url), _encoder(choose), _content(view)]
    return [*checks, *_agreements(view, on or today()), _people(view), _mixers(view)]


def _ok(name: str, **values: object) -> Check:
    return Check(name, Level.OK, WORDS.both(name, **values), {})


def _found(name: str, kind: str = "finding", **values: object) -> Check:
    level = Level.NOTE if kind == "note" else Level.FINDING
    remedy = {} if name == "mixers" else WORDS.both(f"{name}.remedy")
    return Check(name, level, WORDS.both(f"{name}.{kind}", **values), remedy)


def _audit(store: Store) -> Check:
    applied = store.version()  # before the rows: what is applied meanwhile has its row, and is not missed
    rows = store.audit()
    return _chain(rows) or _changes(store, rows, applied) or _ok("audit", n=len(rows))


def _chain(rows: list[AuditRow]) -> Check | None:
    """Find the first row that was rewritten."""
    previous = ""
    for row in rows:
        hash_ = chain(row.seq, row.at, row.actor, row.action, row.key, row.detail, previous)
        if row.previous != previous or row.hash != hash_:
            return _found("audit", row=row.seq)
        previous = row.hash
    return None


def _changes(store: Store, rows: list[AuditRow], applied: int) -> Check | None:
    """Hold the rows against the change sets: a chain whose end was cut off is whole in itself."""
    told = {row.key: row.seq for row in rows if row.key}
    if len(told) < applied:
        return _found("audit", "missing", n=applied - len(told), applied=applied, row=max(told.values(), default=0))
    stray = next((key for key in told if not store.applied(key)), None)
    return None if stray is None else _found("audit", "stray", changes=stray, row=told[stray])


def _disk(url: str) -> list[Check]:
    path = beside_store(url, "") if url.startswith(SQLITE) else None
    if path is None:
        return []
    usage = shutil.disk_usage(Path(path).resolve().parent)
    free = f"{usage.free / GIB:.1f} GiB"
    low = usage.free < max(GIB, min(10 * GIB, LEAST_FREE_SHARE * usage.total))
    words = WORDS.both("disk", free=free)
    return [Check("disk", Level.FINDING, words, WORDS.both("disk.remedy")) if low else _ok("disk", free=free)]


def _encoder(choose: Callable[[], Choice]) -> Check:
    try:
        choice = choose()
        choice.encoder.encode([PROBE], Role.QUERY)
    except EncoderUnavailable as error:
        return _found("encoder", why=error)
    if choice.notice:
        return Check("encoder", Level.FINDING, choice.notice, WORDS.both("encoder.remedy"))
    return _ok("encoder", encoder=choice.encoder.name)


def _content(view: View) -> Check:
    n = len(view.of_kind(NodeKind.PERSON))
    return _ok("content", n=n) if n else _found("content", "note")


def _seen(view: View) -> Check:
    words = WORDS.both("content.seen", viewer=view.viewer, n=len(view.of_kind(NodeKind.PERSON)))
    return Check("content", Level.OK, words, {})


def _spaces_with_members(view: View) -> set[str]:
    return {str(view.nodes.ids[s]) for s in view.memberships((NodeKind.SPACE,)).indices}


def _agreements(view: View, on: dt.date) -> list[Check]:
    valid = [a for a in agreements(view) if a.valid(on)]
    soon = on + dt.timedelta(days=ENDING_SOON_DAYS)
    covered = {a.space_id for a in valid}
    lasting = {a.space_id for a in valid if a.until is None or a.until > soon}
    missing = _spaces_with_members(view) - covered
    checks = [_found("agreements", names=_names(view, missing))] if missing else []
    if covered - lasting:
        names = _names(view, covered - lasting)
        checks.append(_found("agreements", "ending", names=names, days=ENDING_SOON_DAYS))
    return checks or [_ok("agreements")]


def _people(view: View) -> Check:
    people = view.of_kind(NodeKind.PERSON)
    narrow = np.array([view.policies[view.nodes.policy[p]].audience < Audience.PARTNERS for p in people], dtype=bool)
    housed = np.diff(view.memberships((NodeKind.SPACE,)).indptr)[people] > 0
    n = int(np.sum(narrow & ~housed))
    return _found("people", n=n) if n else _ok("people")


def _mixers(view: View) -> Check:
    mixed = {str(view.nodes.ids[s]) for s in view.ties_of(TieKind.MIXES).dst}
    without = {str(view.nodes.ids[s]) for s in view.of_kind(NodeKind.SPACE)} - mixed
    return _found("mixers", "note", names=_names(view, without)) if without else _ok("mixers")


def _names(view: View, identifiers: set[str]) -> str:
    names = sorted(view.label(view.find(i)) for i in identifiers)
    more = f" … (+{len(names) - SHOWN})" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def as_document(checks: list[Check]) -> dict[str, object]:
    """Give checks as the body of ``musubi.doctor/1``."""
    entries = [
        {"check": c.name, "level": str(c.level), "found": dict(c.found), "remedy": dict(c.remedy)} for c in checks
    ]
    return {"ok": all(c.level is not Level.FINDING for c in checks), "checks": entries}
