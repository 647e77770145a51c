"""Two clerks, one device; two answers, one price."""

from datetime import timedelta

import pytest
from django.db import connection
from tests.races.test_outlets import books_balance, together

from sanbao.base.errors import Overtaken
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.outlets.models import Booking, Slot
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.outlets.tests.test_seats import HALF_HOUR
from sanbao.rooms.parts.models import Stock
from sanbao.rooms.parts.tests.factories import item, stock
from sanbao.rooms.registry.tests.factories import AT
from sanbao.rooms.repairs import services
from sanbao.rooms.repairs.models import Order, Quote, Remedy
from sanbao.rooms.repairs.services import bench, intake
from sanbao.rooms.repairs.tests.factories import (
    INTAKE,
    accepted,
    booked,
    bought_device,
    cleared,
    finished,
    owner_of,
    place,
    quoted,
)

NOW = house(TOMORROW_10)


def events(number):
    return [fact.event for fact in ledger.timeline(number)]


@pytest.mark.django_db
def test_an_order_cancelled_while_the_verdict_is_worked_out_is_noticed(monkeypatch):
    number = booked()
    before = Entry.objects.count()
    real = intake.verdict_of

    def slow(actor, order):
        Order.objects.filter(pk=order.pk).update(state="cancelled")
        return real(actor, order)

    monkeypatch.setattr(intake, "verdict_of", slow)
    with pytest.raises(Overtaken):
        services.accept(NOW, number, intake=INTAKE)
    assert Entry.objects.count() == before
    assert Booking.objects.get().state == "confirmed"


@pytest.mark.django_db
def test_a_new_quote_made_while_the_owner_says_yes_is_not_agreed_to(monkeypatch):
    item()
    number = quoted("SCREEN-P1")
    real = bench.apply

    def slow(actor, order, *more, **changes):
        Quote.objects.create(order=order, cents=1, made_at=actor.at, valid_until=actor.at)
        real(actor, order, *more, **changes)

    monkeypatch.setattr(bench, "apply", slow)
    with pytest.raises(Overtaken):
        services.approve(owner_of(number), number)
    assert Order.objects.get().state == "quoted"
    assert "repair.approved" not in events(number)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_clerks_one_takes_the_device_in():
    number = booked()
    results = together(4, lambda _: services.accept(NOW, number, intake=INTAKE))
    assert results.count("won") == 1
    assert set(results) <= {"won", "overtaken", "illegal_move"}
    assert events(number).count("repair.accepted") == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_device_handed_over_twice_is_handed_over_once():
    number = finished()
    results = together(4, lambda _: services.hand_back(NOW, number))
    assert results.count("won") == 1
    assert events(number).count("repair.returned") == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_yes_and_no_at_once_is_one_answer():
    stock(at=place())
    number = quoted("SCREEN-P1")
    me = owner_of(number)
    acts = [services.approve, services.decline] * 2
    results = together(4, lambda n: acts[n](me, number))
    assert results.count("won") == 1
    answer = Quote.objects.get().answer
    assert Order.objects.get().state == {"yes": "approved", "no": "declined"}[answer]
    row = Stock.objects.get()
    assert row.reserved == (1 if answer == "yes" else 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_device_booked_at_many_counters_is_in_one_order():
    place()
    phone = bought_device()
    results = together(5, lambda _: booked(house(), phone=phone))
    assert sorted(results) == ["already_open"] * 4 + ["won"]
    assert Slot.objects.get(starts_at=TOMORROW_10).booked == 1
    books_balance()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_many_owners_one_slot_one_part():
    stock(at=place())
    phones = [bought_device() for _ in range(6)]
    results = together(6, lambda n: booked(phone=phones[n]))
    assert sorted(results) == ["slot_full"] * 3 + ["won"] * 3
    assert Order.objects.count() == 3
    row = Stock.objects.get()
    assert (row.on_hand, row.reserved) == (1, 1)
    books_balance()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_engineers_finish_with_one_part_between_them():
    stock(at=place(), on_hand=2)
    first, second = (cleared(items=["SCREEN-P1"], fault="no_power") for _ in range(2))
    Stock.objects.update(on_hand=1, reserved=0)
    connection.cursor().execute("UPDATE parts_reservation SET state = 'released'")
    results = together(2, lambda n: services.finish(NOW, (first, second)[n], resolution="换屏"))
    assert sorted(results) == ["not_in_stock", "won"]
    assert Stock.objects.get().on_hand == 0
    assert sorted(Order.objects.values_list("state", flat=True)) == ["approved", "ready"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_visit_moved_and_cancelled_at_once_ends_one_way_without_a_ring():
    later = TOMORROW_10 + HALF_HOUR
    for _ in range(3):
        number = booked()
        me = owner_of(number, AT)
        acts = [
            lambda who=me, n=number: services.cancel(who, n),
            lambda who=me, n=number: services.move_visit(who, n, starts_at=later),
        ] * 2
        results = together(4, lambda n, acts=acts: acts[n]())
        assert set(results) <= {"won", "overtaken", "illegal_move"}
        books_balance()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_device_cancelled_and_booked_again_at_once_is_in_one_order_at_most():
    phone = bought_device()
    place()
    for _ in range(3):
        number = booked(phone=phone)
        me = owner_of(number, AT)
        acts = [lambda who=me, n=number: services.cancel(who, n), lambda: booked(phone=phone)]
        results = together(4, lambda n, acts=acts: acts[n % 2]())
        assert set(results) <= {"won", "already_open", "overtaken", "illegal_move"}
        books_balance()
        open_orders = Order.objects.filter(device=phone, state="booked")
        assert open_orders.count() <= 1
        for row in open_orders:
            services.cancel(me, row.number)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_many_sweeps_at_once_each_right_is_raised_once():
    place("BJ01", seats=30)
    numbers = [accepted(phone=bought_device()) for _ in range(12)]
    then = house(TOMORROW_10 + timedelta(days=40))
    results = together(4, lambda _: services.watch_remedies(then))
    assert set(results) <= {"won"}
    assert Remedy.objects.count() == 2 * len(numbers)
    told = [event for number in numbers for event in events(number) if event == "remedy.raised"]
    assert len(told) == 2 * len(numbers)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_sweep_while_the_bench_works_neither_loses_a_line_nor_raises_one_twice():
    place("BJ01", seats=30)
    numbers = [cleared(phone=bought_device()) for _ in range(4)]
    then = house(TOMORROW_10 + timedelta(days=8))

    def act(turn):
        if turn % 2:
            services.watch_remedies(then)
        else:
            services.await_part(then, numbers[turn // 2])

    together(8, act)
    services.watch_remedies(then)
    assert Remedy.objects.count() == len(numbers)
    ahead = dict(Order.objects.values_list("number", "watch_rule"))
    assert {ahead[number] for number in numbers} == {"MOB-60"}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_answers_to_one_right_one_counts():
    accepted(phone=bought_device())
    then = house(TOMORROW_10 + timedelta(days=8))
    services.watch_remedies(then)
    right = Remedy.objects.get()
    answers = (
        lambda: services.grant_remedy(then, right.number),
        lambda: services.refuse_remedy(then, right.number, reason="已经借出备用机"),
    )
    results = together(6, lambda turn: answers[turn % 2]())
    assert results.count("won") == 1
    assert set(results) <= {"won", "overtaken", "illegal_move"}
    assert sum(event in {"remedy.granted", "remedy.refused"} for event in events(right.order.number)) == 1
