"""Plans, commits, replays and the agreement that comes before any data (A30, A31, B47)."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from graph.audit import Erasure
from graph.changes import ChangeSet
from graph.erasure import erase, readmit
from graph.errors import NotPermitted, Refused, WrongUse
from graph.kinds import TieKind
from graph.store.memory import MemoryStore
from graph.testing import person
from ingest.agreements import agreement, agreements, require_agreements
from ingest.call import Call
from ingest.importer import commit, plan, to_document

MEMBERS = [["会員番号", "氏名", "利用スペース", "入会日"], ["KZ-1", "見本 あおば", "かぜのま", "2024/1/5"],
           ["KZ-2", "架空 しずく", "かぜのま", "きのう"]]  # fmt: skip


def test_same_file_twice_is_a_replay(agreed, look) -> None:
    path = agreed.csv("名簿.csv", MEMBERS)
    (first,) = agreed.run(path)
    facts = look(agreed.store.snapshot()).facts()
    (second,) = agreed.run(path)
    assert (first.replayed, second.replayed) == (False, True)
    assert look(agreed.store.snapshot()).facts() == facts
    assert agreed.store.version() == first.version


def test_mended_file_of_the_same_name_is_a_change(agreed, look) -> None:
    agreed.run(agreed.csv("名簿.csv", MEMBERS))
    mended = [MEMBERS[0], MEMBERS[1], ["KZ-2", "架空 しずく", "かぜのま", "2024/1/6"]]
    (receipt,) = agreed.run(agreed.csv("名簿.csv", mended))
    assert not receipt.replayed
    assert look(agreed.store.snapshot()).ids("person") == {"KZ-1", "KZ-2"}


def test_other_mapping_or_space_is_another_import(agreed) -> None:
    path = agreed.csv("名簿.csv", [["氏名", "へや"], ["見本 あおば", "かぜのま"]])
    keys = {agreed.one(path, space=s).changes("operator").key for s in ("かぜのま", "なぎさ")}
    (planned,) = agreed.plan(path, space="なぎさ").files
    saved = planned.mappings[0].save(agreed.folder / "mappings")
    keys.add(agreed.one(path, space="なぎさ").changes("operator").key)
    assert len(keys) == 2
    saved.write_text(saved.read_text().replace("not used", "space"))
    keys.add(agreed.one(path, space="なぎさ").changes("operator").key)
    assert len(keys) == 3


def test_members_come_before_what_speaks_of_them(agreed, look) -> None:
    form = agreed.csv("a.csv", [["タイムスタンプ", "会員番号", "できること"], ["2026/1/1 10:00", "KZ-1", "木工"]])
    events = agreed.csv("b.csv", [["イベント名", "開催日", "参加者"], ["会", "2026/1/1", "KZ-1"]])
    agreed.csv("c.csv", MEMBERS)
    planned = agreed.plan(agreed.folder)
    assert [f.profile for f in planned.files] == ["members", "events", "form"]
    assert agreed.plan(form, events, agreed.folder).files[0].profile == "members"
    agreed.run(agreed.folder)
    assert set(look(agreed.store.snapshot()).statements("person:KZ-1")) == {"木工"}


def test_plan_changes_nothing_and_needs_no_agreement(desk) -> None:
    (file,) = desk.plan(desk.csv("名簿.csv", MEMBERS)).files
    assert file.counts["people"] == 1
    assert desk.store.version() == 0
    assert not (desk.folder / "mappings").exists()


def test_document_of_a_plan(desk) -> None:
    path = desk.csv("名簿.csv", [*MEMBERS, ["合計", "2名", "", ""]], "cp932")
    document = to_document(desk.plan(path))
    (file,) = json.loads(json.dumps(document))["files"]
    assert document["schema"] == "musubi.import/1"
    assert (file["file"], file["profile"], file["encoding"]) == (str(path), "members", "cp932")
    assert file["mapping"][0] == {"sheet": None, "header": "会員番号", "meaning": "number", "why": "known header"}
    wanted = ("people", "organisations", "spaces", "needs", "offers", "skills", "events", "projects")
    assert {k: file["counts"][k] for k in wanted} == dict.fromkeys(wanted, 0) | {"people": 1, "spaces": 1}
    assert file["counts"]["ties"] == {"MEMBER_OF": 1}
    assert file["merge_suggestions"] == []
    (problem,) = file["problems"]
    assert problem.keys() == {"sheet", "row", "column", "value", "code", "level", "expected"}
    assert (problem["row"], problem["column"], problem["value"]) == (3, "入会日", "きのう")
    assert file["notes"][-1] == {"code": "total_row_skipped", "sheet": None, "row": 4, "value": "合計"}


def test_guessed_mappings_are_saved_when_confirmed(desk) -> None:
    path = desk.csv("名簿.csv", MEMBERS)
    planned = desk.plan(path)
    assert [f.guessed for f in planned.guessed] == [True]
    planned.confirm()
    again = desk.plan(path)
    assert again.guessed == ()
    assert again.files[0].mappings[0].columns[0].why == "confirmed"
    assert again.files[0].changes("x").key == planned.files[0].changes("x").key


def test_wrong_paths_and_profiles(desk) -> None:
    with pytest.raises(WrongUse, match=r"none\.csv"):
        desk.plan(desk.folder / "none.csv")
    with pytest.raises(WrongUse, match=r"'member'.*members"):
        desk.plan(desk.csv("a.csv", MEMBERS), profile="member")
    (desk.folder / "empty").mkdir()
    with pytest.raises(Refused, match="no file with"):
        desk.plan(desk.folder / "empty")


@pytest.mark.parametrize(
    ("rows", "profile", "message"),
    [
        ([["色", "形"], ["赤", "丸"]], None, "no header row is understood"),
        ([["氏名"], ["見本 あおば"]], "events", "profile 'events' needs events: name and people"),
        ([[""]], None, "no rows"),
    ],
)
def test_tables_that_are_not_understood_are_refused_whole(desk, rows, profile: str | None, message: str) -> None:
    with pytest.raises(Refused, match=message):
        desk.plan(desk.csv("a.csv", rows), profile=profile)


def test_rows_of_erased_people_are_reported_and_left_out(agreed, look) -> None:
    rows = [*MEMBERS[:2], ["KZ-3", "例示 こだち", "かぜのま", "2024/1/6"]]
    path = agreed.csv("名簿.csv", rows)
    agreed.run(path)
    erase(agreed.store, ["person:KZ-1"], "operator")
    (file,) = agreed.plan(agreed.csv("名簿2.csv", rows)).files
    commit(file, agreed.store, "operator")
    assert [(p.row, p.code, p.value) for p in file.problems] == [(2, "erased", "")]
    assert look(agreed.store.snapshot()).ids("person") == {"KZ-3"}
    readmit(agreed.store, "person:KZ-1", "operator")
    agreed.run(agreed.csv("名簿2.csv", rows))
    assert look(agreed.store.snapshot()).ids("person") == {"KZ-1", "KZ-3"}


class ErasingMeanwhile(MemoryStore):
    """Somebody is erased right after the ledger was read for the first time."""

    def __init__(self, who: str) -> None:
        super().__init__()
        self._who = who

    def erasures(self) -> list[Erasure]:
        before, who, self._who = super().erasures(), self._who, ""
        if who:
            erase(self, [who], "operator")
        return before


def test_who_is_erased_beside_an_import_does_not_come_back(agreed, look) -> None:
    path = agreed.csv("名簿.csv", [*MEMBERS[:2], ["KZ-3", "例示 こだち", "かぜのま", "2024/1/6"]])
    store = ErasingMeanwhile("")
    store.apply(agreement("かぜのま", "見本運営", dt.date(2020, 1, 1), None, ["氏名"], snapshot=store.snapshot()))
    store.apply(ChangeSet("k", "operator", "test", nodes=[person("person:KZ-1")]))
    (file,) = plan([path], snapshot=store.snapshot(), mappings=agreed.folder / "mappings").files
    store._who = "person:KZ-1"
    commit(file, store, "operator")
    assert [(p.row, p.code, p.value) for p in file.problems] == [(2, "erased", "")]
    assert look(store.snapshot()).ids("person") == {"KZ-3"}


def test_number_of_a_refused_row_is_not_taken_by_another(agreed) -> None:
    rows = [MEMBERS[0], ["KZ-2", "架空 しずく", "かぜのま", "きのう"], ["KZ-2", "例示 こだち", "かぜのま", "2024/1/6"]]
    file = agreed.one(agreed.csv("名簿.csv", rows))
    assert [(p.row, p.code) for p in file.problems] == [(2, "not_a_date"), (3, "id_taken")]
    assert file.counts["people"] == 0


def test_progress_is_told_now_and_then(desk) -> None:
    told: list[tuple[int, int]] = []
    body = [[f"KZ-{n}", f"見本 {n}号", "かぜのま", "2024/1/6"] for n in range(500)]
    path = desk.csv("名簿.csv", [MEMBERS[0], *body])
    plan(
        [path], call=Call(progress=lambda done, total: told.append((done, total))), snapshot=desk.store.snapshot(),
        mappings=desk.folder / "m",
    )  # fmt: skip
    assert told == [(0, 1000), (200, 1000), (400, 1000), (600, 1000), (800, 1000)]


def test_people_of_one_name_are_suggested_once(desk) -> None:
    rows = [["氏名", "会社名"], ["見本 あおば", "見本工房"], ["見本 あおば", "架空商店"], ["架空 しずく", ""]]
    (file,) = to_document(desk.plan(desk.csv("名簿.csv", rows), space="かぜのま"))["files"]
    assert [len(group) for group in file["merge_suggestions"]] == [2]


# ---- agreements


def test_no_agreement_no_members(desk, look) -> None:
    (file,) = desk.plan(desk.csv("名簿.csv", MEMBERS)).files
    with pytest.raises(
        NotPermitted, match=r"かぜのま.*musubi agreement add --space かぜのま --operator NAME --from DATE"
    ):
        commit(file, desk.store, "operator")
    assert desk.store.version() == 0
    desk.agree("かぜのま")
    commit(file, desk.store, "operator")
    assert look(desk.store.snapshot()).ids("person") == {"KZ-1"}


def test_agreement_of_another_space_does_not_help(desk) -> None:
    desk.agree("なぎさ")
    (file,) = desk.plan(desk.csv("名簿.csv", MEMBERS)).files
    with pytest.raises(NotPermitted, match="かぜのま"):
        commit(file, desk.store, "operator")


def test_answers_of_members_whose_space_has_no_agreement_any_more(desk) -> None:
    day = dt.date(2020, 1, 1)
    desk.agree("かぜのま")
    desk.run(desk.csv("名簿.csv", MEMBERS))
    desk.store.apply(agreement("かぜのま", "見本運営", day, day, ["氏名"], snapshot=desk.store.snapshot()))
    (file,) = desk.plan(
        desk.csv("a.csv", [["タイムスタンプ", "会員番号", "できること"], ["2026/1/1 10:00", "KZ-1", "木工"]])
    ).files
    with pytest.raises(NotPermitted, match="かぜのま"):
        commit(file, desk.store, "operator")


def test_agreements_are_kept_and_listed(desk, look) -> None:
    def add(until: dt.date | None, *items: str) -> None:
        changes = agreement(
            "かぜのま", "見本運営", dt.date(2026, 4, 1), until, items, snapshot=desk.store.snapshot(), actor="operator"
        )
        desk.store.apply(changes)

    add(dt.date(2027, 3, 31), "氏名", "困りごと")
    (made,) = agreements(desk.store.snapshot())
    assert (made.space, made.operator, made.items) == ("かぜのま", "見本運営", ("氏名", "困りごと"))
    assert [made.valid(dt.date(*d)) for d in [(2026, 3, 31), (2026, 4, 1), (2027, 3, 31), (2027, 4, 1)]] == [
        False, True, True, False,
    ]  # fmt: skip
    add(None, "氏名")
    add(dt.date(2027, 3, 31), "氏名", "困りごと")
    assert agreements(desk.store.snapshot()) == [made]
    seen = look(desk.store.snapshot())
    assert len(seen.ids("agreement")) == 1
    assert len(seen.snapshot.ties_of(TieKind.COVERS)) == 1


def test_require_agreements_wants_one_of_each_set(desk) -> None:
    desk.agree("かぜのま")
    snapshot = desk.store.snapshot()
    require_agreements([frozenset({"space:かぜのま", "space:なぎさ"})], snapshot)
    with pytest.raises(NotPermitted, match="なぎさ"):
        require_agreements([frozenset({"space:なぎさ"})], snapshot)
    with pytest.raises(NotPermitted, match="2019-12-31"):
        require_agreements([frozenset({"space:かぜのま"})], snapshot, dt.date(2019, 12, 31))


@pytest.mark.parametrize(
    ("space", "operator", "until", "items"),
    [("", "見本運営", None, ["氏名"]), ("かぜのま", " ", None, ["氏名"]), ("かぜのま", "見本運営", None, []),
     ("かぜのま", "見本運営", dt.date(2019, 1, 1), ["氏名"])],
)  # fmt: skip
def test_incomplete_agreement_is_wrong_use(desk, space: str, operator: str, until: dt.date | None, items) -> None:
    with pytest.raises(WrongUse):
        agreement(space, operator, dt.date(2020, 1, 1), until, items, snapshot=desk.store.snapshot())
