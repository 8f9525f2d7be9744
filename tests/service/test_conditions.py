"""Conditions of needs and offers from a spreadsheet to words (A15, A16, A20, B23): import, recommend, why, tasks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.kinds import Commitment, Detail, Exchange
from ingest.conditions import commitments_of, hours_of
from ingest.exchange import exchange_of
from recommend.why import ChangeCode, Obstacle
from service.conditions import condition_words
from service.imports.words import meaning_words
from service.languages import Lang
from tests.service.test_docs import CLI, section

HEADER = ("会員番号,氏名,利用スペース,紹介の可否,できること,困りごと,公開範囲,紹介への利用,理由の表示,"
          "できる関わり方,求める関わり方,月に使える時間,月に必要な時間,お礼,困りごとのお礼")  # fmt: skip
RELEASED = "ネットワーク全体,使ってよい,はい"
ASKER = f"KZ-1,見本 あおば,かぜのま,可,,確定申告の書き方を教えてほしい,{RELEASED},,毎月,,10,,無償"


@pytest.fixture
def town(musubi, tmp_path: Path) -> Callable[..., Callable]:
    """Import somebody in need of tax advice and, of another space, somebody who offers it on some conditions."""

    def made(commitment: str, hours: str = "", exchange: str = "") -> Callable:
        address = f"sqlite:///{tmp_path}/musubi.db"
        musubi("--store", address, "init")
        for space in ("かぜのま", "なぎさ"):
            musubi("--store", address, "agreement", "add", "--space", space, "--operator", "見本運営", "--from",
                   "2020-01-01", "--items", "氏名")  # fmt: skip
        helper = f"NG-1,架空 なみ,なぎさ,可,確定申告の書き方を教えます,,{RELEASED},{commitment},,{hours},,{exchange},"
        path = tmp_path / "会員名簿.csv"
        path.write_text("\n".join([HEADER, ASKER, helper]) + "\n", encoding="utf-8")
        assert musubi("--store", address, "import", str(path), "--yes").code == 0
        return lambda *arguments: musubi("--store", address, *arguments)

    return made


def reasons(call) -> list[dict]:
    return json.loads(call("why", "KZ-1", "NG-1", "--json").out)["reasons"]


def test_a15_a_five_minute_offer_is_not_proposed_for_a_monthly_need(town) -> None:
    call = town("5分で答えられる")
    assert "need_met" not in {r["code"] for r in reasons(call)}
    made = json.loads(call("recommend", "--for", "KZ-1", "--ranking", "individual", "--json").out)["recommendations"]
    assert "need_met" not in {r["code"] for one in made for r in one["reasons"]}


def test_why_says_what_does_not_go_together_and_what_would_change_it(town) -> None:
    call = town("一度話す", "2", "有償")
    body = json.loads(call("why", "KZ-1", "NG-1", "--json").out)
    (told,) = [o for o in body["obstacles"] if o["code"] == "conditions"]
    assert told["values"] == {
        "needs": "person",
        "needed_commitment": "monthly", "offered_commitment": "chat",
        "needed_hours_per_month": "10", "offered_hours_per_month": "2",
        "needed_exchange": "gift", "offered_exchange": "paid",
    }  # fmt: skip
    assert [o["code"] for o in body["obstacles"]] == ["conditions"]  # it is not so that nothing speaks for it
    assert not body["possible"]
    japanese, english = (call("--lang", lang, "why", "KZ-1", "NG-1").out for lang in ("ja", "en"))
    assert (
        "架空 なみさんのできる関わり方（一度話してみる）より、見本 あおばさんが求める関わり方（月に一度の関わり）"
        in japanese
    )
    assert "まず「一度話してみる」からでよい、月2時間で足りる、お礼を話し合えるならば" in japanese
    assert "what 架空 なみ offers (one chat) is less than what 見本 あおば needs (something once a month)" in english
    assert "If it may start with one chat and if 2 hours a month are enough" in english


def test_reasons_begin_with_the_step_that_suits_both(town) -> None:
    call = town("プロジェクト", "20", "交換")
    (told,) = [r for r in reasons(call) if r["code"] == "need_met"]
    assert told["values"] == {"step": "monthly", "by": "both"}
    assert "まずは「月に一度の関わり」から" in call("--lang", "ja", "why", "KZ-1", "NG-1").out
    assert "A first step that suits both: something once a month." in call("--lang", "en", "why", "KZ-1", "NG-1").out


def test_whoever_may_not_read_them_is_told_nothing_of_conditions(town) -> None:
    assert "conditions" not in town("一度話す")("--as", "public", "why", "KZ-1", "NG-1", "--json").out


def test_tasks_tell_the_conditions_that_were_heard(town, tmp_path: Path) -> None:
    call = town("毎月")
    path = tmp_path / "聞き取り.csv"
    rows = ("会員番号,強み,できる関わり方,話した人,募集期限", "KZ-1,木工を教えられる,単発,スタッフ,2030-03-31")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert call("import", str(path), "--yes").code == 0
    (task,) = json.loads(call("tasks", "list", "--json").out)["tasks"]
    assert (task["conditions"], task["until"]) == ({"commitment": "task"}, "2030-03-31")
    assert all(f"`{key}`" in section(CLI, "tasks list") for key in task)
    assert "木工を教えられる (一回だけの手伝い、2030-03-31 まで)" in call("--lang", "ja", "tasks", "list").out
    assert "木工を教えられる (one small task, until 2030-03-31)" in call("--lang", "en", "tasks", "list").out
    call("tasks", "confirm", task["id"])
    own_data = tmp_path / "own.json"
    assert call("person", "export", "KZ-1", str(own_data), "--format", "json").code == 0
    kept = json.loads(own_data.read_text(encoding="utf-8"))["statements"]
    (own,) = [s for s in kept if s["text"] == "木工を教えられる"]
    assert (own["details"]["commitment"], own["policy"]["valid_until"]) == ("task", "2030-03-31")


def test_the_words_of_why_are_documented() -> None:
    page = section(CLI, "why")
    assert all(f"`{code}`" in page for code in (*Obstacle, "needs", "needed_commitment", "offered_commitment"))
    assert ChangeCode.CONDITIONS.value == Obstacle.CONDITIONS.value
    assert {str(c) for c in Commitment} | {str(e) for e in Exchange} <= set(
        (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8").replace("*", " ").split()
    )


@pytest.mark.parametrize("lang", Lang)
def test_the_words_that_are_shown_are_understood_where_they_are_written(lang: Lang) -> None:
    assert [commitments_of(condition_words(Detail.COMMITMENT, c, lang)) for c in Commitment] == [
        (c,) for c in Commitment
    ]
    assert [exchange_of(condition_words(Detail.EXCHANGE, e, lang)) for e in Exchange] == list(Exchange)
    assert [hours_of(condition_words(Detail.HOURS, hours, lang)) for hours in ("0", "2.5", "10")] == ["0", "2.5", "10"]


@pytest.mark.parametrize("meaning", ["commitment", "offer_commitment", "need_hours", "valid_until", "need_valid_until"])
def test_pages_of_an_import_name_the_columns_in_both_languages(meaning: str) -> None:
    japanese, english = (meaning_words(meaning, lang) for lang in (Lang.JA, Lang.EN))
    assert japanese != english
    assert "_" not in english
