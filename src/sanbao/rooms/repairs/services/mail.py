"""Devices that come and go by mail."""

from typing import Final

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Invalid
from sanbao.base.ids import new_number
from sanbao.base.texts import said
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.repairs.errors import NoMailHere
from sanbao.rooms.repairs.services.booking import draft_of, save_new
from sanbao.rooms.repairs.services.steps import apply, may, see
from sanbao.rooms.repairs.states import MAILED

_TO_SEND: Final = "This is needed to send the device back."
_TO_FIND: Final = "This is needed to find the parcel."
_LONGEST: Final = {"carrier": 24, "waybill": 40, "return_address": 400}


@transaction.atomic
def announce_mail(
    actor: Actor,
    *,
    device: str,
    customer: str,
    outlet: str,
    fault: str,
    return_address: str,
    words: str = "",
    carrier: str = "",
    waybill: str = "",
) -> str:
    """Announce a parcel to a centre; return the order's number, which belongs on the parcel.

    Raises:
        Missing, NotAllowed, Invalid, NoMailHere, AlreadyOpen.
    """
    draft = draft_of(actor, device=device, customer=customer, fault=fault, words=words)
    if not (actor.is_owner and draft.customer_id == actor.id):
        require(actor, "repairs.book", outlet=outlet)
    place = outlets.place(outlet)
    if not (place.takes_mail and place.serves(place.day(actor.at))):
        raise NoMailHere(field="outlet")
    draft.number, draft.state, draft.channel = new_number("RO"), MAILED, "mail"
    draft.outlet_id, draft.made_at = place.code, actor.at
    draft.return_address = _needed("return_address", return_address)
    draft.carrier, draft.waybill_in = _short("carrier", carrier), _short("waybill", waybill)
    save_new(draft)
    ledger.append(
        draft.number, "repair.mailed", actor, outlet=place.code, fault=fault, announced=bool(waybill)
    )
    return draft.number


@transaction.atomic
def tell_waybill(actor: Actor, order: str, *, carrier: str, waybill: str) -> str:
    """Say under which number the parcel comes; until it is here the last one said counts.

    What was said already changes and records nothing.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken.
    """
    row = see(actor, order)
    move = may(actor, row, "tell_waybill")
    by = _needed("carrier", carrier, _TO_FIND)
    bill = _needed("waybill", waybill, _TO_FIND)
    seen = {"carrier": row.carrier, "waybill_in": row.waybill_in}
    if seen != {"carrier": by, "waybill_in": bill}:
        facts = {"carrier": by, "corrected": bool(row.waybill_in)}
        apply(actor, row, move, facts, seen=seen, carrier=by, waybill_in=bill)
    return row.number


@transaction.atomic
def ship_back(actor: Actor, order: str, *, carrier: str, waybill: str) -> str:
    """Send the device back, repaired or as it came.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken.
    """
    row = see(actor, order)
    move = may(actor, row, "ship_back")
    by, bill = _needed("carrier", carrier), _needed("waybill", waybill)
    if not row.return_address:
        raise Invalid("There is no address to send the device to.", field="return_address")
    apply(actor, row, move, {"carrier": by}, carrier=by, waybill_out=bill)
    return row.number


@transaction.atomic
def deliver(actor: Actor, order: str) -> str:
    """Say that the parcel has reached its owner.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = see(actor, order)
    move = may(actor, row, "deliver")
    apply(actor, row, move, {"repaired": row.ready_at is not None, "how": "mail"}, returned_at=actor.at)
    return row.number


def _needed(field: str, typed: str, why: str = _TO_SEND) -> str:
    plain = _short(field, typed)
    if not plain:
        raise Invalid(why, field=field)
    return plain


def _short(field: str, typed: str) -> str:
    return said(typed, field=field, most=_LONGEST[field])
