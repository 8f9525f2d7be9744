"""Pages: complete in themselves, in two languages, nothing of the data is markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from service.languages import Lang
from service.pages.rendering import content_policy, style
from service.pages.words import WORDS

FOREIGN = re.compile(r"(src|href|action)\s*=\s*[\"']?(https?:)?//", re.IGNORECASE)


class Elements(HTMLParser):
    """Counts elements and collects the text."""

    VOID = frozenset({"meta", "path", "circle", "br", "link", "img", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


@pytest.fixture(params=list(Lang))
def sheet(request: pytest.FixtureRequest, musubi, url: str) -> str:
    return musubi("--store", url, "--lang", request.param, "sheet", "--space", "こもれび").out


def test_the_page_is_well_formed_and_loads_nothing(sheet: str) -> None:
    page = Elements(sheet)
    tags = {tag for tag, _ in page.seen}
    assert not tags & {"script", "img", "iframe", "link", "form", "object", "embed", "base"}
    assert not any(name.startswith("on") or name == "style" for _, attributes in page.seen for name in attributes)
    assert not FOREIGN.search(sheet)
    assert sum(tag == "style" for tag, _ in page.seen) == 1
    assert sum(tag == "h1" for tag, _ in page.seen) == 1


def test_markup_in_names_and_statements_stays_text(sheet: str) -> None:
    page = Elements(sheet)
    assert "<script>alert(1)</script>" in page.text
    assert "<script>alert" not in sheet
    assert "onerror=alert(2)>" not in sheet


def test_the_page_names_its_language(sheet: str) -> None:
    page = Elements(sheet)
    lang = dict(page.seen)["html"]["lang"]
    assert WORDS.say("sheet.title", Lang(str(lang))) in page.text


def test_bands_not_scores(sheet: str) -> None:
    text = Elements(sheet).text
    assert not re.search(r"-?\d\.\d{3,}", text)


def test_the_policy_allows_exactly_this_style_sheet(sheet: str) -> None:
    inside = sheet.split("<style>")[1].split("</style>")[0]
    assert inside == style()
    assert content_policy() in sheet.replace("&#39;", "'")


def test_names_of_the_other_side_are_not_put_into_what_may_be_told(musubi, url: str) -> None:
    page = musubi("--store", url, "--lang", "ja", "sheet", "--space", "かぜのま").out
    told = "".join(re.findall(r'<section class="tell">.*?</section>', page, re.DOTALL))
    words = re.sub(r"<h3>.*?</h3>", "", told)
    assert "お相手" in words
    assert "見本" not in words
    assert "架空" not in words


def test_what_a_side_may_not_read_is_not_in_what_it_may_be_told(musubi, url: str) -> None:
    """A need that only mixers know is a reason for the mixer and never for the other side."""
    page = musubi("--store", url, "--as", "mixer:MX-1", "--lang", "ja", "sheet", "--space", "かぜのま").out
    told = "".join(re.findall(r'<section class="tell">.*?</section>', page, re.DOTALL))
    assert "カナリア二号" not in told


def test_empty_states_say_what_to_do(musubi, tmp_path) -> None:
    from graph.changes import ChangeSet
    from graph.policy import PUBLIC_OPEN
    from graph.records import Field, Node, Provenance
    from graph.store.registry import open_store

    address = f"sqlite:///{tmp_path / 'empty.db'}"
    origin = Provenance("x")
    with open_store(address, create=True) as store:
        store.migrate()
        space = Node("space:S", PUBLIC_OPEN, origin, {"name": Field("しずか", PUBLIC_OPEN, origin)})
        store.apply(ChangeSet("k", "operator", "test", nodes=[space]))
    for lang in Lang:
        page = musubi("--store", address, "--lang", lang, "sheet", "--space", "しずか").out
        assert WORDS.say("sheet.empty", lang) in page
        assert WORDS.say("sheet.empty_members", lang) in page


def test_every_phrase_has_both_languages_and_the_same_places() -> None:
    from service import doctor, errors
    from service.cli import words as cli
    from service.recommendations import tables

    for words in (WORDS, doctor.WORDS, errors.WORDS, cli.WORDS, tables.WORDS):
        for key, (ja, en) in words._phrases.items():
            assert set(re.findall(r"\{(\w+)", ja)) == set(re.findall(r"\{(\w+)", en)), key
            assert ja.strip(), key
            assert en.strip(), key
