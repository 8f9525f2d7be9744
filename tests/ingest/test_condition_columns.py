"""Columns that tell conditions of needs and offers are known by their whole header, and change no other table."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from ingest.conditions import COLUMNS, LAST_DAY
from ingest.mapping import guess, shape_of
from ingest.profile import profile


@pytest.mark.parametrize("kind", ["form", "members", "organisations"])
@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("地域との関わり方で困っていること", "need"),
        ("時間がなくて困っていること", "need"),
        ("できることの公開範囲", "offer_scope"),
        ("できること・できる関わり方", "offer"),
        ("困りごとと、お願いしたい関わり方", "need"),
        ("困っていること・求める関わり方", "need"),
        ("必要な関わり方・課題", "need"),
        ("いま必要としていること、ほしい関わり方", "need"),
        ("月に使える時間と、できること", "offer"),
        ("Commitment needed", "need"),
        ("What can you offer? (commitment, skills)", "offer"),
        ("Which commitment do you need help with?", "need"),
        ("求める関わり方を紹介に使ってよいですか", "use"),
        ("できる関わり方（いくつでも）", "offer_commitment"),
        ("月に何時間使えますか？", "offer_hours"),
        ("お願いしたい関わり方", "need_commitment"),
    ],
)
def test_questions_are_read_as_before_and_conditions_by_their_whole_header(
    kind: str, header: str, meaning: str
) -> None:
    assert [c.meaning for c in guess(kind, None, [header]).columns] == [meaning]


@pytest.mark.parametrize("kind", ["form", "members", "organisations", "hearing", "murmurations"])
def test_no_header_of_a_condition_has_another_meaning(kind: str) -> None:
    specs = profile(kind).specs
    of_conditions = [s for s in specs if s.meaning in COLUMNS or s.meaning.endswith(LAST_DAY)]
    others = set().union(*(s.headers for s in specs if s not in of_conditions))
    assert of_conditions
    assert all(not s.contains and not s.headers & others for s in of_conditions)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("氏名,メールアドレス,出欠,関わり方,募集期限", "participants"),
        ("Name,Email,Organization,Commitment,Monthly hours,Ticket", "participants"),
        ("イベント名,開催日,主催,参加者,募集期限,関わり方,月の時間", "events"),
        ("氏名,会員番号,できること,関わり方,募集期限", "members"),
    ],
)
def test_conditions_do_not_tell_what_kind_a_table_is(agreed, header: str, kind: str) -> None:
    names = header.split(",")
    row = [{"開催日": "2026-11-01"}.get(name, "見本 あおば") for name in names]
    assert agreed.one(agreed.csv("表.csv", [names, row])).profile == kind


def test_a_saved_mapping_may_have_the_old_name_of_the_last_day(desk, look) -> None:
    rows = [["exchange_type", "title", "email", "expires_at"], ["offer", "Repair", "aoba@example.com", "2029-01-01"]]
    columns = {"exchange_type": "what", "title": "title", "email": "mail", "expires_at": "until"}
    kept = desk.folder / "mappings" / f"murmurations-{shape_of(rows[0])}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"profile": "murmurations", "columns": columns}))
    desk.run(desk.csv("offers.csv", rows), profile="murmurations")
    snapshot = desk.store.snapshot()
    assert [snapshot.policies[int(p)].valid_until for p in snapshot.statements.policy] == [dt.date(2029, 1, 1)]
