"""Devices that come and go by mail."""

import pytest

from sanbao.base.errors import IllegalMove, Invalid, Missing, Overtaken
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
from sanbao.rooms.repairs.services import mail
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


def test_the_waybill_is_told_later_by_the_owner_corrected_by_the_desk_and_fixed_when_it_is_here():
    number = mailed(carrier="", waybill="")
    owner = owner_of(number)
    for _turn in range(2):
        services.tell_waybill(owner, number, carrier=" SF ", waybill="SF1")
    assert events(number) == ["repair.mailed", "repair.waybill_told"]
    services.tell_waybill(NOW, number, carrier="京东", waybill="JD2")
    page = queries.order(NOW, number)
    assert (page.carrier, page.waybill_in, page.state) == ("京东", "JD2", "mailed")
    assert ledger.timeline(number)[-1].facts["corrected"] is True
    assert "JD2" not in str([fact.facts for fact in ledger.timeline(number)])
    services.accept(NOW, number, intake=INTAKE)
    with pytest.raises(IllegalMove):
        services.tell_waybill(owner, number, carrier="SF", waybill="SF3")
    assert queries.order(NOW, number).waybill_in == "JD2"


@pytest.mark.parametrize(
    ("carrier", "waybill", "field"),
    [
        ("", "SF1", "carrier"),
        ("SF", " ", "waybill"),
        ("SF", "1" * 41, "waybill"),
        ("SF", "a\x00b", "waybill"),
    ],
)
def test_a_waybill_that_cannot_be_is_refused_at_its_field_and_nothing_moves(carrier, waybill, field):
    number = mailed()
    with pytest.raises(Invalid) as refusal:
        services.tell_waybill(owner_of(number), number, carrier=carrier, waybill=waybill)
    assert refusal.value.field == field
    assert queries.order(NOW, number).waybill_in == "SF1234567890"
    assert events(number) == ["repair.mailed"]


def test_a_waybill_that_slips_in_between_is_not_overwritten_unseen(monkeypatch):
    number = mailed()
    owner, real = owner_of(number), mail.may

    def late(*given):
        monkeypatch.setattr(mail, "may", real)
        services.tell_waybill(NOW, number, carrier="京东", waybill="JD2")
        return real(*given)

    monkeypatch.setattr(mail, "may", late)
    with pytest.raises(Overtaken):
        services.tell_waybill(owner, number, carrier="SF", waybill="SF3")
    assert queries.order(NOW, number).waybill_in != "SF3"
    assert events(number) == ["repair.mailed"]


def test_the_customer_of_an_order_keeps_apart_from_others():
    number = booked()
    assert queries.customer_of(NOW, number) == Order.objects.get().customer.number
    with pytest.raises(Missing):
        queries.order(owner_actor(customer()), number)
    assert product().code == "P1"
