"""Command line and service over a Neo4j server answer what they answer over a file (A29)."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from service.app import create_app
from service.cli.main import run
from service.engine import Engine
from service.languages import Lang
from tests.neo4j.conftest import Place

pytestmark = [pytest.mark.neo4j, pytest.mark.timeout(900)]

SAMPLE = Path(__file__).resolve().parents[2] / "sample" / "data"
SPACES = ("かぜのま", "こもれび", "なぎさ", "結ノ木", "ひだまり舎", "いろは製作所", "オンライン広場ほしぞら")
ITEMS = "会員名簿,団体台帳,アンケート"
Musubi = Callable[..., str]


@pytest.fixture
def musubi(place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Musubi:
    """Call the entry point in this process; the answer, when the exit code is 0 or 1."""
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("MUSUBI_ENCODER", "lexical")
    monkeypatch.setenv("MUSUBI_NEO4J_PASSWORD", place.password or "")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> str:
        capfd.readouterr()
        code = run(arguments)
        out, err = capfd.readouterr()
        assert code in (0, 1), err
        assert place.password not in out + err
        return out

    return call


def filled(musubi: Musubi, store: str) -> None:
    """Make a store and import the sample."""
    musubi("init", "--store", store)
    for space in SPACES:
        musubi("agreement", "add", "--store", store, "--space", space, "--operator", "見本コワーキング連絡会",
               "--from", "2023-11-01", "--items", ITEMS)  # fmt: skip
    names = ("会員名簿.csv", "団体台帳.xlsx", "アンケート回答.csv")
    musubi("import", "--store", store, "--yes", *(str(SAMPLE / name) for name in names))


def answers(musubi: Musubi, store: str) -> dict[str, str]:
    """Ask what a mixer and an operator ask."""
    asked = {
        "export": ("export", "--format", "jsonl", "-"),
        "lists": ("recommend", "--all", "--csv", "-"),
        "across": ("recommend", "--space", "かぜのま", "--scope", "across", "--pairs", "5", "--json"),
        "sheet": ("sheet", "--space", "なぎさ"),
    }
    return {name: musubi(*arguments, "--store", store) for name, arguments in asked.items()}


def over_http(store: str, password: str | None) -> list[object]:
    """Ask the service."""
    secret = None if password is None else SecretStr(password)
    with TestClient(create_app(Engine(store, "lexical", Lang.JA, secret)), base_url="http://localhost") as client:
        give_up = time.monotonic() + 60
        while client.get("/readyz").status_code != 200:
            assert time.monotonic() < give_up, client.get("/readyz").text
            time.sleep(0.05)
        found = client.get("/v1/recommendations", params={"space": "かぜのま"})
        assert found.status_code == 200, found.text
        return [found.json()["recommendations"], client.get("/").status_code]


def test_same_answers_from_file_and_server(musubi: Musubi, place: Place) -> None:
    place.made().close()
    file = "sqlite:///beside.db"
    for store in (file, place.url):
        filled(musubi, store)
    here, there = answers(musubi, file), answers(musubi, place.url)
    assert there == here
    assert here["export"].count("\n") > 1_000
    assert len(list(csv.DictReader(io.StringIO(here["lists"])))) > 100
    assert over_http(place.url, place.password) == over_http(file, None)
    states = [json.loads(musubi("status", "--store", store, "--json", "--hash")) for store in (file, place.url)]
    for part in ("nodes", "statements", "ties", "version", "hash"):
        assert states[0][part] == states[1][part]
    musubi("doctor", "--store", place.url)
    check_copies(musubi, place, here["export"])


def check_copies(musubi: Musubi, place: Place, export: str) -> None:
    """Copy the file to the empty server and from there into another file: three equal exports."""
    place.made().close()
    musubi("copy", "--from", "sqlite:///beside.db", "--to", place.url)
    musubi("copy", "--from", place.url, "--to", "sqlite:///back.db")
    for store in (place.url, "sqlite:///back.db"):
        assert musubi("export", "--format", "jsonl", "-", "--store", store) == export
