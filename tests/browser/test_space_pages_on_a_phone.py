"""Hearings, circles, teams and key persons in a real browser: phone and desk, both languages, light and dark, paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.test_pages_on_a_phone import FAINT, LEAST_CONTRAST, LEAST_TAP, OUT, SHEET, SMALL_TARGETS

pytestmark = pytest.mark.browser
SPACE = f"/spaces/{quote('かぜのま')}"
CIRCLE = """会員番号,氏名,利用スペース,入会日,できること,困りごと,紹介への利用,理由の表示
KZ-901,見本 こよみ,かぜのま,2024-01-05,三味線の稽古をつけます,味噌の仕込みを教わりたい,はい,はい
KM-901,架空 とてもながいなまえのひと,こもれび,2024-01-05,篆刻の印を彫れます,三味線の稽古をつけてほしい,はい,はい
NG-901,例示 しおさい,なぎさ,2024-01-05,味噌の仕込みを教えます,篆刻の印を彫ってほしい,はい,はい
KZ-902,見本 とてもとてもながいながいなまえのひと,かぜのま,2024-01-05,,決算書を読める人と、印を彫れる人がほしい,はい,はい
KZ-903,SampleWithoutAnyBreakInAVeryVeryVeryLongNameOfSomebody,かぜのま,2024-01-05,,帳簿を見てほしい、畑の水やりを頼みたい,はい,はい
"""


LONG = ("KZ-902", "KZ-903")
"""People with long names and needs of two parts."""


@pytest.fixture(scope="module")
def around(address: str, sample: Path, command: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the address of the pages of a space in which three help each other, with a key person and an office."""
    path = tmp_path_factory.mktemp("circle") / "輪の会員.csv"
    path.write_text(CIRCLE, encoding="utf-8")
    command(sample, "import", str(path), "--yes")
    command(sample, "key", "add", "person:KZ-0006", "--space", "かぜのま", "--cap", "2")
    command(sample, "key", "add", "organisation:例示三丁目こども食堂", "--space", "かぜのま")
    return address + SPACE


PAGES = {
    "hearing": "hearing?number=2",
    "circles": "circles",
    "weave": "weave",
    "team": "weave?for=KZ-0004",
    "team-long": "weave?for=KZ-902",
    "keys": "keys?for=KZ-0004",
    "keys-long": "keys?for=KZ-903",
}


@pytest.mark.parametrize(("lang", "scheme", "width"), [("ja", "light", 390), ("en", "dark", 390), ("ja", "dark", 1200)])
@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_space_fit(around: str, opened: Any, page: str, lang: str, scheme: str, width: int) -> None:
    path = PAGES[page]
    url = f"{around}/{path}{'&' if '?' in path else '?'}lang={lang}"
    watched = opened(url, color_scheme=scheme, viewport={"width": width, "height": 844})
    if page == "weave":
        assert all(watched.page.locator(f'a.tall[href$="for={key}"] q').count() == 2 for key in LONG)
    assert watched.overflow() == 0
    assert watched.page.evaluate(SMALL_TARGETS, LEAST_TAP) == []
    assert watched.page.evaluate(FAINT, LEAST_CONTRAST) == []
    assert watched.faults == []
    assert watched.requests == [watched.page.url]
    OUT.mkdir(exist_ok=True)
    watched.page.screenshot(path=OUT / f"{page}-{lang}-{scheme}-{width}.png")


def test_the_sheet_leads_around_and_options_are_chosen_by_touch(around: str, address: str, opened: Any) -> None:
    watched = opened(f"{address}{SHEET}?lang=ja", java_script_enabled=False)
    page = watched.page
    page.get_by_role("link", name="聞き取り", exact=True).click()
    page.locator("select[name=size]").select_option("3")
    page.get_by_role("button", name="表示する").click()
    assert page.locator(".card .guests > li").count() == 3
    page.get_by_role("link", name="English").click()
    assert page.locator("select[name=size]").input_value() == "3"
    page.get_by_role("link", name="Teams", exact=True).click()
    page.locator("ul.spaces a").first.click()
    assert page.get_by_role("heading", name="Who meets what").is_visible()
    page.get_by_role("link", name="Key persons", exact=True).click()
    page.locator("select[name=for]").select_option("KZ-0004")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_text("The way from").first.is_visible()
    assert watched.faults == []


def test_a_circle_is_drawn_whole(around: str, opened: Any) -> None:
    page = opened(f"{around}/circles?lang=ja&number=50").page
    drawing = page.get_by_role("img", name="見本 こよみ")
    assert drawing.is_visible()
    outside = drawing.evaluate("""svg => { const box = svg.viewBox.baseVal;
        return [...svg.querySelectorAll('circle, path, text')].map(e => e.getBBox()).filter(b => b.x < 0 || b.y < 0
            || b.x + b.width > box.width || b.y + b.height > box.height).length; }""")
    assert outside == 0
    assert drawing.locator("circle").count() == 3


def test_a_hearing_on_paper_has_its_words_and_no_forms(around: str, opened: Any) -> None:
    page = opened(f"{around}/hearing?lang=ja", color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("nav:visible, form:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".guests .name").first.is_visible()
