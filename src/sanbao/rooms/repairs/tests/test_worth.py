"""Is a plan worth it: from the prices, rules and orders of this installation, or from stated priors."""

from datetime import timedelta

import pytest

from sanbao.base.actor import anonymous
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.outlets.tests.factories import house
from sanbao.rooms.parts.tests.factories import item
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as registering
from sanbao.rooms.registry.tests.factories import AT, device, product, staff_actor
from sanbao.rooms.repairs.adapters.priors import priors
from sanbao.rooms.repairs.queries import Way, worth_of_plans
from sanbao.rooms.repairs.tests.factories import order

pytestmark = pytest.mark.django_db
DAY = AT.date()
ANYBODY = anonymous(AT)


def sold(plan="screen-1y", *, cents=9_900, screen=100_000, code="P1", **changes):
    """A model with a screen that costs something, and a plan for it."""
    model = product(code)
    item(f"SCREEN-{code}", faults=["screen_cracked"], product=model, cents=screen)
    registering.put_plan_price(house(AT), plan=plan, valid_from=DAY, cents=cents, product=code, **changes)
    return model


def known(model, count, *, broken=0, found="customer_damage"):
    """So many devices that have been known for a year, some of which came in again with a broken screen."""
    order(device=device(), state="cancelled", made_at=AT - timedelta(days=400))
    for turn in range(count):
        phone = device(product=model, known_since=AT - timedelta(days=365))
        if turn < broken:
            order(
                device=phone,
                fault="screen_cracked",
                state="returned",
                finding=found,
                made_at=AT - timedelta(days=9),
            )


def one(way=Way(years=1), code="P1"):  # noqa: B008 - a frozen value
    (advice,) = worth_of_plans(ANYBODY, code, way)
    return advice


def test_without_own_figures_a_stated_prior_is_used_and_said():
    sold()
    advice = one()
    basis = advice.bases["screen_cracked"]
    assert (basis.kind, basis.mark, "25,000" in basis.source.en) == ("prior", "S", True)
    (line,) = advice.result.lines
    assert line.rate.mean == pytest.approx(priors().rate("screen_cracked").per_year)
    assert advice.accepted_source
    assert advice.sample


def test_enough_own_devices_count_instead():
    model = sold()
    known(model, 60, broken=12)
    advice = one()
    basis = advice.bases["screen_cracked"]
    assert (basis.kind, basis.events, round(basis.device_years)) == ("model", 12, 60)
    assert advice.result.lines[0].rate.mean == pytest.approx(12.5 / basis.device_years)
    assert (advice.result.answer, advice.result.saving.point > 0) == ("close", True)


def test_a_model_with_few_devices_borrows_from_its_class():
    sold()
    known(product("P2"), 60, broken=6)
    assert one().bases["screen_cracked"].kind == "class"


def test_time_before_the_first_order_was_kept_here_does_not_count():
    model = sold()
    order(device=device(), state="cancelled", made_at=AT - timedelta(days=73))
    for _ in range(300):
        device(product=model, known_since=AT - timedelta(days=700))
    assert round(one().bases["screen_cracked"].device_years) == 60


def test_the_visit_by_which_a_device_becomes_known_is_no_claim():
    model = sold()
    known(model, 60)
    phone = device(product=model, known_since=AT - timedelta(days=30))
    order(device=phone, fault="screen_cracked", state="returned", made_at=AT - timedelta(days=30, minutes=-5))
    assert one().bases["screen_cracked"].events == 0


def test_no_is_said_when_the_answer_is_no_and_yes_when_it_is_yes():
    cheap, dear = sold(screen=20_000), sold(screen=200_000, code="P2")
    for model in (cheap, dear):
        known(model, 300, broken=45)
    assert one(code="P1").result.answer == "no"
    assert one(code="P2").result.answer == "yes"


def test_harder_use_never_makes_it_worth_less():
    sold()
    points = [one(Way(use=use, years=1)).result.saving.point for use in ("careful", "normal", "hard")]
    assert points == sorted(points)
    assert points[0] < points[2]


def test_own_accidents_take_the_place_of_the_kind_of_use():
    sold()
    none, some = (one(Way(years=1, accidents=n, in_years=3)).result.saving.point for n in (0, 4))
    assert none < one().result.saving.point < some


def test_the_share_of_accidents_that_were_confirmed_is_counted():
    model = sold()
    known(model, 60, broken=20)
    known(model, 10, broken=10, found="opened")
    advice = one()
    assert (advice.accepted, advice.looked_at, advice.accepted_source) == (20, 30, None)
    assert advice.result.offer.accepted.mean == pytest.approx(2 / 3)


def test_what_the_guarantee_covers_anyway_is_not_counted_for_the_plan():
    model = product()
    item("BOARD", faults=["no_power"], product=model, cents=150_000)
    registering.put_plan_price(house(AT), plan="extend-1y", valid_from=DAY, cents=9_900)
    first, both = one(Way(years=1)).result, one(Way(years=2)).result
    assert (first.taken.point, first.answer) == (0, "no")
    assert both.lines[0].years == pytest.approx(1, abs=0.02)
    assert both.taken.point > 0


def test_a_price_of_the_model_goes_before_one_for_all_and_a_later_one_before_an_earlier():
    sold(cents=9_900)
    registering.put_plan_price(house(AT), plan="screen-1y", valid_from=DAY, cents=1)
    assert one().result.offer.cents == 9_900
    registering.put_plan_price(
        house(AT), plan="screen-1y", valid_from=DAY + timedelta(days=1), cents=12_000, product="P1"
    )
    assert one().result.offer.cents == 9_900
    assert registry.plan_prices("P1", DAY + timedelta(days=1))["screen-1y"].cents == 12_000


def test_a_model_for_which_nothing_is_sold_has_no_answer():
    product()
    assert worth_of_plans(ANYBODY, "P1", Way()) == ()
    with pytest.raises(Missing):
        worth_of_plans(ANYBODY, "P9", Way())


@pytest.mark.parametrize(
    ("way", "field"),
    [
        (Way(use="rough"), "use"),
        (Way(years=0), "years"),
        (Way(years=11), "years"),
        (Way(accidents=-1, in_years=1), "accidents"),
        (Way(accidents=1, in_years=0), "accidents"),
    ],
)
def test_a_way_of_use_that_cannot_be_is_refused(way, field):
    with pytest.raises(Invalid) as refused:
        worth_of_plans(ANYBODY, "P1", way)
    assert refused.value.field == field


def test_who_may_not_change_the_catalogue_sets_no_price():
    product()
    with pytest.raises(NotAllowed):
        registering.put_plan_price(staff_actor("clerk", "*"), plan="screen-1y", valid_from=DAY, cents=1)
    for changes, refusal in (
        ({"plan": "none"}, Invalid),
        ({"cents": -1}, Invalid),
        ({"product": "P9"}, Missing),
    ):
        values = {"plan": "screen-1y", "valid_from": DAY, "cents": 1} | changes
        with pytest.raises(refusal):
            registering.put_plan_price(house(AT), **values)
    assert registry.all_plan_prices() == ()
    assert not Entry.objects.filter(event="plan.priced").exists()


@pytest.mark.parametrize("size", [1, 30])
def test_an_answer_costs_the_same_however_many_devices_there_are(size, django_assert_max_num_queries):
    known(sold(), size, broken=size)
    with django_assert_max_num_queries(12):
        one()
