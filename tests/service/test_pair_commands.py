"""``why`` and ``whatif`` on the command line and in the API (A15, A16, B01, B18)."""

from __future__ import annotations

import json

import pytest

from service.pairs.schemas import WhatIfOut, WhyOut
from tests.service.test_docs import CLI, section


@pytest.fixture
def call(musubi, url: str):
    return lambda *arguments: musubi("--store", url, *arguments)


def pair(call) -> tuple[str, str]:
    """The first proposal of a round."""
    made = json.loads(call("recommend", "--all", "--json").out)["recommendations"][0]
    return made["person"]["id"], made["partner"]["id"]


def test_why_says_the_reasons_of_the_list(call) -> None:
    person, partner = pair(call)
    body = json.loads(call("why", person, partner, "--json").out)
    assert body["schema"] == "musubi.why/1"
    assert body["possible"]
    assert 1 <= body["place"] <= body["of"]
    made = json.loads(call("recommend", "--for", person, "--ranking", "individual", "--json").out)
    listed = {r["partner"]["id"]: r for r in made["recommendations"]}[partner]
    assert [r["code"] for r in body["reasons"]] == [r["code"] for r in listed["reasons"]]
    assert (body["place"], body["band"]) == (listed["rank"], listed["band"])


def test_why_in_words(call) -> None:
    person, partner = pair(call)
    assert "すすめる理由" in call("--lang", "ja", "why", person, partner).out
    assert "Why" in call("--lang", "en", "why", person, partner).out


def test_whatif_in_words_and_as_a_document(call) -> None:
    person, partner = pair(call)
    body = json.loads(call("whatif", person, partner, "--json").out)
    assert body["schema"] == "musubi.whatif/1"
    assert 0.0 <= body["reach_gain"] <= 1.0
    for lang in ("ja", "en"):
        assert all(line in call("--lang", lang, "whatif", person, partner).out for line in body["text"][lang])


@pytest.mark.parametrize("command", ["why", "whatif"])
def test_unknown_people_are_wrong_use(call, command: str) -> None:
    assert call(command, "いない人", "だれか").code == 2


@pytest.mark.parametrize("command", ["why", "whatif"])
def test_the_public_asks_nothing_about_people(call, command: str) -> None:
    person, partner = pair(call)
    ended = call("--as", "public", command, person, partner)
    assert ended.code == 2
    assert person not in ended.out


def test_a_member_asks_about_themselves_and_sees_no_places(call) -> None:
    person, partner = pair(call)
    assert call("--as", f"person:{person}", "why", partner, person).code == 2
    ended = call("--as", f"person:{person}", "why", person, partner, "--json")
    if ended.code == 0:
        assert json.loads(ended.out)["place"] is None
    else:
        assert "unknown" in ended.err  # the partner is not visible to this member


def test_both_leave_an_audit_row(call) -> None:
    person, partner = pair(call)
    call("why", person, partner)
    call("whatif", person, partner)
    actions = [row["action"] for row in json.loads(call("audit", "list", "--json").out)["rows"]]
    assert {"why", "whatif"} <= set(actions)


def test_api_gives_the_same(client, call) -> None:
    person, partner = pair(call)
    asked = {"person": person, "partner": partner}
    why = client.get("/v1/why", params=asked)
    assert why.status_code == 200
    assert why.json()["reasons"] == json.loads(call("why", person, partner, "--json").out)["reasons"]
    assert client.get("/v1/whatif", params=asked).json()["person"]["id"] == person
    assert client.get("/v1/why", params={**asked, "partner": "いない人"}).status_code == 404
    assert client.get("/v1/whatif", params={"person": person}).status_code == 422


@pytest.mark.parametrize(("heading", "model"), [("why", WhyOut), ("whatif", WhatIfOut)])
def test_keys_are_documented(heading: str, model) -> None:
    assert all(f"`{key}`" in section(CLI, heading) for key in model.model_fields)
