"""Verb by role by outlet: who may, and that a refusal leaves nothing behind."""

from datetime import timedelta

import pytest
from django.db import transaction

from sanbao.base.errors import Missing, NotAllowed
from sanbao.rooms.outlets.tests.factories import TOMORROW_10, facts, house
from sanbao.rooms.parts.tests.factories import item, stock
from sanbao.rooms.registry.rules import ROLES
from sanbao.rooms.registry.tests.factories import owner_actor, staff, staff_actor
from sanbao.rooms.repairs import services
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.states import MACHINE, OWNER_MOVES
from sanbao.rooms.repairs.tests.factories import (
    INTAKE,
    accepted,
    booked,
    cleared,
    finished,
    mailed,
    owner_of,
    place,
    quoted,
)

pytestmark = pytest.mark.django_db
NOW = TOMORROW_10 + timedelta(minutes=40)
COUNTER, BENCH = {"clerk", "manager"}, {"engineer", "manager"}
FOUND = {"finding": "confirmed", "diagnosis": "排线故障"}
DAMAGED = {"finding": "customer_damage", "diagnosis": "进水", "lines": [services.QuoteLine("SCREEN-P1")]}


def waiting():
    return services.await_part(house(TOMORROW_10), cleared())


def unpacked():
    number = services.accept(house(TOMORROW_10), mailed(), intake=INTAKE)
    services.clear(house(TOMORROW_10), number, **FOUND)
    return services.finish(house(TOMORROW_10), number, resolution="好了")


def shipped():
    return services.ship_back(house(TOMORROW_10), unpacked(), carrier="SF", waybill="SF1")


def assign(actor, number):
    return services.assign_engineer(actor, number, staff=staff(("engineer", "BJ01")).number)


TABLE = {
    "accept": (booked, lambda a, n: services.accept(a, n, intake=INTAKE), COUNTER),
    "move_visit": (
        booked,
        lambda a, n: services.move_visit(a, n, starts_at=TOMORROW_10 + timedelta(hours=3)),
        COUNTER | {"agent"},
    ),
    "tell_waybill": (
        mailed,
        lambda a, n: services.tell_waybill(a, n, carrier="JD", waybill="JD7"),
        COUNTER | {"agent"},
    ),
    "cancel": (booked, services.cancel, COUNTER | {"agent"}),
    "miss": (booked, services.miss, COUNTER),
    "clear": (accepted, lambda a, n: services.clear(a, n, **FOUND), BENCH),
    "quote": (accepted, lambda a, n: services.quote(a, n, **DAMAGED), BENCH),
    "approve": (lambda: quoted("SCREEN-P1"), services.approve, COUNTER),
    "decline": (lambda: quoted("SCREEN-P1"), services.decline, COUNTER),
    "await_part": (cleared, services.await_part, BENCH),
    "resume": (waiting, services.resume, BENCH),
    "finish": (cleared, lambda a, n: services.finish(a, n, resolution="好了"), BENCH),
    "hand_back": (finished, services.hand_back, COUNTER),
    "ship_back": (unpacked, lambda a, n: services.ship_back(a, n, carrier="SF", waybill="SF1"), COUNTER),
    "deliver": (shipped, services.deliver, COUNTER),
    "delay": (
        accepted,
        lambda a, n: services.delay(a, n, expected_at=NOW + timedelta(days=2), reason="queue"),
        BENCH,
    ),
    "assign_engineer": (accepted, assign, BENCH),
}


def tried(act, actor, number):
    """What comes of it; whatever happened is taken back."""
    before = (facts(), Order.objects.get(number=number).state)
    try:
        with transaction.atomic():
            act(actor, number)
            transaction.set_rollback(True)
    except (NotAllowed, Missing) as refusal:
        assert (facts(), Order.objects.get(number=number).state) == before
        return refusal.code
    return "done"


@pytest.mark.parametrize("verb", TABLE)
def test_the_roles_that_may_are_those_of_the_table(verb):
    stock(item(), place(), on_hand=9)
    begin, act, allowed = TABLE[verb]
    number = begin()
    outlet = Order.objects.get(number=number).outlet_id
    roles = [role.code for role in ROLES]
    here = {code: tried(act, staff_actor(code, outlet, NOW), number) for code in roles}
    elsewhere = {tried(act, staff_actor(code, "SH01", NOW), number) for code in roles}
    everywhere = {code for code in roles if tried(act, staff_actor(code, "*", NOW), number) == "done"}
    assert {code for code, result in here.items() if result == "done"} == allowed
    assert everywhere == allowed
    assert elsewhere == {"missing"}
    assert tried(act, house(NOW), number) == "done"


@pytest.mark.parametrize("verb", TABLE)
def test_owners_may_what_is_theirs_and_strangers_see_nothing(verb):
    stock(item(), place(), on_hand=9)
    begin, act, _ = TABLE[verb]
    number = begin()
    expected = "done" if verb in OWNER_MOVES else "not_allowed"
    assert tried(act, owner_of(number, NOW), number) == expected
    assert tried(act, owner_actor(at=NOW), number) == "missing"


def test_every_move_stands_in_the_table():
    assert set(TABLE) >= set(MACHINE.moves)
