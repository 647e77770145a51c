"""What is worked out at intake and at the bench: who pays, and when it will be done."""

from collections.abc import Sequence
from datetime import date

from sanbao.base.actor import Actor
from sanbao.engines.policy import Verdict
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.queries.books import jurisdiction
from sanbao.rooms.repairs.queries.rights import bought_of, judge, past_of
from sanbao.rooms.repairs.services.steps import on_behalf
from sanbao.rooms.repairs.states import ACCEPTED, APPROVED


def verdict_of(actor: Actor, order: Order, finding: str = "") -> Verdict:
    """Return who pays for this order, judged by what is known now and for the day the fault appeared.

    What a reviewer has corrected stays corrected.
    """
    fault = rules.fault_of(order.fault)
    place = outlets.place(order.outlet_id)
    taken_in = place.day(order.accepted_at or actor.at)
    told = (order.intake or {}).get("fault_on")
    facts = rules.facts_of(
        bought_of(registry.device(on_behalf(actor), order.device.number)),
        past_of(order.device.number, place.calendar.tz, but=order.number),
        fault,
        kind=rules.kind_of(fault, finding),
        fault_on=date.fromisoformat(told) if told else taken_in,
        asked_on=place.day(actor.at),
        jurisdiction=jurisdiction(),
    )
    return judge(rules.corrected(facts, (order.verdict or {}).get("corrected", {})))


def promise_of(actor: Actor, order: Order) -> rules.Promise:
    """Return when the device of this order will be ready if it is taken in now."""
    p = outlets.place(order.outlet_id)
    minutes, part = _work(order, p.day(actor.at))
    ahead = Order.objects.filter(outlet_id=order.outlet_id, state__in=(ACCEPTED, APPROVED)).count()
    return rules.promise_for(actor.at, p.calendar, minutes=minutes, ahead=ahead, seats=p.seats, part=part)


def is_short(order: Order, day: date) -> bool:
    """Tell whether this order can be done while its owner waits, so that they queue in the fast lane."""
    return rules.is_short(*_work(order, day))


def _work(order: Order, day: date) -> tuple[int, rules.PartWait]:
    items = usual_items(order, day)
    minutes = rules.bench_minutes(rules.fault_of(order.fault), [item.minutes for item in items])
    needed = [item.code for item in items if item.kind == "part"]
    if not needed:
        return minutes, rules.PartWait()
    there = parts.availability(needed, [order.outlet_id], order=order.number)[order.outlet_id]
    return minutes, rules.PartWait(there.state, there.expected_on)


def usual_items(order: Order, day: date) -> Sequence[parts.ItemCard]:
    """The items that usually mend the fault of this order."""
    return parts.items_for(order.device.product_id or "", order.fault, day)
