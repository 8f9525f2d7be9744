"""Contract of stores: every kind of fact is kept as it was given."""

# ruff: noqa: D102
from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from graph.kinds import DATED_KEY, SYMMETRIC, NodeKind, Said, StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import CodedIds, Field, Node, Provenance, Statement, TieBatch, node_id
from graph.store.base import Store
from graph.tables import NODE_KINDS, SAID, STATEMENT_KINDS, TIE_KINDS
from graph.testing.samples import SOURCE, SPACE, A, B, C, changed, counts, person, three_people, ties

ODD_TEXTS = {
    "japanese": "地域の「つながり」を、もっと。",
    "half-width": "ｶﾌﾞｼｷｶﾞｲｼｬ ﾐﾎﾝ",
    "combining": "か\u3099き\u3099 e\u0301",
    "rare kanji": "𠮷野家 髙橋 﨑",
    "emoji": "👩🏽‍🌾👨‍👩‍👧‍👦 🇯🇵",
    "right to left": "שלום \u202eabc\u202c مرحبا",
    "quotes": "'\"`´’” \\ \\' \\\" \\\\",
    "cypher": "x'}) DETACH DELETE n // `; MATCH (n) DELETE n",
    "sql": "Robert'); DROP TABLE nodes; --",
    "parameters": "$ids {id: 1} :name ? %s {0} ${x}",
    "json": '{"a": [1, null, "\\u0000"]}',
    "spaces": "  \u3000 \u00a0 ",
    "tilde": "~name~%41%",
    "last characters": "\uffff\U0010ffff\ue000",
    "byte order": "\ufeff\u200b\u2028\u2029",
    "null": "null",
    "long": "長い文章。" * 400,
}
CONTROLS = {"lines": "一行目\r\n二行目\t三\x0b\x0c", "unit": "a\x1fb\x01\x7f", "nul": "前\0後"}
odd_text = pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
odder_text = pytest.mark.parametrize("text", (ODD_TEXTS | CONTROLS).values(), ids=(ODD_TEXTS | CONTROLS).keys())


class FactsContract:
    """What is written comes back: kinds, words, policies, times and where a fact comes from."""

    @pytest.mark.parametrize("kind", NodeKind)
    def test_node_of_every_kind(self, store: Store, kind: NodeKind) -> None:
        node = node_id(kind, "x")
        assert store.apply(changed("k", Node(node, PUBLIC_OPEN, SOURCE))).created == 1
        s = store.snapshot()
        assert [NODE_KINDS[k] for k in s.nodes.kind] == [kind]
        assert s.nodes.ids.tolist() == [node]

    @pytest.mark.parametrize("kind", StatementKind)
    def test_statement_of_every_kind(self, store: Store, kind: StatementKind) -> None:
        said = Statement(C, kind, "同じことば", NETWORK_OPEN, SOURCE)
        assert store.apply(changed("k", person(A), person(C), said)).created == 3
        s = store.snapshot().statements
        assert ([STATEMENT_KINDS[k] for k in s.kind], s.owner.tolist(), s.ids.tolist()) == ([kind], [1], [said.id])

    @pytest.mark.parametrize("kind", TieKind)
    def test_tie_of_every_kind_comes_changes_and_goes(self, store: Store, kind: TieKind) -> None:
        end = SPACE if kind not in SYMMETRIC else B
        nodes = person(A), person(B), Node(SPACE, PUBLIC_OPEN, SOURCE)
        store.apply(changed("k1", *nodes, ties(kind, (A, end), t=[3.0])))
        table = store.snapshot().ties
        assert [TIE_KINDS[k] for k in table.kind] == [kind]
        assert (table.src.tolist(), table.dst.tolist(), table.t.tolist()) == ([0], [2 if end == SPACE else 1], [3.0])
        narrow = (Policy(Audience.ONLY_ME), NETWORK_OPEN)
        assert counts(store.apply(changed("k2", ties(kind, (A, end), t=[3.0])))) == (0, 0, 1, 0)
        assert counts(store.apply(changed("k3", ties(kind, (A, end), t=[3.0], policies=narrow)))) == (0, 1, 0, 0)
        away = changed("k4")
        away.remove_tie(kind, A, end)
        assert counts(store.apply(away)) == (0, 0, 0, 1)
        assert len(store.snapshot().ties) == 0

    @pytest.mark.parametrize("kind", sorted(SYMMETRIC))
    def test_symmetric_tie_is_one_whatever_its_direction(self, store: Store, kind: TieKind) -> None:
        mine, yours = Policy(Audience.ONLY_ME), Policy(Audience.PUBLIC)
        store.apply(changed("k1", person(A), person(C), ties(kind, (C, A), t=[1.0], policies=(yours, mine))))
        s = store.snapshot()
        assert (s.nodes.ids[s.ties.src[0]], s.nodes.ids[s.ties.dst[0]]) == (A, C)
        assert (s.policies[s.ties.policy_src[0]], s.policies[s.ties.policy_dst[0]]) == (mine, yours)
        turned = changed("k2", ties(kind, (A, C), t=[1.0], policies=(mine, yours)))
        assert counts(store.apply(turned)) == (0, 0, 1, 0)
        away = changed("k3")
        away.remove_tie(kind, C, A)
        assert store.apply(away).removed == 1

    @pytest.mark.parametrize("kind", sorted(DATED_KEY))
    def test_dated_ties_stand_side_by_side(self, store: Store, kind: TieKind) -> None:
        store.apply(changed("k1", person(A), person(B), ties(kind, (A, B), (A, B), (A, B), t=[2.0, None, 1.0])))
        again = store.apply(changed("k2", ties(kind, (A, B), (A, B), (A, B), t=[None, 2.0, 3.0])))
        assert counts(again) == (1, 0, 2, 0)
        assert store.snapshot().ties.t[:3].tolist() == [1.0, 2.0, 3.0]
        assert np.isnan(store.snapshot().ties.t[3])

    @pytest.mark.parametrize("kind", sorted(set(TieKind) - DATED_KEY))
    def test_other_ties_stand_once_and_take_the_last_beginning(self, store: Store, kind: TieKind) -> None:
        store.apply(changed("k1", person(A), person(B), ties(kind, (A, B), t=[2.0])))
        assert counts(store.apply(changed("k2", ties(kind, (A, B), t=[1.0])))) == (0, 1, 0, 0)
        assert store.snapshot().ties.t.tolist() == [1.0]
        assert counts(store.apply(changed("k3", ties(kind, (A, B))))) == (0, 1, 0, 0)
        assert np.isnan(store.snapshot().ties.t).tolist() == [True]

    @pytest.mark.parametrize("matching", Matching)
    @pytest.mark.parametrize("audience", Audience)
    def test_policy_of_every_reach(self, store: Store, audience: Audience, matching: Matching) -> None:
        policy = Policy(audience, matching, as_reason=matching is Matching.OPEN)
        store.apply(changed("k", Node(A, policy, SOURCE)))
        assert store.snapshot().policies == (policy,)

    @pytest.mark.parametrize(
        "policy",
        [
            Policy(Audience.PARTNERS, Matching.OPEN, partners=frozenset({SPACE, "space:別"})),
            Policy(Audience.NETWORK, purposes=frozenset({Purpose.REPORT})),
            Policy(Audience.NETWORK, purposes=frozenset()),
            Policy(Audience.PUBLIC, denied=frozenset({A, "space:\"'`"})),
            Policy(Audience.MY_SPACE, valid_until=dt.date(2027, 3, 31)),
        ],
        ids=["partners", "purpose", "no purpose", "denied", "until"],
    )
    def test_policy_with_conditions(self, store: Store, policy: Policy) -> None:
        field = Field("見本", policy, SOURCE)
        said = Statement(A, StatementKind.OFFER, "教えます", policy, SOURCE)
        store.apply(changed("k", Node(A, policy, SOURCE, {"name": field}), said))
        s = store.snapshot()
        for code in (s.nodes.policy[0], s.fields.policy[0], s.statements.policy[0]):
            assert s.policies[code] == policy

    @pytest.mark.parametrize("said", Said)
    def test_who_said_it_and_where(self, store: Store, said: Said) -> None:
        here = Provenance("聞き取り.xlsx", 7, said)
        facts = (
            Node(A, PUBLIC_OPEN, here, {"name": Field("見本", PUBLIC_OPEN, here)}),
            Statement(A, StatementKind.NEED, "ほしい", NETWORK_OPEN, here),
            TieBatch(TieKind.KNOWS, [A], [A], NETWORK_OPEN, NETWORK_OPEN, here.source, said, rows=[7]),
        )
        store.apply(changed("k", *facts))
        s = store.snapshot()
        assert s.sources == ("聞き取り.xlsx",)
        for table in (s.nodes, s.fields, s.statements, s.ties):
            assert (table.source.tolist(), table.row.tolist(), [SAID[x] for x in table.said]) == ([0], [7], [said])

    @pytest.mark.parametrize("t", [0.0, -1.5e9, 1.25, 253402300799.0, 1e-300, 1_700_000_000])
    def test_times_are_exact(self, store: Store, t: float) -> None:
        said = Statement(A, StatementKind.NEED, "ほしい", NETWORK_OPEN, SOURCE, t=t)
        met = TieBatch(TieKind.MET, [A], [B], NETWORK_OPEN, NETWORK_OPEN, "x", t=[t], until=[t])
        store.apply(changed("k", person(A), person(B), said, met))
        s = store.snapshot()
        assert (s.statements.t.tolist(), s.ties.t.tolist(), s.ties.until.tolist()) == ([t], [t], [t])

    def test_minus_zero_is_zero(self, store: Store) -> None:
        store.apply(changed("k1", person(A), person(B), ties(TieKind.MET, (A, B), t=[0.0])))
        assert counts(store.apply(changed("k2", ties(TieKind.MET, (A, B), t=[-0.0])))) == (0, 0, 1, 0)

    def test_counts_rows_and_details_of_ties(self, store: Store) -> None:
        batch = TieBatch(
            TieKind.MET, [A, A, A], [B, B, B], NETWORK_OPEN, NETWORK_OPEN, "x",
            t=[1.0, 2.0, 3.0], n=[1, 7, 2], rows=[9, None, 8], details=['{"役": "会計"}', None, "{}"],
        )  # fmt: skip
        store.apply(changed("k", person(A), person(B), batch))
        table = store.snapshot().ties
        assert (table.n.tolist(), table.row.tolist()) == ([1, 7, 2], [9, -1, 8])
        assert table.details.tolist() == ['{"役": "会計"}', None, "{}"]

    def test_columns_of_coded_ids(self, store: Store) -> None:
        ids = [C, A, B]
        src, dst = CodedIds(ids, np.array([0, 1, 0])), CodedIds(ids, np.array([1, 2, 2]))
        batch = TieBatch(TieKind.KNOWS, src, dst, NETWORK_OPEN, PUBLIC_OPEN, "x")
        assert store.apply(changed("k", person(A), person(B), person(C), batch)).created == 6
        table = store.snapshot().ties
        assert list(zip(table.src.tolist(), table.dst.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]
        assert len(set(table.policy_src[:2].tolist())) == 2

    @odder_text
    def test_words_of_a_statement(self, store: Store, text: str) -> None:
        said = Statement(A, StatementKind.STORY, text, NETWORK_OPEN, SOURCE, details={text: text})
        assert store.apply(changed("k1", person(A), said)).created == 2
        assert store.apply(changed("k2", said)).unchanged == 1
        assert store.snapshot().statements.text.tolist() == [text]

    @odder_text
    def test_words_of_an_attribute(self, store: Store, text: str) -> None:
        assert store.apply(changed("k1", person(A, text))).created == 1
        assert store.apply(changed("k2", person(A, text))).unchanged == 1
        assert store.snapshot().names[0] == text

    @odd_text
    def test_words_in_ids(self, store: Store, text: str) -> None:
        here, there = node_id(NodeKind.PERSON, text), node_id(NodeKind.SKILL, text)
        facts = person(here), person(there), Statement(here, StatementKind.NEED, "ほしい", NETWORK_OPEN, SOURCE)
        assert store.apply(changed("k1", *facts, ties(TieKind.HAS_SKILL, (here, there)))).created == 4
        assert store.apply(changed("k2", *facts, ties(TieKind.HAS_SKILL, (here, there)))).unchanged == 4
        s = store.snapshot()
        assert (s.nodes.ids.tolist(), s.ties.src.tolist(), s.ties.dst.tolist()) == ([here, there], [0], [1])
        away = changed("k3")
        away.remove_tie(TieKind.HAS_SKILL, here, there)
        assert store.apply(away).removed == 1

    @odder_text
    def test_words_in_sources_details_and_keys(self, store: Store, text: str) -> None:
        batch = TieBatch(TieKind.KNOWS, [A], [B], NETWORK_OPEN, NETWORK_OPEN, text, details=[text])
        changes = changed(text, person(A), person(B), batch)
        assert store.apply(changes).created == 3
        assert store.apply(changes).replayed
        assert store.applied(text)
        store.record(text, text, {text: text})
        s, last = store.snapshot(), store.audit()[-1]
        assert (s.sources[s.ties.source[0]], s.ties.details[0], last.actor, last.action) == (text, text, text, text)

    @pytest.mark.parametrize(
        "name",
        ["", "name", "id", "key", "policy", "source", "row", "said", "seq", "name_policy", "name_row", "_said",
         "~", "~name", "~name~", "~name~_policy", "a.b`c", "1", "紹介文", "名前_source", "labels(n)", "%41", "\0"],
    )  # fmt: skip
    def test_names_of_attributes(self, store: Store, name: str) -> None:
        """An attribute keeps apart from everything else that a store writes, and from other attributes."""
        narrow = Policy(Audience.ONLY_ME)
        fields = {"name": Field("見本", NETWORK_OPEN, SOURCE), name: Field("値", narrow, Provenance("別.csv", 5))}
        fields |= {f"{name}_policy": Field("決まり", narrow, SOURCE), f"~{name}~": Field("波", narrow, SOURCE)}
        store.apply(changed("k1", Node(A, NETWORK_OPEN, SOURCE, fields)))
        assert store.apply(changed("k2", Node(A, NETWORK_OPEN, SOURCE, fields))).unchanged == 1
        s = store.snapshot()
        assert dict(zip(s.fields.name.tolist(), s.fields.value.tolist(), strict=True)) == {
            n: f.value for n, f in fields.items()
        }
        assert s.policies[s.nodes.policy[0]] == NETWORK_OPEN
        assert s.fields.name.tolist() == sorted(fields)

    def test_facts_of_one_person_come_one_by_one(self, store: Store) -> None:
        store.apply(three_people())
        note = Node(A, NETWORK_OPEN, SOURCE, {"area": Field("見本町", NETWORK_OPEN, SOURCE)})
        assert counts(store.apply(changed("k2", note))) == (0, 0, 1, 0)
        s = store.snapshot()
        assert (s.values("area")[s.find(A)], s.names[s.find(A)]) == ("見本町", "見本 あおば")
