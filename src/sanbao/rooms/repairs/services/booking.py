"""Before the device comes: visits booked, moved, cancelled, missed.

Locks are taken in one order in every verb of this room: the order, its booking, the slot, the parts.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.base.db import Visible, insert_new
from sanbao.base.errors import Invalid, Missing, Overtaken, Refusal
from sanbao.base.ids import new_number
from sanbao.base.texts import said
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets import services as seats
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.parts import services as stock
from sanbao.rooms.registry.models import Customer, Device
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.errors import AlreadyOpen
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.services.steps import apply, keep_parts, may, on_behalf, see
from sanbao.rooms.repairs.states import BOOKED, OPEN

_LONGEST_WORDS: Final = 4000
_NO_SHOW_AFTER: Final = timedelta(hours=12)


@transaction.atomic
def book_visit(
    actor: Actor,
    *,
    device: str,
    customer: str,
    outlet: str,
    starts_at: datetime,
    fault: str,
    words: str = "",
    hold: str = "",
    channel: str = "visit",
) -> str:
    """Book a visit: the order, its seat and the part it needs, all or nothing; return the order's number.

    ``hold`` is the number of a seat held for this time. A part that is not on the shelf does not
    stand in the way: the order says what it will wait for. ``channel`` is ``visit``, or ``phone`` for
    somebody who called.

    Raises:
        Missing, NotAllowed, Invalid, AlreadyOpen, and what the outlets say of the time.
    """
    draft = draft_of(actor, device=device, customer=customer, fault=fault, words=words)
    if not (actor.is_owner and draft.customer_id == actor.id):
        require(actor, "repairs.book", outlet=outlet)
    place = outlets.place(outlet)
    draft.number, draft.state, draft.channel = new_number("RO"), BOOKED, _channel(channel)
    draft.outlet_id, draft.visit_at, draft.made_at = place.code, starts_at, actor.at
    save_new(draft)
    draft.booking = _seat(actor, draft, starts_at, hold)
    draft.save(update_fields=["booking"])
    items = parts.items_for(draft.device.product_id or "", fault, place.day(actor.at))
    needed = {item.code: 1 for item in items if item.kind == "part"}
    missing = keep_parts(actor, draft.number, place.code, needed)
    ledger.append(
        draft.number,
        "repair.booked",
        actor,
        outlet=place.code,
        fault=fault,
        starts_at=starts_at,
        channel=channel,
        missing=missing,
    )
    return draft.number


def _channel(channel: str) -> str:
    if channel not in {"visit", "phone"}:
        raise Invalid("A visit is booked by its owner or over the phone.", field="channel")
    return channel


def _seat(actor: Actor, order: Order, starts_at: datetime, hold: str) -> str:
    house = on_behalf(actor)
    if not hold:
        return seats.book(
            house,
            outlet=order.outlet_id,
            starts_at=starts_at,
            customer=order.customer.number,
            order=order.number,
        )
    held = outlets.booking(actor, hold)
    if (held.outlet, held.starts_at) != (order.outlet_id, starts_at):
        raise Invalid("The time that was kept is another one.", field="starts_at")
    return seats.confirm(house, hold, order=order.number)


def draft_of(actor: Actor, *, device: str, customer: str, fault: str, words: str) -> Order:
    """Return an order that is not saved yet, with what this actor may see of device and customer.

    Raises:
        Missing, Invalid.
    """
    rules.fault_of(fault)
    return Order(
        device=_pick(actor, Device.objects.select_related("product"), "device", device),
        customer=_pick(actor, Customer.objects.all(), "customer", customer),
        fault=fault,
        words=said(words, field="words", most=_LONGEST_WORDS),
    )


def _pick(actor: Actor, rows: Visible, field: str, number: str) -> Any:
    try:
        return rows.pick(actor, number=number)
    except Missing as absent:
        raise Missing(field=field, number=number[:20]) from absent


def save_new(order: Order) -> None:
    """Save a new order.

    Raises:
        AlreadyOpen: the device is in an open order, also one of this very moment.
    """
    if not insert_new(order):
        other = Order.objects.filter(device_id=order.device_id, state__in=OPEN).first()
        if other is None:
            raise Overtaken
        raise AlreadyOpen(field="device", order=other.number)


@transaction.atomic
def move_visit(actor: Actor, order: str, *, starts_at: datetime) -> str:
    """Move the visit to another time at the same outlet; the old seat is given back.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken, and what the outlets say of the time.
    """
    row = see(actor, order)
    move = may(actor, row, "move_visit")
    if not row.booking:
        raise Invalid("There is no appointment to move.", field="order")
    if row.visit_at == starts_at:
        return row.number
    before = row.visit_at
    facts = {"before": before, "starts_at": starts_at}
    apply(actor, row, move, facts, seen={"visit_at": before}, visit_at=starts_at)
    seats.move(on_behalf(actor), row.booking, starts_at=starts_at)
    return row.number


@transaction.atomic
def cancel(actor: Actor, order: str) -> str:
    """Call the order off before the device is here; seat and parts are given back.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = see(actor, order)
    apply(actor, row, may(actor, row, "cancel"))
    house = on_behalf(actor)
    if row.booking:
        seats.cancel(house, row.booking)
    stock.release(house, order=row.number)
    return row.number


@transaction.atomic
def miss(actor: Actor, order: str) -> str:
    """Say that nobody came; what was kept for the visit is given back.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken; Invalid while the visit is still ahead.
    """
    row = see(actor, order)
    move = may(actor, row, "miss")
    if row.visit_at is not None and row.visit_at > actor.at:
        raise Invalid("The appointment is still ahead.", field="order")
    apply(actor, row, move)
    house = on_behalf(actor)
    if row.booking:
        seats.miss(house, row.booking)
    stock.release(house, order=row.number)
    return row.number


def miss_overdue(actor: Actor) -> int:
    """Mark the visits of half a day ago and earlier to which nobody came; return how many. A sweep.

    Each is a transaction of its own; one that somebody else is just changing is left for the next time.
    """
    late = Order.objects.visible_to(actor).filter(state=BOOKED, visit_at__lt=actor.at - _NO_SHOW_AFTER)
    done = 0
    for number in late.order_by("id").values_list("number", flat=True)[:500]:
        try:
            miss(actor, number)
            done += 1
        except Refusal:
            continue
    return done
