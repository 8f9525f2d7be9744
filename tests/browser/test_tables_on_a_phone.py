"""The page of tables in a real browser: width of a phone, both languages, contrast, touch, reached from the sheet."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.browser.test_pages_on_a_phone import FAINT, LEAST_CONTRAST, LEAST_TAP, OUT, SHEET, SMALL_TARGETS

pytestmark = pytest.mark.browser
TABLES = f"/spaces/{quote('かぜのま')}/tables"


@pytest.mark.parametrize(("lang", "scheme"), [("ja", "light"), ("en", "dark")])
def test_tables_fit_a_phone(address: str, opened: Any, lang: str, scheme: str) -> None:
    watched = opened(f"{address}{TABLES}?lang={lang}", color_scheme=scheme)
    assert watched.overflow() == 0
    assert watched.page.evaluate(SMALL_TARGETS, LEAST_TAP) == []
    assert watched.page.evaluate(FAINT, LEAST_CONTRAST) == []
    assert watched.faults == []
    OUT.mkdir(exist_ok=True)
    watched.page.screenshot(path=OUT / f"tables-{lang}-{scheme}.png")


def test_the_sheet_leads_to_the_tables(address: str, opened: Any) -> None:
    page = opened(f"{address}{SHEET}?lang=ja").page
    page.get_by_role("link", name="席", exact=True).click()
    assert page.get_by_role("heading", name="卓1").first.is_visible()
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", name="Table 1").first.is_visible()
