"""Pages in a real browser: width of a phone, both languages, light and dark, touch, contrast, no script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from graph.changes import ChangeSet
from graph.kinds import StatementKind, TieKind
from graph.policy import NETWORK_OPEN, PUBLIC_OPEN
from graph.records import Field, Node, Provenance, Statement
from graph.store.registry import open_store

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "out"
SHEET = f"/spaces/{quote('かぜのま')}/sheet"
LEAST_TAP = 44
LEAST_CONTRAST = 4.5

SMALL_TARGETS = """least => [...document.querySelectorAll('a, summary, button, input')].filter(e => {
    const box = e.getBoundingClientRect(); return box.width && (box.height < least || box.width < least);
}).map(e => e.outerHTML.slice(0, 80))"""

FAINT = """least => {
    const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
    const linear = x => x <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4;
    const light = c => { const [r, g, b] = c.map(x => linear(x / 255));
        return .2126 * r + .7152 * g + .0722 * b; };
    const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
        if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
    const faint = [];
    for (const e of document.querySelectorAll('body *')) {
        if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
        const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        const ratio = (a + .05) / (b + .05);
        if (ratio < least) faint.push(ratio.toFixed(2) + ' ' + e.outerHTML.slice(0, 80));
    }
    return faint;
}"""


@pytest.fixture(params=["ja", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("path", ["/", SHEET], ids=["home", "sheet"])
def test_pages_fit_a_phone(address: str, opened: Any, path: str, lang: str, scheme: str) -> None:
    watched = opened(f"{address}{path}?lang={lang}", color_scheme=scheme)
    assert watched.overflow() == 0
    assert watched.page.evaluate(SMALL_TARGETS, LEAST_TAP) == []
    assert watched.page.evaluate(FAINT, LEAST_CONTRAST) == []
    assert watched.faults == []
    assert watched.requests == [watched.page.url]
    OUT.mkdir(exist_ok=True)
    name = "home" if path == "/" else "sheet"
    watched.page.screenshot(path=OUT / f"{name}-{lang}-{scheme}.png")


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_sheet_fits_other_widths(address: str, opened: Any, width: int) -> None:
    watched = opened(address + SHEET, viewport={"width": width, "height": 800})
    assert watched.overflow() == 0


def test_the_report_fits_a_phone(
    sample: Path, command: Callable[..., str], opened: Any, lang: str, scheme: str
) -> None:
    page = sample / f"ties-{lang}.html"
    command(sample, "--lang", lang, "report", "ties", "--html", str(page))
    watched = opened(page.as_uri(), color_scheme=scheme)
    assert watched.overflow() == 0
    assert watched.page.evaluate(FAINT, LEAST_CONTRAST) == []
    assert watched.faults == []
    OUT.mkdir(exist_ok=True)
    watched.page.screenshot(path=OUT / f"ties-{lang}-{scheme}.png", full_page=True)


def test_everything_works_without_script(address: str, opened: Any) -> None:
    watched = opened(address + "/?lang=ja", java_script_enabled=False)
    watched.page.get_by_role("link", name="かぜのま").click()
    row = watched.page.locator("details").first
    reasons = row.locator(".why")
    assert not reasons.is_visible()
    row.locator("summary").click()
    assert reasons.is_visible()
    watched.page.get_by_role("link", name="English").click()
    assert watched.page.locator("html").get_attribute("lang") == "en"
    watched.page.get_by_role("link", name="All spaces").click()
    assert watched.page.get_by_role("link", name="かぜのま").is_visible()


def test_the_keyboard_reaches_every_link_and_row(address: str, opened: Any) -> None:
    page = opened(address + SHEET).page
    wanted = page.locator("a, summary").count()
    reached = set()
    for _ in range(wanted):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("[...document.querySelectorAll('a, summary')].indexOf(document.activeElement)"))
    assert reached == set(range(wanted))


def test_paper_has_no_navigation_and_no_dark(address: str, opened: Any) -> None:
    page = opened(address + SHEET, color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("nav").count() > 1
    assert page.locator("nav:visible, form:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".card").first.is_visible()


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '"><script>alert(1)</script>',
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "'-alert(1)-'",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "<details open ontoggle=alert(1)>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<!--",
    "-->",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202eevil\u202c",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<body onload=alert(1)>",
    "<math><mi xlink:href=javascript:alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<video src=x onerror=alert(1)>",
    "]]><script>alert(1)</script>",
    "\x00<script>",
    "<scr<script>ipt>alert(1)</script>",
    "<template><script>alert(1)</script>",
    "<form action=//evil.example><button>x",
]


@pytest.fixture
def hostile(tmp_path: Path, command: Callable[..., str]) -> str:
    """Give the sheet of a space whose name, members and statements are markup."""
    origin = Provenance("hostile")
    changes = ChangeSet("k", "operator", "test")
    name = Field(PAYLOADS[0], PUBLIC_OPEN, origin)
    changes.nodes.append(Node("space:S", PUBLIC_OPEN, origin, {"name": name}))
    for i, text in enumerate(PAYLOADS):
        changes.nodes.append(Node(f"person:p{i}", NETWORK_OPEN, origin, {"name": Field(text, NETWORK_OPEN, origin)}))
        changes.add_tie(TieKind.MEMBER_OF, f"person:p{i}", "space:S", NETWORK_OPEN, PUBLIC_OPEN, origin)
        kind = (StatementKind.NEED, StatementKind.OFFER)[i % 2]
        changes.statements.append(Statement(f"person:p{i}", kind, f"帳簿 {text}", NETWORK_OPEN, origin))
    with open_store(f"sqlite:///{tmp_path / 'musubi.db'}", create=True) as store:
        store.migrate()
        store.apply(changes)
    page = tmp_path / "sheet.html"
    command(tmp_path, "sheet", "--space", "S", "--html", str(page))
    return page.as_uri()


def test_markup_in_the_data_never_runs(hostile: str, opened: Any) -> None:
    watched = opened(hostile)
    page = watched.page
    assert watched.faults == []
    assert watched.requests == [page.url]
    assert page.locator("script, iframe, img, form, link, base, video, template, input").count() == 0
    assert page.locator("style").count() == 1
    assert page.locator("h1").inner_text() == PAYLOADS[0]
    assert "{{ 7 * 7 }}" in page.content()
    assert watched.overflow() == 0
