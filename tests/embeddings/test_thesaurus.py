import csv
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.cleaning import clean
from embeddings.concepts import Concept, Vocabulary
from embeddings.thesaurus import Thesaurus, load_thesaurus
from graph.errors import Refused

HEADER = "concept\tbroader\tja\ten\n"
ROLES = {"offer", "need", "neither"}


@pytest.fixture(scope="module")
def shipped() -> Thesaurus:
    return load_thesaurus()


def found(thesaurus: Thesaurus, text: str) -> list[str]:
    return [concept for mention in thesaurus.find(text) for concept in mention.concepts]


def surfaces(thesaurus: Thesaurus, text: str) -> list[str]:
    return [mention.surface for mention in thesaurus.find(text)]


def of_terms(*terms: str, silent: tuple[str, ...] = ()) -> Thesaurus:
    concepts = tuple(Concept(f"c{place}", None, (term,), ()) for place, term in enumerate(terms))
    return Thesaurus(Vocabulary(concepts, silent))


def test_the_shipped_thesaurus_covers_the_field_in_both_languages(shipped: Thesaurus) -> None:
    assert len(shipped.concepts) >= 600
    assert all(concept.ja and concept.en for concept in shipped.concepts.values())


def test_almost_every_term_has_one_meaning(shipped: Thesaurus) -> None:
    terms = [term for concept in shipped.concepts.values() for term in (*concept.ja, *concept.en)]
    assert sum(n - 1 for n in Counter(term.casefold() for term in terms).values()) < 0.03 * len(terms)


def test_every_term_is_found_by_itself(shipped: Thesaurus) -> None:
    for concept in shipped.concepts.values():
        for term in (*concept.ja, *concept.en):
            assert concept.id in found(shipped, term), term


def test_everything_leads_up_to_a_top_concept(shipped: Thesaurus) -> None:
    tops = {(shipped.ancestors(name) or (name,))[-1] for name in shipped.concepts}
    assert tops == {concept.id for concept in shipped.concepts.values() if concept.broader is None}
    assert shipped.ancestors("bookkeeping") == ("finance",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("簿記2級あり", "帳簿をつけてくれる人がほしい"),
        ("サーバの管理", "looking after servers"),
        ("確定申告が不安です", "file taxes"),
        ("引越しを手伝います", "moving house"),
        ("子供を預けたい", "Looking for childcare"),
        ("子ども食堂", "Kids' cafeteria"),
        ("ソーシャル・メディア", "ソーシャルメディアの更新"),
    ],
)
def test_other_words_name_the_same_concept(shipped: Thesaurus, one: str, other: str) -> None:
    assert set(found(shipped, one)) & set(found(shipped, other))


@pytest.mark.parametrize(
    "text", ["We fix it", "メールアドレスはこちら", "管理事務所", "社会計画", "the Excelsior team", "絵文字"]
)
def test_a_word_within_another_word_is_not_found(shipped: Thesaurus, text: str) -> None:
    assert found(shipped, text) == []


def test_the_longest_term_counts(shipped: Thesaurus) -> None:
    assert surfaces(shipped, "中国語と国語辞典") == ["中国語"]
    assert found(shipped, "日本語教室") == ["japanese-teaching"]


def test_katakana_ends_where_it_ends_or_where_a_known_word_begins() -> None:
    thesaurus = of_terms("メール", "ボランティア", "デザイン", silent=("スタッフ",))
    assert surfaces(thesaurus, "メールとメールアドレス、Eメール") == ["メール", "メール"]
    assert surfaces(thesaurus, "ボランティアスタッフ") == ["ボランティア"]
    assert surfaces(thesaurus, "デザインボランティアスタッフ") == ["デザイン", "ボランティア"]
    assert surfaces(thesaurus, "デザインボランティアリーダー") == []
    assert surfaces(thesaurus, "スタッフデザイン募集") == ["デザイン"]


def test_one_kanji_stands_alone() -> None:
    thesaurus = of_terms("犬", "絵")
    assert surfaces(thesaurus, "犬と絵を愛犬家が絵画に") == ["犬", "絵"]


def test_verbs_are_found_in_their_forms() -> None:
    thesaurus = of_terms("帳簿をつける", "庭を直す", "家計を見る", "髪を切る")
    text = "帳簿をつけて、庭を直し、家計を見ます。髪を切った。庭を直った"
    assert surfaces(thesaurus, text) == ["帳簿をつけ", "庭を直し", "家計を見", "髪を切っ"]


def test_short_forms_in_capitals_are_not_words() -> None:
    thesaurus = of_terms("IT", "NPO")
    assert surfaces(thesaurus, "IT for an npo; it is fine") == ["IT", "npo"]


def test_english_is_compared_without_inflection_and_articles() -> None:
    thesaurus = of_terms("repair a bike", "marketing", "study")
    assert surfaces(thesaurus, "repairing bikes, repaired my bike") == ["repairing bikes", "repaired my bike"]
    assert surfaces(thesaurus, "the market, marketing; studies") == ["marketing", "studies"]
    assert surfaces(thesaurus, "repair, a bike") == []


def test_signs_and_spaces_end_a_term() -> None:
    thesaurus = of_terms("社会計画", "Web制作", "e-mail")
    assert surfaces(thesaurus, "社会 計画、Web 制作 E mail") == ["Web 制作", "E mail"]


def test_a_mention_says_where_it_stands(shipped: Thesaurus) -> None:
    text = clean("ﾎｰﾑﾍﾟｰｼﾞの更新と\t経理")
    for mention in shipped.find(text):
        assert text[mention.start : mention.end] == mention.surface
    assert surfaces(shipped, text) == ["ホームページ", "経理"]


def test_a_term_may_have_several_meanings() -> None:
    concepts = (Concept("b", None, (), ("mixer",)), Concept("a", None, ("ミキサー",), ("mixers",)))
    thesaurus = Thesaurus(Vocabulary(concepts))
    assert [mention.concepts for mention in thesaurus.find("a mixer")] == [("a", "b")]


@given(text=st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_gives_ordered_mentions_without_overlap(shipped: Thesaurus, text: str) -> None:
    cleaned, last = clean(text), 0
    for mention in shipped.find(text):
        assert last <= mention.start < mention.end <= len(cleaned)
        assert cleaned[mention.start : mention.end] == mention.surface
        last = mention.end


@given(terms=st.lists(st.sampled_from(["経理", "経理事務", "サーバー", "サーバー構築", "web", "web制作"]), min_size=1))
def test_terms_set_apart_are_all_found(terms: list[str]) -> None:
    thesaurus = of_terms("経理", "経理事務", "サーバー", "サーバー構築", "web", "web制作")
    assert surfaces(thesaurus, "、".join(terms)) == terms


def test_spellings_stand_for_each_other() -> None:
    concepts = (Concept("play", None, ("子どもの遊び",), ()),)
    thesaurus = Thesaurus(Vocabulary(concepts, (), (("子ども", "子供", "こども"), ("遊び", "あそび"))))
    assert surfaces(thesaurus, "こどもの遊び、子供のあそび") == ["こどもの遊び", "子供のあそび"]


def test_no_spelling_is_too_short() -> None:
    thesaurus = Thesaurus(Vocabulary((Concept("chair", None, ("椅子",), ()),), (), (("椅子", "いす"),)))
    assert surfaces(thesaurus, "買いすぎた椅子") == ["椅子"]


def test_a_community_adds_terms_and_concepts(tmp_path: Path, shipped: Thesaurus) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(
        HEADER
        + "bookkeeping\t\tそろばん勘定\t\n\nstilt-walking\tsports\t竹馬\tstilts\n-\t\t経理課長\t\n=\t\t竹馬;高足\t\n"
    )
    thesaurus = load_thesaurus(own)
    assert found(thesaurus, "そろばん勘定と竹馬と高足") == ["bookkeeping", "stilt-walking", "stilt-walking"]
    assert found(thesaurus, "経理、経理課長") == ["bookkeeping"]
    assert len(thesaurus.concepts) == len(shipped.concepts) + 1
    assert thesaurus.fingerprint != shipped.fingerprint == load_thesaurus().fingerprint


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "own.tsv row 1: got '', expected the columns concept, broader, ja, en"),
        ("id\tterm\n", "own.tsv row 1: got 'id\\tterm', expected the columns concept, broader, ja, en"),
        (HEADER + "stilts\t竹馬\n", "own.tsv row 2: got 'stilts\\t竹馬', expected 4 cells separated by tabs"),
        (HEADER + "竹馬\t\t竹馬\t\n", "own.tsv row 2, column 'concept': got '竹馬', expected lower case letters"),
        (
            HEADER + "stilts\tsport\t竹馬\t\n",
            "own.tsv row 2, column 'broader': got 'sport', expected a concept of the files",
        ),
        (HEADER + "stilts\t\t\t\n", "own.tsv row 2, column 'ja': got '', expected at least one term for a new concept"),
        (HEADER + "stilts\t\tうま\t\n", "own.tsv row 2, column 'ja': got 'うま', expected at least three characters"),
        (HEADER + "stilts\t\t\tC/D\n", "own.tsv row 2, column 'en': got 'C/D', expected words without signs"),
        (HEADER + "tax\tlaw\t\tlevy\n", "own.tsv row 2, column 'broader': got 'law', expected nothing or 'finance'"),
        (
            HEADER + "aa\tbb\tああ橋\t\nbb\taa\tいい橋\t\n",
            "own.tsv row 2, column 'broader': got 'bb', expected a concept",
        ),
    ],
)
def test_rows_that_do_not_fit_are_named(tmp_path: Path, rows: str, message: str) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(rows, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_thesaurus(own)
    assert str(refused.value).startswith(message)


def test_all_bad_rows_are_told_at_once(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text(HEADER + "A\t\t竹馬\t\nb\t\t\t\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"row 2.*\n.*row 3"):
        load_thesaurus(own)


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.tsv"
    other.write_bytes("概念".encode("shift_jis"))
    with pytest.raises(Refused, match=r"other\.tsv: got UnicodeDecodeError, expected a readable file in UTF-8"):
        load_thesaurus(other)
    with pytest.raises(Refused, match=r"absent\.tsv: got FileNotFoundError"):
        load_thesaurus(tmp_path / "absent.tsv")


@pytest.mark.parametrize(("language", "at_least"), [("ja", 600), ("en", 300)])
def test_role_sentences_have_their_columns(language: str, at_least: int) -> None:
    raw = (files("embeddings") / "data" / "roles" / f"{language}.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(raw.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) >= at_least
    assert list(rows[0]) == ["text", "role", "language", "topic"]
    assert {row["language"] for row in rows} == {language}
    assert {row["role"] for row in rows} == ROLES
    assert min(Counter(row["role"] for row in rows).values()) > len(rows) / 5
    assert all(row["topic"] and clean(row["text"]) for row in rows)
    assert len({clean(row["text"]) for row in rows}) == len(rows)
