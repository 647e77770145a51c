"""Whether a plan is worth its price: properties that any fair calculation has."""

from math import erf, isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.engines.policy.rates import Rate, blended, gamma_quantile, gamma_share, rate_of, scaled
from sanbao.engines.policy.worth import CLOSE, NO, YES, Offer, Risk, worth

SURE = Rate(1.0, 1.0, 1.0)
LIKELY = Rate(0.9, 0.8, 0.95)


def rate(mean):
    return Rate(mean, mean / 2, mean * 2)


risk = st.builds(
    Risk,
    code=st.sampled_from(["screen", "liquid", "battery"]),
    rate=st.floats(0, 3).map(rate),
    cents=st.integers(0, 500_000),
    free_until=st.sampled_from([0.0, 0.5, 1.0]),
    plan_from=st.just(0.0),
    plan_until=st.sampled_from([0.0, 1.0, 2.0]),
    limited=st.booleans(),
)
risks = st.lists(risk, min_size=1, max_size=4)
offer = st.builds(
    Offer,
    cents=st.integers(0, 100_000),
    excess_cents=st.integers(0, 50_000),
    claims=st.integers(0, 3),
    accepted=st.sampled_from([SURE, LIKELY]),
)
years = st.sampled_from([0.5, 1.0, 2.0, 3.0])
CENT = 2
"""Sums are rounded to whole cents, each by itself."""


@given(risks, offer, years, st.integers(0, 3), st.floats(1, 4))
def test_more_damage_never_makes_a_plan_worth_less(all_risks, plan, kept, which, factor):
    which %= len(all_risks)
    one = all_risks[which]
    more = list(all_risks)
    more[which] = Risk(
        one.code,
        scaled(one.rate, factor),
        one.cents,
        one.free_until,
        one.plan_from,
        one.plan_until,
        one.limited,
    )
    before, after = worth(all_risks, plan, kept).saving, worth(more, plan, kept).saving
    assert after.point >= before.point - CENT
    assert after.low >= before.low - CENT
    assert after.high >= before.high - CENT


@given(risks, offer, years, st.integers(0, 100_000))
def test_a_higher_price_never_makes_it_worth_more(all_risks, plan, kept, extra):
    dearer = Offer(plan.cents + extra, plan.excess_cents, plan.claims, plan.accepted)
    before, after = worth(all_risks, plan, kept), worth(all_risks, dearer, kept)
    assert before.saving.point - after.saving.point == extra
    assert [NO, CLOSE, YES].index(after.answer) <= [NO, CLOSE, YES].index(before.answer)


@given(risks, offer, years)
def test_every_interval_holds_its_point_and_the_plan_takes_no_more_than_there_is(all_risks, plan, kept):
    found = worth(all_risks, plan, kept)
    for amount in (found.without, found.taken, found.saving, *(line.taken for line in found.lines)):
        assert amount.low <= amount.point <= amount.high
    for line in found.lines:
        assert line.taken.point <= line.without.point + CENT


@given(risks, offer, years)
def test_more_claims_and_a_smaller_excess_never_hurt(all_risks, plan, kept):
    better = Offer(plan.cents, plan.excess_cents // 2, plan.claims + 1, plan.accepted)
    assert worth(all_risks, better, kept).saving.point >= worth(all_risks, plan, kept).saving.point - CENT


def test_one_claim_takes_the_chance_of_at_least_one_damage():
    found = worth([Risk("screen", Rate(0.5, 0.5, 0.5), 100_000, 0, 0, 1)], Offer(0, 0, 1, SURE), 1)
    assert isclose(found.taken.point, 100_000 * (1 - 2.718281828**-0.5), rel_tol=0.005)


def test_what_the_guarantee_repairs_anyway_is_no_reason_for_a_plan():
    free = Risk("no_power", Rate(0.1, 0.1, 0.1), 200_000, free_until=1, plan_until=1, limited=False)
    found = worth([free], Offer(10_000, 0, 0, SURE), 1)
    assert (found.answer, found.without.point, found.taken.point) == (NO, 0, 0)


def test_a_small_damage_does_not_use_up_the_only_claim():
    small = Risk("screen", Rate(2, 2, 2), 11_000, 0, 0, 1)
    great = Risk("board", Rate(1, 1, 1), 500_000, 0, 0, 1)
    plan = Offer(0, 10_000, 1, SURE)
    both, alone = worth([small, great], plan, 1), worth([great], plan, 1)
    assert both.taken.point >= alone.taken.point


def test_the_three_answers():
    dear, cheap = ([Risk("screen", rate_of(300, 3000), cents, 0, 0, 1)] for cents in (175_000, 45_000))
    plan = Offer(9_900, 0, 1, LIKELY)
    assert worth(dear, plan, 1).answer == YES
    assert worth(cheap, plan, 1).answer == NO
    assert worth([Risk("screen", rate_of(3, 30), 110_000, 0, 0, 1)], plan, 1).answer == CLOSE


def test_no_years_and_too_many_are_refused():
    for kept in (0, -1, 11):
        with pytest.raises(ValueError, match="years"):
            worth([], Offer(1, 0, 1, SURE), kept)


@given(st.integers(0, 5000), st.floats(0.1, 10_000))
def test_a_rate_lies_in_its_interval_and_more_years_narrow_it(events, spent):
    found = rate_of(events, spent)
    assert 0 <= found.low <= found.mean <= found.high
    wider = rate_of(events, spent / 2)
    assert wider.high - wider.low >= found.high - found.low


def test_a_rate_without_time_is_refused():
    for events, spent in ((1, 0), (-1, 5)):
        with pytest.raises(ValueError, match="rate"):
            rate_of(events, spent)


@given(st.floats(0.4, 400), st.floats(0.01, 0.99))
def test_quantiles_invert_the_share(shape, share):
    assert isclose(gamma_share(shape, gamma_quantile(shape, share)), share, abs_tol=1e-7)


@pytest.mark.parametrize("value", [0.01, 0.3, 1.0, 4.0, 9.0])
def test_the_share_agrees_with_the_normal_curve_and_the_exponential(value):
    assert isclose(gamma_share(0.5, value), erf(sqrt(value)), abs_tol=1e-12)
    assert isclose(gamma_share(1.0, value), 1 - 2.718281828459045**-value, abs_tol=1e-12)


def test_own_experience_pulls_the_rate_towards_itself():
    house = Rate(0.1, 0.05, 0.2)
    assert blended(house, 5, 0, 5).mean == 0.05
    assert blended(house, 5, 3, 5).mean == 0.35
    assert blended(house, 0, 3, 5) == rate_of(3, 5)
