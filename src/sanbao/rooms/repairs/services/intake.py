"""The device comes in: at the counter, out of a parcel, with or without an appointment."""

from dataclasses import dataclass, replace

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.base.ids import new_number
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets import services as seats
from sanbao.rooms.registry import services as registry
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.services.booking import draft_of, save_new
from sanbao.rooms.repairs.services.decisions import is_short, promise_of, verdict_of
from sanbao.rooms.repairs.services.steps import apply, may, on_behalf, see, today
from sanbao.rooms.repairs.services.watch import watched_from, zone_of
from sanbao.rooms.repairs.states import BOOKED, MAILED


@dataclass(frozen=True, slots=True)
class WalkIn:
    """The order of somebody who came without an appointment, and the number they are called by."""

    order: str
    customer: str
    ticket: outlets.TicketCard


@transaction.atomic
def walk_in(
    actor: Actor,
    *,
    outlet: str,
    device: str,
    fault: str,
    customer: str = "",
    name: str = "",
    words: str = "",
    intake: rules.Intake | None = None,
    ticket: str = "",
) -> WalkIn:
    """Make an order for somebody without an appointment, and perhaps without a phone.

    Without ``customer`` a new one is taken down under ``name``. With ``intake`` the device is taken in
    at once and its owner leaves the queue; otherwise they wait for their number to be called.
    ``ticket`` is the number already drawn, if any.

    Raises:
        Missing, NotAllowed, Invalid, AlreadyOpen, Overtaken.
    """
    require(actor, "repairs.accept", outlet=outlet)
    place = outlets.place(outlet)
    house = on_behalf(actor)
    who = customer or registry.register_customer(house, name=name)
    draft = draft_of(house, device=device, customer=who, fault=fault, words=words)
    draft.number, draft.state, draft.channel = new_number("RO"), BOOKED, "walk_in"
    draft.outlet_id, draft.visit_at, draft.made_at = place.code, actor.at, actor.at
    save_new(draft)
    ledger.append(draft.number, "repair.walked_in", actor, outlet=place.code, fault=fault)
    if ticket:
        card = seats.serve(house, ticket, order=draft.number)
    else:
        fast = is_short(draft, place.day(actor.at))
        card = seats.take_ticket(house, outlet=place.code, customer=who, order=draft.number, fast=fast)
    if intake is not None:
        accept(actor, draft.number, intake=intake)
        card = replace(card, state="served")
    return WalkIn(draft.number, who, card)


@transaction.atomic
def accept(actor: Actor, order: str, *, intake: rules.Intake) -> str:
    """Take the device in, settle who pays, and promise a date.

    The verdict is stored with its rules and the hashes of their packs, the promise with the steps it
    was worked out by. A parcel counts as unpacked by this.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken.
    """
    row = see(actor, order, "device")
    move = may(actor, row, "accept")
    rules.check_intake(intake, today(actor, row.outlet_id))
    mailed = row.state == MAILED
    row.intake = intake.plain()
    verdict = verdict_of(actor, row)
    promise = promise_of(actor, row)
    apply(
        actor,
        row,
        move,
        {
            "covered": rules.covers(verdict),
            "outcome": verdict.outcome,
            "rules": verdict.rule_ids,
            "packs": dict(verdict.pack_hashes),
            "promised_at": promise.at,
            "backup_done": intake.backup_done,
            "erase_consent": intake.erase_consent,
            "unlock_consent": intake.unlock_consent,
        },
        intake=row.intake,
        covered=rules.covers(verdict),
        verdict=rules.plain_verdict(verdict) | {"by": actor.ref},
        **watched_from(verdict, today(actor, row.outlet_id), zone_of(row)),
        promise=list(promise.steps),
        promised_at=promise.at,
        expected_at=promise.at,
        accepted_at=actor.at,
    )
    if not mailed:
        _leave_queue(actor, row)
    return row.number


def _leave_queue(actor: Actor, order: Order) -> None:
    house = on_behalf(actor)
    if order.booking:
        seats.keep(house, order.booking)
    seats.serve_order(house, order.number)
