"""Many at once for few seats: what slips in between, and real threads."""

import random
import threading

import pytest
from django.db import connection
from django.db.models import Count, Q

from sanbao.base.errors import Overtaken, Refusal
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.outlets import queries, services
from sanbao.rooms.outlets.errors import SlotFull
from sanbao.rooms.outlets.models import Booking, Slot, Ticket
from sanbao.rooms.outlets.services import seats
from sanbao.rooms.outlets.states import ACTIVE
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house, outlet, slot
from sanbao.rooms.outlets.tests.test_seats import HALF_HOUR
from sanbao.rooms.registry.tests.factories import AT


def books_balance():
    """Every slot counts exactly its active bookings, and never more than it holds."""
    for row in Slot.objects.annotate(active=Count("bookings", filter=Q(bookings__state__in=ACTIVE))):
        assert row.booked == row.active
        assert row.booked <= row.capacity


def together(count, act):
    """Run ``act(n)`` on this many threads at the same moment; return what each came to."""
    start, results = threading.Barrier(count), [""] * count

    def one(n):
        start.wait()
        try:
            act(n)
            results[n] = "won"
        except Refusal as refusal:
            results[n] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db
def test_a_seat_that_goes_between_look_and_grasp_is_noticed(monkeypatch):
    row = slot()
    real = seats._take_seat

    def slow(actor, target):
        Slot.objects.filter(pk=row.pk).update(booked=1)
        return real(actor, target)

    monkeypatch.setattr(seats, "_take_seat", slow)
    with pytest.raises(SlotFull):
        services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    assert (Booking.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_booking_cancelled_while_it_is_moved_is_noticed(monkeypatch):
    first = slot()
    second = slot(first.outlet, starts_at=TOMORROW_10 + HALF_HOUR)
    number = services.book(house(), outlet="BJ01", starts_at=first.starts_at)
    real = seats._end_holds

    def slow(actor, which):
        Booking.objects.filter(number=number).update(state="cancelled")
        return real(actor, which)

    monkeypatch.setattr(seats, "_end_holds", slow)
    with pytest.raises(Overtaken):
        services.move(house(), number, starts_at=second.starts_at)
    second.refresh_from_db()
    assert second.booked == 0
    assert [fact.event for fact in ledger.timeline(number)] == ["booking.made"]


@pytest.mark.django_db
def test_holds_swept_up_by_two_at_once_give_each_seat_back_once(monkeypatch):
    row = slot(capacity=3)
    for _ in range(2):
        services.hold(house(), outlet="BJ01", starts_at=TOMORROW_10)
    services.book(house(), outlet="BJ01", starts_at=TOMORROW_10)
    late = house(AT.replace(hour=11))
    real = seats._give_back

    def again(slot_id):
        monkeypatch.setattr(seats, "_give_back", real)
        real(slot_id)
        services.release_holds(late)

    monkeypatch.setattr(seats, "_give_back", again)
    services.release_holds(late)
    row.refresh_from_db()
    assert row.booked == 1
    assert Entry.objects.filter(event="booking.expired").count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twelve_people_three_seats():
    outlet(seats=3, walk_in_share=0)
    results = together(12, lambda _: services.book(house(), outlet="BJ01", starts_at=TOMORROW_10))
    assert sorted(results) == ["slot_full"] * 9 + ["won"] * 3
    assert Slot.objects.get(starts_at=TOMORROW_10).booked == 3
    assert (Booking.objects.count(), Entry.objects.count()) == (3, 3)
    books_balance()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_hold_that_ran_out_is_won_by_one_of_many():
    slot()
    services.hold(house(), outlet="BJ01", starts_at=TOMORROW_10)
    late = house(AT.replace(hour=10))
    results = together(8, lambda _: services.book(late, outlet="BJ01", starts_at=TOMORROW_10))
    assert results.count("won") == 1
    assert Entry.objects.filter(event="booking.expired").count() == 1
    books_balance()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_people_who_swap_times_never_wait_for_each_other_in_a_ring():
    first = slot(capacity=6)
    second = slot(first.outlet, starts_at=TOMORROW_10 + HALF_HOUR, capacity=6)
    times = (first.starts_at, second.starts_at)
    made = [services.book(house(), outlet="BJ01", starts_at=times[n % 2]) for n in range(6)]
    results = together(6, lambda n: services.move(house(), made[n], starts_at=times[(n + 1) % 2]))
    assert results == ["won"] * 6
    books_balance()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_whatever_people_do_at_once_the_books_balance():
    outlet(seats=2, walk_in_share=0)
    times = [TOMORROW_10 + n * HALF_HOUR for n in range(3)]

    def someone(n):
        dice = random.Random(n)  # noqa: S311 - a seeded story, no secret
        mine = []
        for _ in range(8):
            try:
                match dice.choice(["book", "hold", "cancel", "move", "sweep"]):
                    case "book":
                        mine.append(services.book(house(), outlet="BJ01", starts_at=dice.choice(times)))
                    case "hold":
                        services.hold(house(), outlet="BJ01", starts_at=dice.choice(times))
                    case "cancel" if mine:
                        services.cancel(house(), mine.pop())
                    case "move" if mine:
                        services.move(house(), mine[-1], starts_at=dice.choice(times))
                    case _:
                        services.release_holds(house(AT.replace(hour=10)))
            except Refusal:
                continue

    assert together(8, someone) == ["won"] * 8
    books_balance()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_everybody_in_the_queue_has_a_number_of_their_own():
    outlet()
    results = together(10, lambda _: services.take_ticket(house(), outlet="BJ01"))
    assert results == ["won"] * 10
    assert sorted(Ticket.objects.values_list("count", flat=True)) == list(range(1, 11))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_clerks_call_two_people():
    outlet()
    for _ in range(4):
        services.take_ticket(house(), outlet="BJ01")
    assert together(4, lambda _: services.call_next(house(), outlet="BJ01")) == ["won"] * 4
    assert [t.state for t in queries.queue(house(), "BJ01")] == ["called"] * 4
    assert Entry.objects.filter(event="ticket.called").count() == 4
