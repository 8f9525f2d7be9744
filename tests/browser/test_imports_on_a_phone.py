"""A file is brought, looked at and stored with a phone, without a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser
OUT = Path(__file__).resolve().parents[2] / "out"
LEAST_TAP = 44
MEMBERS = (
    "会員番号,氏名,利用スペース,入会日,できること,備考\r\n"
    "XX-1,見本 いちご,かぜのま,2024-01-05,木工と家具の修理,ないしょ\r\n"
    "XX-2,架空 しろ,かぜのま,2024-13-40,<b>翻訳</b>,\r\n"
    "XX-3,例示 こだち,かぜのま,令和6年1月5日,4111 1111 1111 1111,\r\n"
)
SMALL = """least => [...document.querySelectorAll('a, button, input:not([type=hidden]), select')].filter(e => {
    const box = e.getBoundingClientRect(); return box.width && (box.height < least || box.width < least);
}).map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_file_is_brought_and_stored(
    address: str, opened: Callable[..., Any], tmp_path: Path, lang: str
) -> None:  # fmt: skip
    path = tmp_path / "新しい会員.csv"
    path.write_bytes(MEMBERS.replace("XX", lang.upper()).encode("cp932"))
    watched = opened(f"{address}/imports?lang={lang}")
    page = watched.page
    OUT.mkdir(exist_ok=True)
    page.screenshot(path=OUT / f"imports-{lang}.png", full_page=True)
    assert watched.overflow() == 0
    assert page.evaluate(SMALL, LEAST_TAP) == []
    page.set_input_files("input[type=file]", path)
    page.fill("input[name=space]", "かぜのま")
    page.click("form.form button")
    page.screenshot(path=OUT / f"import-{lang}.png", full_page=True)
    assert watched.overflow() == 0
    assert page.evaluate(SMALL, LEAST_TAP) == []
    assert page.locator("h1").inner_text() == path.name
    text = page.locator("main").inner_text()
    assert "2024-13-40" in text
    assert "4111" not in page.content()
    with page.expect_download() as download:
        page.click("a[href$='problems.csv']")
    assert "not_a_date" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    page.click(".acts button:first-of-type")
    page.screenshot(path=OUT / f"imported-{lang}.png", full_page=True)
    assert page.locator("select").count() == 0
    assert watched.overflow() == 0
    assert watched.faults == []
