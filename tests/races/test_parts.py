"""Two engineers, one part."""

import pytest
from tests.races.test_outlets import together

from sanbao.rooms.ledger.models import Entry
from sanbao.rooms.outlets.tests.factories import house
from sanbao.rooms.parts import services
from sanbao.rooms.parts.errors import NotInStock
from sanbao.rooms.parts.models import Movement, Reservation, Stock
from sanbao.rooms.parts.tests.factories import stock

ITEM = {"outlet": "BJ01", "item": "SCREEN-P1"}


@pytest.mark.django_db
@pytest.mark.parametrize("act", [services.reserve, services.use])
def test_a_piece_that_goes_between_look_and_grasp_is_noticed(act, monkeypatch):
    row = stock()
    real = services._shelf

    def slow(actor, outlet, item):
        found = real(actor, outlet, item)
        Stock.objects.filter(pk=row.pk).update(on_hand=0)
        return found

    monkeypatch.setattr(services, "_shelf", slow)
    with pytest.raises(NotInStock):
        act(house(), order="RO-1", **ITEM)
    counts = (Reservation.objects.count(), Movement.objects.count(), Entry.objects.count())
    assert counts == (0, 0, 0)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [services.reserve, services.use])
def test_of_many_engineers_one_gets_the_piece(act):
    stock()
    results = together(6, lambda n: act(house(), order=f"RO-{n}", **ITEM))
    assert sorted(results) == ["not_in_stock"] * 5 + ["won"]
    row = Stock.objects.get()
    assert (row.on_hand, row.reserved) == ((1, 1) if act is services.reserve else (0, 0))
    assert Entry.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_first_delivery_booked_in_twice_at_once_counts_twice():
    stock().delete()
    results = together(4, lambda _: services.receive(house(), quantity=2, **ITEM))
    assert results == ["won"] * 4
    assert Stock.objects.get().on_hand == 8


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_piece_released_twice_comes_back_once():
    stock(on_hand=2)
    services.reserve(house(), order="RO-1", **ITEM)
    together(4, lambda _: services.release(house(), order="RO-1"))
    row = Stock.objects.get()
    assert (row.on_hand, row.reserved) == (2, 0)
    assert Entry.objects.filter(event="part.released").count() == 1
