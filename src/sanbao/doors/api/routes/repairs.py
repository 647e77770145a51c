"""Repair orders: booking, intake, diagnosis, price, work, hand-over."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from sanbao.base.errors import Missing
from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.schemas import MOST_CENTS, Body, FactOut, Made, Out, Page, cut, limited
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.repairs import queries, services

router = Router()


class VisitIn(Body):
    """A visit to book; the owner is told by a notice."""

    device: str = Field(max_length=20)
    customer: str = Field(max_length=20)
    outlet: str = Field(max_length=12)
    starts_at: datetime
    fault: str = Field(max_length=24, examples=list(queries.FAULTS))
    words: str = Field("", max_length=5_000)
    channel: str = Field("phone", examples=["visit", "phone"])


class MailIn(Body):
    """A device that comes by parcel."""

    device: str = Field(max_length=20)
    customer: str = Field(max_length=20)
    outlet: str = Field(max_length=12)
    fault: str = Field(max_length=24)
    return_address: str = Field(max_length=500)
    words: str = Field("", max_length=5_000)
    carrier: str = Field("", max_length=24)
    waybill: str = Field("", max_length=40)


class IntakeIn(Body):
    """What is put down when a device is taken in; the unlock code itself is never stored."""

    condition: list[str] = Field([], max_length=20)
    accessories: list[str] = Field([], max_length=20)
    backup_done: bool = False
    erase_consent: bool = False
    unlock_consent: bool = False
    signature: str = Field("", max_length=80)
    note: str = Field("", max_length=500)
    fault_on: date | None = None


class WalkInIn(Body):
    """Somebody who comes without an appointment; a name is enough."""

    outlet: str = Field(max_length=12)
    device: str = Field(max_length=20)
    fault: str = Field(max_length=24)
    customer: str = Field("", max_length=20)
    name: str = Field("", max_length=80)
    words: str = Field("", max_length=5_000)
    intake: IntakeIn | None = None


class WalkInOut(Out):
    """The order, its customer and the place in the queue."""

    number: str
    customer: str
    ticket: str
    count: int


class FindingIn(Body):
    """What the bench found, and the items that are needed."""

    finding: str = Field(max_length=24, examples=list(queries.FINDINGS))
    diagnosis: str = Field(max_length=5_000)
    items: list[str] = Field([], max_length=20)


class LineIn(Body):
    """One line of a quote; ``covered`` lines cost nothing."""

    item: str = Field(max_length=32)
    quantity: int = Field(1, ge=1, le=20)
    covered: bool = False


class QuoteIn(Body):
    """A price to put before the owner."""

    finding: str = Field(max_length=24)
    diagnosis: str = Field(max_length=5_000)
    lines: list[LineIn] = Field(max_length=20)
    note: str = Field("", max_length=300)


class ApprovalIn(Body):
    """The owner's yes; with ``cents`` only to this price."""

    cents: int | None = Field(None, ge=0, le=MOST_CENTS)


class DoneIn(Body):
    """What was done."""

    resolution: str = Field(max_length=5_000)


class ParcelIn(Body):
    """A parcel on its way back."""

    carrier: str = Field(max_length=24)
    waybill: str = Field(max_length=40)


class OrderRow(Out):
    """One line of a worklist; ``moves`` are the steps open to this token."""

    number: str
    state: str
    channel: str
    outlet: str
    device: str
    product: str
    customer: str
    fault: str
    covered: bool | None
    made_at: datetime
    visit_at: datetime | None
    accepted_at: datetime | None
    promised_at: datetime | None
    expected_at: datetime | None
    ready_at: datetime | None
    returned_at: datetime | None
    late: bool
    moves: list[str]


class QuoteOut(Out):
    """The price that counts."""

    cents: int
    note: str
    made_at: datetime
    valid_until: datetime
    answer: str
    open: bool


class VerdictOut(Out):
    """The rights as they were decided, with the reasons in both languages."""

    outcome: str
    covered: bool
    remedies: list[str]
    last_day: date | None
    days_left: int | None
    disputed: bool
    rules: list[str]
    zh: list[str]
    en: list[str]


class LineOut(Out):
    """A part or a piece of work of an order."""

    item: str
    kind: str
    name_zh: str
    name_en: str
    quantity: int
    cents: int
    covered: bool
    used_at: datetime | None


class OrderOut(Out):
    """A whole order with its timeline."""

    row: OrderRow
    words: str
    finding: str
    diagnosis: str
    resolution: str
    carrier: str
    waybill_in: str
    waybill_out: str
    verdict: VerdictOut | None
    quote: QuoteOut | None
    lines: list[LineOut]
    total_cents: int
    timeline: list[FactOut]


@router.get("/repairs", response=Page[OrderRow], operation_id="list_repairs")
def list_repairs(request: HttpRequest, outlet: str = "", after: str = "", limit: int = 50) -> Any:
    """Open orders, newest first."""
    found = queries.worklist(actor_of(request), outlet, after=after, most=limited(limit))
    return {"items": found.rows, "next": found.after}


@router.post("/repairs/visits", response={201: Made}, operation_id="book_visit")
@once
def book_visit(request: HttpRequest, body: VisitIn) -> dict[str, Any]:
    """Book a visit: seat, part and order together or not at all."""
    return {"number": services.book_visit(actor_of(request), **body.dict())}


@router.post("/repairs/parcels", response={201: Made}, operation_id="announce_parcel")
@once
def announce_parcel(request: HttpRequest, body: MailIn) -> dict[str, Any]:
    """Announce a device that comes by parcel."""
    return {"number": services.announce_mail(actor_of(request), **body.dict())}


@router.post("/repairs/walk-ins", response={201: WalkInOut}, operation_id="walk_in")
@once
def walk_in(request: HttpRequest, body: WalkInIn) -> dict[str, Any]:
    """Take somebody in who came without an appointment."""
    facts = body.dict(exclude={"intake"})
    done = services.walk_in(actor_of(request), intake=_intake(body.intake) if body.intake else None, **facts)
    return {
        "number": done.order,
        "customer": done.customer,
        "ticket": done.ticket.number,
        "count": done.ticket.count,
    }


@router.get("/repairs/{number}", response=OrderOut, operation_id="get_repair")
def get_repair(request: HttpRequest, number: str) -> Any:
    """One order: state, rights, price, lines, timeline."""
    return queries.order(actor_of(request), number)


@router.get("/repairs/{number}/timeline", response=Page[FactOut], operation_id="list_repair_facts")
def timeline(request: HttpRequest, number: str, after: str = "", limit: int = 50) -> Any:
    """What the ledger holds about an order, oldest first."""
    card = queries.row(actor_of(request), number)
    if card is None:
        raise Missing(number=number[:20])
    return cut(ledger.timeline(card.number), after, limit)


@router.post("/repairs/{number}/accept", response={201: Made}, operation_id="accept_repair")
@once
def accept(request: HttpRequest, number: str, body: IntakeIn) -> dict[str, Any]:
    """Take a device in and settle what it is entitled to."""
    return {"number": services.accept(actor_of(request), number, intake=_intake(body))}


@router.post("/repairs/{number}/clear", response={201: Made}, operation_id="clear_repair")
@once
def clear(request: HttpRequest, number: str, body: FindingIn) -> dict[str, Any]:
    """Diagnose a covered fault: work may begin."""
    facts = {**body.dict(), "items": tuple(body.items)}
    return {"number": services.clear(actor_of(request), number, **facts)}


@router.post("/repairs/{number}/quote", response={201: Made}, operation_id="quote_repair")
@once
def quote(request: HttpRequest, number: str, body: QuoteIn) -> dict[str, Any]:
    """Put a price before the owner; no work begins without a yes."""
    lines = [services.QuoteLine(line.item, line.quantity, line.covered) for line in body.lines]
    facts = {**body.dict(exclude={"lines"}), "lines": lines}
    return {"number": services.quote(actor_of(request), number, **facts)}


@router.post("/repairs/{number}/approve", response={201: Made}, operation_id="approve_quote")
@once
def approve(request: HttpRequest, number: str, body: ApprovalIn) -> dict[str, Any]:
    """Put down the owner's yes."""
    return {"number": services.approve(actor_of(request), number, cents=body.cents)}


@router.post("/repairs/{number}/decline", response={201: Made}, operation_id="decline_quote")
@once
def decline(request: HttpRequest, number: str) -> dict[str, Any]:
    """Put down the owner's no."""
    return {"number": services.decline(actor_of(request), number)}


@router.post("/repairs/{number}/finish", response={201: Made}, operation_id="finish_repair")
@once
def finish(request: HttpRequest, number: str, body: DoneIn) -> dict[str, Any]:
    """Finish the work; its parts are taken out of the stock."""
    return {"number": services.finish(actor_of(request), number, resolution=body.resolution)}


@router.post("/repairs/{number}/hand-back", response={201: Made}, operation_id="hand_back")
@once
def hand_back(request: HttpRequest, number: str) -> dict[str, Any]:
    """Give the device back at the counter."""
    return {"number": services.hand_back(actor_of(request), number)}


@router.post("/repairs/{number}/ship-back", response={201: Made}, operation_id="ship_back")
@once
def ship_back(request: HttpRequest, number: str, body: ParcelIn) -> dict[str, Any]:
    """Send the device back by parcel."""
    done = services.ship_back(actor_of(request), number, carrier=body.carrier, waybill=body.waybill)
    return {"number": done}


@router.post("/repairs/{number}/deliver", response={201: Made}, operation_id="deliver_parcel")
@once
def deliver(request: HttpRequest, number: str) -> dict[str, Any]:
    """Put down that the parcel arrived."""
    return {"number": services.deliver(actor_of(request), number)}


@router.post("/repairs/{number}/cancel", response={201: Made}, operation_id="cancel_repair")
@once
def cancel(request: HttpRequest, number: str) -> dict[str, Any]:
    """Cancel before the device is with us; seat and part are free again."""
    return {"number": services.cancel(actor_of(request), number)}


def _intake(body: IntakeIn) -> services.Intake:
    facts = {**body.dict(), "condition": tuple(body.condition), "accessories": tuple(body.accessories)}
    return services.Intake(**facts)
