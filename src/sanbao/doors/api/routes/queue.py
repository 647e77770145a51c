"""The queue of an outlet and its seats, from the counter's side."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.routes.outlets import BookingIn, TicketOut
from sanbao.doors.api.schemas import Body, Made, Out, Page
from sanbao.rooms.outlets import queries, services

router = Router()


class WaitingRow(Out):
    """One line of the queue; whoever waits is named by number only."""

    number: str
    count: int
    state: str
    lane: str
    customer: str
    taken_at: datetime
    called_at: datetime | None


class ForOrder(Body):
    """The order it is for, where there is one."""

    order: str = Field("", max_length=20)


class AtIn(Body):
    """Another time for a seat."""

    starts_at: datetime


@router.get("/outlets/{code}/queue", response=Page[WaitingRow], operation_id="list_queue")
def list_queue(request: HttpRequest, code: str) -> Any:
    """Who waits or has been called today, in the order in which they will be called."""
    return {"items": queries.queue(actor_of(request), code)}


@router.post("/outlets/{code}/queue/next", response={201: TicketOut}, operation_id="call_next")
@once
def call_next(request: HttpRequest, code: str) -> dict[str, Any]:
    """Call whose turn it is."""
    return _ticket(services.call_next(actor_of(request), outlet=code))


@router.post("/tickets/{number}/call", response={201: TicketOut}, operation_id="call_ticket")
@once
def call_ticket(request: HttpRequest, number: str) -> dict[str, Any]:
    """Call this number out of turn, or once more."""
    return _ticket(services.call(actor_of(request), number))


@router.post("/tickets/{number}/serve", response={201: TicketOut}, operation_id="serve_ticket")
@once
def serve_ticket(request: HttpRequest, number: str, body: ForOrder) -> dict[str, Any]:
    """Put down that this number is being served."""
    return _ticket(services.serve(actor_of(request), number, order=body.order))


@router.post("/tickets/{number}/leave", response={201: TicketOut}, operation_id="leave_queue")
@once
def leave_queue(request: HttpRequest, number: str) -> dict[str, Any]:
    """Put down that this number has gone."""
    return _ticket(services.leave(actor_of(request), number))


@router.post("/outlets/{code}/holds", response={201: Made}, operation_id="hold_seat")
@once
def hold_seat(request: HttpRequest, code: str, body: BookingIn) -> dict[str, Any]:
    """Keep a seat for a few minutes while its order is being made."""
    made = services.hold(actor_of(request), outlet=code, starts_at=body.starts_at, customer=body.customer)
    return {"number": made}


@router.post("/bookings/{number}/confirm", response={201: Made}, operation_id="confirm_booking")
@once
def confirm_booking(request: HttpRequest, number: str, body: ForOrder) -> dict[str, Any]:
    """Make a held seat a booked one."""
    return {"number": services.confirm(actor_of(request), number, order=body.order)}


@router.post("/bookings/{number}/move", response={201: Made}, operation_id="move_booking")
@once
def move_booking(request: HttpRequest, number: str, body: AtIn) -> dict[str, Any]:
    """Move a seat that belongs to no order."""
    return {"number": services.move(actor_of(request), number, starts_at=body.starts_at)}


@router.post("/bookings/{number}/keep", response={201: Made}, operation_id="keep_booking")
@once
def keep_booking(request: HttpRequest, number: str) -> dict[str, Any]:
    """Put down that they came."""
    return {"number": services.keep(actor_of(request), number)}


@router.post("/bookings/{number}/miss", response={201: Made}, operation_id="miss_booking")
@once
def miss_booking(request: HttpRequest, number: str) -> dict[str, Any]:
    """Put down that nobody came."""
    return {"number": services.miss(actor_of(request), number)}


def _ticket(card: queries.TicketCard) -> dict[str, Any]:
    return {"number": card.number, "count": card.count}
