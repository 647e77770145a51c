"""Reads of the outlets cost the same however much there is to read."""

import pytest

from sanbao.rooms.outlets import queries, services
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house, outlet
from sanbao.rooms.registry.tests.factories import AT, customer

SIZES = pytest.mark.parametrize("size", [1, 30])
pytestmark = pytest.mark.django_db


def busy(size):
    """``size`` outlets, of which the first has so many bookings and so many people waiting."""
    for n in range(size):
        outlet(f"BJ{n:02}", seats=200, walk_in_share=0)
    for _ in range(size):
        who = customer().number
        services.book(house(), outlet="BJ00", starts_at=TOMORROW_10, customer=who)
        services.take_ticket(house(), outlet="BJ00", customer=who)
    queries.places()


@SIZES
def test_outlets_near_cost_three_reads(size, django_assert_num_queries):
    busy(size)
    with django_assert_num_queries(3):
        assert len(queries.near(AT, latitude=39.9, longitude=116.4, most=30)) == size


@SIZES
def test_free_times_and_days_cost_two_reads(size, django_assert_num_queries):
    busy(size)
    with django_assert_num_queries(2):
        queries.free_slots("BJ00", TOMORROW_10.date(), AT)
    with django_assert_num_queries(2):
        queries.free_days("BJ00", AT)


@SIZES
def test_the_day_list_costs_two_reads_and_the_queue_as_many(size, django_assert_num_queries):
    busy(size)
    with django_assert_num_queries(2):
        assert len(queries.day_list(house(), "BJ00", TOMORROW_10.date())) == size
    with django_assert_num_queries(2):
        assert len(queries.queue(house(), "BJ00")) == size


@SIZES
def test_a_ticket_knows_its_place_in_one_read(size, django_assert_num_queries):
    busy(size)
    last = queries.queue(house(), "BJ00")[-1]
    with django_assert_num_queries(1):
        assert queries.ticket_position(last.number).ahead == size - 1


@SIZES
def test_a_booking_costs_the_same_in_a_full_house(size, django_assert_max_num_queries):
    busy(size)
    with django_assert_max_num_queries(8):
        services.book(house(), outlet="BJ00", starts_at=TOMORROW_10)
