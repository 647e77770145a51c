"""Reads of the ledger: timelines, work left, signs of life."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Min

from sanbao.base.actor import Actor
from sanbao.rooms.ledger.models import Delivery, Entry, Pulse
from sanbao.rooms.ledger.states import DEAD, WAITING

_SILENT_AFTER: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry as handlers and pages see it."""

    id: int
    subject: str
    event: str
    actor: str
    at: datetime
    facts: Mapping[str, Any]
    position: int | None = None


@dataclass(frozen=True, slots=True)
class DeadDelivery:
    """A delivery that failed for good, for the staff page."""

    id: int
    handler: str
    event: str
    subject: str
    attempts: int
    fault: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """How the machines of the house are doing. ``silent`` means that no worker showed itself lately."""

    silent: bool
    last_beat: datetime | None
    unplaced: int
    waiting: int
    dead: int
    oldest_due: datetime | None


def fact_of(entry: Entry) -> Fact:
    """Return an entry as a plain value."""
    return Fact(entry.pk, entry.subject, entry.event, entry.actor, entry.at, entry.facts, entry.position)


def timeline(*subjects: str) -> list[Fact]:
    """All facts about these public numbers in the order they were written.

    Whoever asks has already been allowed to see the subject by the room that owns it. One query.
    """
    return [fact_of(e) for e in Entry.objects.filter(subject__in=subjects).order_by("at", "id")]


def entries_after(actor: Actor, position: int, most: int = 100) -> list[Fact]:
    """The next facts of the log after a place, for auditors."""
    rows = Entry.objects.visible_to(actor).filter(position__gt=position).order_by("position")
    return [fact_of(e) for e in rows[:most]]


def dead_deliveries(actor: Actor, most: int = 100) -> Sequence[DeadDelivery]:
    """Deliveries that nobody will try again unless a person says so, newest first."""
    rows = Delivery.objects.visible_to(actor).filter(state=DEAD).select_related("entry").order_by("-id")
    return [
        DeadDelivery(d.pk, d.handler, d.entry.event, d.entry.subject, d.attempts, d.fault, d.entry.at)
        for d in rows[:most]
    ]


def is_silent(at: datetime) -> bool:
    """Tell whether no worker has shown itself in the last two minutes. One short read."""
    return not Pulse.objects.filter(name="worker", at__gte=at - _SILENT_AFTER).exists()


def health(at: datetime) -> Health:
    """Count what is waiting and what is dead, and say when the worker last showed itself."""
    beat = Pulse.objects.filter(name="worker").values_list("at", flat=True).first()
    counts = (
        Delivery.objects.filter(state__in=(WAITING, DEAD))
        .values("state")
        .annotate(n=Count("id"), first=Min("due_at"))
    )
    by_state = {row["state"]: row for row in counts}
    return Health(
        silent=beat is None or beat < at - _SILENT_AFTER,
        last_beat=beat,
        unplaced=Entry.objects.filter(position__isnull=True).count(),
        waiting=by_state.get(WAITING, {}).get("n", 0),
        dead=by_state.get(DEAD, {}).get("n", 0),
        oldest_due=by_state.get(WAITING, {}).get("first"),
    )
