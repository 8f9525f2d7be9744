"""``tables``, ``gathering``, ``weave``, ``cycles``: on the command line, in the API, as a page (A05, A17, A21, B31)."""

from __future__ import annotations

import csv
import io
import json

import pytest

from graph.changes import ChangeSet
from graph.kinds import TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN
from graph.records import Field, Node
from graph.store.registry import open_store
from service.gatherings.group_schemas import CyclesOut, GatheringsOut, WeaveOut
from service.gatherings.schemas import TablesOut
from service.gatherings.words import COLUMNS
from tests.service.conftest import FORMULA, SECRET_NEED, SOURCE, SPACE_NAME, XSS
from tests.service.test_docs import CLI, keys, section


@pytest.fixture
def call(musubi, url: str):
    return lambda *arguments: musubi("--store", url, *arguments)


@pytest.fixture
def feast(url: str) -> str:
    """An event at かぜのま, to which three of each space come."""
    changes = ChangeSet("feast", "operator", "import", "feast")
    changes.nodes.append(Node("event:祭", PUBLIC_OPEN, SOURCE, {"name": Field("見本祭", PUBLIC_OPEN, SOURCE)}))
    changes.add_tie(TieKind.HELD_AT, "event:祭", "space:KZ", PUBLIC_OPEN, PUBLIC_OPEN, SOURCE)
    for key in ("KZ-1", "KZ-2", "KZ-4", "KM-3", "KM-4", "KM-5"):
        changes.add_tie(TieKind.ATTENDED, f"person:{key}", "event:祭", NETWORK_OPEN, PUBLIC_OPEN, SOURCE)
    with open_store(url) as store:
        store.apply(changes)
    return "見本祭"


def test_tables_as_a_document(call) -> None:
    body = call("tables", "--all", "--rounds", "2", "--json").document()
    assert body["schema"] == "musubi.tables/1"
    assert body["n_guests"] == 13
    assert [one["round"] for one in body["rounds"]] == [1, 2]
    for one in body["rounds"]:
        assert sorted(len(t["guests"]) for t in one["tables"]) == [3, 3, 3, 4]
    assert body["broken"]["repeats"] == body["broken"]["met"] == 0
    for key in keys(body) - {"schema"}:
        assert f"`{key}`" in section(CLI, "tables") or f"`{key}`" in section(CLI, "recommend"), key


def test_tables_of_an_event_and_of_a_space(call, feast: str) -> None:
    came = call("tables", "--event", feast, "--rounds", "1", "--size", "3", "--json").document()
    assert {g["id"] for t in came["rounds"][0]["tables"] for g in t["guests"]} == {
        "KZ-1", "KZ-2", "KZ-4", "KM-3", "KM-4", "KM-5",
    }  # fmt: skip
    assert came["broken"]["unmixed"] == 0
    members = call("tables", "--space", "かぜのま", "--rounds", "1", "--json").document()
    assert members["n_guests"] == 6
    assert members["broken"]["unmixed"] == 2  # they are all of one space, and of nothing else


def test_what_cannot_be_kept_is_said_before_the_tables(call) -> None:
    for lang, broken, table in (("ja", "守れません", "卓1"), ("en", "Not kept", "Table 1")):
        out = call("--lang", lang, "tables", "--space", "かぜのま", "--rounds", "4").out
        assert out.index(broken) < out.index(table)


def test_table_for_a_spreadsheet(call) -> None:
    rows = list(csv.reader(io.StringIO(call("tables", "--all", "--csv", "-").out)))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 1 + 3 * 13
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert any(row[2] == f"'{FORMULA}" for row in rows)
    assert all(f"`{column}`" in section(CLI, "tables") for column in COLUMNS)


def test_page_escapes_and_speaks_both_languages(call) -> None:
    for lang, word in (("ja", "卓1"), ("en", "Table 1")):
        html = call("--lang", lang, "tables", "--all", "--html", "-").out
        assert word in html
        assert XSS not in html
        assert SECRET_NEED not in html


@pytest.mark.parametrize("arguments", [["--all", "--space", "x"], [], ["--all", "--size", "9"], ["--event", "ない"]])
def test_wrong_calls(call, arguments: list[str]) -> None:
    assert call("tables", *arguments).code == 2


@pytest.mark.parametrize("viewer", ["public", "person:KZ-1"])
def test_who_may_not_plan(call, viewer: str) -> None:
    assert call("--as", viewer, "tables", "--space", "かぜのま").code == 2


def test_a_mixer_plans_for_the_own_space_and_its_events_only(call, feast: str) -> None:
    for arguments in (["--space", "かぜのま"], ["--event", feast]):
        ended = call("--as", "mixer:MX-1", "tables", *arguments, "--json")
        assert ended.code == 0, ended.err
        assert "value" not in ended.document()
    assert call("--as", "mixer:MX-1", "tables", "--space", "こもれび").code == 2
    assert call("--as", "mixer:MX-1", "tables", "--all").code == 2


def test_a_name_for_one_space_stays_there(call, feast: str) -> None:
    assert SPACE_NAME not in call("--as", "space:KM", "tables", "--space", "こもれび", "--json").out


def test_an_audit_row_without_names(call) -> None:
    call("tables", "--space", "かぜのま")
    row = json.loads(call("audit", "list", "--json").out)["rows"][0]
    assert row["action"] == "tables"
    assert "見本" not in json.dumps(row, ensure_ascii=False)


def test_api_and_page(client, call) -> None:
    answered = client.get("/v1/tables", params={"all": "true", "rounds": 1})
    assert answered.status_code == 200
    expected = call("tables", "--all", "--rounds", "1", "--json").document()
    assert answered.json() == {k: v for k, v in expected.items() if k not in ("schema", "value")}
    page = client.get("/spaces/KZ/tables", params={"lang": "en"})
    assert page.status_code == 200
    assert "Table 1" in page.text
    assert client.get("/v1/tables").status_code == 422
    assert client.get("/v1/tables", params={"space": "ない"}).status_code == 404
    assert client.get("/v1/tables", params={"all": "true", "size": 9}).status_code == 422


MODELS = {"tables": TablesOut, "gathering": GatheringsOut, "weave": WeaveOut, "cycles": CyclesOut}


@pytest.mark.parametrize("heading", MODELS)
def test_keys_are_documented(heading: str) -> None:
    assert all(f"`{key}`" in section(CLI, heading) for key in MODELS[heading].model_fields)


ASKED = {
    "gathering": ("--space", "かぜのま"),
    "weave": ("--for", "KZ-1", "--need", "決算書を読める人と、チラシを作れる人がほしい"),
    "cycles": ("--all",),
}


@pytest.mark.parametrize("command", ASKED)
def test_documents_lines_and_audit_rows(call, command: str) -> None:
    body = call(command, *ASKED[command], "--json").document()
    assert body["schema"] == f"musubi.{command}/1"
    documented = section(CLI, command) + section(CLI, "tables") + section(CLI, "recommend")
    assert all(f"`{key}`" in documented for key in keys(body) - {"schema"})
    for lang in ("ja", "en"):
        assert call("--lang", lang, command, *ASKED[command]).out
    row = json.loads(call("audit", "list", "--json").out)["rows"][0]
    assert row["action"] == command
    assert "決算書" not in json.dumps(row, ensure_ascii=False)


def test_a_gathering_mixes_both_spaces(call) -> None:
    (made,) = call("gathering", "--space", "かぜのま", "--json").document()["gatherings"]
    homes = [a["communities"][0] for a in made["attendees"]]
    assert sorted(homes) == ["かぜのま", "かぜのま", "こもれび", "こもれび"]
    assert made["mixed"]
    out = call("--lang", "ja", "gathering", "--space", "かぜのま").out
    assert all(line in out for line in made["text"]["ja"])


def test_a_woven_team_meets_each_part(call) -> None:
    body = call("weave", *ASKED["weave"], "--json").document()
    assert [part["part"] for part in body["parts"]] == ["決算書を読める人と", "チラシを作れる人がほしい"]
    assert {part["helper"] for part in body["parts"]} == {one["id"] for one in body["team"]}
    assert SECRET_NEED not in json.dumps(call("weave", "--for", "KZ-1", "--json").document(), ensure_ascii=False)


@pytest.mark.parametrize(
    "arguments",
    [
        ["gathering", "--space", "かぜのま", "--size", "2"],
        ["gathering", "--space", "ない"],
        ["weave", "--for", "いない人"],
        ["weave", "--for", "KZ-1", "--size", "9"],
        ["cycles"],
        ["cycles", "--all", "--number", "99"],
    ],
)
def test_other_wrong_calls(call, arguments: list[str]) -> None:
    assert call(*arguments).code == 2


def test_who_may_ask_for_whom(call) -> None:
    assert call("--as", "person:KZ-1", "weave", "--for", "KZ-1").code == 0
    assert call("--as", "person:KZ-1", "weave", "--for", "KZ-2").code == 2
    assert call("--as", "public", "weave", "--for", "KZ-1").code == 2
    for command in ("gathering", "cycles"):
        assert call("--as", "person:KZ-1", command, "--space", "かぜのま").code == 2
        assert call("--as", "mixer:MX-1", command, "--space", "かぜのま").code == 0
        assert call("--as", "mixer:MX-1", command, "--space", "こもれび").code == 2


def test_the_api_gives_the_same(client, call) -> None:
    for path, command, query in (
        ("gatherings", "gathering", {"space": "かぜのま"}),
        ("weave", "weave", {"for": "KZ-1", "need": ["決算書を読める人と、チラシを作れる人がほしい"]}),
        ("cycles", "cycles", {"all": "true"}),
    ):
        answered = client.get(f"/v1/{path}", params=query)
        assert answered.status_code == 200, answered.text
        expected = call(command, *ASKED[command], "--json").document()
        assert answered.json() == {k: v for k, v in expected.items() if k != "schema"}
    assert client.get("/v1/weave", params={"for": "KZ-1", "size": 1}).status_code == 422
    assert client.get("/v1/cycles").status_code == 422
    assert client.get("/v1/gatherings", params={"space": "ない"}).status_code == 404
