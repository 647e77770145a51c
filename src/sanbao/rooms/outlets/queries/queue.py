"""The queue: who waits, and how long still."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Missing
from sanbao.base.ids import tidy_number
from sanbao.rooms.outlets import rules
from sanbao.rooms.outlets.models import Ticket
from sanbao.rooms.outlets.queries.places import place
from sanbao.rooms.outlets.states import CALLED, WAITING


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
    taken_at: datetime
    called_at: datetime | None


@dataclass(frozen=True, slots=True)
class TicketPosition:
    """How far a ticket is from its turn; ``ahead`` is 0 for the next one and for those already called."""

    number: str
    count: int
    outlet: str
    day: date
    state: str
    ahead: int
    wait_minutes: int
    taken_at: datetime
    called_at: datetime | None


def queue(actor: Actor, outlet: str, day: date | None = None) -> tuple[TicketCard, ...]:
    """Who waits at an outlet, in the order of the tickets; called people first; today by default.

    Raises:
        Missing: there is no such outlet.
        NotAllowed.
    """
    require(actor, "outlets.see", outlet=outlet)
    when = day or place(outlet).day(actor.at)
    rows = Ticket.objects.visible_to(actor).filter(outlet_id=outlet, day=when, state__in=(WAITING, CALLED))
    return tuple(ticket_card(t) for t in rows.select_related("customer").order_by("state", "count"))


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
        taken_at=t.taken_at,
        called_at=t.called_at,
    )


def ticket_position(number: str) -> TicketPosition:
    """How far a ticket is from its turn. Whoever holds the number may ask: it says nothing about a person.

    Raises:
        Missing.
    """
    ahead = Ticket.objects.filter(
        outlet=OuterRef("outlet"), day=OuterRef("day"), state=WAITING, count__lt=OuterRef("count")
    ).order_by()
    counted = Coalesce(Subquery(ahead.values("outlet").annotate(n=Count("pk")).values("n")), 0)
    t = (
        Ticket.objects.filter(number=tidy_number(number))
        .select_related("outlet")
        .annotate(ahead=counted)
        .first()
    )
    if t is None:
        raise Missing(field="ticket", number=number[:20])
    people = t.ahead if t.state == WAITING else 0
    return TicketPosition(
        number=t.number,
        count=t.count,
        outlet=t.outlet_id,
        day=t.day,
        state=t.state,
        ahead=people,
        wait_minutes=rules.wait_minutes(people, seats=t.outlet.seats, minutes=t.outlet.slot_minutes),
        taken_at=t.taken_at,
        called_at=t.called_at,
    )


def ticket_of(order: str) -> TicketPosition | None:
    """The queue ticket drawn for an order, newest first; None when there is none."""
    number = Ticket.objects.filter(order=order).order_by("-id").values_list("number", flat=True).first()
    return ticket_position(number) if number else None
