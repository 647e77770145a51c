"""Devices that come and go by mail."""

import pytest

from sanbao.base.errors import Invalid, Missing
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, house
from sanbao.rooms.registry.tests.factories import (
    customer,
    owner_actor,
    product,
)
from sanbao.rooms.repairs import queries, services
from sanbao.rooms.repairs.errors import (
    NoMailHere,
)
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.tests.factories import (
    INTAKE,
    booked,
    events,
    finished,
    mailed,
    owner_of,
    place,
    state,
)

pytestmark = pytest.mark.django_db
NOW = house(TOMORROW_10)


def test_a_parcel_comes_is_unpacked_repaired_and_goes_back():
    number = mailed()
    services.accept(NOW, number, intake=INTAKE)
    services.clear(NOW, number, finding="no_fault", diagnosis="未复现故障")
    services.finish(NOW, number, resolution="升级系统后正常")
    services.ship_back(NOW, number, carrier="SF", waybill="SF999")
    services.deliver(NOW, number)
    page = queries.order(NOW, number)
    assert (page.state, page.waybill_in, page.waybill_out) == ("returned", "SF1234567890", "SF999")
    assert events(number) == [
        "repair.mailed",
        "repair.accepted",
        "repair.diagnosed",
        "repair.ready",
        "repair.shipped",
        "repair.returned",
    ]
    assert "建国路" not in str([fact.facts for fact in ledger.timeline(number)])


def test_only_a_centre_takes_parcels_and_an_address_is_needed():
    place()
    with pytest.raises(NoMailHere):
        mailed(outlet="BJ01")
    with pytest.raises(Invalid) as refusal:
        mailed(return_address=" ")
    assert refusal.value.field == "return_address"
    assert Order.objects.count() == 0


def test_a_visitors_device_is_not_shipped_without_an_address():
    number = finished()
    with pytest.raises(Invalid):
        services.ship_back(NOW, number, carrier="SF", waybill="SF1")
    assert state(number) == "ready"


def test_an_announced_parcel_may_be_called_off_by_its_owner():
    number = mailed()
    services.cancel(owner_of(number), number)
    assert state(number) == "cancelled"


def test_the_customer_of_an_order_keeps_apart_from_others():
    number = booked()
    assert queries.customer_of(NOW, number) == Order.objects.get().customer.number
    with pytest.raises(Missing):
        queries.order(owner_actor(customer()), number)
    assert product().code == "P1"
