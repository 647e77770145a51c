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

# which moment of the order a notice speaks of
_MOMENTS: Final[Mapping[str, str]] = {
    "repair.booked": "visit_at",
    "repair.visit_moved": "visit_at",
    "repair.accepted": "expected_at",
    "repair.waiting_part": "expected_at",
    "repair.delayed": "expected_at",
}


def on_repair_event(actor: Actor, fact: Fact) -> None:
    """Tell the owner of a repair what has happened to it."""
    row = next(iter(repairs.search(actor, fact.subject, most=1)), None)
    if row is None or _told_with_the_wait(fact):
        return
    moment = _MOMENTS.get(fact.event)
    facts: dict[str, Any] = {
        "number": row.number,
        "at": getattr(row, moment) if moment else None,
        "cents": fact.facts.get("cents") if fact.event == "repair.quoted" else None,
        "reason": fact.facts.get("reason"),
        **_place(row.outlet),
    }
    if fact.event == "repair.shipped":
        page = repairs.order(actor, row.number)
        facts |= {"carrier": page.carrier, "waybill": page.waybill_out}
    _tell(actor, fact, row.customer, facts)


def _told_with_the_wait(fact: Fact) -> bool:
    """Tell whether this delay came with the news that a part is awaited, which names the new date already."""
    if (fact.event, fact.facts.get("reason")) != ("repair.delayed", "part"):
        return False
    return any(f.event == "repair.waiting_part" and f.at == fact.at for f in ledger.timeline(fact.subject))


def on_complaint_event(actor: Actor, fact: Fact) -> None:
    """Tell the owner of a complaint that it has arrived, is in somebody's hands, is answered or closed."""
    due = fact.facts.get("decision_due_at")
    words = {
        "number": fact.subject,
        "at": due and datetime.fromisoformat(due),
        "zone": fact.facts.get("zone"),
    }
    _tell(actor, fact, fact.facts.get("customer", ""), words)


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
