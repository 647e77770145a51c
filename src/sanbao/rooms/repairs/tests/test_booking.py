"""Visits: booked, moved, called off, missed."""

from datetime import UTC, datetime, timedelta

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed, Refusal
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets import services as seats
from sanbao.rooms.outlets.errors import SlotFull
from sanbao.rooms.outlets.models import Booking
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, facts, house
from sanbao.rooms.parts.tests.factories import item, stock
from sanbao.rooms.registry.tests.factories import (
    AT,
    bearer,
    owner_actor,
    staff_actor,
)
from sanbao.rooms.repairs import queries, services
from sanbao.rooms.repairs.errors import (
    AlreadyOpen,
)
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.tests.factories import (
    booked,
    bought_device,
    events,
    owner_of,
    place,
    seats_taken,
    shelf,
    state,
)

pytestmark = pytest.mark.django_db
NOW = house(TOMORROW_10)
HALF_HOUR = timedelta(minutes=30)


def test_a_visit_takes_seat_part_and_order_at_once():
    stock(at=place())
    number = booked()
    card = queries.order(NOW, number)
    assert (card.state, card.row.visit_at, seats_taken(), shelf()) == ("booked", TOMORROW_10, 1, (1, 1))
    assert outlets.booking(NOW, card.booking).order == number
    assert events(number) == ["part.reserved", "repair.booked"]


def test_a_full_slot_leaves_no_order_no_part_and_no_fact():
    stock(at=place())
    for _ in range(3):
        seats.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    before = facts()
    with pytest.raises(SlotFull):
        booked()
    assert (Order.objects.count(), shelf(), facts()) == (0, (1, 0), before)


def test_a_part_that_is_not_there_does_not_stand_in_the_way():
    item()
    number = booked()
    assert ledger.timeline(number)[-1].facts["missing"] == ["SCREEN-P1"]


def test_owners_book_for_themselves_only_and_with_their_own_device():
    mine, other = bought_device(), bought_device()
    me = owner_actor(mine.customer)
    place()
    for wrong in ({"device": other.number}, {"customer": other.customer.number}):
        with pytest.raises(Missing) as refusal:
            booked(me, phone=mine, **wrong)
        assert refusal.value.field == next(iter(wrong))
    assert (Order.objects.count(), seats_taken()) == (0, 0)
    assert state(booked(me, phone=mine)) == "booked"


def test_an_agent_books_for_somebody_who_called_and_a_stranger_may_not():
    agent = staff_actor("agent", "*")
    number = booked(agent, channel="phone")
    assert queries.order(agent, number).row.channel == "phone"
    elsewhere = bearer("repairs.book", "registry.search", outlet="SH01")
    for actor in (elsewhere, bearer("registry.search")):
        with pytest.raises(NotAllowed):
            booked(actor)
    with pytest.raises(Invalid):
        booked(agent, channel="pigeon")
    assert Order.objects.count() == 1


def test_a_seat_that_was_held_becomes_the_visits():
    place()
    phone = bought_device()
    me = owner_actor(phone.customer)
    held = seats.hold(me, outlet="BJ01", starts_at=TOMORROW_10)
    with pytest.raises(Invalid):
        booked(me, phone=phone, hold=held, starts_at=TOMORROW_10 + HALF_HOUR)
    number = booked(me, phone=phone, hold=held)
    assert (queries.order(me, number).booking, seats_taken()) == (held, 1)


def test_a_device_is_in_one_open_order_at_most():
    phone = bought_device()
    number = booked(phone=phone)
    with pytest.raises(AlreadyOpen) as refusal:
        booked(phone=phone, starts_at=TOMORROW_10 + HALF_HOUR)
    assert (refusal.value.facts["order"], seats_taken()) == (number, 1)
    services.cancel(owner_of(number, AT), number)
    assert state(booked(phone=phone)) == "booked"


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("fault", {"fault": "bored"}),
        ("words", {"words": "x" * 4001}),
        ("words", {"words": "a\x00b"}),
        ("words", {"words": "half a face \ud83d"}),
        ("device", {"device": "DV-NONE"}),
        ("device", {"device": "DV\x00"}),
        ("customer", {"customer": "CU-NONE"}),
        ("outlet", {"outlet": "XX99"}),
        ("starts_at", {"starts_at": AT}),
        ("starts_at", {"starts_at": datetime.min.replace(tzinfo=UTC)}),
        ("starts_at", {"starts_at": datetime.max.replace(tzinfo=UTC)}),
        ("starts_at", {"starts_at": TOMORROW_10 + timedelta(minutes=7)}),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(field, changes):
    with pytest.raises(Refusal) as refusal:
        booked(NOW.then(AT), **changes)
    assert refusal.value.field == field
    assert (Order.objects.count(), Booking.objects.count()) == (0, 0)


def test_emoji_and_rare_characters_are_kept():
    number = booked(words="屏幕𠮷闪🔥")
    assert queries.order(NOW, number).words == "屏幕𠮷闪🔥"


def test_moving_a_visit_moves_its_seat_and_the_owner_needs_no_grant():
    number = booked()
    later = TOMORROW_10 + HALF_HOUR
    services.move_visit(owner_of(number, AT), number, starts_at=later)
    assert (queries.order(NOW, number).row.visit_at, seats_taken()) == (later, 1)
    assert events(number) == ["repair.booked", "repair.visit_moved"]
    services.move_visit(owner_of(number, AT), number, starts_at=later)
    assert len(events(number)) == 2
    with pytest.raises(Missing):
        services.move_visit(owner_actor(), number, starts_at=TOMORROW_10)


def test_cancelling_gives_seat_and_part_back():
    stock(at=place())
    number = booked()
    services.cancel(owner_of(number, AT), number)
    assert (state(number), seats_taken(), shelf()) == ("cancelled", 0, (1, 0))
    with pytest.raises(IllegalMove):
        services.cancel(owner_of(number, AT), number)
    assert events(number) == ["part.reserved", "repair.booked", "repair.cancelled", "part.released"]


def test_nobody_is_missed_before_the_visit_and_the_sweep_finds_the_others():
    stock(at=place())
    number = booked()
    with pytest.raises(Invalid):
        services.miss(house(), number)
    assert services.miss_overdue(house(TOMORROW_10 + timedelta(hours=11))) == 0
    assert services.miss_overdue(house(TOMORROW_10 + timedelta(hours=13))) == 1
    assert (state(number), shelf()) == ("missed", (1, 0))
    assert Booking.objects.get().state == "missed"
