"""One order with all that a status page or a bench page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from sanbao.base.actor import Actor
from sanbao.base.ids import tidy_number
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.models import Line, Order, Quote
from sanbao.rooms.repairs.queries.lists import SHOWN, OrderRow, order_row


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The decision as it was made; ``outcome`` is decided, needs_person or refused."""

    outcome: str
    covered: bool | None
    remedies: tuple[str, ...]
    last_day: date | None
    days_left: int | None
    disputed: bool
    part: str
    fault_kind: str
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    packs: Mapping[str, str]
    zh: tuple[str, ...]
    en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence to be translated: a message id and what is filled in."""

    text: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LineView:
    """One item of an order; ``cents`` is for one piece, ``charged`` what the owner pays for all of them."""

    item: str
    kind: str
    name_zh: str
    name_en: str
    quantity: int
    cents: int
    covered: bool
    charged: int
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A price put before the owner. ``answer`` is yes, no or empty."""

    cents: int
    note: str
    made_at: datetime
    valid_until: datetime
    answer: str
    answered_at: datetime | None
    open: bool


@dataclass(frozen=True, slots=True)
class IntakeView:
    """What was put down when the device came in."""

    condition: tuple[str, ...]
    accessories: tuple[str, ...]
    backup_done: bool
    erase_consent: bool
    unlock_consent: bool
    signature: str
    note: str
    fault_on: date | None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order, whole. ``total_cents`` is what the owner pays as things stand."""

    row: OrderRow
    words: str
    finding: str
    diagnosis: str
    resolution: str
    booking: str
    carrier: str
    waybill_in: str
    waybill_out: str
    return_address: str
    intake: IntakeView | None
    verdict: VerdictView | None
    promise: tuple[Told, ...]
    quote: QuoteView | None
    lines: tuple[LineView, ...]
    total_cents: int
    kept: tuple[parts.ReservationRow, ...]
    ticket: outlets.TicketPosition | None
    timeline: tuple[ledger.Fact, ...]

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def state(self) -> str:
        return self.row.state

    @property
    def moves(self) -> tuple[str, ...]:
        return self.row.moves


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is printed when a device is taken in, the same for the owner and for the device.

    It holds the fields that a repair record must have. Source: rules for mobile phones, voucher of repairs.
    """

    number: str
    outlet: outlets.Place
    ticket_count: int | None
    customer_name: str
    product_zh: str
    product_en: str
    imei: str
    serial: str
    fault: str
    words: str
    intake: IntakeView | None
    verdict: VerdictView | None
    made_at: datetime
    accepted_at: datetime | None
    promised_at: datetime | None


def order(actor: Actor, number: str) -> OrderPage:
    """One order with everything its pages show. A fixed number of reads, however much has happened.

    Raises:
        Missing.
    """
    found = _pick(actor, number)
    lines = tuple(_line(row) for row in _lines(found))
    newest = Quote.objects.filter(order=found).order_by("-id").first()
    return OrderPage(
        row=order_row(actor, found),
        words=found.words,
        finding=found.finding,
        diagnosis=found.diagnosis,
        resolution=found.resolution,
        booking=found.booking,
        carrier=found.carrier,
        waybill_in=found.waybill_in,
        waybill_out=found.waybill_out,
        return_address=found.return_address,
        intake=_intake(found),
        verdict=_verdict(found),
        promise=tuple(_told(step) for step in found.promise),
        quote=_quote(newest, actor.at) if newest else None,
        lines=lines,
        total_cents=sum(line.charged for line in lines),
        kept=parts.reservations_of(found.number),
        ticket=outlets.ticket_of(found.number),
        timeline=tuple(ledger.timeline(found.number)),
    )


def receipt(actor: Actor, number: str) -> Receipt:
    """What is printed for an order.

    Raises:
        Missing.
    """
    found = _pick(actor, number)
    row = order_row(actor, found)
    ticket = outlets.ticket_of(found.number)
    return Receipt(
        number=found.number,
        outlet=outlets.place(found.outlet_id),
        ticket_count=ticket.count if ticket else None,
        customer_name=row.customer_name,
        product_zh=row.product_zh,
        product_en=row.product_en,
        imei=row.imei,
        serial=row.serial,
        fault=found.fault,
        words=found.words,
        intake=_intake(found),
        verdict=_verdict(found),
        made_at=found.made_at,
        accepted_at=found.accepted_at,
        promised_at=found.promised_at,
    )


def _pick(actor: Actor, number: str) -> Order:
    found: Order = Order.objects.select_related(*SHOWN).pick(actor, number=tidy_number(number) or number)
    return found


def _lines(found: Order) -> QuerySet[Line]:
    return Line.objects.filter(order=found).select_related("item").order_by("covered", "id")


def _line(row: Line) -> LineView:
    return LineView(
        item=row.item_id,
        kind=row.item.kind,
        name_zh=row.item.name_zh,
        name_en=row.item.name_en,
        quantity=row.quantity,
        cents=row.cents,
        covered=row.covered,
        charged=0 if row.covered else row.cents * row.quantity,
        used_at=row.used_at,
    )


def _quote(row: Quote, at: datetime) -> QuoteView:
    return QuoteView(
        cents=row.cents,
        note=row.note,
        made_at=row.made_at,
        valid_until=row.valid_until,
        answer=row.answer,
        answered_at=row.answered_at,
        open=not row.answer and at <= row.valid_until,
    )


def _intake(found: Order) -> IntakeView | None:
    kept = found.intake
    if not kept:
        return None
    return IntakeView(
        condition=tuple(kept.get("condition", ())),
        accessories=tuple(kept.get("accessories", ())),
        backup_done=bool(kept.get("backup_done")),
        erase_consent=bool(kept.get("erase_consent")),
        unlock_consent=bool(kept.get("unlock_consent")),
        signature=str(kept.get("signature", "")),
        note=str(kept.get("note", "")),
        fault_on=_day(kept.get("fault_on")),
    )


def _verdict(found: Order) -> VerdictView | None:
    kept = found.verdict
    if not kept:
        return None
    return VerdictView(
        outcome=kept["outcome"],
        covered=kept["covered"],
        remedies=tuple(kept["remedies"]),
        last_day=_day(kept["last_day"]),
        days_left=kept["days_left"],
        disputed=kept["disputed"],
        part=kept["part"],
        fault_kind=kept["fault_kind"],
        reasons=tuple(kept["reasons"]),
        rules=tuple(kept["rules"]),
        packs=kept["packs"],
        zh=tuple(kept["zh"]),
        en=tuple(kept["en"]),
    )


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _told(step: Mapping[str, Any]) -> Told:
    facts = {name: value for name, value in step.items() if name != "code"}
    return Told(rules.PROMISE_STEPS[step["code"]], facts)
