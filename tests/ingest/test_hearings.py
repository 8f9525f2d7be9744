"""Hearing sheets: who said what about whom stays with mixers until the member confirms it (B27, B29, B30, B32)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from graph.errors import Conflict, Unknown
from graph.gate import view
from graph.kinds import Said
from graph.merge_changes import accept
from graph.policy import Audience, Matching, Purpose
from graph.tables import SAID
from graph.viewer import OPERATOR, Viewer
from ingest.call import Call
from ingest.confirmations import confirmed, open_tasks, rejected
from ingest.hearings import suggested_parts
from ingest.importer import commit, plan, to_document
from ingest.release import Release

FIXTURE = Path(__file__).parents[1] / "fixtures" / "sources" / "hearing.csv"
MEMBERS = [["会員番号", "氏名"], ["KZ-1", "見本 あおば"], ["KZ-2", "架空 しずく"]]
DAY = dt.date(2026, 6, 1)


@pytest.fixture
def heard(agreed):
    agreed.run(agreed.csv("名簿.csv", MEMBERS), space="かぜのま")
    agreed.run(agreed.file("聞き取り.csv", FIXTURE.read_bytes()))
    return agreed


def tasks(desk, viewer: Viewer = OPERATOR):
    return open_tasks(view(desk.store.snapshot(), viewer, Purpose.INTRODUCTION))


def test_staff_said_stays_with_mixers_and_moves_nothing(heard, look) -> None:
    seen = look(heard.store.snapshot())
    own = seen.statements("person:KZ-1")
    kind, policy = own["木工を教えられる。道具も貸せる。"]
    assert (kind, policy.audience, policy.matching) == ("offer", Audience.MY_MIXERS, Matching.OWNER_FIRST)
    for kind, policy in seen.statements("person:KZ-2").values():
        assert kind in ("offer", "need")
        assert (policy.audience, policy.matching) == (Audience.MY_MIXERS, Matching.NONE)
    assert {k for k, _ in seen.statements("space:かぜのま").values()} == {"activity", "need"}


def test_each_staff_said_statement_is_a_task(heard) -> None:
    found = [(t.owner, str(t.kind), t.heard_from) for t in tasks(heard)]
    assert sorted(found) == [
        ("person:KZ-2", "need", "staff"),
        ("person:KZ-2", "offer", "staff"),
        ("space:かぜのま", "activity", "mixer"),
        ("space:かぜのま", "need", "mixer"),
    ]
    assert tasks(heard, Viewer.parse("person:KZ-1")) == []
    assert {t.owner for t in tasks(heard, Viewer.parse("person:KZ-2"))} == {"person:KZ-2"}


def test_confirmed_words_become_the_members_own(heard, look) -> None:
    (task,) = [t for t in tasks(heard) if t.owner == "person:KZ-2" and t.kind == "offer"]
    short = task.statement.partition(":")[2][:8]
    release = Release(True, Audience.NETWORK, matching=Matching.OPEN)
    heard.store.apply(confirmed(heard.store.snapshot(), OPERATOR, short, release, day=DAY))
    policy = look(heard.store.snapshot()).statements("person:KZ-2")[task.text][1]
    assert (policy.audience, policy.matching) == (Audience.NETWORK, Matching.OPEN)
    assert task.statement not in {t.statement for t in tasks(heard)}
    heard.run(heard.file("聞き取り2.csv", FIXTURE.read_bytes() + b"\r\n"))
    assert look(heard.store.snapshot()).statements("person:KZ-2")[task.text][1] == policy


def test_rejected_words_are_gone(heard, look) -> None:
    (task,) = [t for t in tasks(heard) if t.owner == "person:KZ-2" and t.kind == "need"]
    heard.store.apply(rejected(heard.store.snapshot(), OPERATOR, task.statement))
    assert task.text not in look(heard.store.snapshot()).statements("person:KZ-2")
    with pytest.raises(Unknown):
        rejected(heard.store.snapshot(), OPERATOR, task.statement)


def told(desk) -> set[tuple[str, str, str]]:
    table, ids = desk.store.snapshot().statements, desk.store.snapshot().nodes.ids
    return {(str(ids[o]), text, SAID[said]) for o, text, said in zip(table.owner, table.text, table.said, strict=True)}


def test_words_heard_of_a_merged_record_stay_in_that_record(heard) -> None:
    """KZ-2 is known as KZ-1; what KZ-2 confirms, or does not, is hers alone once they are two again."""
    before = told(heard)
    yes, no = (next(t for t in tasks(heard) if (t.owner, t.kind) == ("person:KZ-2", k)) for k in ("offer", "need"))
    heard.store.apply(accept(heard.store.snapshot(), "person:KZ-1", "person:KZ-2", "operator"))
    assert {t.owner for t in tasks(heard) if t.owner.startswith("person:")} == {"person:KZ-1"}
    release = Release(True, Audience.NETWORK, matching=Matching.OPEN)
    heard.store.apply(confirmed(heard.store.snapshot(), OPERATOR, yes.statement, release, day=DAY))
    heard.store.apply(rejected(heard.store.snapshot(), OPERATOR, no.statement))
    own = {("person:KZ-2", yes.text, Said.SELF)}
    gone = {("person:KZ-2", t.text, Said.STAFF) for t in (yes, no)}
    assert told(heard) == before - gone | own
    shown = view(heard.store.snapshot(), Viewer.parse("analyst"), Purpose.INTRODUCTION)
    assert yes.text in shown.statements.text.tolist()
    assert not [t for t in tasks(heard) if t.owner.startswith("person:")]


def test_what_changed_meanwhile_is_looked_at_again(heard) -> None:
    """Two people decide about one task at once: the second decision finds no task."""
    (task,) = [t for t in tasks(heard) if (t.owner, t.kind) == ("person:KZ-2", "need")]
    snapshot = heard.store.snapshot()
    no, yes = (
        rejected(snapshot, OPERATOR, task.statement),
        confirmed(snapshot, OPERATOR, task.statement, Release(), day=DAY),
    )
    heard.store.apply(no)
    with pytest.raises(Conflict):
        heard.store.apply(yes)
    assert task.text not in {text for _, text, _ in told(heard)}


def test_nobody_can_be_talked_out_of_own_words(agreed, look) -> None:
    agreed.run(agreed.csv("名簿.csv", MEMBERS), space="かぜのま")
    form = [["タイムスタンプ", "会員番号", "できること"], ["2026/1/1 10:00", "KZ-2", "編集が得意らしい"]]
    agreed.run(agreed.csv("回答.csv", form))
    before = look(agreed.store.snapshot()).statements("person:KZ-2")
    agreed.run(agreed.file("聞き取り.csv", FIXTURE.read_bytes()))
    after = look(agreed.store.snapshot()).statements("person:KZ-2")
    assert after["編集が得意らしい"] == before["編集が得意らしい"]


def test_texts_are_split_only_when_somebody_says_so(desk) -> None:
    path = desk.file("聞き取り.csv", FIXTURE.read_bytes())

    def planned(call: Call):
        (file,) = plan([path], call=call, snapshot=desk.store.snapshot(), mappings=desk.folder / "m").files
        return file

    whole, taken = planned(Call()), planned(Call(split=True))
    assert (whole.counts["offers"], taken.counts["offers"]) == (2, 3)
    (file,) = to_document(desk.plan(path))["files"]
    assert file["splits"] == [
        {"sheet": None, "row": 3, "column": "強み", "value": "木工を教えられる。道具も貸せる。",
         "parts": ("木工を教えられる。", "道具も貸せる。")}
    ]  # fmt: skip
    assert taken.splits == []


def test_suggested_parts_leave_short_bits_and_brackets_alone() -> None:
    assert suggested_parts("「海へ。」という店を出したい") == ["「海へ。」という店を出したい"]
    assert suggested_parts("木工。翻訳。") == ["木工。翻訳。"]
    assert suggested_parts("１．帳簿を付けられます\n２．写真を撮れます") == ["帳簿を付けられます", "写真を撮れます"]


def test_somebody_heard_of_first_is_known_to_mixers_until_the_list_comes(agreed, look) -> None:
    agreed.run(agreed.file("聞き取り.csv", FIXTURE.read_bytes()))
    seen = look(agreed.store.snapshot())
    people = {f"person:{i}" for i in seen.ids("person")}
    assert {seen.node_policy(i).audience for i in people} == {Audience.MY_MIXERS}
    agreed.run(agreed.csv("名簿.csv", [["氏名"], ["見本 あおば"]]), space="かぜのま")
    seen = look(agreed.store.snapshot())
    assert sorted(seen.node_policy(i).audience.name for i in people) == ["MY_MIXERS", "MY_SPACE"]
    assert seen.ids("person") == {i.partition(":")[2] for i in people}


@pytest.mark.parametrize(
    ("row", "code"),
    [(["", "強いこと", "本人"], "no_person"), (["見本 あおば", "特になし", "本人"], "empty"),
     (["見本 あおば", "木工", "となりの人"], "unknown_speaker"), (["見しらぬ 例示", "木工", "本人"], "no_space")],
)  # fmt: skip
def test_rows_that_say_too_little_are_refused(desk, row: list[str], code: str) -> None:
    file = desk.one(
        desk.csv("聞き取り.csv", [["氏名", "強み", "話した人"], row]), space=None if code != "empty" else "x"
    )
    assert code in [p.code for p in file.problems]
    assert file.counts["offers"] == 0


def test_a_sheet_needs_the_agreement_of_the_space(desk) -> None:
    from graph.errors import NotPermitted

    (file,) = desk.plan(desk.file("聞き取り.csv", FIXTURE.read_bytes())).files
    with pytest.raises(NotPermitted, match="かぜのま"):
        commit(file, desk.store, "operator")
