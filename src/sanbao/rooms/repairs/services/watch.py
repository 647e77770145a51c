"""The house looks ahead by itself: lines of the law that repairs cross, and answers that are overdue."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from sanbao.base.actor import SYSTEM, Actor
from sanbao.base.db import insert_many
from sanbao.base.errors import NotAllowed
from sanbao.base.ids import new_number
from sanbao.engines.policy import Facts, Verdict
from sanbao.rooms.ledger import queries as ledger_facts
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.repairs.models import Order, Remedy, Review
from sanbao.rooms.repairs.queries.books import book_on
from sanbao.rooms.repairs.queries.rights import lines
from sanbao.rooms.repairs.rules import remedies, watch
from sanbao.rooms.repairs.services.decisions import verdict_of
from sanbao.rooms.repairs.states import AFTER_REVIEW, IN_HOUSE, MACHINE

CHUNK: Final = 1000
_COMES_INTO: Final[Mapping[str, str]] = {
    move.event: move.target for machine in (MACHINE, AFTER_REVIEW) for move in machine.moves.values()
}


def zone_of(order: Order) -> str:
    """Return the time zone of the outlet that has the device."""
    return outlets.place(order.outlet_id).time_zone


def watched_from(verdict: Verdict, on: date, zone: str) -> dict[str, Any]:
    """Return what an order keeps of the lines ahead when its device is handed in on this day."""
    return watch.kept(_begun(verdict.facts, dict(verdict.pack_hashes), on, zone))


def watched_anew(actor: Actor, order: Order, facts: Facts | None) -> dict[str, Any]:
    """Return the same for a repair that has run for a while: its days are counted from the ledger."""
    if order.accepted_at is None or facts is None:
        return watch.kept({})
    place = outlets.place(order.outlet_id)
    hashes = dict(book_on(facts.asked_on or place.day(actor.at)).hashes)
    begun = _begun(facts, hashes, place.day(order.accepted_at), place.time_zone)
    moves = (
        (_COMES_INTO[fact.event], place.day(fact.at))
        for fact in ledger_facts.timeline(order.number)
        if fact.event in _COMES_INTO and fact.at >= order.accepted_at
    )
    return watch.kept(watch.replayed(begun, moves) if begun else {})


def _begun(facts: Facts, hashes: Mapping[str, str], on: date, zone: str) -> dict[str, Any]:
    return watch.begun(lines(facts), hashes, on=on, zone=zone, price_cents=facts.price_cents)


@transaction.atomic
def watch_again(actor: Actor, *, devices: Sequence[str] = ()) -> int:
    """Let the next sweep work out anew the lines of open repairs, of these devices or of all.

    For whenever something they rest on has changed: a purchase, or a pack. What was raised stays raised.
    Returns how many repairs those are.

    Raises:
        NotAllowed.
    """
    _only_the_house(actor)
    rows = Order.objects.filter(state__in=IN_HOUSE, accepted_at__isnull=False)
    if devices:
        rows = rows.filter(device__number__in=devices)
    return rows.update(watch={}, watch_at=actor.at, watch_rule="")


def watch_remedies(actor: Actor, *, most: int = 100_000) -> int:
    """Raise every right whose line is crossed, and say which answers are overdue; return how many facts.

    A sweep: each chunk of orders is one transaction with its rights, its facts and its next dates. Two
    sweeps at once share the work; an order crosses each line once, however often it is looked at.

    Raises:
        NotAllowed.
    """
    _only_the_house(actor)
    due = Order.objects.filter(watch_at__lte=actor.at).order_by("watch_at", "id")
    # the keys are read once, and each chunk in their order: neighbours in the table are changed together
    keys = sorted(due.values_list("pk", flat=True)[:most])
    told = sum(_raise_some(actor, keys[first : first + CHUNK]) for first in range(0, len(keys), CHUNK))
    for remind in (_remind_remedies, _remind_reviews):
        for _ in range(0, most, CHUNK):
            said = remind(actor)
            told += said
            if said < CHUNK:
                break
    return told


def _only_the_house(actor: Actor) -> None:
    if actor.kind != SYSTEM:
        raise NotAllowed(grant="repairs.remedy")


@transaction.atomic
def _raise_some(actor: Actor, keys: Sequence[int]) -> int:
    """Raise what is due in these orders, unless somebody else is just doing so; return how many rights."""
    due = Order.objects.filter(pk__in=keys, watch_at__lte=actor.at).order_by("pk")
    if connection.vendor == "postgresql":
        due = due.select_for_update(skip_locked=True, of=("self",))
    rows: list[Order] = list(due.only("number", "outlet_id", "watch", "watch_at"))
    for row in rows:
        if not row.watch:
            row.watch = _worked_out(actor, row.pk)
    known = set(Remedy.objects.filter(order__in=rows).values_list("order_id", "rule"))
    made = [
        _raised(actor, row, moment, line)
        for row in rows
        for moment, line in watch.crossings(row.watch)
        if moment <= actor.at and (row.pk, line["rule"]) not in known
    ]
    insert_many(made)
    ledger.append_many("remedy.raised", actor, [(each.order.number, _told(each)) for each in made])
    _look_next(actor, rows)
    return len(made)


def _worked_out(actor: Actor, key: int) -> dict[str, Any]:
    order = Order.objects.select_related("device").get(pk=key)
    found = watched_anew(actor, order, verdict_of(actor, order, order.finding).facts)["watch"]
    Order.objects.filter(pk=key).update(watch=found)
    return dict(found)


def _raised(actor: Actor, order: Order, moment: datetime, line: Mapping[str, Any]) -> Remedy:
    zone = order.watch["zone"]
    dues = remedies.answer_clocks(actor.at, zone)
    answer, limit = dues[remedies.ANSWER], dues[remedies.LIMIT]
    return Remedy(
        number=new_number("RM"),
        order=order,
        line=line["kind"],
        rule=line["rule"],
        pack=line["pack"],
        pack_hash=line["hash"],
        crossed_on=moment.date(),
        facts={**watch.counted(order.watch, moment.date()), "more_than": line["more_than"], "zone": zone},
        offers=remedies.with_sums(line["offers"], order.watch.get("price_cents")),
        working=remedies.records(actor.at, dues),
        raised_at=actor.at,
        answer_due_at=answer.due,
        outer_due_at=limit.due,
        escalate_at=answer.due,
    )


def _told(remedy: Remedy) -> dict[str, Any]:
    """What the ledger says of a raised right: by which rule of which pack, on which facts, since when."""
    return {
        "remedy": remedy.number,
        "outlet": remedy.order.outlet_id,
        "line": remedy.line,
        "rule": remedy.rule,
        "pack": remedy.pack,
        "hash": remedy.pack_hash,
        "crossed_on": remedy.crossed_on,
        "offers": sorted({offer["remedy"] for offer in remedy.offers}),
        "answer_due_at": remedy.answer_due_at,
        **remedy.facts,
    }


def _look_next(actor: Actor, rows: Iterable[Order]) -> None:
    """Put down when each order is looked at next: only lines that are still ahead count from here on."""
    prepared = connection.ops.adapt_datetimefield_value
    ahead = ((row.pk, *watch.next_line(row.watch, actor.at)) for row in rows)
    values = [(prepared(moment), rule, key) for key, moment, rule in ahead]
    table = connection.ops.quote_name(Order._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET watch_at = %s, watch_rule = %s WHERE id = %s",  # noqa: S608 - our own table
            values,
        )


@transaction.atomic
def _remind_remedies(actor: Actor) -> int:
    """Say of each raised right that an answer is overdue: first the house's own time, then the law's."""
    due = Remedy.objects.filter(escalate_at__lt=actor.at).order_by("escalate_at", "id")
    if connection.vendor == "postgresql":
        due = due.select_for_update(skip_locked=True, of=("self",))
    rows: list[Remedy] = list(due.select_related("order")[:CHUNK])
    facts = []
    for row in rows:
        own = row.escalate_at == row.answer_due_at
        clock = remedies.ANSWER if own else remedies.LIMIT
        later = row.outer_due_at if own and row.outer_due_at > row.answer_due_at else None
        told = {
            "remedy": row.number, "outlet": row.order.outlet_id, "clock": clock, "due_at": row.escalate_at,
        }  # fmt: skip
        facts.append((row.order.number, told))
        Remedy.objects.filter(pk=row.pk).update(escalate_at=later, told=row.told + 1)
    return ledger.append_many("remedy.overdue", actor, facts)


@transaction.atomic
def _remind_reviews(actor: Actor) -> int:
    due = Review.objects.filter(escalate_at__lt=actor.at).order_by("escalate_at", "id")
    if connection.vendor == "postgresql":
        due = due.select_for_update(skip_locked=True, of=("self",))
    rows: list[Review] = list(due[:CHUNK])
    Review.objects.filter(pk__in=[row.pk for row in rows]).update(escalate_at=None)
    facts = [(row.number, {"outlet": row.outlet_id, "due_at": row.answer_due_at}) for row in rows]
    return ledger.append_many("review.overdue", actor, facts)
