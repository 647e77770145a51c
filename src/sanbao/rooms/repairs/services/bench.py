"""At the bench: diagnosis, price and consent, parts, and the finished device."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set, insert_all
from sanbao.base.errors import IllegalMove, Invalid, Missing, Overtaken
from sanbao.base.ids import tidy_number
from sanbao.base.money import LARGEST_CENTS
from sanbao.base.moves import Move
from sanbao.base.texts import said
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.parts import services as stock
from sanbao.rooms.registry.models import Staff
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.errors import CoveredByRight, NotCovered, PriceChanged, QuoteOver
from sanbao.rooms.repairs.models import Line, Order, Quote
from sanbao.rooms.repairs.services.decisions import promise_of, verdict_of
from sanbao.rooms.repairs.services.steps import apply, keep_parts, may, on_behalf, see, today
from sanbao.rooms.repairs.services.watch import watched_anew
from sanbao.rooms.repairs.states import IN_HOUSE

QUOTE_LIFE: Final = timedelta(days=14)
_MOST_PIECES: Final = 20
_MOST_LINES: Final = 50
_LATEST: Final = timedelta(days=366)
_LONGEST_NOTE: Final = 300
_LONGEST_TEXT: Final = 4000


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One item put on a quote; ``covered`` ones are shown at their price and not charged."""

    item: str
    quantity: int = 1
    covered: bool = False


@transaction.atomic
def clear(actor: Actor, order: str, *, finding: str, diagnosis: str, items: Sequence[str] = ()) -> str:
    """Find that the repair is free of charge and let the work begin; parts on the shelf are kept for it.

    Where no rule decides, the engineer's word counts and is recorded as such; where a rule says that
    nothing is free, it is refused.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, NotCovered, NoPrice, Overtaken.
    """
    row = see(actor, order, "device")
    move = may(actor, row, "clear")
    verdict = _judge(actor, row, finding, diagnosis)
    if verdict["covered"] is False and finding != rules.NO_FAULT_FOUND:
        raise NotCovered(field="finding")
    lines = _priced(actor, row, [QuoteLine(item, covered=True) for item in items])
    facts = _facts(verdict, finding) | {"covered": True, "by_person": verdict["covered"] is not True}
    found, anew = diagnosis.strip(), _watched(actor, row, verdict)
    apply(actor, row, move, facts, verdict=verdict, covered=True, finding=finding, diagnosis=found, **anew)
    _put_lines(row, lines)
    _keep(actor, row)
    return row.number


@transaction.atomic
def quote(
    actor: Actor,
    order: str,
    *,
    finding: str,
    diagnosis: str,
    lines: Sequence[QuoteLine],
    note: str = "",
) -> str:
    """Put a price before the owner: what is not covered, item by item, at the prices of the day.

    A new quote takes the place of the one before. Nothing is done before the owner has said yes.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, CoveredByRight, NoPrice, Overtaken.
    """
    row = see(actor, order, "device")
    move = may(actor, row, "quote")
    verdict = _judge(actor, row, finding, diagnosis)
    if not lines:
        raise Invalid("A quote needs at least one line.", field="lines")
    if verdict["covered"] and not any(line.covered for line in lines):
        raise CoveredByRight(field="lines")
    told = said(note, field="note", most=_LONGEST_NOTE)
    priced = _priced(actor, row, lines)
    cents = sum(line.cents * line.quantity for line in priced if not line.covered)
    if cents > LARGEST_CENTS:
        raise Invalid("This is more than a quote can hold.", field="lines")
    facts = _facts(verdict, finding) | {"cents": cents, "lines": len(priced)}
    found, anew = diagnosis.strip(), _watched(actor, row, verdict)
    apply(actor, row, move, facts, verdict=verdict, covered=False, finding=finding, diagnosis=found, **anew)
    _put_lines(row, priced)
    Quote.objects.create(
        order=row, cents=cents, note=told, made_at=actor.at, valid_until=actor.at + QUOTE_LIFE
    )
    return row.number


def _judge(actor: Actor, order: Order, finding: str, diagnosis: str) -> dict[str, Any]:
    """Return the verdict on what was found, in its plain form.

    A right that was found at intake stays, and so does what a reviewer has said: only another kind of
    fault, or a case that was not settled in the owner's favour, is judged again with what is known by now.
    """
    if finding not in rules.FINDINGS:
        raise Invalid("Choose what was found from the list.", field="finding")
    if not said(diagnosis, field="diagnosis", most=_LONGEST_TEXT):
        raise Invalid("Write down what was found.", field="diagnosis")
    kept: dict[str, Any] = order.verdict
    kind = rules.kind_of(rules.fault_of(order.fault), finding)
    if kept.get("covered") and (kept["fault_kind"] == kind or kept.get("review")):
        return kept
    anew = rules.plain_verdict(verdict_of(actor, order, finding))
    return anew | {"by": actor.ref} | {name: kept[name] for name in ("review", "corrected") if name in kept}


def _watched(actor: Actor, order: Order, verdict: dict[str, Any]) -> dict[str, Any]:
    """Return the lines ahead by a decision that was made anew; those of one that stays are there already."""
    return {} if verdict is order.verdict else watched_anew(actor, order, rules.kept_facts(verdict))


def _facts(verdict: dict[str, Any], finding: str) -> dict[str, Any]:
    return {
        "finding": finding,
        "outcome": verdict["outcome"],
        "rules": verdict["rules"],
        "packs": verdict["packs"],
    }


def _priced(actor: Actor, order: Order, lines: Sequence[QuoteLine]) -> list[Line]:
    day = today(actor, order.outlet_id)
    if len(lines) > _MOST_LINES:
        raise Invalid("This is more than a quote can hold.", field="lines")
    if len({line.item for line in lines}) != len(lines):
        raise Invalid("An item stands on a quote once; raise its quantity.", field="lines")
    made = []
    for line in lines:
        if not 1 <= line.quantity <= _MOST_PIECES:
            raise Invalid(
                "This must lie between %(least)s and %(most)s.", field="lines", least=1, most=_MOST_PIECES
            )
        cents = parts.price_on(line.item, day)
        made.append(
            Line(order=order, item_id=line.item, quantity=line.quantity, cents=cents, covered=line.covered)
        )
    return made


def _put_lines(order: Order, lines: list[Line]) -> None:
    Line.objects.filter(order=order, used_at__isnull=True).delete()
    insert_all(lines)


def _keep(actor: Actor, order: Order) -> list[str]:
    """Keep the parts of the order that are on the shelf and give back what it no longer needs.

    Returns the codes of those that are not there.
    """
    wanted = {line.item_id: line.quantity for line in _part_lines(order)}
    for kept in parts.reservations_of(order.number):
        if kept.state != "held":
            continue
        if wanted.get(kept.item) == kept.quantity:
            del wanted[kept.item]
        else:
            stock.release(on_behalf(actor), order=order.number, item=kept.item)
    return keep_parts(actor, order.number, order.outlet_id, wanted)


def _part_lines(order: Order) -> list[Line]:
    rows = Line.objects.filter(order=order, item__kind="part", used_at__isnull=True)
    return list(rows.order_by("item_id"))


@transaction.atomic
def approve(actor: Actor, order: str, *, cents: int | None = None) -> str:
    """Say yes to the price; parts are kept from now on, and the time the answer took moves the date.

    ``cents`` is the price the owner saw, where the door knows it. Owners answer for themselves; a
    clerk on the owner's signed word.

    Raises:
        Missing, NotAllowed, IllegalMove, QuoteOver, PriceChanged, Overtaken.
    """
    row = see(actor, order, "device")
    move = may(actor, row, "approve")
    offer = _offer(row)
    if offer.valid_until < actor.at:
        raise QuoteOver(day=offer.valid_until.date().isoformat())
    if cents is not None and cents != offer.cents:
        raise PriceChanged(field="cents")
    _answer(actor, row, move, offer, "yes")
    _keep(actor, row)
    again = promise_of(actor, row).at
    if again is not None and row.expected_at is not None and again > row.expected_at:
        _expect(actor, row, again, "answer")
    return row.number


@transaction.atomic
def decline(actor: Actor, order: str) -> str:
    """Say no to the price; the device goes back as it came, and its parts to the shelf.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = see(actor, order)
    move = may(actor, row, "decline")
    _answer(actor, row, move, _offer(row), "no")
    stock.release(on_behalf(actor), order=row.number)
    return row.number


def _offer(order: Order) -> Quote:
    offer: Quote | None = Quote.objects.filter(order=order).order_by("-id").first()
    if offer is None or offer.answer:
        raise IllegalMove(move="approve", state=order.state)
    return offer


def _answer(actor: Actor, order: Order, move: Move, offer: Quote, word: str) -> None:
    by = "owner" if actor.is_owner else "signed"
    apply(actor, order, move, {"cents": offer.cents, "on_word": by})
    # the order's row is ours from here on: a quote made in between shows now, and was not seen
    if _offer(order).pk != offer.pk:
        raise Overtaken
    compare_and_set(
        offer,
        seen={"answer": ""},
        changes={"answer": word, "answered_at": actor.at, "answered_by": actor.ref},
    )


@transaction.atomic
def await_part(actor: Actor, order: str, *, expected_at: datetime | None = None) -> str:
    """Say that the work stands still for a part; the expected date moves if one is given.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken.
    """
    row = see(actor, order)
    apply(actor, row, may(actor, row, "await_part"), {"items": _keep(actor, row)})
    if expected_at is not None:
        _expect(actor, row, expected_at, "part")
    return row.number


@transaction.atomic
def resume(actor: Actor, order: str) -> str:
    """Go on with the work: every part it needs is kept for it.

    Raises:
        Missing, NotAllowed, IllegalMove, NotInStock, Overtaken.
    """
    row = see(actor, order)
    apply(actor, row, may(actor, row, "resume"))
    house = on_behalf(actor)
    for line in _part_lines(row):
        stock.reserve(
            house, order=row.number, outlet=row.outlet_id, item=line.item_id, quantity=line.quantity
        )
    return row.number


@transaction.atomic
def finish(actor: Actor, order: str, *, resolution: str) -> str:
    """Say that the device is done and what was done; the parts leave the shelf.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, NotInStock, Overtaken.
    """
    row = see(actor, order)
    move = may(actor, row, "finish")
    done = said(resolution, field="resolution", most=_LONGEST_TEXT)
    if not done:
        raise Invalid("Write down what was done.", field="resolution")
    apply(actor, row, move, {"covered": row.covered}, resolution=done, ready_at=actor.at)
    house = on_behalf(actor)
    for line in _part_lines(row):
        stock.use(house, order=row.number, outlet=row.outlet_id, item=line.item_id, quantity=line.quantity)
    Line.objects.filter(order=row, used_at__isnull=True).update(used_at=actor.at)
    stock.release(house, order=row.number)
    return row.number


@transaction.atomic
def delay(actor: Actor, order: str, *, expected_at: datetime, reason: str) -> str:
    """Move the expected date and say why; the promise itself stays as it was made.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken.
    """
    row = see(actor, order)
    require(actor, "repairs.work", outlet=row.outlet_id)
    if row.state not in IN_HOUSE or row.ready_at is not None:
        raise IllegalMove(move="delay", state=row.state)
    _expect(actor, row, expected_at, reason)
    return row.number


def _expect(actor: Actor, order: Order, expected_at: datetime, reason: str) -> None:
    if reason not in rules.DELAYS:
        raise Invalid("Choose the reason from the list.", field="reason")
    if expected_at.tzinfo is None or not actor.at < expected_at <= actor.at + _LATEST:
        raise Invalid("The new date must lie ahead, within a year.", field="expected_at")
    before = order.expected_at
    if before == expected_at:
        return
    compare_and_set(order, seen={"expected_at": before}, changes={"expected_at": expected_at})
    ledger.append(
        order.number, "repair.delayed", actor, before=before, expected_at=expected_at, reason=reason
    )


@transaction.atomic
def assign_engineer(actor: Actor, order: str, *, staff: str) -> str:
    """Give the order to an engineer; whoever diagnoses here may do so, for themselves too.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = see(actor, order)
    require(actor, "repairs.diagnose", outlet=row.outlet_id)
    if row.state not in IN_HOUSE:
        raise IllegalMove(move="assign_engineer", state=row.state)
    person = Staff.objects.filter(number=tidy_number(staff), left_at__isnull=True).first()
    if person is None:
        raise Missing(field="staff", number=staff[:20])
    if row.engineer_id == person.pk:
        return row.number
    compare_and_set(row, seen={"engineer_id": row.engineer_id}, changes={"engineer": person})
    ledger.append(row.number, "repair.assigned", actor, staff=person.number)
    return row.number
