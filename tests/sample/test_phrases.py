"""The phrase bank is hand-written: no sentence twice, no skeleton and no ending more than five times."""

import re
from pathlib import Path

import pytest

from sample.check_phrases import (
    KINDS,
    LENGTHS,
    MAX_REPEATS,
    MAX_SHARED_PAIRS,
    bridges,
    pattern,
    read_phrases,
    repeated,
    shared_pairs,
    tail,
)
from sample.vocabulary import industries

PHRASES = read_phrases()
TEXTS = [p.text for p in PHRASES]


def test_pattern_keeps_only_hiragana_and_punctuation():
    assert pattern("LINEの公式アカウントを3つ、立ち上げた。") == "＊の＊を＊つ、＊ち＊げた。"
    assert pattern("ｶﾅも１つの々") == "＊も＊つの＊"


def test_tail_is_the_last_eight_characters():
    assert tail("棚田の景色を孫の世代へ手わたす") == "孫の世代へ手わたす"[-8:]
    assert len(tail("棚田の景色を孫の世代へ手わたす")) == 8


def test_no_sentence_stands_twice():
    assert len(TEXTS) == len(set(TEXTS))


@pytest.mark.parametrize("measure", [pattern, tail])
def test_no_measure_repeats_more_than_five_times(measure):
    assert repeated(TEXTS, measure) == {}


def test_pattern_limit_holds_for_a_reader_that_ignores_punctuation_and_full_stops():
    def bare(text: str) -> str:
        return re.sub(r"[、。・？！「」（）\s]", "", pattern(text))

    assert repeated(TEXTS, bare) == {}


def test_repeated_finds_a_sixth_sentence_of_one_pattern():
    made = [f"{word}の話" for word in ("山", "海", "川", "空", "森", "谷")]
    assert list(repeated(made, pattern)) == ["＊の＊"]
    assert repeated(made[:MAX_REPEATS], pattern) == {}


def test_sentences_have_a_speakable_length():
    assert [t for t in TEXTS if len(t) not in LENGTHS] == []


def test_every_topic_has_its_file_with_every_kind():
    found = {(p.topic, p.kind) for p in PHRASES}
    assert found == {(topic, kind) for topic in industries().name for kind in KINDS}


def test_bridge_sides_share_almost_no_content_words():
    pairs = bridges(PHRASES)
    common = {name: shared_pairs(need.text, offer.text) for name, (need, offer) in pairs.items()}
    assert len(pairs) >= 42
    assert [name for name in pairs if len(common[name]) > MAX_SHARED_PAIRS] == []


@pytest.mark.parametrize("line", ["wish\t何か", "need", "need\tこと\tb001\tもう一つ"])
def test_broken_line_names_file_and_line(tmp_path: Path, line: str):
    (tmp_path / "広報.tsv").write_text(f"kind\ttext\tbridge\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"広報\.tsv line 2"):
        read_phrases(tmp_path)


def test_bridge_needs_one_need_and_one_offer(tmp_path: Path):
    (tmp_path / "広報.tsv").write_text("need\t知ってほしい\tb001\n", encoding="utf-8")
    with pytest.raises(ValueError, match="b001"):
        bridges(read_phrases(tmp_path))
