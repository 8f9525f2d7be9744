"""Fit means help: what meets a need, what shares an aim (A05, A10, A11, A12, A13, A14)."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.base import Encoder
from embeddings.bundled import BundledEncoder
from embeddings.cache import RememberingEncoder
from embeddings.lexical import LexicalEncoder
from graph import gate
from graph.changes import ChangeSet
from graph.kinds import StatementKind
from graph.policy import NETWORK_OPEN, Purpose
from graph.records import Node, Provenance, Statement
from graph.store.memory import MemoryStore
from graph.viewer import OPERATOR
from recommend.config import FitConfig
from recommend.fit import Fit
from recommend.people import People

NEED, OFFER, VISION, TEXT = StatementKind.NEED, StatementKind.OFFER, StatementKind.VISION, StatementKind.TEXT
Said = tuple[str, StatementKind, str]

TOWN: tuple[Said, ...] = (
    ("asks", NEED, "古い家の雨漏りを直してくれる人を探しています"),
    ("roofer", TEXT, "屋根ふきの仕事を二十年してきました。瓦のずれも見て直せます"),
    ("same", TEXT, "うちも雨漏りがひどく、直してくれる人を探しています"),
    ("cook", TEXT, "カレーの作り方なら子どもたちに教えられます"),
    ("story", TEXT, "先週は川べりで十人ほどが集まり、凧をあげました"),
)


@pytest.fixture(scope="module")
def bundled() -> Encoder:
    return RememberingEncoder(BundledEncoder(n_threads=1))


def fit_of(said: tuple[Said, ...], encoder: Encoder, config: FitConfig | None = None) -> tuple[Fit, dict[str, int]]:
    """Fit of people with one statement each or more, and their numbers."""
    changes, here = ChangeSet("fit", "operator", "test"), Provenance("test")
    for owner in dict.fromkeys(owner for owner, _, _ in said):
        changes.nodes.append(Node(f"person:{owner}", NETWORK_OPEN, here, {}))
    changes.statements += [Statement(f"person:{o}", kind, text, NETWORK_OPEN, here) for o, kind, text in said]
    store = MemoryStore()
    store.apply(changes)
    view = gate.view(store.snapshot(), OPERATOR, Purpose.INTRODUCTION)
    people = People.of(view)
    numbers = {o: int(people.number_of_row[view.find(f"person:{o}")]) for o, _, _ in said}
    return Fit(people, encoder, config or FitConfig()), numbers


def test_who_helps_stands_before_who_needs_the_same(bundled: Encoder) -> None:
    fit, who = fit_of(TOWN, bundled)
    helped = fit.needs.asking(np.array([who["asks"]]))[0]
    assert helped[who["roofer"]] > 0.05
    others = [who[name] for name in ("same", "cook", "story")]
    assert helped[others].max() < helped[who["roofer"]] / 3


def test_both_directions_agree(bundled: Encoder) -> None:
    fit, who = fit_of(TOWN, bundled)
    me, roofer = np.array([who["asks"]]), np.array([who["roofer"]])
    np.testing.assert_allclose(fit.needs.asking(me)[0, roofer], fit.needs.answering(roofer)[0, me], atol=1e-6)


def test_declared_offers_need_no_role_model(bundled: Encoder) -> None:
    """What its owner calls an offer is one, however it is worded."""
    said = (("a", NEED, "雨漏りを直してほしい"), ("b", OFFER, "雨漏りの修理に困っている人"), *TOWN[2:])
    fit, _ = fit_of(said, bundled)
    assert fit.needs.documents.lean.max() == 0.0
    assert fit.needs.documents.declared.sum() == 1


def test_the_sentences_that_met_are_named(bundled: Encoder) -> None:
    fit, who = fit_of(TOWN, bundled)
    match = fit.needs.best(who["asks"], who["roofer"])
    assert match is not None
    text = fit.needs.people.view.statements.text
    assert (str(text[match[0]]), str(text[match[1]])) == (TOWN[0][2], TOWN[1][2])


def test_a_vision_is_nearer_to_its_aim_than_to_its_words(bundled: Encoder) -> None:
    said = (
        ("a", VISION, "車がなくても買い物や病院に困らない町にしたい"),
        ("b", TEXT, "免許を返した人が、ひとりで好きな所へ出かけられる地域を目指しています"),
        ("c", TEXT, "困らないほど車がたくさん売れる町にしたい"),
    )
    fit, who = fit_of(said, bundled)
    odds = fit.visions.log_odds(np.arange(3), np.arange(3))
    place = {int(o): i for i, o in enumerate(fit.visions.queries.owners)}
    assert odds[place[who["a"]], place[who["b"]]] > odds[place[who["a"]], place[who["c"]]]


def test_undeclared_texts_are_no_visions_among_themselves(bundled: Encoder) -> None:
    fit, who = fit_of((*TOWN, ("dreams", VISION, "だれもが安心して年をとれる町")), bundled)
    block = np.array([who["roofer"]])
    others = [n for name, n in who.items() if name != "dreams"]
    assert not fit.visions.asking(block)[0, others].any()


def test_without_declared_visions_there_is_no_vision_channel(bundled: Encoder) -> None:
    fit, _ = fit_of(TOWN, bundled)
    assert len(fit.visions.queries) == 0
    assert not fit.visions.asking(np.array([0])).any()


def test_the_lexical_encoder_reads_roles_too() -> None:
    said = (
        ("asks", NEED, "庭木の剪定を頼みたい"),
        ("offers", TEXT, "庭木の剪定ができます。道具もあります"),
        ("same", TEXT, "うちでも庭木の剪定を頼める人がほしい"),
        ("other", TEXT, "決算書を作れます"),
    )
    fit, who = fit_of(said, LexicalEncoder())
    helped = fit.needs.asking(np.array([who["asks"]]))[0]
    assert helped[who["offers"]] > 0.3
    assert helped[who["same"]] < 0.1
    assert helped[who["other"]] == 0.0


def test_many_statements_of_one_owner_count_for_less_each(bundled: Encoder) -> None:
    few = (("asks", NEED, TOWN[0][2]), ("roofer", OFFER, TOWN[1][2]), ("cook", OFFER, TOWN[3][2]))
    stuffed = (
        *few,
        *(
            ("roofer", OFFER, f"{word}も得意です")
            for word in ["歌", "踊り", "書道", "英語", "釣り", "将棋", "写真", "陶芸", "登山"]
        ),
    )
    one, who = fit_of(few, bundled)
    many, whom = fit_of(stuffed, bundled)
    assert one.needs.documents.weight.min() == 1.0
    owner = many.needs.documents.owners == whom["roofer"]
    assert many.needs.documents.weight[owner].max() < 1.0
    assert who.keys() == whom.keys()


def test_fit_is_a_share_and_nothing_below_the_floor(bundled: Encoder) -> None:
    fit, who = fit_of(TOWN, bundled)
    helped = fit.needs.asking(np.arange(len(who)))
    assert ((helped == 0) | (helped >= FitConfig().floor)).all()
    assert (helped <= 1).all()


def test_fit_means_the_same_in_a_larger_community(bundled: Encoder) -> None:
    """The right offer stays strong when people who have nothing to do with it join."""
    words = ("書道", "釣り", "将棋", "手話", "陶芸", "登山", "編み物", "天文", "太鼓", "俳句", "養蜂", "演劇")
    crowd = tuple((f"m{i}", OFFER, f"{word}を教えられます") for i, word in enumerate(words))
    alone, who = fit_of(TOWN, bundled)
    joined, whom = fit_of((*TOWN, *crowd), bundled)
    before = alone.needs.asking(np.array([who["asks"]]))[0, who["roofer"]]
    after = joined.needs.asking(np.array([whom["asks"]]))[0, whom["roofer"]]
    assert abs(before - after) < 0.3
