"""Lists of members (4.4): who somebody is, what is recorded, and for whom it may be seen."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from graph.calendar import first_second
from graph.changes import ChangeSet
from graph.kinds import Said
from graph.policy import CONTACT, MEMBERSHIP, NAME, NETWORK_OPEN, PRESENCE, Audience, Matching, Policy
from graph.records import Field, Node, Provenance
from ingest.dates import last_second

HEADER = ["会員番号", "氏名", "フリガナ", "メールアドレス", "会社名", "業種", "利用スペース", "契約", "入会日",
          "紹介の可否", "名前の公開範囲", "備考", "口座番号", "電話番号"]  # fmt: skip
AOBA = ["KZ-0001", "見本　あおば", "ﾐﾎﾝ ｱｵﾊﾞ", "ＡＢ１＠EXAMPLE.com", "㈱見本", "農業", "かぜのま、なぎさ", "月契約",
        "令和6年1月5日", "可", "ネットワーク全体", "よく笑う", "1234567", "090"]  # fmt: skip


def row(**changes: str) -> list[str]:
    """A row like that of あおば with some cells changed, by header."""
    return [changes.get(h, c) for h, c in zip(HEADER, AOBA, strict=True)]


def test_one_member_becomes_person_organisation_and_memberships(agreed, look) -> None:
    agreed.run(agreed.csv("名簿.csv", [HEADER, AOBA], "cp932"))
    seen = look(agreed.store.snapshot())
    aoba = "person:KZ-0001"
    assert seen.ids("person") == {"KZ-0001"}
    assert [seen.value(aoba, f) for f in ("name", "reading", "mail", "occupation")] == [
        "見本 あおば", "ミホン アオバ", "ab1@example.com", "農業",
    ]  # fmt: skip
    assert seen.value("organisation:株式会社見本", "name") == "㈱見本"
    member = seen.ties("MEMBER_OF")
    assert member.keys() == {
        (aoba, "space:かぜのま"), (aoba, "space:なぎさ"), (aoba, "organisation:株式会社見本"),
    }  # fmt: skip
    assert member[aoba, "space:かぜのま"][0] == first_second(dt.date(2024, 1, 5))
    details = {d for d in seen.snapshot.ties.details if d}
    assert '{"contract": "月契約"}' in details


def test_what_is_dropped_at_the_door_is_nowhere(agreed, look) -> None:
    path = agreed.csv("名簿.csv", [HEADER, AOBA])
    (file,) = agreed.plan(path).files
    agreed.run(path)
    everything = repr(look(agreed.store.snapshot()).facts()) + repr([str(p) for p in file.problems])
    assert not [word for word in ("よく笑う", "1234567", "090") if word in everything]
    assert {(n.code, n.value) for n in file.notes} == {
        ("hearsay_column_not_read", "備考"),
        ("secret_column_not_read", "口座番号"),
        ("phone_column_not_read", "電話番号"),
    }  # fmt: skip


def test_policies_of_a_member(agreed, look) -> None:
    agreed.run(agreed.csv("名簿.csv", [HEADER, AOBA]))
    seen = look(agreed.store.snapshot())
    aoba = "person:KZ-0001"
    assert seen.node_policy(aoba) == Policy(Audience.NETWORK, Matching.OPEN)
    assert seen.field_policy(aoba, "name") == NAME.with_audience(Audience.NETWORK)
    assert seen.field_policy(aoba, "occupation") == NAME
    assert seen.field_policy(aoba, "mail") == CONTACT
    ties = seen.snapshot.ties
    assert {seen.snapshot.policies[p] for p in ties.policy_src[ties.dst == seen.snapshot.find("space:なぎさ")]} == {
        MEMBERSHIP, Policy(Audience.PUBLIC, Matching.OPEN, as_reason=True),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("word", "matching"),
    [("可", Matching.OPEN), ("不可", Matching.NONE), ("保留", Matching.OWNER_FIRST), ("", Matching.OWNER_FIRST)],
)
def test_introduction_words(agreed, look, word: str, matching: Matching) -> None:
    agreed.run(agreed.csv("名簿.csv", [HEADER, row(紹介の可否=word)]))
    assert look(agreed.store.snapshot()).node_policy("person:KZ-0001").matching is matching


@pytest.mark.parametrize(
    ("word", "audience", "partners"),
    [
        ("自分だけ", Audience.ONLY_ME, set()),
        ("ミキサーまで", Audience.MY_MIXERS, set()),
        ("自分のスペースまで", Audience.MY_SPACE, set()),
        ("指定スペースまで（なぎさ・こもれび）", Audience.PARTNERS, {"space:なぎさ", "space:こもれび"}),
        ("ネットワーク全体", Audience.NETWORK, set()),
        ("公開", Audience.PUBLIC, set()),
        ("", Audience.MY_SPACE, set()),
        ("only me", Audience.ONLY_ME, set()),
        ("My mixers", Audience.MY_MIXERS, set()),
        ("my space", Audience.MY_SPACE, set()),
        ("named spaces (なぎさ)", Audience.PARTNERS, {"space:なぎさ"}),
        ("Network", Audience.NETWORK, set()),
        ("public", Audience.PUBLIC, set()),
    ],
)
def test_scope_words(agreed, look, word: str, audience: Audience, partners: set[str]) -> None:
    agreed.run(agreed.csv("名簿.csv", [HEADER, row(名前の公開範囲=word)]))
    policy = look(agreed.store.snapshot()).field_policy("person:KZ-0001", "name")
    assert (policy.audience, policy.partners) == (audience, partners)


@pytest.mark.parametrize(
    ("header", "word"),
    [("名前の公開範囲", "みんな"), ("名前の公開範囲", "指定スペースまで"), ("名前の公開範囲", "公開（なぎさ）"),
     ("紹介の可否", "たぶん")],
)  # fmt: skip
def test_unknown_release_refuses_the_row_and_names_what_is_allowed(agreed, header: str, word: str) -> None:
    file = agreed.one(
        agreed.csv("名簿.csv", [HEADER, row(**{header: word}), row(会員番号="KZ-0002", 氏名="架空 しずく")])
    )
    (problem,) = file.problems
    assert (problem.row, problem.column, problem.value, problem.code) == (2, header, word, "unknown_release")
    assert "自分だけ" in problem.expected or "保留" in problem.expected
    assert file.counts["people"] == 1


def test_defaults_without_release_columns(agreed, look) -> None:
    header = ["氏名", "できること", "困りごと", "ビジョン"]
    agreed.run(agreed.csv("a.csv", [header, ["見本 あおば", "木工\n翻訳", "人手がない", "なし"]]), space="かぜのま")
    seen = look(agreed.store.snapshot())
    (person,) = seen.ids("person")
    said = seen.statements(f"person:{person}")
    assert {text: (kind, p.audience, p.matching, p.as_reason) for text, (kind, p) in said.items()} == {
        "木工": ("offer", Audience.MY_SPACE, Matching.OPEN, True),
        "翻訳": ("offer", Audience.MY_SPACE, Matching.OPEN, True),
        "人手がない": ("need", Audience.MY_MIXERS, Matching.OWNER_FIRST, False),
    }
    assert seen.node_policy(f"person:{person}") == PRESENCE


def test_partner_space_that_nobody_knows_is_flagged_and_kept(agreed, look) -> None:
    path = agreed.csv("a.csv", [HEADER, row(名前の公開範囲="指定スペースまで（どこか）")])
    (problem,) = agreed.one(path).problems
    assert (problem.code, problem.value, problem.level) == ("unknown_space", "どこか", "flag")
    agreed.run(path)
    assert look(agreed.store.snapshot()).field_policy("person:KZ-0001", "name").partners == {"space:どこか"}


def test_member_without_a_space_is_refused_unless_the_call_names_one(agreed, look) -> None:
    path = agreed.csv("a.csv", [HEADER, row(利用スペース="")])
    (problem,) = agreed.one(path).problems
    assert (problem.code, problem.row) == ("no_space", 2)
    agreed.run(path, space="こもれび")
    assert ("person:KZ-0001", "space:こもれび") in look(agreed.store.snapshot()).ties("MEMBER_OF")


@pytest.mark.parametrize("word", ["フリーランス", "個人", "なし", "－", ""])
def test_no_organisation(agreed, look, word: str) -> None:
    agreed.run(agreed.csv("a.csv", [HEADER, row(会社名=word)]))
    assert look(agreed.store.snapshot()).ids("organisation") == set()


def test_spellings_of_one_organisation_are_one_node_with_the_commonest_name(agreed, look) -> None:
    names = ["㈱見本", "株式会社見本", "(株)見本", "株式会社 見本", "株式会社見本", "見本株式会社"]
    rows = [row(会員番号=f"KZ-{i}", 氏名=f"見本 {i}", 会社名=n) for i, n in enumerate(names)]
    agreed.run(agreed.csv("a.csv", [HEADER, *rows]))
    seen = look(agreed.store.snapshot())
    assert seen.ids("organisation") == {"株式会社見本", "見本株式会社"}
    assert seen.value("organisation:株式会社見本", "name") == "株式会社見本"


@pytest.mark.parametrize("date", ["2024年2月30日", "R0.1.1", "きのう"])
def test_impossible_date_refuses_the_row_with_an_example(agreed, date: str) -> None:
    (problem,) = agreed.one(agreed.csv("a.csv", [HEADER, row(入会日=date)])).problems
    assert (problem.code, problem.value, problem.column) == ("not_a_date", date, "入会日")
    assert "2024-01-05" in problem.expected


def test_all_bad_rows_are_told_at_once_with_the_rows_of_a_spreadsheet(agreed, look) -> None:
    rows = [
        HEADER,
        row(),
        [],
        row(会員番号="KZ-2", 氏名="架空\nしずく", 入会日="13月", 紹介の可否="?!"),
        row(会員番号="KZ-3", 氏名=""),
        row(会員番号="KZ-4", 氏名="例示 こだち", 利用スペース=""),
        ["合計", "4名"] + [""] * 12,
    ]
    path = agreed.csv("a.csv", rows)
    file = agreed.one(path)
    assert [(p.row, p.column, p.code) for p in file.problems] == [
        (4, "入会日", "not_a_date"),
        (4, "紹介の可否", "unknown_release"),
        (5, "氏名", "empty"),
        (6, "利用スペース", "no_space"),
    ]  # fmt: skip
    assert (file.rows.read, file.counts["people"]) == (4, 1)
    agreed.run(path)
    assert look(agreed.store.snapshot()).ids("person") == {"KZ-0001"}


def test_left_before_joining_is_refused_and_end_is_the_last_second(agreed, look) -> None:
    header = ["会員番号", "氏名", "スペース", "入会日", "退会日"]
    good = ["1", "見本 あおば", "かぜのま", "2024/1/5", "2024年3月31日"]
    bad = ["2", "架空 しずく", "かぜのま", "2024/1/5", "2023/1/5"]
    path = agreed.csv("a.csv", [header, good, bad])
    assert [(p.row, p.code) for p in agreed.one(path).problems] == [(3, "end_before_start")]
    agreed.run(path)
    ties = look(agreed.store.snapshot()).ties("MEMBER_OF")
    assert ties == {
        ("person:1", "space:かぜのま"): (first_second(dt.date(2024, 1, 5)), last_second(dt.date(2024, 3, 31)))
    }


def test_skills_phone_when_asked_for_and_english_names(agreed, look) -> None:
    path = agreed.csv("a.csv", [["First name", "Last name", "Skills", "Phone"],
                                ["Aoba", "Mihon", "Welding; ＷＥＬＤＩＮＧ、bread", "9000000000"]])  # fmt: skip
    planned = agreed.plan(path, space="かぜのま")
    planned.confirm()
    (saved,) = (agreed.folder / "mappings").iterdir()
    saved.write_text(saved.read_text().replace('"Phone": "not used"', '"Phone": "phone"'))
    agreed.run(path, space="かぜのま")
    seen = look(agreed.store.snapshot())
    (person,) = seen.ids("person")
    assert seen.value(f"person:{person}", "name") == "Aoba Mihon"
    assert seen.value(f"person:{person}", "phone") == "09000000000"
    assert seen.field_policy(f"person:{person}", "phone") == CONTACT
    skills = {seen.value(f"skill:{i}", "name") for i in seen.ids("skill")}
    assert (len(skills), "bread" in skills) == (2, True)
    assert '{"as_written": "WELDING"}' in [d for d in seen.snapshot.ties.details if d]


# ---- who is who


def test_ids_without_a_number_do_not_show_the_mail(agreed, look) -> None:
    header = ["氏名", "メールアドレス"]
    rows = [["見本 あおば", "aoba@example.com"], ["架空 しずく", ""]]
    agreed.run(agreed.csv("a.csv", [header, *rows]), space="かぜのま")
    ids = look(agreed.store.snapshot()).ids("person")
    assert len(ids) == 2
    assert not [i for i in ids if "aoba" in i or "example" in i or "あおば" in i]


def test_second_file_finds_people_by_number_mail_and_name(agreed, look) -> None:
    first = [["会員番号", "氏名", "フリガナ", "メールアドレス", "会社名"],
             ["KZ-0001", "見本 あおば", "ミホン アオバ", "aoba@example.com", ""],
             ["", "架空 しずく", "カクウ シズク", "shizuku@example.com", ""],
             ["", "例示 こだち", "レイジ コダチ", "", "見本の会"]]  # fmt: skip
    second = [["会員番号", "氏名", "フリガナ", "メールアドレス", "会社名", "業種"],
              ["ｋｚ－０００１", "見本あおば", "", "new@example.com", "", "農業"],
              ["", "架空　しずく", "", "ＳＨＩＺＵＫＵ@example.com", "別の会", "写真"],
              ["", "例示 こだち", "れいじ　こだち", "", "見本の会", "木工"]]  # fmt: skip
    agreed.run(agreed.csv("1.csv", first), space="かぜのま")
    before = look(agreed.store.snapshot()).ids("person")
    agreed.run(agreed.csv("2.csv", second), space="なぎさ")
    seen = look(agreed.store.snapshot())
    assert seen.ids("person") == before
    assert len(before) == 3
    assert sorted(seen.snapshot.values("occupation").values()) == ["写真", "木工", "農業"]
    assert seen.value("person:KZ-0001", "mail") == "new@example.com"


def test_people_of_one_name_stay_apart_and_are_flagged(agreed, look) -> None:
    header = ["氏名", "フリガナ", "メールアドレス", "業種"]
    rows = [["見本 あおば", "ミホン アオバ", "", "農業"], ["見本 あおば", "ミホン アオバ", "", "写真"],
            ["架空 しずく", "", "a@example.com", ""], ["架空 しずく", "", "b@example.com", ""]]  # fmt: skip
    path = agreed.csv("a.csv", [header, *rows])
    file = agreed.one(path, space="かぜのま")
    assert [(p.row, p.code, p.level) for p in file.problems] == [(r, "same_name", "flag") for r in (2, 3, 4, 5)]
    assert [len(group) for group in file.same_name] == [2, 2]
    agreed.run(path, space="かぜのま")
    assert len(look(agreed.store.snapshot()).ids("person")) == 4
    agreed.run(agreed.csv("b.csv", [header, *reversed(rows)]), space="かぜのま")
    assert len(look(agreed.store.snapshot()).ids("person")) == 4


def test_people_who_share_an_office_mail_stay_apart(agreed, look) -> None:
    header = ["氏名", "メールアドレス"]
    rows = [["見本 あおば", "info@example.com"], ["架空 しずく", "info@example.com"]]
    for order in (rows, rows[::-1]):
        agreed.run(agreed.csv("a.csv", [header, *order]), space="かぜのま")
    seen = look(agreed.store.snapshot())
    assert sorted(seen.snapshot.values("name").values())[-2:] == ["架空 しずく", "見本 あおば"]
    assert len(seen.ids("person")) == 2


def test_number_of_somebody_else_is_refused(agreed) -> None:
    agreed.run(agreed.csv("1.csv", [HEADER, AOBA]))
    file = agreed.one(agreed.csv("2.csv", [HEADER, row(氏名="架空 しずく"), row(業種="写真")]))
    assert [(p.row, p.code) for p in file.problems] == [(2, "id_taken")]
    both = agreed.one(
        agreed.csv("3.csv", [HEADER, row(会員番号="X", 氏名="架空 しずく"), row(会員番号="Ｘ", 氏名="例示 こだち")])
    )
    assert [(p.row, p.code) for p in both.problems] == [(2, "id_taken"), (3, "id_taken")]


def test_one_person_with_two_numbers_of_two_spaces_is_one(agreed, look) -> None:
    rows = [row(利用スペース="かぜのま"), row(会員番号="NG-0044", 利用スペース="なぎさ")]
    agreed.run(agreed.csv("a.csv", [HEADER, *rows]))
    seen = look(agreed.store.snapshot())
    assert seen.ids("person") == {"KZ-0001"}
    assert seen.value("person:KZ-0001", "number") == "NG-0044"
    assert (
        agreed.plan(agreed.csv("b.csv", [["会員番号", "氏名"], ["ng-0044", "見本 あおば"]]), space="なぎさ")
        .files[0]
        .facts.nodes[0]
        .id
        == "person:KZ-0001"
    )


def test_two_rows_of_one_person_that_disagree_are_flagged_and_the_strictest_holds(agreed, look) -> None:
    old = row(入会日="2023/1/5", 業種="写真", 紹介の可否="不可", 名前の公開範囲="自分のスペースまで")
    path = agreed.csv("a.csv", [HEADER, row(), old])
    assert {p.code for p in agreed.one(path).problems} == {"rows_disagree"}
    agreed.run(path)
    seen = look(agreed.store.snapshot())
    assert seen.value("person:KZ-0001", "occupation") == "農業"
    assert seen.node_policy("person:KZ-0001") == Policy(Audience.MY_SPACE, Matching.NONE)
    assert seen.field_policy("person:KZ-0001", "name").audience is Audience.MY_SPACE


# ---- what a later file may change


def test_file_that_does_not_ask_changes_no_release(agreed, look) -> None:
    agreed.run(agreed.csv("1.csv", [HEADER, row(名前の公開範囲="自分だけ", 紹介の可否="不可")]))
    agreed.run(
        agreed.csv("2.csv", [["会員番号", "氏名", "業種"], ["KZ-0001", "見本 あおば", "写真"]]), space="かぜのま"
    )
    seen = look(agreed.store.snapshot())
    assert seen.node_policy("person:KZ-0001") == Policy(Audience.ONLY_ME, Matching.NONE)
    assert seen.field_policy("person:KZ-0001", "name").audience is Audience.ONLY_ME


def test_newer_list_that_asks_changes_the_release_and_an_emptied_cell_narrows_it(agreed, look) -> None:
    for word, audience in (("自分だけ", Audience.ONLY_ME), ("公開", Audience.PUBLIC), ("", Audience.MY_SPACE)):
        agreed.run(agreed.csv("a.csv", [HEADER, row(名前の公開範囲=word)]))
        assert look(agreed.store.snapshot()).field_policy("person:KZ-0001", "name").audience is audience


def test_list_never_widens_what_the_person_said(agreed, look) -> None:
    narrow = Policy(Audience.MY_MIXERS, Matching.OPEN, denied=frozenset({"space:なぎさ"}))
    said = Provenance("page", None, Said.SELF)
    changes = ChangeSet("k", "person:KZ-0001", "release")
    changes.nodes.append(Node("person:KZ-0001", narrow, said, {"name": Field("見本 あおば", narrow, said)}))
    agreed.store.apply(changes)
    agreed.run(agreed.csv("a.csv", [HEADER, AOBA]))
    policy = look(agreed.store.snapshot()).field_policy("person:KZ-0001", "name")
    assert (policy.audience, policy.denied) == (Audience.MY_MIXERS, {"space:なぎさ"})


def test_what_a_newer_list_of_the_same_shape_no_longer_says_is_taken_back(agreed, look) -> None:
    header = ["会員番号", "氏名", "できること"]
    for said in ("木工\n翻訳", "木工"):
        agreed.run(agreed.csv("a.csv", [header, ["1", "見本 あおば", said]]), space="かぜのま")
    assert set(look(agreed.store.snapshot()).statements("person:1")) == {"木工"}


def test_shuffled_rows_and_columns_give_the_same_graph(agreed) -> None:
    rng = np.random.default_rng(5)
    numbers = ["A", "", "B", "", "", "C", "A", "", "", "D"]
    mails = ["", "x@e.jp", "y@e.jp", "", "x@e.jp", "z@e.jp", "", "", "q@e.jp", ""]
    spaces = ["かぜのま", "なぎさ"] * 5
    rows = [
        row(会員番号=n, 氏名=f"見本 {i % 7}", メールアドレス=m, 利用スペース=s, 入会日=f"2024/1/{i + 1}")
        for i, (n, m, s) in enumerate(zip(numbers, mails, spaces, strict=True))
    ]
    results = []
    for n in range(3):
        order, columns = rng.permutation(len(rows)), rng.permutation(len(HEADER))
        table = [[r[c] for c in columns] for r in (HEADER, *(rows[i] for i in order))]
        changes = agreed.one(agreed.csv(f"{n}.csv", table)).changes("operator")
        fields = [(x.id, sorted((k, f.value, f.policy.to_json()) for k, f in x.fields.items())) for x in changes.nodes]
        ties = [(b.kind, *t) for b in changes.ties for t in zip(b.src, b.dst, b.t or (), strict=True)]
        results.append((fields, sorted(ties)))
    assert results[0] == results[1] == results[2]


def test_network_people_are_not_members(agreed) -> None:
    person = Node("person:KZ-0001", NETWORK_OPEN, Provenance("nodes.csv", 2))
    agreed.store.apply(ChangeSet("k", "operator", "import", nodes=[person]))
    assert agreed.one(agreed.csv("a.csv", [HEADER, AOBA])).counts["people"] == 1
