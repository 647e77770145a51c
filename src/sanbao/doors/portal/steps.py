"""The life of an order as the step line of its status page: done, now, next, each with its evidence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanbao.doors.portal import words
from sanbao.doors.ui import formats
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.repairs.queries import OrderPage

Step = dict[str, Any]
DONE: Final = {
    "repair.booked": gettext_lazy("Visit booked"),
    "repair.mailed": gettext_lazy("Parcel announced"),
    "repair.waybill_told": gettext_lazy("Waybill told"),
    "repair.visit_moved": gettext_lazy("Visit moved"),
    "repair.accepted": gettext_lazy("Handed in"),
    "repair.diagnosed": gettext_lazy("Cause found: free of charge"),
    "repair.quoted": gettext_lazy("Cause found: price put before you"),
    "repair.approved": gettext_lazy("You said yes to the price"),
    "repair.declined": gettext_lazy("You said no to the price"),
    "repair.reopened": gettext_lazy("Decided anew by a person"),
    "repair.waiting_part": gettext_lazy("Waiting for a part began"),
    "repair.resumed": gettext_lazy("The part is here"),
    "repair.delayed": gettext_lazy("The date moved"),
    "repair.ready": gettext_lazy("Repaired and tested"),
    "repair.shipped": gettext_lazy("Sent back"),
    "repair.returned": gettext_lazy("Back with you"),
    "repair.cancelled": gettext_lazy("Called off"),
    "repair.missed": gettext_lazy("Nobody came to the visit"),
}
"""Facts of the ledger that are steps for an owner; the others are the house's own."""
NOW: Final = {
    "booked": gettext_lazy("Waiting for your visit"),
    "mailed": gettext_lazy("Waiting for your parcel"),
    "accepted": gettext_lazy("We are finding the cause"),
    "quoted": gettext_lazy("Your decision is needed"),
    "approved": gettext_lazy("We are repairing it"),
    "waiting_part": gettext_lazy("We wait for a part"),
    "ready": gettext_lazy("Ready: come and fetch it"),
    "declined": gettext_lazy("Not repaired: come and fetch it"),
    "shipped": gettext_lazy("On its way back to you"),
}
AHEAD: Final = {
    "booked": ("accepted", "approved", "ready"),
    "mailed": ("accepted", "approved", "ready"),
    "accepted": ("approved", "ready"),
    "quoted": ("approved", "ready"),
    "approved": ("ready",),
    "waiting_part": ("approved", "ready"),
    "ready": ("returned",),
    "declined": ("returned",),
    "shipped": ("returned",),
}
LATER: Final = {
    "accepted": gettext_lazy("Finding the cause"),
    "approved": gettext_lazy("Repair"),
    "ready": gettext_lazy("Testing and handing over"),
    "returned": gettext_lazy("Back with you"),
}
WAITED_FOR: Final = {
    "booked": gettext_lazy("Bring the device and the proof of purchase."),
    "mailed": gettext_lazy("We tell you as soon as the parcel is here."),
    "accepted": gettext_lazy("An engineer looks for the cause; nothing is charged without your yes."),
    "quoted": gettext_lazy("Nothing is done before you decide."),
    "approved": gettext_lazy("The engineer is at work."),
    "waiting_part": gettext_lazy("It goes on by itself as soon as the part is here."),
    "ready": gettext_lazy("Bring the receipt or this page."),
    "declined": gettext_lazy("It goes back as it came."),
    "shipped": gettext_lazy("Check the parcel before you sign for it."),
}


def line(order: OrderPage, at: datetime) -> list[Step]:
    """Return the steps of an order: what happened, where it stands, what comes."""
    happened = [fact for fact in order.timeline if fact.event in DONE]
    done = [_done(fact) for fact in happened]
    if order.state not in NOW:
        return done
    return [*done, _current(order, at), *_ahead(order.state)]


def _done(fact: Fact) -> Step:
    whose = _("you") if fact.actor.startswith("owner:") else _("our staff")
    who = "" if fact.actor.startswith("system:") else whose
    return {"name": DONE[fact.event], "state": "done", "at": fact.at, "who": who}


def _current(order: OrderPage, at: datetime) -> Step:
    return {
        "name": NOW[order.state],
        "state": "current",
        "by": due(order),
        "text": WAITED_FOR[order.state],
        "stuck": order.row.late or _visit_passed(order, at),
    }


def _visit_passed(order: OrderPage, at: datetime) -> bool:
    return order.state == "booked" and order.row.visit_at is not None and order.row.visit_at < at


def due(order: OrderPage) -> str:
    """Return by when the present step ends, in words; '' where no date was promised."""
    moment = order.row.expected_at if order.state in {"accepted", "approved", "waiting_part"} else None
    if order.state == "quoted" and order.quote is not None:
        moment = order.quote.valid_until
    return formats.moment(moment, short=True) if moment else ""


def _ahead(state: str) -> list[Step]:
    return [{"name": LATER[step], "state": "next"} for step in AHEAD[state]]


def promise(order: OrderPage) -> dict[str, Any] | None:
    """Return what the promise chip says; None before a date was promised or after the device is ready."""
    row = order.row
    if row.promised_at is None or row.expected_at is None or row.ready_at is not None:
        return None
    if order.state not in {"accepted", "quoted", "approved", "waiting_part"}:
        return None
    moved = row.expected_at != row.promised_at
    return {
        "by": formats.moment(row.expected_at, short=True),
        "was": formats.moment(row.promised_at, short=True) if moved else "",
        "reason": _reason(order.timeline) if moved else "",
        "made": made(order),
    }


def _reason(timeline: Sequence[Fact]) -> str:
    reasons = [str(fact.facts.get("reason", "")) for fact in timeline if fact.event == "repair.delayed"]
    return words.delay(reasons[-1]) if reasons else ""


def made(order: OrderPage) -> str:
    """Return how the promise was worked out, as sentences."""
    return " ".join(_(step.text) % step.facts for step in order.promise)
