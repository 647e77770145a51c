"""Reads of the parts room cost one query however long the shelf."""

import pytest

from sanbao.rooms.outlets.tests.factories import house, outlet
from sanbao.rooms.parts import queries, services
from sanbao.rooms.parts.tests.factories import item, stock
from sanbao.rooms.registry.tests.factories import AT

SIZES = pytest.mark.parametrize("size", [1, 30])
pytestmark = pytest.mark.django_db


def shelf(size):
    place = outlet()
    for n in range(size):
        stock(item(f"ITEM-{n:02}"), place, on_hand=2)
        for act in (services.reserve, services.use):
            act(house(), order="RO-1", outlet="BJ01", item=f"ITEM-{n:02}")
        services.use(house(), order="RO-2", outlet="BJ01", item=f"ITEM-{n:02}")


@SIZES
def test_every_read_costs_one_query(size, django_assert_num_queries):
    shelf(size)
    codes = [f"ITEM-{n:02}" for n in range(size)]
    reads = (
        lambda: queries.stock_at(house(), "BJ01").rows,
        lambda: queries.shortage(house()),
        lambda: queries.reservations_of("RO-1"),
        lambda: queries.items(AT.date()),
        lambda: queries.items_for("P1", "screen_dark", AT.date()),
    )
    for read in reads:
        with django_assert_num_queries(1):
            assert len(read()) == size
    with django_assert_num_queries(1):
        queries.availability(codes, ["BJ01", "SH01"])
