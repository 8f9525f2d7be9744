"""The service over HTTP: answers, problems, headers."""

from __future__ import annotations

import json
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from embeddings.registry import choose_encoder
from graph.changes import ChangeSet
from graph.errors import EncoderUnavailable, MusubiError
from graph.policy import NETWORK_OPEN
from graph.records import Field, Node, Provenance
from graph.store.registry import open_store
from service import engine as engines
from service import errors
from service.app import create_app
from service.engine import Engine
from service.security import HEADERS, is_local

READ = {
    "/livez", "/readyz", "/v1/recommendations", "/v1/keys", "/v1/why", "/v1/whatif", "/", "/spaces/{space}/sheet",
    "/imports/{key}", "/imports/{key}/problems.csv", "/v1/tables", "/v1/gatherings", "/v1/weave", "/v1/cycles",
    "/spaces/{space}/tables", "/spaces/{space}/hearing", "/spaces/{space}/circles", "/spaces/{space}/weave",
    "/spaces/{space}/keys",
}  # fmt: skip
WRITTEN = {f"/imports/{{key}}/{act}" for act in ("reading", "stored", "discarded")}
SECRETS = ("カナリア一号", "canary-mail")


def ready(client: TestClient) -> None:
    for _ in range(200):
        if client.get("/readyz").status_code == 200:
            return
        time.sleep(0.05)
    raise AssertionError(client.get("/readyz").text)


def test_paths_and_examples_of_the_description(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    methods = {path: set(operations) for path, operations in described["paths"].items()}
    expected = {path: {"get"} for path in READ} | {path: {"post"} for path in WRITTEN} | {"/imports": {"get", "post"}}
    assert methods == expected
    answer = described["paths"]["/v1/recommendations"]["get"]
    assert answer["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("AnswerOut")
    assert "application/problem+json" in answer["responses"]["404"]["content"]
    assert "score" not in json.dumps(described["components"]["schemas"]["IntroductionOut"]["properties"])
    assert described["components"]["schemas"]["PartyOut"]["properties"]["id"]["examples"]


def test_recommendations_for_a_space(client: TestClient) -> None:
    body = client.get("/v1/recommendations", params={"space": "かぜのま"}).json()
    assert body["space"] == "KZ"
    assert body["recommendations"]
    for made in body["recommendations"]:
        assert made["band"] in ("strong", "good", "fair")
        assert "score" not in made
    assert not any(word in json.dumps(body, ensure_ascii=False) for word in SECRETS)


def test_the_language_narrows_the_words_only(client: TestClient) -> None:
    asked = {"for": "KZ-4", "ranking": "individual"}
    both, ja = (client.get("/v1/recommendations", params={**asked, **more}).json() for more in ({}, {"lang": "ja"}))
    assert {tuple(r["text"]) for m in both["recommendations"] for r in m["reasons"]} == {("ja", "en")}
    assert {tuple(r["text"]) for m in ja["recommendations"] for r in m["reasons"]} == {("ja",)}
    for body in (both, ja):
        for made in body["recommendations"]:
            for reason in made["reasons"]:
                reason.pop("text")
    assert both == ja


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 422, "wrong_use"),
        ("space=KZ&all=true", 422, "wrong_use"),
        ("space=みずうみ", 404, "unknown"),
        ("for=nobody", 404, "unknown"),
        ("all=true&k=0", 422, "invalid"),
        ("all=true&k=NaN", 422, "invalid"),
        ("all=true&k=1e999", 422, "invalid"),
        ("all=true&pairs=-Infinity", 422, "invalid"),
        ("all=true&scope=near", 422, "invalid"),
        ("all=true&serious=1", 422, "invalid"),
        ("space=" + "x" * 300, 422, "invalid"),
        ("space=%ED%A0%80", 404, "unknown"),
        ("space=%00", 404, "unknown"),
        ("for=%F0%9F", 404, "unknown"),
    ],
)
def test_problems_are_documents_that_never_repeat_what_arrived(
    client: TestClient, query: str, status: int, code: str
) -> None:
    answer = client.get(f"/v1/recommendations?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, errors.PROBLEM_TYPE)
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert set(body["detail"]) == {"ja", "en"}
    for word in ("near", "serious", "nobody", "xxx", "1e999", "みずうみ"):
        assert word not in answer.text


def test_unknown_paths_and_methods_are_problems_too(client: TestClient) -> None:
    assert client.get("/nowhere").json()["code"] == "not_found"
    assert client.post("/v1/recommendations", content=b"{").json()["status"] == 405
    assert client.get("/spaces/nowhere/sheet").json()["code"] == "unknown"


def test_every_error_class_has_a_status() -> None:
    for cls in (*MusubiError.__subclasses__(), MusubiError):
        kind = errors.KINDS[cls]
        assert kind.words in errors.WORDS._phrases
        assert 400 <= kind.status < 600


@pytest.mark.parametrize(
    "path",
    ["/", "/livez", "/readyz", "/v1/recommendations?space=KZ", "/nowhere", "/spaces/KZ/sheet", "/spaces/KZ/hearing"],
)
def test_headers_of_every_answer(client: TestClient, path: str) -> None:
    answer = client.get(path)
    for name in HEADERS:
        assert answer.headers.get(name), name
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True), ("localhost:8000", True), ("127.0.0.1:1", True), ("[::1]:8000", True), ("[::1]", True),
        ("LOCALHOST", True), ("evil.example", False), ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False), ("localhost:", False), ("[::2]:80", False), ("localhost@evil.example", False), ("10.0.0.1", False),
    ],
)  # fmt: skip
def test_foreign_hosts_are_refused(client: TestClient, host: str, local: bool) -> None:
    assert is_local([host]) is local
    assert client.get("/livez", headers={"host": host}).status_code == (200 if local else 421)
    assert not is_local([host, host])
    assert not is_local([])


def test_pages_link_to_each_other_and_switch_the_language(client: TestClient) -> None:
    ready(client)
    home = client.get("/?lang=en").text
    assert 'href="/spaces/KZ/sheet?lang=en"' in home
    sheet = client.get("/spaces/KZ/sheet?lang=en").text
    assert 'href="/?lang=en"' in sheet
    assert 'href="?lang=ja"' in sheet
    assert '<html lang="ja">' in client.get("/spaces/かぜのま/sheet").text


def test_a_space_key_with_any_character_has_a_page(url: str) -> None:
    origin = Provenance("x")
    key = "a/b ?#%<&\"'あ"
    with open_store(url) as store:
        node = Node(f"space:{key}", NETWORK_OPEN, origin, {"name": Field("へん", NETWORK_OPEN, origin)})
        store.apply(ChangeSet("more", "operator", "test", nodes=[node]))
    with TestClient(create_app(Engine(url, "lexical")), base_url="http://localhost") as client:
        home = client.get("/").text
        link = next(part.split('"')[0] for part in home.split('href="') if "a%2Fb" in part)
        answer = client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert "へん" in answer.text


def test_a_change_is_seen_by_the_next_request(client: TestClient, url: str) -> None:
    ready(client)
    before = client.get("/v1/recommendations", params={"all": True, "ranking": "individual"}).json()
    origin = Provenance("x")
    with open_store(url) as store:
        node = Node("person:NEW", NETWORK_OPEN, origin, {"name": Field("試作 あたらし", NETWORK_OPEN, origin)})
        store.apply(ChangeSet("newcomer", "operator", "test", nodes=[node]))
    after = client.get("/v1/recommendations", params={"all": True, "ranking": "individual"}).json()
    assert "NEW" not in json.dumps(before)
    assert "NEW" in json.dumps(after)


def test_requests_in_parallel_give_equal_answers_and_audit_rows(client: TestClient, url: str) -> None:
    ready(client)
    with open_store(url) as store:
        rows = len(store.audit())
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda _: client.get("/v1/recommendations?space=KZ").text, range(16)))
    assert len(set(bodies)) == 1
    with open_store(url) as store:
        audit = store.audit()
    assert len(audit) == rows + 16
    assert {(r.actor, r.action) for r in audit[rows:]} == {("operator", "api recommendations")}


def test_an_answer_under_way_does_not_hold_up_the_probe(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    ready(client)
    entered, release = threading.Event(), threading.Event()
    real = engines.answer

    def slow(*arguments: object) -> object:
        entered.set()
        assert release.wait(30)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engines, "answer", slow)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.get, "/v1/recommendations?for=KZ-1")
        assert entered.wait(30)
        assert client.get("/livez").json() == {"status": "ok"}
        assert client.get("/readyz").status_code == 200
        release.set()
        assert waiting.result(30).status_code == 200


def test_too_many_answers_at_once_ask_to_come_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "PATIENCE_S", 0.01)
    engine = Engine(url, "lexical")
    with TestClient(create_app(engine), base_url="http://localhost") as client:
        ready(client)
        for _ in range(engines.AT_ONCE):
            assert engine._slots.acquire()
        busy = client.get("/v1/recommendations?space=KZ")
        assert (busy.status_code, busy.json()["code"], busy.headers["retry-after"]) == (503, "busy", "5")
        engine._slots.release()
        assert client.get("/v1/recommendations?space=KZ").status_code == 200


def test_not_ready_without_a_store_or_an_encoder(tmp_path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with TestClient(
        create_app(Engine(f"sqlite:///{tmp_path / 'no.db'}", "lexical")), base_url="http://localhost"
    ) as client:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "store_unavailable" in answer.json()["reasons"]
        assert client.get("/").json()["code"] == "store_unavailable"
        assert client.get("/livez").status_code == 200

    def none(*arguments: object) -> object:
        raise EncoderUnavailable("no such model")

    monkeypatch.setattr(engines, "choose", none)
    with TestClient(create_app(Engine(url)), base_url="http://localhost") as client:
        assert client.get("/readyz").json()["reasons"] == ["encoder_loading"]
        assert client.get("/v1/recommendations?space=KZ").json()["code"] == "encoder_unavailable"


def test_a_fault_is_a_problem_and_a_log_line_without_content(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ready(client)

    def broken(*arguments: object) -> object:
        raise RuntimeError("見本 ひみつ was here")

    monkeypatch.setattr(engines, "answer", broken)
    answer = client.get("/v1/recommendations?space=KM")
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "ひみつ" not in answer.text
    assert "RuntimeError in broken" in caplog.text
    assert "ひみつ" not in caplog.text


def test_random_bytes_never_end_in_a_fault(client: TestClient) -> None:
    ready(client)
    rng = random.Random(7)
    alphabet = [
        "%00",
        "%ff",
        "%ed%a0%80",
        "NaN",
        "-",
        "1e999",
        "true",
        "'",
        '"',
        "<",
        "%E2%80%AE",
        "[",
        "{",
        "=",
        "+",
        "あ",
        "\\",
        ";",
    ]
    names = ["space", "for", "all", "k", "scope", "ranking", "pairs", "capacity", "lang", "x"]
    for _ in range(300):
        query = "&".join(
            f"{rng.choice(names)}={''.join(rng.choices(alphabet, k=rng.randrange(4)))}" for _ in range(rng.randrange(4))
        )
        path = rng.choice(["/v1/recommendations", "/", "/spaces/" + "".join(rng.choices(alphabet[:6], k=2)) + "/sheet"])
        answer = client.get(f"{path}?{query}")
        assert answer.status_code < 500, (path, query)


def test_the_encoder_of_the_engine_is_the_one_that_was_asked_for(url: str) -> None:
    assert Engine(url, "lexical").choice().encoder.name == choose_encoder("lexical").encoder.name
