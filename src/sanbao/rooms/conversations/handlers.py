"""What the conversations room does when it hears of something: it tells the customer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.rooms.conversations import services
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.repairs import queries as repairs

# where the fact of an event holds the moment that its notice speaks of
_MOMENTS: Final[Mapping[str, str]] = {
    "repair.booked": "starts_at",
    "repair.visit_moved": "starts_at",
    "repair.accepted": "promised_at",
    "repair.delayed": "expected_at",
}
_COMPLAINT_DATES: Final = ("new_due_at", "latest_due_at", "decision_due_at")
_NAMES_THE_PLACE: Final = frozenset({*_MOMENTS, "repair.waiting_part", "repair.ready"})


def on_repair_event(actor: Actor, fact: Fact) -> None:
    """Tell the owner of a repair what has happened to it, as it was when it happened."""
    if _told_with_the_wait(fact):
        return
    told = fact.facts
    moment = told.get(_MOMENTS.get(fact.event, ""))
    facts: dict[str, Any] = {
        "number": fact.subject,
        "at": moment and datetime.fromisoformat(moment),
        "cents": told.get("cents") if fact.event == "repair.quoted" else None,
        "reason": told.get("reason"),
    }
    if fact.event in _NAMES_THE_PLACE:
        facts |= _place(told.get("outlet"))
    if fact.event == "repair.waiting_part":
        facts["at"] = repairs.order(actor, fact.subject).row.expected_at
    if fact.event == "repair.shipped":
        page = repairs.order(actor, fact.subject)
        facts |= {"carrier": page.carrier, "waybill": page.waybill_out}
    _tell(actor, fact, repairs.customer_of(actor, fact.subject), facts)


def _told_with_the_wait(fact: Fact) -> bool:
    """Tell whether this delay came with the news that a part is awaited, which names the new date already."""
    if (fact.event, fact.facts.get("reason")) != ("repair.delayed", "part"):
        return False
    return any(f.event == "repair.waiting_part" and f.at == fact.at for f in ledger.timeline(fact.subject))


def on_complaint_event(actor: Actor, fact: Fact) -> None:
    """Tell the owner of a complaint what has happened to it, with the reason and the date that now counts.

    What an authority is late with is not ours to apologise for.
    """
    if fact.event == "complaint.overdue" and "because" not in fact.facts:
        return
    due = next((fact.facts[name] for name in _COMPLAINT_DATES if fact.facts.get(name)), None)
    words = {
        "number": fact.subject,
        "at": due and datetime.fromisoformat(due),
        "zone": fact.facts.get("zone"),
        "reason": fact.facts.get("because") or fact.facts.get("reason"),
    }
    _tell(actor, fact, fact.facts.get("customer", ""), words)


def on_remedy_event(actor: Actor, fact: Fact) -> None:
    """Tell the owner which right the house has raised, what was answered, and what a review found."""
    told, owner = fact.facts, fact.facts.get("customer", "")
    due = told.get("answer_due_at")
    words = {
        "number": told.get("order") or fact.subject,
        "at": due and datetime.fromisoformat(due),
        "zone": told.get("zone"),
        "right": told.get("line"),
        "remedies": ",".join(told.get("offers", ())),
    }
    _tell(actor, fact, owner or repairs.customer_of(actor, fact.subject), words)


def on_ticket_called(actor: Actor, fact: Fact) -> None:
    """Tell the holder of a queue number that it is their turn, where the house knows them."""
    outlet = fact.facts["outlet"]
    waiting = outlets.queue(actor, outlet)
    called = next((ticket for ticket in waiting if ticket.number == fact.subject), None)
    if called is not None and called.customer:
        _tell(actor, fact, called.customer, {"count": called.count, **_place(outlet)})


def on_thread_answered(actor: Actor, fact: Fact) -> None:
    """Tell the customer that their message has an answer."""
    _tell(actor, fact, fact.facts.get("customer", ""), {"number": fact.facts.get("subject", "")})


def on_customer_erased(actor: Actor, fact: Fact) -> None:
    """Empty an erased customer's talks and notices, and send them nothing more."""
    services.drop_for_customer(actor, fact.subject)
    services.erase_customer(actor, fact.subject)


def _tell(actor: Actor, fact: Fact, customer: str, facts: Mapping[str, Any]) -> None:
    if customer:
        services.tell(
            actor, customer=customer, subject=fact.subject, template=fact.event, cause=fact.id, facts=facts
        )


def _place(code: str | None) -> dict[str, Any]:
    try:
        place = outlets.place(code or "")
    except Missing:
        return {}
    return {"outlet_zh": place.name_zh, "outlet_en": place.name_en, "zone": place.time_zone}
