"""The queue: who waits, and how long still."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Missing
from sanbao.base.ids import tidy_number
from sanbao.rooms.outlets import rules
from sanbao.rooms.outlets.models import Ticket
from sanbao.rooms.outlets.queries.places import place
from sanbao.rooms.outlets.states import CALLED, FAST, WAITING


@dataclass(frozen=True, slots=True)
class TicketCard:
    """A place in the queue. ``count`` is what the person is called by."""

    number: str
    count: int
    outlet: str
    day: date
    state: str
    customer: str
    customer_name: str
    order: str
    lane: str
    taken_at: datetime
    called_at: datetime | None


@dataclass(frozen=True, slots=True)
class TicketPosition:
    """How far a ticket is from its turn; ``ahead`` is 0 for the next one and for those already called.

    ``may_pass`` is how many people who come later with something short can still be called before it.
    """

    number: str
    count: int
    outlet: str
    day: date
    state: str
    lane: str
    ahead: int
    may_pass: int
    wait_minutes: int
    taken_at: datetime
    called_at: datetime | None


def queue(actor: Actor, outlet: str, day: date | None = None) -> tuple[TicketCard, ...]:
    """Who waits at an outlet, in the order of their turns; called people first; today by default.

    Raises:
        Missing: there is no such outlet.
        NotAllowed.
    """
    require(actor, "outlets.see", outlet=outlet)
    when = day or place(outlet).day(actor.at)
    rows = Ticket.objects.visible_to(actor).filter(outlet_id=outlet, day=when, state__in=(WAITING, CALLED))
    tickets = list(rows.select_related("customer").order_by("state", "count"))
    turn = {count: place for place, count in enumerate(_turns(tickets))}
    return tuple(ticket_card(t) for t in sorted(tickets, key=lambda t: (t.state, turn.get(t.count, 0))))


def _turns(tickets: Iterable[Ticket]) -> tuple[int, ...]:
    return rules.turns(waiting(t) for t in tickets if t.state == WAITING)


def waiting(t: Ticket) -> rules.Waiting:
    """Return a ticket as the rule of the lanes sees it."""
    return rules.Waiting(t.count, t.taken_at, t.lane == FAST, t.passed)


def ticket_card(t: Ticket) -> TicketCard:
    """Return a ticket as a plain value."""
    return TicketCard(
        number=t.number,
        count=t.count,
        outlet=t.outlet_id,
        day=t.day,
        state=t.state,
        customer=t.customer.number if t.customer else "",
        customer_name=t.customer.name if t.customer else "",
        order=t.order,
        lane=t.lane,
        taken_at=t.taken_at,
        called_at=t.called_at,
    )


def ticket_position(number: str) -> TicketPosition:
    """How far a ticket is from its turn. Whoever holds the number may ask: it says nothing about a person.

    Raises:
        Missing.
    """
    tidy = tidy_number(number)
    queue_of_it = Ticket.objects.filter(outlet__tickets__number=tidy, day=F("outlet__tickets__day"))
    rows = queue_of_it.filter(Q(state=WAITING) | Q(number=tidy)).select_related("outlet")
    tickets = {each.number: each for each in rows}
    if tidy not in tickets:
        raise Missing(field="ticket", number=number[:20])
    t = tickets[tidy]
    waits = t.state == WAITING
    people = _turns(tickets.values()).index(t.count) if waits else 0
    return TicketPosition(
        number=t.number,
        count=t.count,
        outlet=t.outlet_id,
        day=t.day,
        state=t.state,
        lane=t.lane,
        ahead=people,
        may_pass=rules.may_still_pass(waiting(t)) if waits else 0,
        wait_minutes=rules.wait_minutes(people, seats=t.outlet.seats, minutes=t.outlet.slot_minutes),
        taken_at=t.taken_at,
        called_at=t.called_at,
    )


def ticket_of(order: str) -> TicketPosition | None:
    """The queue ticket drawn for an order, newest first; None when there is none."""
    number = Ticket.objects.filter(order=order).order_by("-id").values_list("number", flat=True).first()
    return ticket_position(number) if number else None
