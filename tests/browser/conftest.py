"""A running service over the sample, and Chromium with a phone-sized window."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPACES = ("かぜのま", "こもれび", "なぎさ", "結ノ木", "ひだまり舎", "いろは製作所", "オンライン広場ほしぞら")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {"width": 390, "height": 844}


def musubi(folder: Path, *arguments: str) -> str:
    """Run a command in a folder and give its answer."""
    done = subprocess.run(
        [sys.executable, "-m", "service.cli.main", *arguments],
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "MUSUBI_ENCODER": "lexical", "MUSUBI_LANG": "ja"}


@pytest.fixture(scope="session")
def command() -> Callable[..., str]:
    """Give the way to run a command in a folder."""
    return musubi


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the sample imported into ``musubi.db``."""
    folder = tmp_path_factory.mktemp("sample")
    musubi(folder, "init")
    for space in SPACES:
        musubi(folder, "agreement", "add", "--space", space, "--operator", "見本運営", "--from", "2023-11-01",
               "--items", "会員名簿")  # fmt: skip
    musubi(folder, "import", str(ROOT / "sample" / "data"), "--yes")
    return folder


@pytest.fixture(scope="session")
def address(sample: Path) -> Iterator[str]:
    """Serve the sample and give the address."""
    command = [sys.executable, "-m", "service.cli.main", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=sample, env=environment(), stderr=subprocess.PIPE, text=True) as running:
        try:
            assert running.stderr is not None
            said = running.stderr.readline()
            found = re.search(r"http://[\d.]+:\d+", said)
            assert found, said
            yield found.group()
        finally:
            running.terminate()
            running.communicate(timeout=30)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Give Debian's Chromium under playwright."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    assert program, "chromium is missing: apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


class Watched:
    """A page with everything that must not happen on it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.faults: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.faults.append(str(e)))
        page.on("dialog", lambda d: (self.faults.append(d.message), d.dismiss()))
        page.on("request", lambda r: self.requests.append(r.url))

    def overflow(self) -> int:
        """Give how many pixels the page is wider than its window."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@pytest.fixture
def opened(chromium: Any) -> Iterator[Any]:
    """Open pages, each in a context of its own."""
    contexts = []

    def open_page(url: str, **options: Any) -> Watched:
        context = chromium.new_context(**{"viewport": PHONE, "device_scale_factor": 2, **options})
        contexts.append(context)
        watched = Watched(context.new_page())
        watched.page.goto(url)
        return watched

    yield open_page
    for context in contexts:
        context.close()
