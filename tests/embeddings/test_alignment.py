"""The maps of needs and of offers (A11)."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from embeddings.alignment import PARTS, load_alignment
from embeddings.base import Role
from embeddings.bundled import BUNDLED, BundledEncoder
from embeddings.roles import load_role_model
from embeddings.similarity import centre_by_language, unit_rows
from embeddings.training.alignment import KEPT, Grouped, material_hash, narrowed, trained
from embeddings.training.contrast import Answered, Training, contrasted, contrasted_together
from embeddings.training.texts import examples, near_misses, pairs, visions

DIMENSION = 896
MOST_CONDITION = 100.0
"""Times that the strongest direction that is kept may count more than the weakest: none is thrown away unsaid."""


def test_the_file_is_of_the_texts_and_numbers_that_are_here() -> None:
    """A sentence, a pair or a number was changed without `python -m embeddings.training.alignment`, if this fails."""
    assert load_alignment().trained_on == material_hash()


@pytest.mark.parametrize("role", Role)
def test_the_maps_keep_as_many_directions_as_they_say(role: Role) -> None:
    turn = load_alignment().turns[role]
    matrix = turn.straight
    assert matrix.shape == (DIMENSION, KEPT)
    assert turn.inward.shape[0] == DIMENSION
    assert turn.outward.shape == (turn.inward.shape[1], KEPT)
    assert np.isfinite(turn.inward).all()
    assert np.isfinite(turn.outward).all()
    assert np.isfinite(matrix).all()
    assert np.linalg.cond(matrix.astype(np.float64)) < MOST_CONDITION


def test_rows_stay_of_unit_length_or_zero() -> None:
    rows = unit_rows(np.random.default_rng(1).normal(size=(5, DIMENSION)).astype(np.float32))
    rows[2] = 0.0
    turned = load_alignment().align(rows, Role.QUERY, f"{BUNDLED} 0")
    np.testing.assert_allclose(np.linalg.norm(turned, axis=1), [1, 1, 0, 1, 1], atol=1e-5)


def test_vectors_of_another_encoder_stay_as_they_are() -> None:
    rows = np.ones((2, 8), dtype=np.float32)
    assert load_alignment().align(rows, Role.PASSAGE, "lexical=1") is rows


def test_groups_that_were_not_trained_on_lie_closer_too() -> None:
    """Wording moves along some directions, matter along others: the map learns which from other matters."""
    rng = np.random.default_rng(7)
    d, per_group = 12, 6
    wording, matter = np.eye(d)[:4], np.eye(d)[4:]

    def said(n_groups: int) -> Grouped:
        groups = np.repeat(np.arange(n_groups), per_group)
        about = rng.normal(size=(n_groups, d - 4)) @ matter
        rows = about[groups] + 2.0 * rng.normal(size=(len(groups), 4)) @ wording
        return Grouped(unit_rows(rows.astype(np.float32)), groups)

    matrix = trained((said(40),), (1.0,)).astype(np.float32)
    held = said(10)
    assert _own_first(unit_rows(held.vectors @ matrix), held) > _own_first(held.vectors, held) + 0.1
    assert np.linalg.norm(matrix, ord=2) == pytest.approx(1.0)


def test_a_narrower_map_keeps_angles_where_the_rest_says_little() -> None:
    rng = np.random.default_rng(9)
    turn = np.linalg.qr(rng.normal(size=(20, 20)))[0]
    matrix = np.linalg.qr(rng.normal(size=(20, 20)))[0] @ np.diag([1.0] * 6 + [1e-3] * 14) @ turn
    rows = rng.normal(size=(30, 20))
    narrow, whole = (unit_rows((rows @ each).astype(np.float32)) for each in (narrowed(matrix, 6), matrix))
    assert narrow.shape == (30, 6)
    np.testing.assert_allclose(narrow @ narrow.T, whole @ whole.T, atol=1e-4)


@pytest.mark.parametrize("units", [0, 8])
def test_needs_that_were_not_trained_on_meet_their_answers_sooner(units: int) -> None:
    """What people ask for and what answers it lie in other directions: the maps learn which belong together."""
    rng = np.random.default_rng(3)
    d, n = 16, 300
    carried = np.linalg.qr(rng.normal(size=(d, d)))[0]

    def told(n_situations: int) -> Answered:
        asked = unit_rows(rng.normal(size=(n_situations, d)).astype(np.float32))
        answers = unit_rows((0.4 * asked + asked @ carried).astype(np.float32))
        seeming = unit_rows((asked + 0.3 * rng.normal(size=asked.shape)).astype(np.float32))
        numbers = np.arange(n_situations)
        return Answered(asked, numbers, np.vstack([answers, seeming]), np.r_[numbers, np.full(n_situations, -1)])

    start = np.eye(d, dtype=np.float32)
    needs, offers = contrasted(told(n), start, Training(100, units))
    held = told(60)
    before = _mean_rank(held.needs, held.answers)
    assert _mean_rank(unit_rows(needs(held.needs)), unit_rows(offers(held.answers))) < 0.9 * before


def test_a_bend_tells_apart_what_no_linear_map_does() -> None:
    """Who asks for the one thing or the other is answered by those who offer the same: told by size, not by side."""
    rng = np.random.default_rng(5)
    d, n = 8, 400
    rows = rng.normal(size=(n, d)).astype(np.float32)
    answers = np.abs(rows)
    told = Answered(unit_rows(rows), np.arange(n), unit_rows(answers), np.arange(n))
    start = np.eye(d, dtype=np.float32)
    ranks = []
    for units in (0, 32):
        needs, offers = contrasted(told, start, Training(1200, units))
        ranks.append(_mean_rank(unit_rows(needs(told.needs)), unit_rows(offers(told.answers))))
    assert ranks[1] < 0.8 * ranks[0]


def test_one_map_for_both_brings_equal_aims_together() -> None:
    rng = np.random.default_rng(6)
    d, n = 16, 300
    wording, aim = np.eye(d, dtype=np.float32)[:8], np.eye(d, dtype=np.float32)[8:]

    def told(n_aims: int) -> Answered:
        aims = rng.normal(size=(n_aims, 8)).astype(np.float32) @ aim
        words = [(1.5 * rng.normal(size=(n_aims, 8))).astype(np.float32) @ wording for _ in range(2)]
        one, same, other = aims + words[0], aims + words[1], rng.permutation(aims) + words[0]
        answers = unit_rows(np.vstack([same, other]).astype(np.float32))
        return Answered(unit_rows(one), np.arange(n_aims), answers, np.r_[np.arange(n_aims), np.full(n_aims, -1)])

    turn = contrasted_together(told(n), np.eye(d, dtype=np.float32), Training(1000, 0))
    held = told(60)
    assert _mean_rank(unit_rows(turn(held.needs)), unit_rows(turn(held.answers))) < 0.7 * _mean_rank(
        held.needs, held.answers
    )


def test_the_same_texts_give_the_same_maps() -> None:
    rng = np.random.default_rng(4)
    rows = unit_rows(rng.normal(size=(20, 8)).astype(np.float32))
    told = Answered(rows, np.arange(20), rows[::-1].copy(), np.arange(20)[::-1].copy())
    first, second = (contrasted(told, np.eye(8, dtype=np.float32), Training(20, 4)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        for part in PARTS:
            np.testing.assert_array_equal(getattr(one, part), getattr(other, part))


def test_a_need_meets_its_offer_sooner() -> None:
    """Situations of the training, so only a check that the file fits the encoder: more offers stand first."""
    encoder = BundledEncoder(n_threads=1)
    rows = pairs()[:1_600:16]
    needs, offers = (
        centre_by_language(encoder.encode([row[column] for row in rows], role), ["ja"] * len(rows))
        for column, role in ((1, Role.QUERY), (2, Role.PASSAGE))
    )
    sides = (needs, Role.QUERY), (offers, Role.PASSAGE)
    aligned = [load_alignment().align(rows, role, encoder.fingerprint) for rows, role in sides]
    assert _first(*aligned) > _first(needs, offers) + 0.05


def test_the_bend_tells_who_could_help_from_who_only_seems_to() -> None:
    """Situations of the training again: without its units with a bend the file tells fewer apart."""
    encoder, role_model = BundledEncoder(n_threads=1), load_role_model()
    situations = (files("embeddings") / "data" / "situations.tsv").read_text(encoding="utf-8").splitlines()[1::90]
    rows = [line.split("\t") for line in situations]
    needs, offers, seeming = (
        centre_by_language(
            role_model.without_stance(encoder.encode([row[at] for row in rows], role), encoder.fingerprint),
            ["ja"] * len(rows),
        )
        for at, role in ((1, Role.QUERY), (2, Role.PASSAGE), (5, Role.PASSAGE))
    )
    shares = []
    for straight in (False, True):
        asked, given, other = (
            unit_rows((replace(turn, outward=0 * turn.outward) if straight else turn)(rows))
            for rows, turn in (
                (needs, load_alignment().turns[Role.QUERY]),
                (offers, load_alignment().turns[Role.PASSAGE]),
                (seeming, load_alignment().turns[Role.PASSAGE]),
            )
        )
        shares.append(float(((asked * given).sum(axis=1) > (asked * other).sum(axis=1)).mean()))
    assert shares[0] > shares[1] + 0.05


def test_every_situation_is_told_on_both_sides_in_both_languages() -> None:
    assert all(len(row) == 5 and all(row) for row in pairs())
    assert len(near_misses()) > len(pairs())
    assert all(len(row) == 7 and all(row) for row in visions())
    texts = [row[0] for row in examples()]
    assert len(set(texts)) == len(texts)


def _own_first(rows: np.ndarray, grouped: Grouped) -> float:
    scores = rows @ rows.T
    np.fill_diagonal(scores, -np.inf)
    return float((grouped.groups[scores.argmax(axis=1)] == grouped.groups).mean())


def _first(needs: np.ndarray, offers: np.ndarray) -> float:
    scores = needs @ offers.T
    return float((scores.argmax(axis=1) == np.arange(len(needs))).mean())


def _mean_rank(needs: np.ndarray, offers: np.ndarray) -> float:
    scores = needs @ offers.T
    return float((scores > np.diag(scores)[:, None]).sum(axis=1).mean())
