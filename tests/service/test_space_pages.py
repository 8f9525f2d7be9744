"""Pages of a space for a mixer with a phone: hearings, circles of help, teams, key persons (A05, A21, B15, B31)."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from html import unescape

import pytest
from fastapi.testclient import TestClient

from embeddings.registry import choose_encoder
from graph import gate
from graph.changes import ChangeSet
from graph.errors import Unknown
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PRESENCE, PUBLIC_OPEN, Audience, Matching, Policy, Purpose
from graph.records import Field, Node, Statement
from graph.store.registry import open_store
from graph.view import View
from graph.viewer import Viewer
from recommend.pipeline import Matchmaker
from service.app import create_app
from service.engine import Engine
from service.gatherings.access import Invited
from service.gatherings.logic import cycles, gatherings
from service.gatherings.needs import needs_of, team_in
from service.gatherings.quoting import may_be_quoted, part_may_be_quoted
from service.languages import Lang
from service.pages import space_words
from service.pages.circles import circles_page
from service.pages.hearing import hearing_page
from service.pages.keys import keys_page
from service.pages.rendering import content_policy
from service.pages.ring import HEIGHT, WIDTH, ring
from service.pages.weave import needs_page, team_page
from service.spaces.keys import keys_of_space
from tests.service.conftest import (
    MIXER_NEED,
    MIXERS,
    NEEDS,
    OFFERS,
    ONLY_ME,
    PARTNERS,
    SECRET_NEED,
    SOURCE,
    SPACE_NAME,
    SPACE_NEED,
    XSS,
    person,
)  # fmt: skip
from tests.service.test_pages import FOREIGN, Elements

PAGES = ("hearing", "circles", "weave", "weave?for=KZ-1", "keys", "keys?for=KZ-1")
KEPT_OFFER = "三味線を弾けることはここだけの話です"
SILENT = Policy(Audience.NETWORK, Matching.OPEN)
NEED_ALONE = (StatementKind.NEED,)
WANTED = {"KZ-1": 200, "KZ-9": 404, "見本 あ": 404, "KM-1": 404, "NOPE": 404}
"""What asking for a member, for one who is not to be introduced, by name, of elsewhere and for nobody gives."""
RING = {
    "KZ-7": ("チラシのデザインなら夜にできます", "草刈りの人手が足りない"),
    "KM-7": ("決算書の読み方を夜に教えられます", "チラシのデザインができる人を探している"),
    "NG-7": ("草刈りの人手に朝ならなれます", "決算書の読み方を教わりたい"),
}


def needs(changes: ChangeSet, who: str, kind: StatementKind, text: str, policy: Policy = NETWORK_OPEN) -> None:
    changes.statements.append(Statement(f"person:{who}", kind, text, policy, SOURCE))


def more(policy: Policy = NETWORK_OPEN) -> ChangeSet:
    """Three of three spaces who help each other in a ring, offers under a policy, and key persons of the first space.

    KZ-7 helps KM-7, KM-7 helps NG-7, NG-7 helps KZ-7; KZ-1 has a need of two parts; KM-5 and an office are keys.
    """
    changes = ChangeSet("more", "operator", "import", "more")
    for key, home in (("KZ-7", "KZ"), ("KM-7", "KM"), ("NG-7", "NG")):
        changes.nodes.append(person(key, f"模擬 {key[:2]}"))
        changes.add_tie(TieKind.MEMBER_OF, f"person:{key}", f"space:{home}", NETWORK_OPEN, PUBLIC_OPEN, SOURCE)
        offer, need = RING[key]
        needs(changes, key, StatementKind.OFFER, offer, policy)
        needs(changes, key, StatementKind.NEED, need)
    needs(changes, "KZ-1", StatementKind.NEED, "決算書を読める人と、チラシを作れる人がほしい")
    needs(changes, "KM-3", StatementKind.OFFER, KEPT_OFFER, SILENT)
    for who, space in (("person:KZ-2", "space:KZ"), ("organisation:窓口", "space:KZ"), ("person:KM-5", "space:KM")):
        changes.add_tie(TieKind.KEY_OF, who, space, MIXERS, PUBLIC_OPEN, SOURCE)
    changes.add_tie(TieKind.REPRESENTS, "person:KM-4", "organisation:窓口", NETWORK_OPEN, PUBLIC_OPEN, SOURCE)
    return changes


def with_more(url: str, policy: Policy = NETWORK_OPEN) -> str:
    changes = more(policy)
    for node, name in (("space:NG", "なぎさ"), ("organisation:窓口", "見本の窓口")):
        changes.nodes.append(Node(node, PUBLIC_OPEN, SOURCE, {"name": Field(name, PUBLIC_OPEN, SOURCE)}))
    with open_store(url) as store:
        store.apply(changes)
    return url


@pytest.fixture
def served(url: str) -> Iterator[TestClient]:
    with TestClient(create_app(Engine(with_more(url), "lexical", Lang.JA)), base_url="http://localhost") as made:
        yield made


@pytest.fixture
def seen(url: str) -> Callable[[str], View]:
    """Give what somebody may see of the community with the ring."""
    return partial(looked_at, with_more(url))


def looked_at(url: str, viewer: str) -> View:
    with open_store(url) as store:
        return gate.view(store.snapshot(), Viewer.parse(viewer), Purpose.INTRODUCTION)


def make(view: View) -> Matchmaker:
    return Matchmaker(view, choose_encoder("lexical").encoder)


def everything(view: View, space: str) -> dict[str, str]:
    """Give the pages of a space as a viewer gets them, but for the team of one person."""
    return {
        "hearing": hearing_page(gatherings(view, space, 4, 3, make), 3, Lang.JA),
        "circles": circles_page(cycles(view, Invited(space=space), 5, make), 5, Lang.JA),
        "weave": needs_page(needs_of(view, space, make), Lang.JA),
        "keys": keys_page(keys_of_space(view, space, None), Lang.JA),
    }


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_well_formed_load_nothing_and_run_nothing(served: TestClient, path: str, lang: Lang) -> None:
    mark = "&" if "?" in path else "?"
    answer = served.get(f"/spaces/かぜのま/{path}{mark}lang={lang}")
    assert answer.status_code == 200
    page = Elements(answer.text)
    tags = [tag for tag, _ in page.seen]
    assert not set(tags) & {"script", "img", "iframe", "link", "object", "embed", "base"}
    assert not any(name.startswith("on") or name == "style" for _, attributes in page.seen for name in attributes)
    assert not FOREIGN.search(answer.text)
    assert (tags.count("style"), tags.count("h1")) == (1, 1)
    assert dict(page.seen)["html"]["lang"] == lang
    assert content_policy(forms="form" in tags) in answer.headers["content-security-policy"]
    assert "<script>alert" not in answer.text
    assert SECRET_NEED not in answer.text
    assert f"?lang={'en' if lang is Lang.JA else 'ja'}" in answer.text
    assert not re.search(r"-?\d\.\d{3,}", page.text), "bands, never scores"


def test_pages_of_a_space_lead_to_each_other(served: TestClient) -> None:
    for path in ("sheet", "hearing", "tables", "circles", "weave", "keys"):
        page = served.get(f"/spaces/KZ/{path}?lang=ja").text
        row = page.partition('<nav class="around')[2].partition("</nav>")[0]
        assert re.findall(r'href="(\w+)\?lang=ja"', row) == ["sheet", "hearing", "tables", "circles", "weave", "keys"]
        assert re.findall(r'href="(\w+)\?lang=ja" aria-current="page"', row) == [path]


def test_what_was_asked_stays_when_the_language_changes(served: TestClient) -> None:
    page = served.get("/spaces/KZ/hearing?size=3&number=2&lang=ja").text
    assert 'href="?lang=en&amp;size=3&amp;number=2"' in page
    page = served.get("/spaces/KZ/weave?for=KZ-1&size=4&lang=en").text
    assert 'href="?lang=ja&amp;for=KZ-1&amp;size=4"' in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("ない/hearing", 404), ("ない/circles", 404), ("ない/weave", 404), ("ない/keys", 404),
        ("KZ/hearing?size=9", 422),
        ("KZ/hearing?number=21", 422), ("KZ/circles?number=51", 422), ("KZ/weave?for=KM-1", 404),
        ("KZ/weave?for=だれか", 404), ("KZ/weave?for=KZ-1&size=1", 422), ("KZ/keys?for=KM-1", 404),
        ("KZ/keys?for=", 200), ("KZ/weave?for=", 200),
    ],
)  # fmt: skip
def test_errors_are_as_on_other_pages(served: TestClient, path: str, status: int) -> None:
    answer = served.get(f"/spaces/{path}")
    assert answer.status_code == status
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_hearing_names_people_their_words_and_why(served: TestClient) -> None:
    page = Elements(served.get("/spaces/KZ/hearing?size=4&number=2&lang=ja").text).text
    told = served.get("/v1/gatherings", params={"space": "KZ", "size": 4, "number": 2}).json()["gatherings"]
    assert len(told) == 2
    for one in (guest for made in told for guest in made["attendees"]):
        assert one["name"] in page
        assert one["communities"][0] in page
    assert "互いに会ったことがありません" in page or "会ったことのある組" in page
    assert any(text in page for text in (*NEEDS, *OFFERS))


def test_a_circle_is_drawn_with_its_words_beside(served: TestClient) -> None:
    html = served.get("/spaces/KZ/circles?lang=ja").text
    page = Elements(html)
    (drawing,) = (attributes for tag, attributes in page.seen if tag == "svg")
    names = ["模擬 KZ", "模擬 KM", "模擬 NG"]
    told = str(drawing["aria-label"])
    assert drawing["role"] == "img"
    assert sorted(told.partition(": ")[2].split(" → ")[:3]) == sorted(names)
    assert sum(tag == "circle" for tag, _ in page.seen) == 3
    for offer, need in RING.values():
        assert offer in page.text
        assert need in page.text
    assert 'class="ring"' not in served.get("/spaces/KZ/keys").text


@pytest.mark.parametrize("n", [3, 4])
def test_a_ring_stays_inside_its_box_and_labels_off_the_discs(n: int) -> None:
    made = ring(["見本 とてもとてもながいなまえ"] * n)
    assert len(made.places) == len(made.arrows) == n
    for place in made.places:
        assert made.disc < place.x < WIDTH - made.disc
        assert made.disc < place.y < HEIGHT - made.disc
        assert 12 < place.label_y < HEIGHT - 4
        assert len(place.label) <= 11
        assert all(abs(place.label_y - 5 - other.y) > made.disc for other in made.places)
        assert (place.label_y < place.y) == (place.y < 115)


def test_a_team_is_reached_from_the_list(served: TestClient) -> None:
    listed = served.get("/spaces/KZ/weave?lang=ja").text
    assert 'href="weave?lang=ja&amp;for=KZ-1"' in listed
    assert "決算書を読める人と" in listed
    assert "for=KM" not in listed, "members of this space alone"
    page = Elements(served.get("/spaces/KZ/weave?for=KZ-1&lang=ja").text).text
    told = served.get("/v1/weave", params={"for": "KZ-1"}).json()
    assert told["team"]
    for helper in told["team"]:
        assert (helper["name"] or helper["id"]) in page
    for part in told["parts"]:
        assert part["part"] in page
        assert part["offer"] is None or part["offer"] in page


def test_keys_of_the_space_come_first_with_room_contacts_and_way(served: TestClient) -> None:
    page = served.get("/spaces/KZ/keys?for=KZ-1&lang=ja").text
    here, _, elsewhere = page.partition("ほかのスペースのつなぎ役")
    assert "見本の窓口" in here
    assert "架空 せ" in here, "who speaks for the office"
    assert "見本 い" in here.partition("このスペースのつなぎ役")[2]
    assert "架空 そ" in elsewhere
    assert "同時に引き受ける数" in here
    assert "返事待ち" in here
    assert "見本 あさんからの道すじ" in here
    assert "からの道すじ" not in served.get("/spaces/KZ/keys?lang=ja").text


def test_who_is_not_to_be_seen_is_on_no_page(url: str, seen: Callable[[str], View]) -> None:
    """A member who keeps to themself, another space's name, a mixer's need: nowhere for whoever may not see them."""
    changes = ChangeSet("hidden", "operator", "import", "hidden")
    changes.nodes.append(person("KZ-9", "架空 かくれ", ONLY_ME))
    changes.add_tie(TieKind.MEMBER_OF, "person:KZ-9", "space:KZ", ONLY_ME, PUBLIC_OPEN, SOURCE)
    changes.add_tie(TieKind.KEY_OF, "person:KZ-9", "space:KZ", ONLY_ME, PUBLIC_OPEN, SOURCE)
    needs(changes, "KZ-9", StatementKind.NEED, "決算書を読める人と、草刈りの人手がほしい", ONLY_ME)
    with open_store(url) as store:
        store.apply(changes)
    for viewer, space in (("space:KZ", "KZ"), ("mixer:MX-1", "KZ"), ("space:KM", "KM"), ("operator", "KZ")):
        pages = everything(seen(viewer), space)
        if viewer == "mixer:MX-1":
            pages["team"] = team_page(team_in(seen(viewer), space, "KZ-1", 3, make), 3, Lang.JA)
        text = "".join(pages.values())
        assert "かくれ" not in text
        assert "KZ-9" not in text
        assert SECRET_NEED not in text
        if viewer == "space:KM":
            assert SPACE_NAME not in text
            assert MIXER_NEED not in text
            assert SPACE_NEED not in text


def test_words_that_may_not_be_a_reason_are_quoted_nowhere(url: str) -> None:
    """The operator reads them on the sheet; here several people look on."""
    with TestClient(create_app(Engine(with_more(url, SILENT), "lexical", Lang.JA)), base_url="http://localhost") as it:
        for path in ("hearing?size=6&number=5", "circles", "weave", "weave?for=KZ-1", "weave?for=KZ-7", "keys"):
            page = it.get(f"/spaces/KZ/{path}").text
            for offer, _ in RING.values():
                assert offer not in page, path
            assert KEPT_OFFER not in page
        circles = it.get("/spaces/KZ/circles").text
        assert "模擬 KZ" in circles, "the circle itself is told"
        assert RING["KM-7"][1] in circles, "a need that may be told still is"


def test_words_for_one_space_are_not_quoted_before_people_of_another(seen: Callable[[str], View]) -> None:
    view = seen("operator")
    own, other, guest = (view.find(f"person:{key}") for key in ("KZ-3", "KZ-4", "KM-3"))
    assert may_be_quoted(view, own, SPACE_NEED, NEED_ALONE, (other,))
    assert not may_be_quoted(view, own, SPACE_NEED, NEED_ALONE, (other, guest))
    assert not may_be_quoted(view, own, "言っていないことば", NEED_ALONE, ())


def test_a_silent_need_stays_silent_where_its_words_stand_in_other_statements(
    url: str, seen: Callable[[str], View]
) -> None:
    """Each statement is judged by itself, whole; of several with one text, and of a part, all must be told."""
    changes = ChangeSet("twice", "operator", "import", "twice")
    needs(changes, "KZ-4", StatementKind.NEED, "離婚の相談、借金の整理をしたい", SILENT)
    needs(changes, "KZ-4", StatementKind.OFFER, "離婚の相談を受けた経験を話せます")
    needs(changes, "KZ-4", StatementKind.ACTIVITY, "借金の整理をしたい人のための会の案内")
    needs(changes, "KZ-5", StatementKind.NEED, "帳簿を見てほしい、畑の水やりを頼みたい", SILENT)
    needs(changes, "KZ-5", StatementKind.NEED, "畑の水やりを頼みたい、井戸を直したい人がほしい")
    needs(changes, "KZ-5", StatementKind.OFFER, "味噌を仕込めます")
    needs(changes, "KZ-5", StatementKind.OFFER, "味噌を仕込めます", SILENT)
    with open_store(url) as store:
        store.apply(changes)
    view = seen("operator")
    four, five = view.find("person:KZ-4"), view.find("person:KZ-5")
    for part in ("離婚の相談", "借金の整理をしたい"):
        assert not part_may_be_quoted(view, four, part, ())
        assert not may_be_quoted(view, four, part, tuple(StatementKind), ())
    assert may_be_quoted(view, four, "離婚の相談を受けた経験を話せます", (StatementKind.OFFER,), ())
    assert not may_be_quoted(view, four, "離婚の相談を受けた経験を話せます", NEED_ALONE, ()), "it is an offer"
    assert part_may_be_quoted(view, five, "井戸を直したい人がほしい", ())
    assert not part_may_be_quoted(view, five, "畑の水やりを頼みたい", ()), "also a part of a silent need"
    assert not may_be_quoted(view, five, "味噌を仕込めます", (StatementKind.OFFER,), ()), "said twice, once silently"
    for viewer in ("operator", "mixer:MX-1"):
        view = seen(viewer)
        pages = everything(view, "KZ")
        assert "KZ-4" not in pages["weave"], "that there are needs is not told either"
        assert parts_of(view, "KZ-5") == ("井戸を直したい人がほしい", NEEDS[1]), "what is told alone is counted"
        pages["team"] = team_page(team_in(view, "KZ", "KZ-4", 3, make), 3, Lang.JA)
        pages["other team"] = team_page(team_in(view, "KZ", "KZ-5", 3, make), 3, Lang.JA)
        for words in ("借金の整理をしたい</", "「離婚の相談」", "借金の整理をしたい」", "帳簿を見て"):
            assert words not in "".join(pages.values())
        assert pages["team"].count('class="meet"') == 1, "the need that may be told, and no place for the silent one"


def parts_of(view: View, who: str) -> tuple[str, ...]:
    (parts,) = [parts for party, parts in needs_of(view, "KZ", make).members if party.id == who]
    return parts


def test_words_of_a_circle_or_a_team_are_read_by_all_of_it(url: str) -> None:
    """Not by the neighbour and the one helper alone; open parts too."""
    changes = ChangeSet("all", "operator", "import", "all")
    changes.nodes.append(person("KZ-8", "模擬 ひとり"))
    changes.add_tie(TieKind.MEMBER_OF, "person:KZ-8", "space:KZ", NETWORK_OPEN, PUBLIC_OPEN, SOURCE)
    needs(changes, "KZ-8", StatementKind.NEED, "決算書の読み方を教わりたい、火星で石を拾いたいです", MIXERS)
    with_more(url, PARTNERS)
    with open_store(url) as store:
        store.apply(changes)
    view = looked_at(url, "operator")
    offer = RING["KZ-7"][0]
    owner, asker, third = (view.find(f"person:{key}") for key in ("KZ-7", "KM-7", "NG-7"))
    assert may_be_quoted(view, owner, offer, (StatementKind.OFFER,), (asker,))
    assert not may_be_quoted(view, owner, offer, (StatementKind.OFFER,), (asker, third))
    pages = everything(view, "KZ")
    assert "模擬 NG" in pages["circles"]
    assert offer not in pages["circles"]
    made = team_in(view, "KZ", "KZ-8", 3, make)
    told = made.made.answer
    assert told.team
    assert [part.text for part in told.parts if part.helper is None] == ["火星で石を拾いたいです"]
    page = team_page(made, 3, Lang.JA)
    assert "火星で石" not in page, "a need for mixers alone is told to no helper"
    assert "決算書の読み方を教わりたい" not in page
    assert page.count("ことばはここに出せません") >= 2


@pytest.mark.parametrize("page", ["weave", "keys"])
def test_one_who_may_not_be_introduced_is_asked_for_nowhere(url: str, page: str) -> None:
    changes = ChangeSet("off", "operator", "import", "off")
    changes.nodes.append(person("KZ-8", "見本 みえない", PRESENCE))
    changes.nodes.append(person("KZ-9", "見本 ことわり", Policy(Audience.NETWORK)))
    for key in ("KZ-8", "KZ-9"):
        changes.add_tie(TieKind.MEMBER_OF, f"person:{key}", "space:KZ", NETWORK_OPEN, PUBLIC_OPEN, SOURCE)
    needs(changes, "KZ-9", StatementKind.NEED, "決算書を読める人と、チラシを作れる人がほしい")
    with_more(url)
    with open_store(url) as store:
        store.apply(changes)
    with TestClient(create_app(Engine(url, "lexical", Lang.JA)), base_url="http://localhost") as client:
        status = {who: client.get(f"/spaces/KZ/{page}?for={who}").status_code for who in WANTED}
    assert status == WANTED


def test_a_manager_gets_no_link_that_is_refused(seen: Callable[[str], View]) -> None:
    view = seen("space:KZ")
    pages = everything(view, "KZ")
    assert "決算書を読める人と" in pages["weave"]
    for page in (pages["weave"], pages["keys"]):
        assert "for=" not in page
        assert "<form" not in page
    assert "コミュニティマネージャー（かぜのま）として" in pages["weave"]
    assert 'href="weave?lang=ja&amp;for=KZ-1"' in everything(seen("operator"), "KZ")["weave"]


def test_a_long_list_of_needs_is_turned_over(seen: Callable[[str], View]) -> None:
    found = needs_of(seen("operator"), "KZ", make)
    ((party, parts),) = [one for one in found.members if one[0].id == "KZ-1"]
    many = replace(found, members=tuple((replace(party, id=f"P-{i:03}"), parts) for i in range(230)))
    pages = {start: needs_page(many, Lang.JA, start) for start in (0, 100, 200, 900)}
    listed = {start: re.findall(r"for=P-(\d+)", page) for start, page in pages.items()}
    assert listed[0] + listed[100] + listed[200] == [f"{i:03}" for i in range(230)]
    assert listed[900] == listed[200], "from the end on, the last page"
    links = {start: re.findall(r"weave\?lang=ja&amp;from=(\d+)", page) for start, page in pages.items()}
    assert links == {0: ["100"], 100: ["200", "0"], 200: ["100"], 900: ["100"]}
    assert "ほかの30人を見る" in pages[100]
    assert 'href="?lang=en&amp;from=100"' in pages[100]
    assert "from=" not in needs_page(found, Lang.JA)


def test_pairs_of_a_hearing_without_words_are_one_line(url: str) -> None:
    with TestClient(create_app(Engine(with_more(url, SILENT), "lexical", Lang.EN)), base_url="http://localhost") as it:
        page = it.get("/spaces/KZ/hearing?size=6&number=3&lang=en").text
    meetings = page.split('class="why"')[1:]
    assert any("A need and an offer seem to fit, though" in made for made in meetings)
    assert all(made.count("A need and an offer seem to fit, though") <= 1 for made in meetings)
    assert "meets an offer of" not in page


def test_who_asked_is_said_in_words(served: TestClient) -> None:
    for path in ("sheet", "hearing", "tables", "circles", "weave", "keys"):
        foot = served.get(f"/spaces/KZ/{path}?lang=ja").text.rpartition("<footer")[2]
        assert "運営として" in foot, path
        assert "operator" not in foot, path


def test_a_mixer_gets_pages_of_the_own_space_alone(seen: Callable[[str], View]) -> None:
    view = seen("mixer:MX-1")
    with pytest.raises(Unknown):
        needs_of(view, "こもれび", make)
    with pytest.raises(Unknown):
        keys_of_space(view, "こもれび", None)
    found = keys_of_space(view, "かぜのま", None)
    assert all(key.waiting is None for key in found.here)
    assert "返事待ち" not in keys_page(found, Lang.JA)


def test_empty_states_say_what_to_do(url: str) -> None:
    name = Field("しずか; echo $HOME", PUBLIC_OPEN, SOURCE)
    with open_store(url) as store:
        store.apply(ChangeSet("k", "operator", "test", nodes=[Node("space:S", PUBLIC_OPEN, SOURCE, {"name": name})]))
    with TestClient(create_app(Engine(url, "lexical", Lang.EN)), base_url="http://localhost") as client:
        for path in ("hearing", "circles", "weave"):
            page = client.get(f"/spaces/S/{path}?lang=en").text
            assert "Import its member list" in page
            assert 'href="/imports?lang=en"' in page
        command = unescape(client.get("/spaces/S/keys").text.partition("<code>")[2].partition("</code>")[0])
        assert shlex.split(command) == [
            "musubi",
            "key",
            "add",
            "person:ID",
            "--space",
            "しずか; echo $HOME",
            "--cap",
            "3",
        ]
        assert 'href="hearing?lang=en"' in client.get("/spaces/KZ/circles?lang=en").text.partition("No circle")[2]


def test_each_page_leaves_an_audit_row_without_names(served: TestClient, url: str) -> None:
    for path in PAGES:
        served.get(f"/spaces/KZ/{path}")
    with open_store(url) as store:
        rows = store.audit()[-len(PAGES) :]
    assert [row.action for row in rows] == [f"page {path.partition('?')[0]}" for path in PAGES]
    assert all(json.loads(row.detail)["space"] == "space:KZ" for row in rows)
    assert "見本" not in "".join(row.detail for row in rows)


def test_every_phrase_has_both_languages_and_the_same_places() -> None:
    for key, (ja, en) in space_words.WORDS._phrases.items():
        assert set(re.findall(r"\{(\w+)", ja)) == set(re.findall(r"\{(\w+)", en)), key
        assert ja.strip(), key
        assert en.strip(), key


def test_names_of_markup_stay_text(served: TestClient) -> None:
    pages = "".join(served.get(f"/spaces/KM/{path}").text for path in ("hearing?size=6&number=5", "weave", "keys"))
    assert XSS not in pages
    assert "onerror=alert(2)>" not in pages
