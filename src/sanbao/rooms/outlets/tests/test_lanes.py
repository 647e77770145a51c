"""Whose turn it is: short jobs a little sooner, nobody behind more than three who came later."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanbao.base.errors import NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets import queries, services
from sanbao.rooms.outlets.models import Ticket
from sanbao.rooms.outlets.rules import HEAD_START, MOST_PASSING, Waiting, next_turn, turns, wait_minutes
from sanbao.rooms.outlets.tests.factories import house, outlet
from sanbao.rooms.registry.tests.factories import AT, owner_actor

MINUTE = timedelta(minutes=1)


def call(waiting):
    """Whoever is called, and those who go on waiting, as the service keeps them."""
    called = next_turn(waiting)
    left = [w for w in waiting if w is not called]
    return called, [Waiting(w.count, w.taken_at, w.fast, w.passed + (w.count < called.count)) for w in left]


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 30)), max_size=60))
def test_nobody_waits_behind_more_than_three_who_came_later(day):
    waiting, at, later = [], AT, {}
    for count, (fast, calls, minutes) in enumerate(day, start=1):
        at += minutes * MINUTE
        waiting.append(Waiting(count, at, fast))
        if calls:
            called, waiting = call(waiting)
            for w in waiting:
                later[w.count] = later.get(w.count, 0) + (w.count < called.count)
                assert w.passed == later[w.count] <= MOST_PASSING
    while waiting:
        called, waiting = call(waiting)
        assert all(w.passed <= MOST_PASSING for w in waiting)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 90), st.integers(0, MOST_PASSING)), max_size=20))
def test_the_order_of_turns_is_what_calling_one_after_the_other_gives(people):
    waiting = [
        Waiting(count, AT + minutes * MINUTE, fast, passed)
        for count, (fast, minutes, passed) in enumerate(sorted(people, key=lambda p: p[1]), start=1)
    ]
    told, one_by_one = turns(waiting), []
    while waiting:
        called, waiting = call(waiting)
        one_by_one.append(called.count)
    assert told == tuple(one_by_one)
    assert sorted(told) == list(range(1, len(people) + 1))


def test_within_a_lane_people_are_called_in_order():
    for fast in (False, True):
        assert turns(Waiting(n, AT + n * MINUTE, fast) for n in range(1, 9)) == tuple(range(1, 9))


def test_a_short_job_comes_before_those_who_came_shortly_before_it_and_not_before_older_ones():
    old = Waiting(1, AT - HEAD_START - MINUTE)
    recent = Waiting(2, AT - MINUTE)
    short = Waiting(3, AT, fast=True)
    assert turns([old, recent, short]) == (1, 3, 2)
    assert next_turn([]) is None


def test_the_wait_grows_with_the_people_ahead():
    waits = [wait_minutes(ahead, seats=2, minutes=30) for ahead in range(9)]
    assert waits == sorted(waits)


@pytest.mark.django_db
def test_the_owner_is_told_how_many_may_still_come_first_and_it_comes_true():
    outlet(seats=1)
    usual = services.take_ticket(house(), outlet="BJ01")
    short = [services.take_ticket(house(AT + MINUTE), outlet="BJ01", fast=True) for _ in range(5)]
    place = queries.ticket_position(usual.number)
    assert (place.ahead, place.may_pass) == (3, 3)
    assert [t.number for t in queries.queue(house(), "BJ01")][3] == usual.number
    called = [services.call_next(house(AT + 2 * MINUTE), outlet="BJ01").number for _ in range(3)]
    assert called == [t.number for t in short[:3]]
    place = queries.ticket_position(usual.number)
    assert (place.ahead, place.may_pass) == (0, 0)
    assert services.call_next(house(AT + 3 * MINUTE), outlet="BJ01").number == usual.number
    assert ledger.timeline(short[0].number)[-1].facts["passed"] == 1
    assert Ticket.objects.get(number=usual.number).passed == MOST_PASSING


@pytest.mark.django_db
def test_nobody_puts_oneself_into_the_fast_lane():
    outlet()
    with pytest.raises(NotAllowed):
        services.take_ticket(owner_actor(), outlet="BJ01", fast=True)
    assert Ticket.objects.count() == 0
