"""Diagnosis, price and consent, parts, finished devices."""

from datetime import timedelta

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed, Refusal
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts import services as stock_services
from sanbao.rooms.parts.errors import NotInStock
from sanbao.rooms.parts.tests.factories import item, labour, stock
from sanbao.rooms.registry.tests.factories import (
    AT,
    device,
    owner_actor,
    staff,
    staff_actor,
)
from sanbao.rooms.repairs import queries, services
from sanbao.rooms.repairs.errors import (
    CoveredByRight,
    NotCovered,
    PriceChanged,
    QuoteOver,
)
from sanbao.rooms.repairs.tests.factories import (
    accepted,
    bought_device,
    cleared,
    events,
    owner_of,
    place,
    quoted,
    returned,
    shelf,
    state,
)

pytestmark = pytest.mark.django_db
NOW = house(TOMORROW_10)


def test_a_covered_repair_goes_all_the_way_without_a_price():
    screen = item()
    labour()
    stock(screen, place())
    number = returned(items=["SCREEN-P1", "LABOUR-1"])
    page = queries.order(NOW, number)
    assert (page.state, page.total_cents, shelf()) == ("returned", 0, (0, 0))
    assert all(line.covered and line.used_at for line in page.lines)
    assert events(number) == [
        "part.reserved",
        "repair.booked",
        "repair.accepted",
        "repair.diagnosed",
        "repair.ready",
        "part.used",
        "repair.returned",
    ]


def test_what_no_rule_covers_is_not_cleared():
    number = accepted(phone=bought_device(days=800))
    with pytest.raises(NotCovered):
        services.clear(NOW, number, finding="confirmed", diagnosis="主板故障")
    assert state(number) == "accepted"


def test_damage_found_at_the_bench_takes_the_free_repair_away_and_the_verdict_says_so():
    item()
    number = accepted()
    with pytest.raises(NotCovered):
        services.clear(NOW, number, finding="customer_damage", diagnosis="进水")
    services.quote(
        NOW,
        number,
        finding="customer_damage",
        diagnosis="进水腐蚀",
        lines=[services.QuoteLine("SCREEN-P1")],
    )
    page = queries.order(NOW, number)
    assert (page.row.covered, page.verdict.covered, page.verdict.fault_kind) == (
        False,
        False,
        "customer-damage",
    )
    assert (page.quote.cents, page.quote.open, page.total_cents) == (49900, True, 49900)


def test_what_is_free_by_right_cannot_be_charged():
    item()
    number = accepted()
    with pytest.raises(CoveredByRight):
        services.quote(
            NOW,
            number,
            finding="confirmed",
            diagnosis="排线故障",
            lines=[services.QuoteLine("SCREEN-P1")],
        )
    assert (state(number), queries.order(NOW, number).lines) == ("accepted", ())


def test_where_no_rule_decides_the_engineers_word_counts_and_is_recorded():
    number = accepted(phone=device())
    services.clear(NOW, number, finding="confirmed", diagnosis="屏幕排线故障")
    assert ledger.timeline(number)[-1].facts["by_person"] is True


def test_no_work_before_the_owner_has_said_yes():
    stock(at=place())
    number = quoted("SCREEN-P1")
    with pytest.raises(IllegalMove):
        services.finish(NOW, number, resolution="换屏")
    services.approve(owner_of(number), number, cents=49900)
    assert (state(number), shelf()) == ("approved", (1, 1))
    services.finish(NOW, number, resolution="换屏")
    page = queries.order(NOW, number)
    assert (page.state, page.total_cents, page.quote.answer, shelf()) == ("ready", 49900, "yes", (0, 0))


def test_a_no_sends_the_device_back_and_the_part_to_the_shelf():
    stock(at=place())
    number = quoted("SCREEN-P1")
    services.decline(owner_of(number), number)
    assert (state(number), shelf()) == ("declined", (1, 0))
    services.hand_back(NOW, number)
    assert ledger.timeline(number)[-1].facts == {"outlet": "BJ01", "repaired": False, "how": "counter"}


def test_only_the_owner_or_a_clerk_on_the_owners_word_answers():
    item()
    number = quoted("SCREEN-P1")
    with pytest.raises(Missing):
        services.approve(owner_actor(), number)
    with pytest.raises(NotAllowed):
        services.approve(staff_actor("engineer").then(TOMORROW_10), number)
    services.approve(staff_actor("clerk").then(TOMORROW_10), number)
    assert ledger.timeline(number)[-1].facts["on_word"] == "signed"


def test_a_price_that_is_over_or_changed_is_not_accepted():
    item()
    number = quoted("SCREEN-P1")
    me = owner_of(number)
    with pytest.raises(PriceChanged):
        services.approve(me, number, cents=100)
    with pytest.raises(QuoteOver):
        services.approve(me.then(TOMORROW_10 + timedelta(days=15)), number)
    assert (state(number), queries.order(me, number).quote.answer) == ("quoted", "")


def test_a_new_quote_takes_the_place_of_the_old_one():
    item()
    item("BATTERY-P1", cents=9900)
    number = quoted("SCREEN-P1")
    lines = [services.QuoteLine("BATTERY-P1", 2), services.QuoteLine("SCREEN-P1", covered=True)]
    services.quote(NOW, number, finding="customer_damage", diagnosis="电池鼓包", lines=lines)
    page = queries.order(NOW, number)
    assert (page.quote.cents, page.total_cents) == (19800, 19800)
    assert [(line.item, line.charged) for line in page.lines] == [("BATTERY-P1", 19800), ("SCREEN-P1", 0)]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("finding", {"finding": "magic"}),
        ("diagnosis", {"diagnosis": " "}),
        ("diagnosis", {"diagnosis": "x" * 4001}),
        ("lines", {"lines": []}),
        ("lines", {"lines": [services.QuoteLine("SCREEN-P1", 0)]}),
        ("lines", {"lines": [services.QuoteLine("SCREEN-P1"), services.QuoteLine("SCREEN-P1")]}),
        ("item", {"lines": [services.QuoteLine("NOTHING")]}),
        ("note", {"note": "x" * 301}),
    ],
)
def test_a_quote_is_refused_by_the_name_of_the_field(field, changes):
    item()
    number = accepted()
    values = {"finding": "customer_damage", "diagnosis": "进水", "lines": [services.QuoteLine("SCREEN-P1")]}
    with pytest.raises(Refusal) as refusal:
        services.quote(NOW, number, **(values | changes))
    assert (refusal.value.field, state(number)) == (field, "accepted")


def test_the_price_is_that_of_the_day_of_the_quote():
    item()
    stock_services.set_price(
        house(), item="SCREEN-P1", valid_from=TOMORROW_10.date() + timedelta(days=1), cents=1
    )
    number = quoted("SCREEN-P1")
    assert queries.order(NOW, number).quote.cents == 49900


def test_waiting_for_a_part_ends_when_it_arrives_not_before():
    item()
    number = cleared(items=["SCREEN-P1"])
    services.await_part(NOW, number, expected_at=TOMORROW_10 + timedelta(days=9))
    with pytest.raises(NotInStock):
        services.resume(NOW, number)
    with pytest.raises(IllegalMove):
        services.finish(NOW, number, resolution="换屏")
    page = queries.order(NOW, number)
    assert page.row.expected_at == TOMORROW_10 + timedelta(days=9)
    assert page.row.promised_at != page.row.expected_at
    assert events(number)[-2:] == ["repair.waiting_part", "repair.delayed"]


def test_finishing_without_the_part_is_refused_and_nothing_moves():
    item()
    number = cleared(items=["SCREEN-P1"])
    with pytest.raises(NotInStock):
        services.finish(NOW, number, resolution="换屏")
    assert state(number) == "approved"
    with pytest.raises(Invalid):
        services.finish(NOW, number, resolution=" ")


def test_a_delay_is_told_with_its_reason_and_the_promise_stays():
    number = accepted()
    first = queries.order(NOW, number).row.promised_at
    later = first + timedelta(days=2)
    services.delay(NOW, number, expected_at=later, reason="queue")
    page = queries.order(NOW, number)
    assert (page.row.promised_at, page.row.expected_at) == (first, later)
    assert ledger.timeline(number)[-1].facts["reason"] == "queue"
    for wrong in ({"reason": "王小明没来"}, {"expected_at": AT}):
        with pytest.raises(Invalid):
            services.delay(NOW, number, **({"expected_at": later, "reason": "queue"} | wrong))
    with pytest.raises(NotAllowed):
        services.delay(staff_actor("clerk"), number, expected_at=later, reason="queue")


def test_an_order_is_late_once_its_expected_date_has_passed_and_it_is_not_ready():
    number = accepted()
    when = queries.order(NOW, number).row.expected_at + timedelta(minutes=1)
    assert queries.order(house(when), number).row.late
    assert not queries.order(NOW, number).row.late


def test_an_engineer_is_assigned_once_and_must_work_here():
    number = accepted()
    person = staff(("engineer", "BJ01"))
    for _ in range(2):
        services.assign_engineer(NOW, number, staff=person.number)
    assert queries.order(NOW, number).row.engineer == person.number
    assert events(number).count("repair.assigned") == 1
    with pytest.raises(Missing):
        services.assign_engineer(NOW, number, staff="ST-NONE")
    with pytest.raises(NotAllowed):
        services.assign_engineer(staff_actor("clerk"), number, staff=person.number)


def test_the_time_an_answer_takes_moves_the_date_and_is_told():
    item()
    number = quoted("SCREEN-P1")
    first = queries.order(NOW, number).row.promised_at
    assert not queries.order(house(first + timedelta(days=3)), number).row.late
    services.approve(owner_of(number, TOMORROW_10 + timedelta(days=5)), number)
    page = queries.order(NOW, number)
    assert page.row.expected_at > TOMORROW_10 + timedelta(days=5)
    assert page.row.promised_at == first
    assert events(number)[-2:] == ["repair.approved", "repair.delayed"]
    assert ledger.timeline(number)[-1].facts["reason"] == "answer"
