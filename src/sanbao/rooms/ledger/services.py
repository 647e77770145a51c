"""The only way to write to the ledger."""

import hashlib
import json
import logging
import secrets
import traceback
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from sanbao.base.actor import EVERYWHERE, Actor, require
from sanbao.base.db import change_if, insert, insert_many, insert_new
from sanbao.base.errors import Reused
from sanbao.rooms.ledger.models import Answer, Delivery, Entry, Pulse
from sanbao.rooms.ledger.queries import Fact, fact_of
from sanbao.rooms.ledger.states import DEAD, DONE, LEASE, MOST_ATTEMPTS, WAITING, pause_after

Handler = Callable[[Actor, Fact], None]
_SEQUENCER_LOCK: Final = 0x5A42_0001
_KEEP_ANSWERS: Final = timedelta(hours=24)
_log = logging.getLogger(__name__)


def append(subject: str, event: str, actor: Actor, /, **facts: Any) -> int:
    """Record a fact in the same transaction as the change it describes; return its key.

    ``subject`` is a public number, ``event`` is in the past tense (``repair.accepted``). Facts are
    plain values; dates, moments and amounts are written as text. No names, numbers or addresses of
    people belong into the facts.

    Raises:
        RuntimeError: called outside a transaction, where fact and change could part.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("ledger.append must share the caller's transaction")
    plain = {name: _plain(value) for name, value in facts.items() if value is not None}
    entry = Entry(
        subject=subject, event=event, actor=actor.ref, at=actor.at, facts=plain, salt=secrets.token_bytes(16)
    )
    insert(entry)
    return int(entry.pk)


def append_many(event: str, actor: Actor, facts: Sequence[tuple[str, Mapping[str, Any]]]) -> int:
    """Record the same event about many subjects, a fact for each, in the caller's transaction.

    Raises:
        RuntimeError: called outside a transaction, where facts and changes could part.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("ledger.append_many must share the caller's transaction")
    rows = [
        Entry(
            subject=subject, event=event, actor=actor.ref, at=actor.at, salt=secrets.token_bytes(16),
            facts={name: _plain(value) for name, value in told.items() if value is not None},
        )
        for subject, told in facts
    ]  # fmt: skip
    insert_many(rows)
    return len(rows)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


@transaction.atomic
def sequence(wiring: Mapping[str, Sequence[str]], *, at: datetime, most: int = 500) -> int:
    """Give the next committed facts their places and one delivery for each handler; return how many.

    Places are dense and never change. Only one sequencer works at a time: PostgreSQL keeps the
    others out with an advisory lock, SQLite with its single writer. ``wiring`` maps an event to the
    names of the handlers that hear it.
    """
    if not _alone():
        return 0
    unplaced = Entry.objects.filter(position__isnull=True).order_by("id")
    fresh = list(unplaced.values_list("pk", "event")[:most])
    last = (
        Entry.objects.filter(position__isnull=False)
        .order_by("-position")
        .values_list("position", flat=True)
        .first()
    )
    _place([pk for pk, _ in fresh], 0 if last is None else last + 1)
    due = [
        Delivery(entry_id=pk, handler=name, due_at=at)
        for pk, event in fresh
        for name in wiring.get(event, ())
    ]
    insert_many(due)
    return len(fresh)


def _place(keys: Sequence[int], first: int) -> None:
    table = connection.ops.quote_name(Entry._meta.db_table)
    rows = [(place, key) for place, key in enumerate(keys, start=first)]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET position = %s WHERE id = %s", rows)  # noqa: S608 - our table


def _alone() -> bool:
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEQUENCER_LOCK])
        return bool(cursor.fetchone()[0])


def deliver(actor: Actor, handlers: Mapping[str, Handler], *, most: int = 50) -> int:
    """Run the deliveries that are due at ``actor.at``; return how many were tried.

    Each handler and the mark that it is done share one transaction: killed in the middle, neither
    has happened, and the lease ends after a minute. So a delivery is tried at least once and what
    it does in the database happens once. A failure is kept with its trace and tried again after a
    growing pause; after ten it is dead and waits on the staff page.
    """
    leased = _lease(actor, most)
    for delivery in leased:
        _run(actor, delivery, handlers)
    return len(leased)


@transaction.atomic
def _lease(actor: Actor, most: int) -> list[Delivery]:
    due = Delivery.objects.filter(state=WAITING, due_at__lte=actor.at).order_by("due_at", "id")
    if connection.vendor == "postgresql":
        due = due.select_for_update(skip_locked=True)
    keys = list(due.values_list("pk", flat=True)[:most])
    lease = str(uuid.uuid4())
    Delivery.objects.filter(pk__in=keys).update(
        lease=lease, due_at=actor.at + LEASE, attempts=F("attempts") + 1
    )
    return list(
        Delivery.objects.filter(lease=lease, pk__in=keys).select_related("entry").order_by("entry_id", "id")
    )


def _run(actor: Actor, delivery: Delivery, handlers: Mapping[str, Handler]) -> None:
    try:
        with transaction.atomic():
            done = {"state": DONE, "done_at": actor.at, "fault": ""}
            if change_if(delivery, seen={"lease": delivery.lease, "state": WAITING}, changes=done):
                handlers[delivery.handler](actor, fact_of(delivery.entry))
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:  # noqa: BLE001 - whatever a handler raises is kept and shown, never lost
        _log.warning("delivery %s of %s failed: %s", delivery.pk, delivery.handler, type(fault).__name__)
        _keep_fault(actor, delivery, traceback.format_exc(limit=-8))


@transaction.atomic
def _keep_fault(actor: Actor, delivery: Delivery, trace: str) -> None:
    dead = delivery.attempts >= MOST_ATTEMPTS
    Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease).update(
        state=DEAD if dead else WAITING,
        due_at=actor.at + pause_after(delivery.attempts),
        lease="",
        fault=trace[-4000:],
    )


@transaction.atomic
def revive(actor: Actor, delivery_id: int) -> None:
    """Send a dead delivery out again, from its first attempt.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "ledger.deliveries", outlet=EVERYWHERE)
    delivery = Delivery.objects.visible_to(actor).filter(state=DEAD).pick(actor, pk=delivery_id)
    Delivery.objects.filter(pk=delivery.pk, state=DEAD).update(
        state=WAITING, attempts=0, due_at=actor.at, lease=""
    )
    append(f"delivery:{delivery.pk}", "delivery.revived", actor, handler=delivery.handler)


@transaction.atomic
def once(
    actor: Actor, key: str, body: bytes, act: Callable[[], dict[str, Any]]
) -> tuple[dict[str, Any], bool]:
    """Do ``act`` at most once for this key; return its answer and whether it was done now.

    The key, the act and its answer are committed together or not at all. A second request with
    the same key waits for the first and gets its answer; keys are kept for 24 hours per actor.
    A refusal by ``act`` leaves no trace, so the request may be mended and sent again.

    Raises:
        Reused: the key came before with another body.
    """
    row = Answer(actor=actor.ref, key=key, body_hash=hashlib.sha256(body).hexdigest(), answer={}, at=actor.at)
    # most keys are new, so the attempt to write one is also the question whether it is known
    if not insert_new(row):
        known = Answer.objects.visible_to(actor).filter(key=key).first()
        if known is None or known.at < actor.at - _KEEP_ANSWERS:
            Answer.objects.filter(actor=actor.ref, key=key, at__lt=actor.at - _KEEP_ANSWERS).delete()
            if not insert_new(row):
                raise Reused(key=key)
        elif known.body_hash != row.body_hash:
            raise Reused(key=key)
        else:
            return known.answer, False
    answer: dict[str, Any] = json.loads(json.dumps(act(), default=_plain))
    change_if(row, seen={}, changes={"answer": answer})
    return answer, True


@transaction.atomic
def forget_answers(actor: Actor) -> int:
    """Drop the answers whose 24 hours are over; return how many."""
    return int(Answer.objects.filter(at__lt=actor.at - _KEEP_ANSWERS).delete()[0])


@transaction.atomic
def beat(actor: Actor, name: str, note: str = "") -> None:
    """Show that a machine of the house is alive; no fact, because nothing has happened."""
    Pulse.objects.update_or_create(name=name, defaults={"at": actor.at, "note": note[:200]})


@transaction.atomic
def claim_duty(actor: Actor, name: str, every: timedelta) -> bool:
    """Tell whether this duty is due and take it, so that of several workers one runs it."""
    if Pulse.objects.filter(name=name, at__lte=actor.at - every).update(at=actor.at):
        return True
    return Pulse.objects.get_or_create(name=name, defaults={"at": actor.at})[1]


@transaction.atomic
def forget_facts(actor: Actor, subjects: Sequence[str]) -> int:
    """Empty the facts and salts of these subjects: their place in the log stays, what they said is gone.

    Raises:
        NotAllowed.
    """
    require(actor, "registry.erase")
    return int(
        Entry.objects.filter(subject__in=subjects, event__startswith="customer.").update(facts={}, salt=None)
    )
