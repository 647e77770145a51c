"""What a proposed pack would change among the open cases, seen before it counts."""

from datetime import timedelta

import pytest

from sanbao.base.actor import system
from sanbao.base.errors import Missing, NotAllowed
from sanbao.engines.policy import evaluate
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as publishing
from sanbao.rooms.registry.adapters.packs import shipped_texts
from sanbao.rooms.registry.tests.factories import AT, installation, staff_actor
from sanbao.rooms.registry.tests.packs import TOMORROW, keeper, pack
from sanbao.rooms.repairs import queries, rules, services
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.queries.open_facts import Matter, open_orders
from sanbao.rooms.repairs.services.decisions import verdict_of
from sanbao.rooms.repairs.tests.factories import accepted, booked, bought_device, order, place, returned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def begun(settings, tmp_path):
    settings.HOME = tmp_path
    installation()
    publishing.adopt_packs(system(AT))


def xiaomi(**lines):
    """The shipped brand pack with some lines otherwise."""
    text = next(text for each, text in shipped_texts() if each.name == "brand-xiaomi-cn")
    for old, new in lines.values():
        text = text.replace(old, new)
    return text


def looked_at(text, *, matters=(), at=TOMORROW_10):
    """Propose a text and compare; return its number, the reader, and what was kept."""
    who = keeper(at)
    number = publishing.propose_pack(who, text=text, valid_from=TOMORROW + timedelta(days=1))
    key = services.compare_packs(who, number, matters)
    (card,) = registry.comparisons(who, number)
    return number, card, registry.differences(who, key).rows


LONGER = pack(36)


def test_only_the_open_cases_that_a_new_clause_changes_are_listed_with_their_reason():
    late = bought_device(days=800)
    changed = accepted(phone=late, fault="battery")
    accepted(phone=bought_device(days=30), fault="screen_dark")
    booked(phone=bought_device(days=3000), fault="battery")
    _, card, rows = looked_at(LONGER)
    assert (card.orders, card.orders_changed, card.cases, card.unread) == (3, 1, 0, 0)
    (row,) = rows
    assert (row.kind, row.subject, row.because) == ("order", changed, ("OWN-1",))
    assert (row.old["remedies"], row.new["remedies"]) == ([], ["exchange"])


def test_booked_orders_are_judged_as_they_would_be_today():
    number = booked(phone=bought_device(days=800), fault="battery")
    _, card, (row,) = looked_at(LONGER)
    assert (row.subject, row.new["remedies"], card.orders_changed) == (number, ["exchange"], 1)


def test_an_order_that_is_over_is_not_an_open_case():
    returned(phone=bought_device(days=100), fault="battery")
    _, card, rows = looked_at(LONGER)
    assert (card.orders, rows) == (0, ())


def test_a_complaint_is_judged_by_its_order_or_by_its_device():
    gone = returned(phone=bought_device(days=300), fault="battery")
    phone = bought_device(days=370)
    page = [
        Matter("CP-0000-0001-A", gone, "", AT),
        Matter("CP-0000-0002-B", "", phone.number, AT),
        Matter("CP-0000-0003-C", "", "", AT),
    ]
    _, card, rows = looked_at(LONGER, matters=[page])
    assert (card.cases, card.cases_changed, card.unread) == (3, 1, 1)
    assert [row.subject for row in rows] == ["CP-0000-0001-A"]


def test_saved_cases_are_tried_as_well():
    row = {
        "part": "battery",
        "purchased_on": "2024-01-01",
        "delivered_on": "2024-01-01",
        "packs": "statutory+brand",
    }
    cases = [
        ("with the promise", {**row, "fault_on": "2026-03-01"}),
        ("law alone", {**row, "packs": "statutory", "fault_on": "2026-03-01"}),
        ("unreadable", {**row, "fault_on": "soon"}),
    ]
    publishing.keep_worked_cases(keeper(), cases)
    _, card, rows = looked_at(LONGER)
    assert (card.worked, card.worked_changed, card.unread) == (3, 1, 1)
    assert [(row.kind, row.subject) for row in rows] == [("worked", "with the promise")]


def test_a_running_repair_is_judged_with_its_days():
    number = accepted(phone=bought_device(days=100))
    law = next(text for each, text in shipped_texts() if each.name == "cn-phone")
    assert "more_than = 30" in law
    shorter = law.replace("more_than = 30", "more_than = 20")
    _, card, rows = looked_at(shorter, at=TOMORROW_10 + timedelta(days=25))
    assert card.orders == 1
    assert [
        (row.subject, "exchange" in row.old["remedies"], "exchange" in row.new["remedies"]) for row in rows
    ] == [(number, False, True)]


def test_the_facts_in_bulk_are_those_of_the_single_decision():
    place()
    numbers = [
        booked(
            phone=bought_device(days=days), fault=fault, starts_at=TOMORROW_10 + timedelta(minutes=30 * turn)
        )
        for turn, (days, fault) in enumerate(
            ((3, "screen_dark"), (100, "battery"), (380, "no_power"), (800, "screen_cracked"))
        )
    ]
    phone = bought_device(days=200)
    for turn in range(2):
        returned(phone=phone, starts_at=TOMORROW_10 + timedelta(minutes=30 * turn))
    numbers.append(booked(phone=phone, starts_at=TOMORROW_10 + timedelta(hours=3)))
    now = house(TOMORROW_10)
    bulk = dict(open_orders(now)[0])
    for number in numbers:
        single = verdict_of(now, Order.objects.select_related("device").get(number=number))
        assert bulk[number] == single.facts


def test_pages_of_orders_follow_each_other_until_the_last():
    made = {order().number for _ in range(5)}
    now, after, seen, pages = house(TOMORROW_10), 0, [], 0
    while pages == 0 or after:
        page, after = open_orders(now, after, most=2)
        seen += [each.subject for each in page]
        pages += 1
    assert (sorted(seen), pages) == (sorted(made), 3)


@pytest.mark.parametrize("size", [1, 30])
def test_a_page_of_facts_costs_the_same_however_many_there_are(size, django_assert_max_num_queries):
    for _ in range(size):
        order(device=bought_device())
    with django_assert_max_num_queries(5):
        assert len(open_orders(house(TOMORROW_10))[0]) == size


def test_who_may_not_publish_compares_nothing():
    number, _, _ = looked_at(LONGER)
    with pytest.raises(NotAllowed):
        services.compare_packs(staff_actor("manager", "*"), number)
    with pytest.raises(Missing):
        services.compare_packs(keeper(), "PP-0000-0000-0")


def test_years_later_a_decision_is_derived_again_by_the_packs_of_its_day():
    number = accepted(phone=bought_device(days=500), fault="battery")
    kept = Order.objects.get(number=number).verdict
    first, second = keeper(TOMORROW_10), keeper(TOMORROW_10)
    proposal = publishing.propose_pack(first, text=LONGER, valid_from=TOMORROW)
    for person in (first, second):
        services.compare_packs(person, proposal)
    publishing.publish(second, proposal)
    later = TOMORROW + timedelta(days=3000)
    facts = rules.kept_facts(kept)
    again = rules.plain_verdict(evaluate(queries.book_for(kept["packs"].values()), facts))
    assert {**kept, **again} == kept
    assert evaluate(queries.book_on(later), facts).remedies != tuple(kept["remedies"])


def test_from_its_first_day_a_published_pack_decides():
    proposal, _, _ = looked_at(LONGER, at=AT)
    second = keeper()
    services.compare_packs(second, proposal)
    publishing.publish(second, proposal)
    day = registry.publication(second, proposal).valid_from
    phone = bought_device(days=800)
    before, after = (
        queries.rights(house(AT + timedelta(days=n)), phone.number, on=day, fault="battery")[0].verdict
        for n in ((day - AT.date()).days - 1, (day - AT.date()).days)
    )
    assert (before.remedies, after.remedies) == ((), ("exchange",))
