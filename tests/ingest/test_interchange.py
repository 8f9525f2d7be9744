"""Our own files coming back: whole into an empty store, never wider where somebody is (A29, B19, B20, B47)."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import gate
from graph.changes import ChangeSet, Receipt
from graph.errors import NotPermitted, Refused, WrongUse
from graph.export import jsonl_records, read_records, write_csv, write_gexf, write_graphml, write_jsonl, write_jsonld
from graph.export.card import CARD_FIELD, CARRIED, Card, card_of
from graph.export.card_file import read_card, write_card
from graph.kinds import DATED_KEY, Said, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose, stricter
from graph.records import Field, Node, Provenance, Statement
from graph.snapshot import Snapshot
from graph.store.memory import MemoryStore
from graph.tables import SAID, TIE_KINDS
from graph.testing import three_people
from graph.testing.samples import difference
from graph.view import View
from graph.viewer import Viewer
from graph.worlds import TODAY, random_world
from ingest.agreements import agreement
from ingest.importer import commit, plan
from ingest.interchange import MUSUBI, Form, recognised

FORMS = ("jsonl", "csv", "graphml", "gexf", "jsonld")
WRITERS = {"jsonl": write_jsonl, "graphml": write_graphml, "gexf": write_gexf, "jsonld": write_jsonld}
SOURCE = Provenance("x")
MIXERS = Policy(Audience.MY_MIXERS, Matching.OWNER_FIRST)
CARD = "0123456789abcdef" * 2


def view_of(snapshot: Snapshot, viewer: str = "operator") -> View:
    return gate.view(snapshot, Viewer.parse(viewer), Purpose.EXPORT, TODAY)


def canonical(snapshot: Snapshot) -> bytes:
    handle = io.BytesIO()
    write_jsonl(view_of(snapshot), handle)
    return handle.getvalue()


def kept(*changes: ChangeSet) -> MemoryStore:
    store = MemoryStore()
    for each in changes:
        store.apply(each)
    return store


def written(snapshot: Snapshot, form: str, place: Path) -> Path:
    path = place / f"out-{form}"
    if form == "csv":
        write_csv(view_of(snapshot), path)
    else:
        with path.open("wb") as handle:
            WRITERS[form](view_of(snapshot), handle)
    return path


def bring(store: MemoryStore, path: Path, **options: str) -> Receipt:
    made = plan([path], snapshot=store.snapshot(), mappings=path.parent / "mappings", **options)
    (file,) = made.files
    assert file.profile == MUSUBI
    return commit(file, store, "operator")


def members_and_agreement() -> MemoryStore:
    """a is a member of the space s, whose operator has agreed."""
    store = kept(three_people())
    named = Node("space:s", PUBLIC_OPEN, SOURCE, {"name": Field("見本スペース", PUBLIC_OPEN, SOURCE)})
    store.apply(ChangeSet("named", "operator", "test", nodes=[named]))
    store.apply(
        agreement("見本スペース", "見本運営", TODAY.replace(year=2020), None, ["氏名"], snapshot=store.snapshot())
    )
    return store


# ---- into an empty store


@pytest.mark.parametrize("form", FORMS)
def test_an_export_comes_back_whole_into_an_empty_store(form: str, tmp_path: Path) -> None:
    before = members_and_agreement()
    path = written(before.snapshot(), form, tmp_path)
    assert recognised(path) == Form(form)
    after = MemoryStore()
    receipt = bring(after, path)
    assert receipt.changed == 0
    assert canonical(after.snapshot()) == canonical(before.snapshot())
    assert bring(after, path).replayed


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), form=st.sampled_from(FORMS))
def test_any_world_comes_back_whole(seed: int, form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    snapshot = random_world(np.random.default_rng(seed)).snapshot()
    path = written(snapshot, form, tmp_path_factory.mktemp("w"))
    made = plan([path], snapshot=MemoryStore().snapshot(), mappings=path.parent)
    assert canonical(kept(made.files[0].changes("operator")).snapshot()) == canonical(snapshot)


def test_members_come_with_the_agreement_or_not_at_all(tmp_path: Path) -> None:
    """B47: an export without the agreement of a space does not bring its members in."""
    path = written(kept(three_people()).snapshot(), "jsonl", tmp_path)
    with pytest.raises(NotPermitted, match="no agreement"):
        bring(MemoryStore(), path)


# ---- where somebody is


def test_a_file_from_elsewhere_opens_nothing(tmp_path: Path) -> None:
    """Known facts keep the stricter of both decisions, new ones reach mixers at most, grants stay outside."""
    store = members_and_agreement()
    shy = Policy(Audience.MY_SPACE, Matching.NONE, denied=frozenset({"person:b"}))
    known = Node("person:a", shy, SOURCE, {"name": Field("見本 あおば", shy, replace(SOURCE, said=Said.SELF))})
    store.apply(ChangeSet("shy", "operator", "test", nodes=[known]))
    foreign = members_and_agreement()
    wide = Node("person:a", PUBLIC_OPEN, SOURCE, {"name": Field("想定 べつの", PUBLIC_OPEN, SOURCE)})
    new = Node("person:new", PUBLIC_OPEN, SOURCE, {"name": Field("架空 はじめ", NETWORK_OPEN, SOURCE)})
    more = ChangeSet("more", "operator", "test", nodes=[wide, new])
    more.statements.append(Statement("person:new", StatementKind.OFFER, "草刈り", PUBLIC_OPEN, SOURCE))
    more.add_tie(TieKind.MEMBER_OF, "person:new", "space:s", NETWORK_OPEN, PUBLIC_OPEN, SOURCE)
    more.add_tie(TieKind.MIXES, "person:new", "space:s", NETWORK_OPEN, PUBLIC_OPEN, SOURCE)
    foreign.apply(more)
    foreign.apply(agreement("よそ", "他運営", TODAY, None, ["氏名"], snapshot=foreign.snapshot()))
    made = plan([written(foreign.snapshot(), "jsonl", tmp_path)], snapshot=store.snapshot(), mappings=tmp_path)
    commit(made.files[0], store, "operator")
    after = store.snapshot()
    policies = {i: after.policies[p] for i, p in zip(after.nodes.ids, after.nodes.policy, strict=True)}
    assert policies["person:a"] == shy
    assert policies["person:new"] == stricter(PUBLIC_OPEN, MIXERS)
    name = next(i for i in range(len(after.fields)) if after.nodes.ids[after.fields.node[i]] == "person:a")
    assert (after.fields.value[name], after.policies[after.fields.policy[name]]) == ("見本 あおば", shy)
    offer = after.statements.text.tolist().index("草刈り")
    assert after.policies[after.statements.policy[offer]] == stricter(PUBLIC_OPEN, MIXERS)
    assert len(after.ties_of(TieKind.MIXES)) == 0
    assert len(after.ties_of(TieKind.COVERS)) == 1
    notes = {n.code: int(n.value) for n in made.files[0].notes}
    assert notes["grant_left_out"] == 3  # the agreement, what it covers, the mixer
    assert notes["release_narrowed"] >= 4


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_import_widens_what_anybody_decided(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    rng = np.random.default_rng(seed)
    here, there = random_world(rng).snapshot(), random_world(rng).snapshot()
    path = written(there, "jsonl", tmp_path_factory.mktemp("w"))
    store = kept(_changes(here))
    before = _decisions(store.snapshot())
    made = plan([path], snapshot=store.snapshot(), mappings=path.parent)
    store.apply(made.files[0].changes("operator"))
    for fact, policy in _decisions(store.snapshot()).items():
        assert _no_wider(policy, before.get(fact, CARRIED))


def _no_wider(policy: Policy, bound: Policy) -> bool:
    ends = policy.valid_until is not None and (bound.valid_until is None or policy.valid_until <= bound.valid_until)
    return (
        policy.audience <= bound.audience
        and (policy.audience < bound.audience or policy.partners <= bound.partners)
        and policy.matching <= bound.matching
        and policy.as_reason <= bound.as_reason
        and policy.purposes <= bound.purposes
        and policy.denied >= bound.denied
        and (ends or bound.valid_until is None)
    )


def _changes(snapshot: Snapshot) -> ChangeSet:
    found = read_records(jsonl_records(io.BytesIO(canonical(snapshot))))
    return ChangeSet("here", "operator", "test", "here", found.nodes, found.statements, found.ties)


def _decisions(snapshot: Snapshot) -> dict[tuple[str, ...], Policy]:
    """Give the policy of every fact of a person or organisation."""
    ids, policies = snapshot.nodes.ids, snapshot.policies
    owned = ("person:", "organisation:")
    out: dict[tuple[str, ...], Policy] = {}
    for i, p in zip(ids, snapshot.nodes.policy, strict=True):
        out["node", i] = policies[p]
    for n, name, p in zip(snapshot.fields.node, snapshot.fields.name, snapshot.fields.policy, strict=True):
        out["field", ids[n], name] = policies[p]
    for i, p in zip(snapshot.statements.ids, snapshot.statements.policy, strict=True):
        out["statement", i] = policies[p]
    t = snapshot.ties
    for k, a, b, at, p, q in zip(t.kind, t.src, t.dst, t.t, t.policy_src, t.policy_dst, strict=True):
        key = (str(k), ids[a], ids[b], str(at) if TIE_KINDS[k] in DATED_KEY else "")
        out["src", *key], out["dst", *key] = policies[p], policies[q]
    ends = {"node": 1, "field": 1, "src": 2, "dst": 3}
    return {f: p for f, p in out.items() if f[0] == "statement" or f[ends[f[0]]].startswith(owned)}


def test_the_same_export_again_changes_nothing_where_it_came_from(tmp_path: Path) -> None:
    store = members_and_agreement()
    before = store.snapshot()
    for form in FORMS:
        receipt = bring(store, written(before, form, tmp_path))
        assert (receipt.created, receipt.changed, receipt.removed) == (0, 0, 0)
    assert difference(before, store.snapshot()) == ""


# ---- what is ours


def test_one_table_of_an_export_is_no_file_of_a_network(tmp_path: Path) -> None:
    """Read as a network, everything in it would be open to everybody."""
    folder = written(members_and_agreement().snapshot(), "csv", tmp_path)
    for name in ("nodes.csv", "ties.csv"):
        with pytest.raises(Refused, match="import its folder"):
            plan([folder / name], snapshot=MemoryStore().snapshot(), mappings=tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"a": 1}\n', "id,name\n1,x\n", "<graphml></graphml>", "<gexf/>", '{"type": "node"}']
)
def test_other_files_are_left_to_other_profiles(text: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(text, encoding="utf-8")
    assert recognised(tmp_path / "x") is None
    with pytest.raises(Refused, match="no export and no card"):
        plan([tmp_path / "x"], profile=MUSUBI, snapshot=MemoryStore().snapshot(), mappings=tmp_path)


def test_a_spoilt_export_is_refused_whole_with_its_name(tmp_path: Path) -> None:
    path = written(members_and_agreement().snapshot(), "jsonl", tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"audience": "network"', '"audience": "all"', 1))
    with pytest.raises(Refused, match=re.escape(str(path))):
        plan([path], snapshot=MemoryStore().snapshot(), mappings=tmp_path)


def test_formulas_come_back_as_they_were_said(tmp_path: Path) -> None:
    """S4: what the guard put in front is taken away again."""
    store = members_and_agreement()
    said = Statement("person:a", StatementKind.OFFER, "=1+1 の計算を教えます", NETWORK_OPEN, SOURCE)
    store.apply(ChangeSet("f", "operator", "test", statements=[said]))
    path = written(store.snapshot(), "csv", tmp_path)
    assert "'=1+1" in (path / "statements.csv").read_text(encoding="utf-8")
    after = MemoryStore()
    bring(after, path)
    assert said.text in after.snapshot().statements.text.tolist()


# ---- cards


def cardholder() -> ChangeSet:
    """h has a name for the own space, a mail for nobody, statements of her own and one that staff said."""
    changes = ChangeSet("h", "operator", "test")
    mine = Provenance("form.csv", 2, Said.SELF)
    space = Policy(Audience.MY_SPACE, Matching.OPEN, as_reason=True)
    partners = Policy(Audience.PARTNERS, Matching.OPEN, partners=frozenset({"space:z"}), denied=frozenset({"person:x"}))
    fields = {"name": Field("例示 はこぶ", space, mine), "mail": Field("h@example.com", Policy(Audience.ONLY_ME), mine)}
    changes.nodes.append(Node("person:h", NETWORK_OPEN, mine, fields))
    changes.nodes.append(Node("skill:簿記", PUBLIC_OPEN, mine, {"name": Field("簿記", PUBLIC_OPEN, mine)}))
    changes.nodes.append(Node("person:x", NETWORK_OPEN, mine))
    for kind, text, policy, origin in (
        (StatementKind.OFFER, "帳簿を手伝えます", space, mine),
        (StatementKind.VISION, "町に安心を", partners, mine),
        (StatementKind.NEED, "人手が足りない", MIXERS, mine),
        (StatementKind.STORY, "よく遅れる人だ", space, Provenance("x", None, Said.STAFF)),
    ):
        changes.statements.append(Statement("person:h", kind, text, policy, origin, t=5.0, details={"rung": "5分"}))
    changes.add_tie(TieKind.HAS_SKILL, "person:h", "skill:簿記", space, PUBLIC_OPEN, mine)
    changes.add_tie(TieKind.KNOWS, "person:h", "person:x", space, NETWORK_OPEN, mine)
    return changes


def card(items: set[str] | None = None, home: Callable[[], ChangeSet] = cardholder) -> Card:
    return card_of(view_of(kept(home()).snapshot(), "person:h"), "person:h", CARD, items)


def saved(made: Card, place: Path) -> Path:
    path = place / "card.jsonld"
    with path.open("wb") as handle:
        write_card(made, handle)
    return path


def facts_of(snapshot: Snapshot, person: str) -> tuple[dict[str, tuple[str, Policy]], dict[str, Policy], set[str]]:
    row = snapshot.row_of[person]
    f, s, t = snapshot.fields, snapshot.statements, snapshot.ties
    fields = {f.name[i]: (f.value[i], snapshot.policies[f.policy[i]]) for i in np.flatnonzero(f.node == row)}
    said = {s.text[i]: snapshot.policies[s.policy[i]] for i in np.flatnonzero(s.owner == row)}
    return fields, said, {str(snapshot.nodes.ids[d]) for d in t.dst[t.src == row]}


def test_a_card_holds_what_was_released_to_the_own_space() -> None:
    made = card()
    assert [f.text for f in made.fields] == ["例示 はこぶ"]
    assert [f.text for f in made.statements] == ["帳簿を手伝えます", "町に安心を"]
    assert [f.text for f in made.skills] == ["簿記"]
    assert {f.policy for f in (*made.fields, *made.statements, *made.skills)} <= {
        CARRIED, Policy(Audience.MY_MIXERS, Matching.OWNER_FIRST),
    }  # fmt: skip


def test_a_card_holds_what_its_owner_chooses() -> None:
    made = card({"need", "mail"})
    assert [(f.item, f.policy.audience) for f in made.fields] == [("mail", Audience.ONLY_ME)]
    assert [f.text for f in made.statements] == ["人手が足りない"]
    with pytest.raises(WrongUse, match="nothing of 'story'"):  # what staff said is not hers to carry
        card({"story"})


def test_a_card_is_json_ld_that_people_read(tmp_path: Path) -> None:
    document = json.loads(saved(card(), tmp_path).read_text(encoding="utf-8"))
    assert (document["@type"], document["mainEntity"]["@type"]) == ("ProfilePage", "Person")
    assert "できること: 帳簿を手伝えます" in document["readMe"]["ja"]
    assert "Offers: 帳簿を手伝えます" in document["readMe"]["en"]
    text = json.dumps(document, ensure_ascii=False)
    for hidden in ("h@example.com", "人手が足りない", "よく遅れる", "person:x", "space:z", "person:h"):
        assert hidden not in text


def test_a_card_reads_back(tmp_path: Path) -> None:
    for items in (None, {"need", "mail"}):
        with saved(card(items), tmp_path).open("rb") as handle:
            assert read_card(handle) == card(items)


def test_a_card_brings_its_owner_to_another_space(tmp_path: Path) -> None:
    """B20: their own words, released to mixers at most, and the same card twice changes nothing."""
    store, path = members_and_agreement(), saved(card(), tmp_path)
    bring(store, path, space="見本スペース")
    person = f"person:card-{CARD[:16]}"
    fields, said, ends = facts_of(store.snapshot(), person)
    assert fields == {"name": ("例示 はこぶ", CARRIED), CARD_FIELD: (CARD, Policy(Audience.ONLY_ME))}
    assert said == {"帳簿を手伝えます": CARRIED, "町に安心を": CARRIED}
    assert ends == {"space:s", "skill:簿記"}
    after = store.snapshot()
    assert SAID[after.nodes.said[after.row_of[person]]] is Said.SELF
    assert bring(store, path, space="見本スペース").replayed
    assert difference(after, store.snapshot()) == ""


def test_a_changed_card_changes_its_owner_only_where_it_changed(tmp_path: Path) -> None:
    store = members_and_agreement()
    bring(store, saved(card(), tmp_path), space="見本スペース")
    person = f"person:card-{CARD[:16]}"
    decided = Statement(person, StatementKind.OFFER, "帳簿を手伝えます", NETWORK_OPEN, SOURCE, 5.0, {"rung": "5分"})
    store.apply(ChangeSet("decided", person, "test", statements=[decided]))

    def moved() -> ChangeSet:
        changes = cardholder()
        changes.statements = [replace(s, text=s.text.replace("町", "村")) for s in changes.statements]
        changes.ties = [t for t in changes.ties if t.kind is not TieKind.HAS_SKILL]
        return changes

    bring(store, saved(card(home=moved), tmp_path), space="見本スペース")
    fields, said, ends = facts_of(store.snapshot(), person)
    assert said == {"帳簿を手伝えます": NETWORK_OPEN, "村に安心を": CARRIED}
    assert ends == {"space:s"}
    bring(store, saved(card({"offer"}, moved), tmp_path), space="見本スペース")
    fields, said, _ = facts_of(store.snapshot(), person)
    assert fields["name"][0] == ""
    assert said == {"帳簿を手伝えます": NETWORK_OPEN}


def test_a_card_comes_home_to_the_person_who_has_it(tmp_path: Path) -> None:
    store = members_and_agreement()
    store.apply(cardholder())
    has = {CARD_FIELD: Field(CARD, Policy(Audience.ONLY_ME), SOURCE)}
    store.apply(ChangeSet("has", "operator", "test", nodes=[Node("person:h", NETWORK_OPEN, SOURCE, has)]))
    bring(store, saved(card(), tmp_path), space="見本スペース")
    assert f"person:card-{CARD[:16]}" not in store.snapshot().row_of
    fields, said, _ = facts_of(store.snapshot(), "person:h")
    assert fields["mail"][0] == "h@example.com"
    assert len(said) == 4


def test_namesakes_are_told_and_kept_apart(tmp_path: Path) -> None:
    store = members_and_agreement()
    other = Node("person:z", NETWORK_OPEN, SOURCE, {"name": Field("例示 はこぶ", NETWORK_OPEN, SOURCE)})
    store.apply(ChangeSet("z", "operator", "test", nodes=[other]))
    made = plan([saved(card(), tmp_path)], space="見本スペース", snapshot=store.snapshot(), mappings=tmp_path)
    assert list(made.files[0].same_name) == [(f"person:card-{CARD[:16]}", "person:z")]


def test_a_card_needs_a_space_and_its_agreement(tmp_path: Path) -> None:
    path = saved(card(), tmp_path)
    with pytest.raises(WrongUse, match="--space NAME"):
        plan([path], snapshot=MemoryStore().snapshot(), mappings=tmp_path)
    with pytest.raises(NotPermitted, match="見知らぬ"):
        bring(members_and_agreement(), path, space="見知らぬ場")


def test_a_card_that_was_widened_by_hand_is_narrowed(tmp_path: Path) -> None:
    path = saved(card(), tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("my_mixers", "public").replace("owner_first", "open"))
    with path.open("rb") as handle:
        assert {f.policy for f in read_card(handle).statements} == {CARRIED}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (CARD, "0" * 31, "card"),
        ('"item": "name"', '"item": "Name!"', "fields.0.item"),
        ('"item": "offer"', '"item": "wish"', "statements"),
        ('"audience": "my_mixers"', '"audience": "everybody"', "policy.audience"),
        ('"text": "簿記"', '"text": ""', "skills.0.text"),
        ('"mainEntity"', '"somebody"', "mainEntity"),
        ('"t": 5.0', '"t": "soon"', "t:"),
    ],
)
def test_a_spoilt_card_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    path = saved(card(), tmp_path)
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Refused, match=re.escape(words)):
        bring(members_and_agreement(), path, space="見本スペース")
