"""Phones with two SIM cards: either IMEI stands for the device, and for no other."""

import pytest

from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries, services
from sanbao.rooms.registry.errors import AnothersDevice, ImeiTaken
from sanbao.rooms.registry.models import Device
from sanbao.rooms.registry.tests import factories

pytestmark = pytest.mark.django_db


def two_cards(owner):
    """A device of this owner with two IMEIs; its number and both."""
    first, second = factories.imei(), factories.imei()
    number = services.claim_device(owner, imei=first)
    services.add_second_imei(owner, number, imei=second)
    return number, first, second


def test_either_imei_finds_and_names_the_same_device():
    owner = factories.owner_actor()
    number, first, second = two_cards(owner)
    clerk = factories.bearer("registry.edit", "registry.search")
    for typed in (first, second, f"{second[:8]} {second[8:]}"):
        assert queries.find_device(clerk, typed).number == number
        assert services.add_device(clerk, imei=typed) == number
        assert services.claim_device(owner, imei=typed) == number
        with pytest.raises(AnothersDevice):
            services.claim_device(factories.owner_actor(), imei=typed)
    assert Device.objects.count() == 1
    assert [f.event for f in ledger.timeline(number)] == ["device.added", "device.second_imei_added"]
    assert second not in str(ledger.timeline(number))


def test_a_device_that_is_nobodys_is_claimed_by_its_second_imei():
    clerk = factories.bearer("registry.edit", "registry.search")
    number, second = services.add_device(clerk, imei=factories.imei()), factories.imei()
    services.add_second_imei(clerk, number, imei=second)
    assert services.claim_device(factories.owner_actor(), imei=second) == number


def test_an_imei_belongs_to_one_device_whichever_column_it_stands_in():
    owner, other = factories.owner_actor(), factories.owner_actor()
    _, first, second = two_cards(owner)
    mine = services.claim_device(other, imei=factories.imei())
    for taken in (first, second):
        with pytest.raises(ImeiTaken):
            services.add_second_imei(other, mine, imei=taken)
    with pytest.raises(Invalid):
        services.add_second_imei(other, mine, imei=Device.objects.get(number=mine).imei)
    assert Device.objects.get(number=mine).second_imei == ""
    assert [f.event for f in ledger.timeline(mine)] == ["device.added"]


def test_owners_say_it_once_and_staff_correct_it():
    owner = factories.owner_actor()
    number, _, second = two_cards(owner)
    services.add_second_imei(owner, number, imei=second)
    better = factories.imei()
    with pytest.raises(NotAllowed):
        services.add_second_imei(owner, number, imei=better)
    with pytest.raises(Missing):
        services.add_second_imei(factories.owner_actor(), number, imei=better)
    services.add_second_imei(factories.bearer("registry.edit", "registry.search"), number, imei=better)
    assert Device.objects.get(number=number).second_imei == better
    assert services.claim_device(factories.owner_actor(), imei=second) != number
