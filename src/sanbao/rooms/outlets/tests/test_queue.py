"""The queue: numbers drawn, called, served, left."""

from datetime import timedelta

import pytest

from sanbao.base.errors import IllegalMove, Missing, NotAllowed
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets import queries, services
from sanbao.rooms.outlets.errors import OutletClosed, QueueEmpty
from sanbao.rooms.outlets.models import Ticket
from sanbao.rooms.outlets.tests.factories import house, outlet
from sanbao.rooms.registry.tests.factories import AT, bearer, nobody, owner_actor

pytestmark = pytest.mark.django_db


def test_numbers_count_from_one_each_morning_at_each_outlet():
    outlet()
    outlet("SH01")
    drawn = [services.take_ticket(house(), outlet="BJ01").count for _ in range(3)]
    other = services.take_ticket(house(), outlet="SH01").count
    tomorrow = services.take_ticket(house(AT + timedelta(days=1)), outlet="BJ01").count
    assert (drawn, other, tomorrow) == ([1, 2, 3], 1, 1)


def test_neither_phone_nor_name_is_needed():
    outlet()
    card = services.take_ticket(bearer("outlets.serve", outlet="BJ01"), outlet="BJ01")
    assert (card.customer, card.state) == ("", "waiting")
    assert [f.event for f in ledger.timeline(card.number)] == ["ticket.taken"]


def test_people_are_called_in_order_and_the_position_counts_down():
    outlet(seats=1)
    first, second, third = (services.take_ticket(house(), outlet="BJ01") for _ in range(3))
    assert queries.ticket_position(third.number).ahead == 2
    assert queries.ticket_position(third.number).wait_minutes == 60
    assert services.call_next(house(), outlet="BJ01").number == first.number
    assert queries.ticket_position(third.number).ahead == 1
    services.leave(house(), second.number)
    assert queries.ticket_position(third.number).ahead == 0
    services.serve(house(), first.number, order="RO-1")
    assert [t.number for t in queries.queue(house(), "BJ01")] == [third.number]
    services.call_next(house(), outlet="BJ01")
    with pytest.raises(QueueEmpty):
        services.call_next(house(), outlet="BJ01")


def test_a_ticket_is_called_again_but_not_after_it_was_served():
    outlet()
    card = services.take_ticket(house(), outlet="BJ01")
    services.call(house(), card.number)
    services.call(house(), card.number)
    services.serve(house(), card.number)
    with pytest.raises(IllegalMove):
        services.call(house(), card.number)
    assert [f.event for f in ledger.timeline(card.number)] == [
        "ticket.taken",
        "ticket.called",
        "ticket.called",
        "ticket.served",
    ]


def test_owners_draw_and_leave_their_own_ticket_only():
    outlet()
    me = owner_actor()
    card = services.take_ticket(me, outlet="BJ01")
    with pytest.raises(Missing):
        services.leave(owner_actor(), card.number)
    with pytest.raises(NotAllowed):
        services.serve(me, card.number)
    services.leave(me, card.number)
    assert Ticket.objects.get().state == "left"


def test_without_the_grant_nobody_is_called():
    outlet()
    services.take_ticket(house(), outlet="BJ01")
    for actor in (nobody(), bearer("outlets.serve", outlet="SH01")):
        with pytest.raises(NotAllowed):
            services.call_next(actor, outlet="BJ01")
    with pytest.raises(NotAllowed):
        queries.queue(nobody(), "BJ01")
    assert Ticket.objects.get().state == "waiting"


def test_a_closed_outlet_gives_no_numbers():
    outlet(closed_on=AT.date() - timedelta(days=1))
    with pytest.raises(OutletClosed):
        services.take_ticket(house(), outlet="BJ01")


def test_an_unknown_ticket_is_missing():
    with pytest.raises(Missing):
        queries.ticket_position("QT-0000-0000-0")
    assert queries.ticket_of("RO-NONE") is None
