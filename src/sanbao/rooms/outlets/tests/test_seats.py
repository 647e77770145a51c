"""Seats: taken, kept, moved, given back, and never one too many."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets import queries, services
from sanbao.rooms.outlets.errors import HoldOver, NoSuchSlot, SlotFull, SlotOver, TooFarAhead
from sanbao.rooms.outlets.models import Booking, Slot
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, facts, house, outlet, slot
from sanbao.rooms.registry.tests.factories import AT, bearer, customer, nobody, owner_actor

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


def taken(at=TOMORROW_10):
    return Slot.objects.filter(starts_at=at).values_list("booked", flat=True).first()


def test_a_booking_takes_one_seat_and_leaves_one_fact():
    outlet()
    number = services.book(house(), outlet="BJ01", starts_at=TOMORROW_10, order="RO-X")
    card = queries.booking(house(), number)
    assert (card.state, card.order, taken()) == ("confirmed", "RO-X", 1)
    assert events(number) == ["booking.made"]


def test_an_owner_books_for_oneself_without_any_grant_and_for_nobody_else():
    outlet()
    me, other = owner_actor(), customer()
    number = services.book(me, outlet="BJ01", starts_at=TOMORROW_10)
    assert queries.booking(me, number).number == number
    with pytest.raises(Missing):
        services.book(me, outlet="BJ01", starts_at=TOMORROW_10, customer=other.number)
    with pytest.raises(Missing):
        queries.booking(owner_actor(other), number)
    assert taken() == 1


def test_without_the_grant_nothing_is_booked_and_nothing_recorded():
    outlet()
    for actor in (nobody(), bearer("outlets.book", outlet="SH01")):
        with pytest.raises(NotAllowed):
            services.book(actor, outlet="BJ01", starts_at=TOMORROW_10)
    assert (Booking.objects.count(), facts()) == (0, 0)


def test_the_last_seat_goes_once_and_the_refusal_names_the_next_free_times():
    slot(walk_in=0)
    services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    before = facts()
    with pytest.raises(SlotFull) as refusal:
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    following = (TOMORROW_10 + HALF_HOUR).isoformat()
    assert following in refusal.value.facts["next_free"]
    assert TOMORROW_10.isoformat() not in refusal.value.facts["next_free"]
    assert refusal.value.field == "starts_at"
    assert (taken(), Booking.objects.count(), facts()) == (1, 1, before)


def test_the_share_of_walk_ins_is_kept_until_two_hours_before():
    outlet(seats=4, walk_in_share=25)
    for _ in range(3):
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    with pytest.raises(SlotFull):
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    soon = TOMORROW_10 - timedelta(hours=2)
    assert queries.free_slots("BJ01", TOMORROW_10.date(), soon)[0].free == 1
    services.book(house(soon), outlet="BJ01", starts_at=TOMORROW_10)
    with pytest.raises(SlotFull):
        services.book(house(soon), outlet="BJ01", starts_at=TOMORROW_10)
    assert taken() == 4


def test_the_sweep_opens_the_kept_seats_of_soon_beginning_slots_only():
    near = slot(walk_in=1)
    far = slot(near.outlet, starts_at=TOMORROW_10 + timedelta(hours=5), walk_in=1)
    assert services.release_walk_in_seats(house(TOMORROW_10 - timedelta(hours=1))) == 1
    near.refresh_from_db()
    far.refresh_from_db()
    assert (near.walk_in, far.walk_in) == (0, 1)


def test_past_far_and_closed_times_are_refused_with_the_next_free_ones():
    outlet()
    with pytest.raises(SlotOver) as over:
        services.book(house(TOMORROW_10), outlet="BJ01", starts_at=TOMORROW_10)
    assert over.value.facts["next_free"]
    with pytest.raises(TooFarAhead):
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10 + timedelta(days=60))
    with pytest.raises(NoSuchSlot) as between:
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10 + timedelta(minutes=10))
    assert (TOMORROW_10 + HALF_HOUR).isoformat() in between.value.facts["next_free"]
    services.set_special_day(house(), outlet="BJ01", day=TOMORROW_10.date(), hours=[], reason="停电")
    with pytest.raises(NoSuchSlot) as closed:
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    assert all("2026-03-03" not in moment for moment in closed.value.facts["next_free"])
    with pytest.raises(Invalid):
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10.replace(tzinfo=None))
    assert Booking.objects.count() == 0


def test_a_hold_keeps_the_seat_for_five_minutes_and_then_gives_it_to_the_next():
    slot()
    held = services.hold(house(), outlet="BJ01", starts_at=TOMORROW_10)
    with pytest.raises(SlotFull):
        services.book(house(AT + timedelta(minutes=4)), outlet="BJ01", starts_at=TOMORROW_10)
    late = house(AT + timedelta(minutes=5))
    rows = queries.free_slots("BJ01", TOMORROW_10.date(), late.at)
    assert rows[0].starts_at == TOMORROW_10
    services.book(late, outlet="BJ01", starts_at=TOMORROW_10)
    assert (taken(), events(held)) == (1, ["booking.held", "booking.expired"])
    with pytest.raises(IllegalMove):
        services.confirm(late, held)


def test_a_held_seat_is_confirmed_in_time_only():
    slot()
    me = owner_actor()
    held = services.hold(me, outlet="BJ01", starts_at=TOMORROW_10)
    with pytest.raises(HoldOver):
        services.confirm(me.then(AT + timedelta(minutes=5)), held)
    services.confirm(me.then(AT + timedelta(minutes=4)), held, order="RO-Y")
    assert queries.booking(me, held).state == "confirmed"
    assert services.release_holds(house(AT + timedelta(hours=1))) == 0


def test_the_sweep_ends_holds_that_ran_out_and_only_those():
    first = slot()
    second = slot(first.outlet, starts_at=TOMORROW_10 + HALF_HOUR)
    services.hold(house(), outlet="BJ01", starts_at=first.starts_at)
    services.hold(house(AT + timedelta(minutes=3)), outlet="BJ01", starts_at=second.starts_at)
    assert services.release_holds(house(AT + timedelta(minutes=6))) == 1
    assert (taken(first.starts_at), taken(second.starts_at)) == (0, 1)


def test_cancelling_gives_the_seat_back_once():
    slot()
    number = services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    services.cancel(house(), number)
    with pytest.raises(IllegalMove):
        services.cancel(house(), number)
    assert (taken(), events(number)) == (0, ["booking.made", "booking.cancelled"])


def test_moving_takes_one_seat_and_gives_one_back_or_changes_nothing():
    first = slot()
    second = slot(first.outlet, starts_at=TOMORROW_10 + HALF_HOUR)
    number = services.book(house(), outlet="BJ01", starts_at=first.starts_at)
    services.move(house(), number, starts_at=second.starts_at)
    assert (taken(first.starts_at), taken(second.starts_at)) == (0, 1)
    services.book(house(), outlet="BJ01", starts_at=first.starts_at)
    with pytest.raises(SlotFull):
        services.move(house(), number, starts_at=first.starts_at)
    assert queries.booking(house(), number).starts_at == second.starts_at
    assert (taken(first.starts_at), taken(second.starts_at)) == (1, 1)
    assert events(number) == ["booking.made", "booking.moved"]
    services.move(house(), number, starts_at=second.starts_at)
    assert events(number) == ["booking.made", "booking.moved"]


def test_an_appointment_is_missed_only_after_it_began():
    slot()
    number = services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    with pytest.raises(Invalid):
        services.miss(house(), number)
    services.miss(house(TOMORROW_10 + HALF_HOUR), number)
    assert taken() == 1


def test_fewer_seats_never_take_one_from_somebody_who_booked():
    outlet(seats=4, walk_in_share=0)
    for _ in range(3):
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    services.put_outlet(house(), code="BJ01", seats=2, walk_in_share=50)
    row = Slot.objects.get(starts_at=TOMORROW_10)
    assert (row.capacity, row.booked, row.walk_in) == (3, 3, 1)
    with pytest.raises(SlotFull):
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)


def test_times_that_overlap_an_older_grid_share_its_seats():
    outlet(seats=2, walk_in_share=0)
    for _ in range(2):
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    services.put_outlet(house(), code="BJ01", hours=[[["10:15", "19:00"]]] * 7)
    with pytest.raises(SlotFull):
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10 + timedelta(minutes=15))
    services.book(house(), outlet="BJ01", starts_at=TOMORROW_10 + timedelta(minutes=45))


def test_a_special_day_names_the_bookings_that_no_longer_fit():
    outlet()
    number = services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    kept = services.book(house(), outlet="BJ01", starts_at=TOMORROW_10 + timedelta(hours=4))
    left_out = services.set_special_day(
        bearer("outlets.edit", outlet="BJ01"),
        outlet="BJ01",
        day=TOMORROW_10.date(),
        hours=[["12:00", "19:00"]],
    )
    assert (left_out, kept not in left_out) == ((number,), True)
    assert queries.booking(house(), number).state == "confirmed"


def test_slots_are_opened_once_however_often_they_are_asked_for():
    outlet()
    assert services.open_slots(house(), outlet="BJ01", day=TOMORROW_10.date()) == 18
    assert services.open_slots(house(), outlet="BJ01", day=TOMORROW_10.date()) == 0
    assert Slot.objects.count() == 18


def test_reading_free_times_makes_no_rows_and_agrees_with_booking():
    outlet(seats=1, walk_in_share=0)
    rows = queries.free_slots("BJ01", TOMORROW_10.date(), AT)
    assert (len(rows), Slot.objects.count()) == (18, 0)
    services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    after = queries.free_slots("BJ01", TOMORROW_10.date(), AT)
    shown = queries.free_slots("BJ01", TOMORROW_10.date(), AT, with_full=True)
    assert (len(after), len(shown), shown[0].free) == (17, 18, 0)
    days = {row.day.isoformat(): row.free for row in queries.free_days("BJ01", AT, days=2)}
    assert days == {"2026-03-02": 3, "2026-03-03": 17}


def test_the_next_free_times_skip_what_is_gone():
    outlet(seats=1, walk_in_share=0)
    services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    assert queries.next_free("BJ01", TOMORROW_10, AT, most=1) == (TOMORROW_10 + HALF_HOUR,)


def test_the_next_free_times_are_looked_for_through_two_weeks_and_no_further():
    outlet(hours=[*[[]] * 6, [["10:00", "10:30"]]], seats=2, walk_in_share=0)
    sundays = [datetime(2026, 3, day, 2, tzinfo=UTC) for day in (8, 15)]
    assert queries.next_free("BJ01", AT, AT, most=9) == tuple(sundays)
    assert queries.next_free("BJ01", AT, AT, most=1) == (sundays[0],)


def test_the_day_list_shows_the_outlets_own_day_to_those_who_may_see_it():
    outlet()
    outlet("SH01", city="上海")
    late = datetime(2026, 3, 3, 10, 30, tzinfo=UTC)
    number = services.book(house(), outlet="BJ01", starts_at=late, customer=customer(name="陈晨").number)
    services.book(house(), outlet="SH01", starts_at=late)
    clerk = bearer("outlets.see", outlet="BJ01")
    assert [(b.number, b.customer_name) for b in queries.day_list(clerk, "BJ01", late.date())] == [
        (number, "陈晨")
    ]
    with pytest.raises(NotAllowed):
        queries.day_list(clerk, "SH01", late.date())


def test_bookings_of_other_outlets_are_hidden_from_staff():
    outlet()
    number = services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    stranger = bearer("outlets.see", "outlets.book", "outlets.serve", outlet="SH01")
    for act in (services.cancel, services.keep, services.miss, services.confirm, queries.booking):
        with pytest.raises(Missing):
            act(stranger, number)
    assert events(number) == ["booking.made"]


@pytest.mark.parametrize("day", [date.min, date.max])
def test_days_out_of_this_world_have_no_times_and_no_appointments(day):
    outlet()
    assert queries.free_slots("BJ01", day, AT) == ()
    assert queries.day_list(house(), "BJ01", day) == ()
