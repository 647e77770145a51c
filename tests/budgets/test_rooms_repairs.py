"""Lists of orders cost one read; a page about one order a fixed number."""

import pytest

from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.parts.tests.factories import item
from sanbao.rooms.registry.tests.factories import customer, device, owner_actor
from sanbao.rooms.repairs import queries, services
from sanbao.rooms.repairs.tests.factories import accepted, bought_device, order, owner_of

SIZES = pytest.mark.parametrize("size", [1, 30])
pytestmark = pytest.mark.django_db
NOW = house(TOMORROW_10)


@SIZES
def test_every_list_costs_one_read(size, django_assert_num_queries):
    who = customer(name="欧阳娜娜")
    phone = device(who)
    for _ in range(size):
        order(customer=who, state="accepted")
        order(customer=who, device=phone, state="returned")
    lists = (
        lambda: queries.worklist(NOW, "BJ01", most=50).rows,
        lambda: queries.bench(NOW, "BJ01"),
        lambda: queries.by_device(NOW, phone.number),
        lambda: queries.my_orders(owner_actor(who), most=size).rows,
        lambda: queries.of_customer(NOW, who.number, most=size),
        lambda: queries.search(NOW, "欧阳", most=size),
    )
    for read in lists:
        with django_assert_num_queries(1):
            assert len(read()) == size
    last = queries.worklist(NOW, states=["returned"], most=1).rows[0].number
    with django_assert_num_queries(1):
        queries.worklist(NOW, "BJ01", after=last)
    with django_assert_num_queries(1):
        queries.counts(NOW)


@SIZES
def test_a_page_about_one_order_costs_the_same_however_much_happened(size, django_assert_num_queries):
    lines = [services.QuoteLine(item(f"ITEM-{n:02}", kind="labour").code) for n in range(size)]
    number = accepted(phone=bought_device(days=800))
    for _ in range(size):
        services.quote(NOW, number, finding="confirmed", diagnosis="主板故障", lines=lines)
    me = owner_of(number)
    with django_assert_num_queries(6):
        page = queries.order(me, number)
    assert (len(page.lines), len(page.timeline)) == (size, size + 2)
    with django_assert_num_queries(3):
        queries.receipt(me, number)
