"""The queue of an outlet's day: tickets drawn, called, served."""

from django.db import transaction
from django.db.models import F, Max

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set, lock_rows
from sanbao.base.ids import new_number
from sanbao.base.moves import Move
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries, rules
from sanbao.rooms.outlets.errors import OutletClosed, QueueEmpty
from sanbao.rooms.outlets.models import Outlet, Ticket
from sanbao.rooms.outlets.queries import TicketCard, ticket_card
from sanbao.rooms.outlets.states import CALLED, FAST, OWNER_TICKET_MOVES, TICKET, USUAL, WAITING
from sanbao.rooms.registry.models import Customer


@transaction.atomic
def take_ticket(
    actor: Actor, *, outlet: str, customer: str = "", order: str = "", fast: bool = False
) -> TicketCard:
    """Draw the next number of today's queue; neither a phone nor a name is needed.

    The fast lane is given by the counter, never chosen by those who wait.

    Raises:
        Missing, NotAllowed, OutletClosed.
    """
    p = queries.place(outlet)
    person = _person(actor, customer)
    if fast or not (actor.is_owner and person is not None and person.pk == actor.id):
        require(actor, "outlets.serve", outlet=outlet)
    day = p.day(actor.at)
    if not p.serves(day):
        raise OutletClosed(field="outlet")
    # the outlet's row is the parent that makes people draw one after the other; rows that only
    # point at it (bookings, orders) do not wait for this
    Outlet.objects.select_for_update(no_key=True).get(pk=outlet)
    last = Ticket.objects.filter(outlet_id=outlet, day=day).aggregate(n=Max("count"))["n"] or 0
    row = Ticket.objects.create(
        number=new_number("QT"),
        outlet_id=outlet,
        day=day,
        count=last + 1,
        customer=person,
        order=order,
        lane=FAST if fast else USUAL,
        taken_at=actor.at,
    )
    facts = {"count": row.count, "lane": row.lane, "order": order or None}
    ledger.append(row.number, "ticket.taken", actor, outlet=outlet, **facts)
    return ticket_card(row)


def _person(actor: Actor, customer: str) -> Customer | None:
    if customer:
        found: Customer = Customer.objects.pick(actor, number=customer)
        return found
    return Customer.objects.pick(actor, pk=actor.id) if actor.is_owner else None


@transaction.atomic
def call_next(actor: Actor, *, outlet: str) -> TicketCard:
    """Call whose turn it is (``rules.next_turn``); two clerks at once call two people.

    Raises:
        Missing, NotAllowed, QueueEmpty.
    """
    require(actor, "outlets.serve", outlet=outlet)
    day = queries.place(outlet).day(actor.at)
    rows = {t.count: t for t in lock_rows(Ticket.objects.filter(outlet_id=outlet, day=day, state=WAITING))}
    turn = rules.next_turn(map(queries.waiting, rows.values()))
    if turn is None:
        raise QueueEmpty
    row = rows[turn.count]
    passed = [t.pk for count, t in rows.items() if count < turn.count]
    Ticket.objects.filter(pk__in=passed).update(passed=F("passed") + 1)
    compare_and_set(row, seen={"state": WAITING}, changes={"state": CALLED, "called_at": actor.at})
    facts = {"count": row.count, "passed": len(passed) or None}
    ledger.append(row.number, "ticket.called", actor, outlet=outlet, **facts)
    return ticket_card(row)


@transaction.atomic
def call(actor: Actor, ticket: str) -> TicketCard:
    """Call one person, again where need be.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = _get(actor, ticket)
    _apply(actor, row, _may(actor, row, "call"), called_at=actor.at)
    return ticket_card(row)


@transaction.atomic
def serve(actor: Actor, ticket: str, *, order: str = "") -> TicketCard:
    """Say that the person is being served, for ``order`` where there is one by now.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = _get(actor, ticket)
    _apply(actor, row, _may(actor, row, "serve"), ended_at=actor.at, order=order or row.order)
    return ticket_card(row)


@transaction.atomic
def leave(actor: Actor, ticket: str) -> TicketCard:
    """Say that the person has gone; whoever drew the ticket may say so too.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = _get(actor, ticket)
    _apply(actor, row, _may(actor, row, "leave"), ended_at=actor.at)
    return ticket_card(row)


@transaction.atomic
def serve_order(actor: Actor, order: str) -> None:
    """Take the tickets drawn for an order out of the queue, because its owner is being served.

    Raises:
        NotAllowed, Overtaken.
    """
    rows = Ticket.objects.visible_to(actor).filter(order=order, state__in=(WAITING, CALLED))
    for row in rows.order_by("pk"):
        _apply(actor, row, _may(actor, row, "serve"), ended_at=actor.at)


def _get(actor: Actor, number: str) -> Ticket:
    row: Ticket = Ticket.objects.select_related("customer").pick(actor, number=number)
    return row


def _may(actor: Actor, row: Ticket, name: str) -> Move:
    move = TICKET.take(name, row.state)
    if not (actor.is_owner and name in OWNER_TICKET_MOVES):
        require(actor, move.grant, outlet=row.outlet_id)
    return move


def _apply(actor: Actor, row: Ticket, move: Move, **changes: object) -> None:
    compare_and_set(row, seen={"state": row.state}, changes={"state": move.target, **changes})
    ledger.append(row.number, move.event, actor, outlet=row.outlet_id, count=row.count)
