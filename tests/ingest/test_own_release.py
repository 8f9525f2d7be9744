"""What people released themselves is never widened by lists that others keep, however often they are imported."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from graph.changes import ChangeSet
from graph.kinds import Said
from graph.policy import OFFER, Audience, Policy
from graph.records import Node, Provenance
from graph.tables import SAID_CODE
from ingest.dates import parse_moment

ASKED = ["タイムスタンプ", "会員番号", "氏名", "メールアドレス", "会社名", "業種", "スキル", "困りごと", "公開範囲",
         "利用スペース"]  # fmt: skip
LISTED = ["会員番号", "氏名", "業種", "スキル", "困りごと", "公開範囲", "利用スペース", "備品"]
PERSON, NEED, WIDE = "person:KZ-1", "借金を整理したい", "ネットワーク全体"


def asked(at: str = "2026-10-01 09:00:00", scope: str = "ミキサーまで", need: str = NEED) -> list[str]:
    return [at, "KZ-1", "見本 あおば", "a@example.com", "架空木工", "写真", "木工", need, scope, "かぜのま"]


def listed(scope: str = WIDE, job: str = "写真", need: str = NEED, n: int = 0) -> list[str]:
    return ["KZ-1", "見本 あおば", job, "木工", need, scope, "かぜのま", str(n)]


def origins(snapshot) -> dict[object, tuple[Policy, Said, str, int]]:
    """Policy and provenance of everything that the person decides about."""
    ids, said = snapshot.nodes.ids, {code: s for s, code in SAID_CODE.items()}
    n, f, x, t = snapshot.nodes, snapshot.fields, snapshot.statements, snapshot.ties
    out = {}

    def add(key, table, i, policy) -> None:
        source = str(snapshot.sources[table.source[i]])
        out[key] = (snapshot.policies[policy[i]], said[int(table.said[i])], source, int(table.row[i]))

    me = snapshot.find(PERSON)
    add("node", n, me, n.policy)
    for i in np.flatnonzero(f.node == me):
        add(("field", f.name[i]), f, i, f.policy)
    for i in np.flatnonzero(x.owner == me):
        add(("statement", x.text[i]), x, i, x.policy)
    for i in np.flatnonzero(t.src == me):
        add(("tie", ids[t.dst[i]]), t, i, t.policy_src)
    return out


@pytest.fixture
def asked_once(agreed):
    """A desk with one person, who answered a form before any list named them."""
    agreed.run(agreed.csv("form.csv", [ASKED, asked()]))
    return agreed


OWN = ["node", ("field", "name"), ("field", "occupation"), ("statement", NEED), ("tie", "skill:木工"),
       ("tie", "space:かぜのま")]  # fmt: skip


@pytest.mark.parametrize(
    "lists",
    [
        [[listed(), listed(n=1)]],
        [[listed()], [listed(n=1)]],
        [[listed("自分だけ")], [listed()], [listed(n=1)]],
        [[listed("")], [listed()], [listed(n=1)]],
        [[listed(), listed("自分だけ"), listed(n=1)], [listed()]],
    ],
    ids=["two rows", "two lists", "narrowed, then wide", "emptied, then wide", "narrow between wide"],
)
def test_no_list_widens_anything_the_person_said(asked_once, lists) -> None:
    before = origins(asked_once.store.snapshot())
    for number, rows in enumerate(lists):
        asked_once.run(asked_once.csv(f"list{number}.csv", [LISTED, *rows]))
        after = origins(asked_once.store.snapshot())
        for key in OWN:
            assert after[key][0].audience <= before[key][0].audience, key
            assert after[key][0].matching <= before[key][0].matching, key
            assert after[key][1] is Said.SELF, key


def test_list_may_narrow_what_the_person_said_and_the_statement_stays_theirs(asked_once) -> None:
    before = asked_once.store.snapshot()
    asked_once.run(asked_once.csv("list.csv", [LISTED, listed("自分だけ")]))
    after = asked_once.store.snapshot()
    (was, now) = (origins(s)["statement", NEED] for s in (before, after))
    assert (was[0].audience, now[0].audience) == (Audience.MY_MIXERS, Audience.ONLY_ME)
    assert was[1:] == now[1:] == (Said.SELF, "form.csv", 2)
    assert after.statements.t.tolist() == [parse_moment("2026-10-01 09:00:00").start]
    assert after.statements.details.tolist() == before.statements.details.tolist()


def test_older_answer_does_not_win_because_a_list_came_between(asked_once) -> None:
    asked_once.run(asked_once.csv("list.csv", [LISTED, listed()]))
    older = asked_once.csv("older.csv", [ASKED, asked("2026-09-01 09:00:00", WIDE)])
    assert asked_once.one(older).rows.ignored == {"older_answer": 1}
    asked_once.run(older)
    assert origins(asked_once.store.snapshot())["statement", NEED][0].audience is Audience.MY_MIXERS


def test_newer_answer_of_the_person_widens(asked_once) -> None:
    asked_once.run(asked_once.csv("list.csv", [LISTED, listed()]))
    asked_once.run(asked_once.csv("newer.csv", [ASKED, asked("2026-11-01 09:00:00", WIDE)]))
    policy, said, source, _ = origins(asked_once.store.snapshot())["statement", NEED]
    assert (policy.audience, said, source) == (Audience.NETWORK, Said.SELF, "newer.csv")


def test_list_that_no_longer_repeats_a_statement_does_not_take_it_back(asked_once, look) -> None:
    asked_once.run(asked_once.csv("list.csv", [LISTED, listed()]))
    asked_once.run(asked_once.csv("list2.csv", [LISTED, listed(need="")]))
    assert set(look(asked_once.store.snapshot()).statements(PERSON)) == {NEED}
    asked_once.run(asked_once.csv("newer.csv", [ASKED, asked("2026-11-01 09:00:00", need="特になし")]))
    assert look(asked_once.store.snapshot()).statements(PERSON) == {}


def test_value_that_a_list_changes_is_stored_under_the_persons_own_release(asked_once, look) -> None:
    for number, job in enumerate(("翻訳", "製本")):
        asked_once.run(asked_once.csv(f"list{number}.csv", [LISTED, listed(job=job)]))
        snapshot = asked_once.store.snapshot()
        policy, said, source, row = origins(snapshot)["field", "occupation"]
        assert look(snapshot).value(PERSON, "occupation") == job
        assert (policy.audience, said, source, row) == (Audience.MY_MIXERS, Said.SELF, f"list{number}.csv", 2)


def test_lists_of_one_import_are_bounded_like_lists_of_several(asked_once) -> None:
    other = [LISTED[:-1], listed()[:-1]]
    paths = [asked_once.csv("a.csv", [LISTED, listed()]), asked_once.csv("b.csv", other)]
    asked_once.run(*paths)
    assert origins(asked_once.store.snapshot())["statement", NEED][0].audience is Audience.MY_MIXERS


@pytest.mark.parametrize("scopes", list(itertools.permutations(("自分だけ", WIDE, "ミキサーまで"))))
def test_of_rows_of_one_list_the_strictest_holds_for_every_fact(agreed, scopes) -> None:
    agreed.run(agreed.csv("list.csv", [LISTED, *(listed(s, n=i) for i, s in enumerate(scopes))]))
    found = origins(agreed.store.snapshot())
    assert {found[key][0].audience for key in OWN} == {Audience.ONLY_ME}
    assert {found[key][1] for key in OWN} == {Said.RECORD}


@pytest.mark.parametrize("times", [1, 2])
def test_collaboration_that_a_person_released_is_not_widened_by_lists_of_projects(asked_once, times: int) -> None:
    own = Policy(Audience.ONLY_ME)
    project = Node("project:古民家", OFFER, Provenance("page"))
    changes = ChangeSet("k", PERSON, "page", nodes=[project])
    changes.add_tie("COLLABORATED", PERSON, project.id, own, OFFER, Provenance("page", None, Said.SELF))
    asked_once.store.apply(changes)
    for number in range(times):
        rows = [["プロジェクト名", "参加者", "公開範囲", "備品"], ["古民家", "KZ-1", WIDE, str(number)]]
        asked_once.run(asked_once.csv(f"p{number}.csv", rows))
    policy, said, _, _ = origins(asked_once.store.snapshot())["tie", project.id]
    assert (policy.audience, said) == (Audience.ONLY_ME, Said.SELF)


def test_organisation_named_in_an_answer_is_released_by_its_own_register(asked_once, look) -> None:
    header = ["団体名", "拠点スペース", "公開範囲", "種別"]
    asked_once.run(asked_once.csv("register.csv", [header, ["架空木工", "かぜのま", WIDE, "会社"]]))
    assert look(asked_once.store.snapshot()).node_policy("organisation:架空木工").audience is Audience.NETWORK
