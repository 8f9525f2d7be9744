"""docs/formats.md says what the importer does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.policy import Audience, Matching
from ingest.book import READERS
from ingest.network_shape import SHAPES
from ingest.profile import PROFILES, families, profile
from ingest.release import read_audience, read_introduction, read_reason, read_use

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
SOURCE = "".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "ingest").rglob("*.py")))
CODE = re.compile(r'"([a-z]+(?:_[a-z]+)+|empty)"')


def test_every_code_is_listed_and_every_listed_code_is_used() -> None:
    listed = set(re.findall(r"`([a-z]+(?:_[a-z]+)*)`", PAGE.partition("## 報告の言葉")[2]))
    made = {f"{kind}_column_not_read" for kind in ("secret", "phone", "hearsay")} | {"unknown_exchange", "unknown_mode"}
    calls = re.findall(r"(?:refuse|flag|Note)\((?:[^()]|\([^()]*\))*\)", SOURCE)
    used = {code for call in calls for code in CODE.findall(call)}
    assert {c for c in listed - made if f'"{c}"' not in SOURCE} == set()
    assert {c for c in used if c.startswith(("unknown_", "not_a_", "no_", "id_"))} - listed == set()


def test_every_profile_is_described_and_has_a_reader() -> None:
    assert READERS.keys() == {profile(name).reader for name in PROFILES}
    assert all(f"`{name}`" in PAGE for name in (*families(), "network"))
    assert all(f"`{name}.csv`" in PAGE for name in SHAPES)


@pytest.mark.parametrize(
    ("word", "audience"),
    [("自分だけ", Audience.ONLY_ME), ("only me", Audience.ONLY_ME), ("ミキサーまで", Audience.MY_MIXERS),
     ("my mixers", Audience.MY_MIXERS), ("自分のスペースまで", Audience.MY_SPACE), ("my space", Audience.MY_SPACE),
     ("指定スペースまで（なぎさ・こもれび）", Audience.PARTNERS), ("named spaces (なぎさ)", Audience.PARTNERS),
     ("ネットワーク全体", Audience.NETWORK), ("network", Audience.NETWORK), ("公開", Audience.PUBLIC),
     ("public", Audience.PUBLIC)],
)  # fmt: skip
def test_words_of_the_page_are_read(word: str, audience: Audience) -> None:
    assert word.partition("（")[0].partition(" (")[0] in PAGE
    assert read_audience(word, str).audience is audience


def test_words_of_the_three_questions_are_read() -> None:
    used = [
        read_use(w).matching for w in ("使ってよい", "先に自分に聞いてほしい", "使わないでほしい", "ask me first", "no")
    ]
    assert used == [Matching.OPEN, Matching.OWNER_FIRST, Matching.NONE, Matching.OWNER_FIRST, Matching.NONE]
    introduced = [read_introduction(w) for w in ("可", "保留", "不可", "yes", "pending", "no")]
    assert introduced == [Matching.OPEN, Matching.OWNER_FIRST, Matching.NONE] * 2
    assert [read_reason(w).as_reason for w in ("はい", "いいえ", "yes", "no", "")] == [True, False, True, False, False]
