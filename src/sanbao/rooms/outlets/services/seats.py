"""Seats taken, kept for a moment, moved and given back. Never one more than there are.

Locks are taken in one order everywhere: bookings first, then slots by key.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set
from sanbao.base.errors import Invalid, Refusal
from sanbao.base.ids import new_number
from sanbao.base.moves import Move
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries, rules
from sanbao.rooms.outlets.errors import HoldOver, NoSuchSlot, OutletClosed, SlotFull, SlotOver, TooFarAhead
from sanbao.rooms.outlets.models import Booking, Slot
from sanbao.rooms.outlets.services.places import make_slots
from sanbao.rooms.outlets.states import BOOKING, CANCELLED, CONFIRMED, HELD, OWNER_MOVES
from sanbao.rooms.registry.models import Customer

_BOOKING: Final = "BK"


@transaction.atomic
def book(actor: Actor, *, outlet: str, starts_at: datetime, customer: str = "", order: str = "") -> str:
    """Take a seat in the slot that begins at ``starts_at``; return the booking's number.

    Raises:
        Missing, NotAllowed, Invalid, SlotOver, TooFarAhead, OutletClosed, NoSuchSlot, SlotFull.
    """
    return _take(actor, outlet, starts_at, customer, order, CONFIRMED).number


@transaction.atomic
def hold(actor: Actor, *, outlet: str, starts_at: datetime, customer: str = "") -> str:
    """Keep a seat for five minutes for somebody still filling in the form; return the booking's number.

    Raises:
        Missing, NotAllowed, Invalid, SlotOver, TooFarAhead, OutletClosed, NoSuchSlot, SlotFull.
    """
    return _take(actor, outlet, starts_at, customer, "", HELD).number


def _take(actor: Actor, outlet: str, starts_at: datetime, customer: str, order: str, state: str) -> Booking:
    p = queries.place(outlet)
    person = _person(actor, customer)
    if not (actor.is_owner and person is not None and person.pk == actor.id):
        require(actor, "outlets.book", outlet=outlet)
    slot = _slot_at(actor, p, starts_at)
    _end_holds(actor, Q(slot=slot))
    _take_seat(actor, slot)
    booking: Booking = Booking.objects.create(
        number=new_number(_BOOKING),
        slot=slot,
        customer=person,
        order=order,
        state=state,
        hold_until=actor.at + rules.HOLD if state == HELD else None,
        made_at=actor.at,
    )
    event = "booking.held" if state == HELD else "booking.made"
    ledger.append(booking.number, event, actor, outlet=outlet, starts_at=starts_at, order=order or None)
    return booking


def _person(actor: Actor, customer: str) -> Customer | None:
    if customer:
        found: Customer = Customer.objects.pick(actor, number=customer)
        return found
    return Customer.objects.pick(actor, pk=actor.id) if actor.is_owner else None


def _slot_at(actor: Actor, p: queries.Place, starts_at: datetime) -> Slot:
    if starts_at.tzinfo is None:
        raise Invalid("A moment needs a time zone.", field="starts_at")
    if starts_at <= actor.at:
        raise _refuse(SlotOver, actor, p.code, actor.at)
    ahead = timedelta(days=rules.HORIZON_DAYS)
    if starts_at - actor.at > ahead + timedelta(days=1) or p.day(starts_at) - p.day(actor.at) > ahead:
        raise TooFarAhead(field="starts_at", days=rules.HORIZON_DAYS)
    day = p.day(starts_at)
    if not p.serves(day):
        raise OutletClosed(field="outlet")
    if all(time.starts_at != starts_at for time in p.times(day)):
        raise _refuse(NoSuchSlot, actor, p.code, starts_at)
    slot: Slot | None = Slot.objects.filter(outlet_id=p.code, starts_at=starts_at).first()
    if slot is None:
        make_slots(p, day)
        made: Slot = Slot.objects.get(outlet_id=p.code, starts_at=starts_at)
        return made
    return slot


def _refuse(kind: type[Refusal], actor: Actor, outlet: str, starts_at: datetime) -> Refusal:
    after = max(starts_at - timedelta(hours=2), actor.at)
    free = queries.next_free(outlet, after, actor.at)
    return kind(field="starts_at", next_free=tuple(moment.isoformat() for moment in free))


def _take_seat(actor: Actor, slot: Slot) -> None:
    """Count one more seat in the statement that checks there is one: right however many ask at once."""
    released = rules.share_is_released(slot.starts_at, actor.at)
    bookable = F("capacity") if released else F("capacity") - F("walk_in")
    if not Slot.objects.filter(pk=slot.pk, booked__lt=bookable).update(booked=F("booked") + 1):
        raise _refuse(SlotFull, actor, slot.outlet_id, slot.starts_at)


def _give_back(slot_id: int) -> None:
    Slot.objects.filter(pk=slot_id, booked__gt=0).update(booked=F("booked") - 1)


def _end_holds(actor: Actor, which: Q) -> int:
    """End the holds whose minutes are over and give their seats back; return how many."""
    over = Booking.objects.filter(which, state=HELD, hold_until__lte=actor.at).order_by("slot_id", "pk")
    ended = 0
    for booking in over:
        if Booking.objects.filter(pk=booking.pk, state=HELD).update(state=CANCELLED):
            _give_back(booking.slot_id)
            ledger.append(booking.number, "booking.expired", actor)
            ended += 1
    return ended


@transaction.atomic
def release_holds(actor: Actor) -> int:
    """End every hold whose minutes are over; return how many. Booking a slot does the same for that slot."""
    return _end_holds(actor, Q())


@transaction.atomic
def confirm(actor: Actor, booking: str, *, order: str = "") -> str:
    """Make a held seat a booked one, for ``order``.

    Raises:
        Missing, NotAllowed, IllegalMove, HoldOver, Overtaken.
    """
    row = _get(actor, booking)
    move = _may(actor, row, "confirm")
    if row.hold_until is None or row.hold_until <= actor.at:
        raise HoldOver(field="starts_at")
    _apply(actor, row, move, order=order or row.order, hold_until=None)
    return row.number


@transaction.atomic
def cancel(actor: Actor, booking: str) -> str:
    """Give the seat back.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = _get(actor, booking)
    _apply(actor, row, _may(actor, row, "cancel"))
    _give_back(row.slot_id)
    return row.number


@transaction.atomic
def keep(actor: Actor, booking: str) -> str:
    """Say that the person came.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = _get(actor, booking)
    _apply(actor, row, _may(actor, row, "keep"))
    return row.number


@transaction.atomic
def miss(actor: Actor, booking: str) -> str:
    """Say that the person did not come; the seat stays used.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken; Invalid before the slot has begun.
    """
    row = _get(actor, booking)
    move = _may(actor, row, "miss")
    if row.slot.starts_at > actor.at:
        raise Invalid("The appointment is still ahead.", field="booking")
    _apply(actor, row, move)
    return row.number


@transaction.atomic
def move(actor: Actor, booking: str, *, starts_at: datetime) -> str:
    """Take a seat at another time of the same outlet and give the old one back, both or neither.

    Moving to the time it already has changes nothing.

    Raises:
        Missing, NotAllowed, IllegalMove, SlotOver, TooFarAhead, OutletClosed, NoSuchSlot, SlotFull,
        Overtaken.
    """
    row = _get(actor, booking)
    move = _may(actor, row, "move")
    old = row.slot
    if old.starts_at == starts_at:
        return row.number
    new = _slot_at(actor, queries.place(old.outlet_id), starts_at)
    _end_holds(actor, Q(slot=new))
    compare_and_set(row, seen={"state": row.state, "slot": old}, changes={"slot": new})
    for slot in sorted((old, new), key=lambda s: s.pk):
        if slot is new:
            _take_seat(actor, new)
        else:
            _give_back(old.pk)
    ledger.append(row.number, move.event, actor, before=old.starts_at, starts_at=starts_at)
    return row.number


def _get(actor: Actor, number: str) -> Booking:
    row: Booking = Booking.objects.select_related("slot").pick(actor, number=number)
    return row


def _may(actor: Actor, row: Booking, name: str) -> Move:
    move = BOOKING.take(name, row.state)
    if not (actor.is_owner and name in OWNER_MOVES):
        require(actor, move.grant, outlet=row.slot.outlet_id)
    return move


def _apply(actor: Actor, row: Booking, move: Move, **changes: object) -> None:
    compare_and_set(row, seen={"state": row.state}, changes={"state": move.target, **changes})
    ledger.append(row.number, move.event, actor, outlet=row.slot.outlet_id, order=row.order or None)
