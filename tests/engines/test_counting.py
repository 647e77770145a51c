"""Counting: bounds that hold, differences with their sign, discoveries that are not chance."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.engines.counting import (
    Sample,
    benjamini_hochberg,
    benjamini_yekutieli,
    compared,
    corrected,
    difference,
    difference_p,
    hidden,
    shrink,
    trend,
    turn_p,
    turns,
    wilson,
)

COUNTS = st.tuples(st.integers(0, 400), st.integers(1, 400)).map(lambda pair: (min(pair), max(pair)))
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(COUNTS)
def test_a_share_lies_within_its_bounds_and_they_within_one(pair):
    found = wilson(*pair)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_wilson_gives_the_textbook_bounds_and_knows_nothing_of_nothing():
    found = wilson(81, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)


@given(COUNTS, COUNTS)
def test_a_difference_turns_its_sign_with_its_sides(one, other):
    there, back = difference(wilson(*one), wilson(*other)), difference(wilson(*other), wilson(*one))
    assert there.value == -back.value
    assert there.low == pytest.approx(-back.high)
    assert -1 <= there.low <= there.value <= there.high <= 1


def test_newcombe_gives_the_textbook_bounds():
    found = difference(wilson(56, 70), wilson(48, 80))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


@given(COUNTS, COUNTS)
def test_a_p_value_is_one_for_equal_shares_and_the_same_from_both_sides(one, other):
    assert difference_p(*one, *one) >= 0.49  # mid-p counts the own table by half
    assert difference_p(*one, *other) == pytest.approx(difference_p(*other, *one))
    assert 0 <= difference_p(*one, *other) <= 1


def test_the_exact_test_agrees_with_a_table_worked_by_hand():
    # 3 of 3 against 0 of 3: of 20 tables two are as rare, each 1/20; by half
    assert difference_p(3, 3, 0, 3) == pytest.approx(0.05)


def test_the_exact_test_and_the_normal_one_meet():
    exact, normal = difference_p(12, 100, 7, 92), difference_p(24, 200, 14, 184)
    assert 0 < normal < exact < 0.4


@given(P_VALUES)
def test_q_values_keep_the_order_and_are_never_smaller_than_p(p_values):
    for found in (benjamini_hochberg(p_values), benjamini_yekutieli(p_values)):
        assert all(q >= p - 1e-12 for p, q in zip(p_values, found, strict=True))
        order = np.argsort(p_values)
        assert all(np.diff(np.asarray(found)[order]) >= 0)


def test_q_values_of_the_paper():
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.324,
        0.4262,
        0.5719,
        0.6528,
        0.759,
        1,
    ]
    assert sum(q < 0.05 for q in benjamini_hochberg(p)) == 4
    assert sum(q < 0.05 for q in benjamini_yekutieli(p)) == 3


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40)))
def test_what_is_hidden_cannot_be_told_from_the_sum(sizes):
    away = hidden(sizes)
    assert all(sizes[name] >= 5 for name in sizes if sizes[name] and name not in away)
    if away and len([n for n in sizes.values() if n]) > 1:
        assert len(away) >= 2
        assert sum(sizes[name] for name in away) >= 5 or away == {n for n in sizes if sizes[n]}


def test_one_small_group_takes_the_next_smallest_with_it():
    assert hidden({"a": 3, "b": 9, "c": 40}) == {"a", "b"}
    assert hidden({"a": 5, "b": 9}) == frozenset()
    assert hidden({"a": 2, "b": 4, "c": 40}) == {"a", "b"}


def test_without_labels_the_programs_count_stands_and_says_so():
    found = corrected(Sample(0, 0, 0, 0), 30, 100)
    assert (found.reason, found.sound) == ("few_labels", False)
    assert found.share == wilson(30, 100)
    assert corrected(Sample(2, 1, 1, 296), 30, 100).reason == "few_positive"
    assert corrected(Sample(20, 10, 10, 260), 0, 0).reason == "no_texts"


def test_a_program_that_finds_too_much_is_brought_down():
    found = corrected(Sample(40, 5, 30, 225), 2_300, 10_000)
    assert found.sound
    assert found.share.low < 0.15 < found.share.high < 0.23
    assert found.worth > 300


def test_a_program_that_knows_nothing_is_given_no_weight():
    found = corrected(Sample(30, 70, 60, 140), 3_000, 10_000)
    assert found.weight < 0.05
    assert found.share.value == pytest.approx(1 / 3, abs=0.01)


@given(st.tuples(*[st.integers(0, 200)] * 4), st.integers(0, 5_000), st.integers(400, 5_000))
def test_a_corrected_share_stays_a_share(cells, count, n):
    found = corrected(Sample(*cells), min(count, n), n).share
    assert 0 <= found.low <= found.high <= 1
    assert 0 <= found.value <= 1


def test_a_trend_is_found_with_its_direction_and_none_where_nothing_moves():
    rising = trend([5 + week for week in range(20)], [100] * 20)
    assert rising.sign == 1
    assert rising.first < 0.08
    assert rising.last > 0.2
    flat = trend([10, 11, 9, 10, 10, 11, 9, 10], [100] * 8)
    assert flat.sign == 0


@pytest.mark.parametrize("counts", [[0] * 20, [100] * 20, [1] * 5, [0] * 19 + [9]])
def test_no_trend_is_told_where_nobody_could_tell_one(counts):
    assert trend(counts, [100] * len(counts)) is None


def test_a_trend_does_not_mind_weeks_without_texts():
    counts, totals = [8, 0, 12, 0, 16, 19, 24, 28], [100, 0, 100, 0, 100, 100, 100, 100]
    assert trend(counts, totals).sign == 1


def test_a_turn_is_found_where_it_is():
    counts, totals = [10] * 12 + [25] * 8, [100] * 20
    (turn,) = turns(counts, totals)
    assert (turn.at, turn.before.value, turn.after.value) == (12, 0.1, 0.25)
    assert turn.change.low > 0
    assert turn_p(counts, totals) < 0.001


@pytest.mark.parametrize("counts", [[], [5], [10] * 4, [10] * 30, [10] * 15 + [60] + [10] * 14])
def test_one_odd_week_or_too_few_weeks_are_no_turn(counts):
    assert turns(counts, [100] * len(counts)) == ()


def test_level_shares_rarely_seem_to_turn_even_where_weeks_scatter():
    dice = np.random.default_rng(5)
    found = p_small = 0
    for _turn in range(200):
        rates = dice.beta(8, 32, 30)
        counts = dice.binomial(100, rates)
        found += bool(turns(counts, [100] * 30))
        p_small += turn_p(counts, [100] * 30) < 0.05
    assert found <= 12
    assert p_small <= 18


def test_an_outlet_with_harder_cases_is_not_worse_for_it():
    easy, hard = {"easy": (10, 200)}, {"hard": (80, 200)}
    groups = {"a": easy, "b": hard} | {f"c{at}": {"easy": (10, 200), "hard": (80, 200)} for at in range(6)}
    found = {row.key: row for row in compared(groups)}
    assert found["b"].raw.value == 0.4
    assert found["b"].adjusted.value == pytest.approx(found["a"].adjusted.value)
    assert found["b"].q > 0.9


def test_noise_is_shrunk_away_and_a_real_difference_is_kept():
    dice = np.random.default_rng(2)
    same = {f"o{at}": {"x": (int(dice.binomial(60, 0.2)), 60)} for at in range(40)}
    raw = [row.raw.value for row in compared(same)]
    drawn = [row.shrunk.value for row in compared(same)]
    assert np.ptp(drawn) < 0.35 * np.ptp(raw)
    other = same | {"bad": {"x": (240, 600)}}
    first = compared(other)[0]
    assert first.key == "bad"
    assert first.q < 0.001
    assert first.shrunk.value > 0.35


def test_groups_with_few_texts_have_no_place_in_the_order():
    rows = compared({"few": {"x": (20, 29)}, "b": {"x": (5, 100)}, "a": {"x": (6, 100)}, "none": {}})
    assert [(row.key, row.ranked) for row in rows] == [("a", True), ("b", True), ("few", False)]
    assert compared({}) == ()


def test_shrinking_lies_between_the_group_and_the_middle():
    found = shrink(30, 60, 0.2, 60)
    assert found.value == pytest.approx(0.35)
    assert shrink(30, 60, 0.2, math.inf).value == 0.2
