"""Reads of the stream: what is left out and why, what looks suspicious, what a text hangs together with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count
from django.utils import timezone

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Missing, NotAllowed
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.conversations import queries as conversations
from sanbao.rooms.feedback.models import Suspicion, Voice
from sanbao.rooms.feedback.queries.scope import Scope
from sanbao.rooms.feedback.rules import redacted
from sanbao.rooms.feedback.states import BURST, COPIES, COPY, LEFT_OUT, OPEN
from sanbao.rooms.repairs import queries as repairs

_MOST: Final = 50
_EXCERPT: Final = 120
_NOON: Final = 12
_EVENING: Final = 18


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Texts of a scope that are stored and not counted, and what is still to be looked at."""

    copies: int
    by_decision: int
    open_suspicions: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SuspicionCard:
    """Texts that look made rather than said. ``reasons`` are codes with their numbers."""

    number: str
    kind: str
    origin: str
    excerpt: str
    day: date | None
    size: int
    reasons: tuple[tuple[str, str], ...]
    state: str
    found_at: datetime
    decided_by: str
    decided_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class SuspicionList:
    """One page of suspicions; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[SuspicionCard, ...]
    after: str
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One text of a suspicion, personal data covered."""

    number: str
    excerpt: str
    stars: int | None
    said_on: date | None
    product: str
    counts: bool


@dataclass(frozen=True, slots=True)
class SuspicionPage:
    """One suspicion with some of its texts."""

    card: SuspicionCard
    texts: tuple[MemberRow, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """What a text hangs together with, as far as it is known and this reader may see it.

    ``subject`` is what it is about, also where this reader may not see that. ``shift`` is the part of the
    day in which the device was taken in, with its day.
    """

    subject: str
    order: str
    case: str
    thread: str
    fault: str
    parts: tuple[tuple[str, str], ...]
    staff: tuple[str, ...]
    shift: tuple[str, datetime] | None
    rules: tuple[str, ...]
    copies: int
    counts: bool
    aside: str


def left_out(actor: Actor, scope: Scope | None = None) -> LeftOut:
    """Return how many visible texts of a scope do not count, and why; three queries."""
    rows = (scope or Scope()).kept(actor)
    asides = dict(rows.filter(counts=False).values_list("aside").annotate(n=Count("id")).order_by())
    waiting = rows.filter(cluster__isnull=True, erased_at__isnull=True).exclude(reader="").count()
    suspicions = Suspicion.objects.visible_to(actor).filter(state=OPEN).count()
    return LeftOut(asides.get(COPY, 0), asides.get(LEFT_OUT, 0), suspicions, waiting)


def suspicions(actor: Actor, *, state: str = OPEN, after: str = "", most: int = _MOST) -> SuspicionList:
    """Return suspicions of one state, the weightiest first; two queries.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.see", outlet="*")
    every = Suspicion.objects.visible_to(actor)
    counts = dict(every.values_list("state").annotate(n=Count("id")).order_by())
    place = int(after) if after.isdecimal() and len(after) < 10 else 0  # noqa: PLR2004 - a page of a list
    rows = every.filter(state=state).select_related("head").order_by("-weight", "-id")
    found = list(rows[place : place + most + 1])
    cards = tuple(map(_card, found[:most]))
    return SuspicionList(cards, str(place + most) if len(found) > most else "", tuple(sorted(counts.items())))


def suspicion(actor: Actor, number: str) -> SuspicionPage:
    """Return one suspicion with up to fifty of its texts; two queries.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.see", outlet="*")
    row: Suspicion = Suspicion.objects.select_related("head").pick(actor, number=number)
    texts = members(row).order_by("id")[:_MOST]
    return SuspicionPage(_card(row), tuple(map(_member, texts)))


def members(row: Suspicion) -> Any:
    """Return the texts a suspicion is about."""
    found = Voice.objects.filter(erased_at__isnull=True)
    if row.kind == BURST:
        return found.filter(origin=row.origin, said_on=row.day)
    return found.filter(cluster=row.head_id) if row.kind == COPIES else found.filter(pk=row.head_id)


def links(actor: Actor, number: str) -> Links:
    """Return what a text hangs together with: order, case or talk, and through the order parts and people.

    Raises:
        Missing.
    """
    row: Voice = Voice.objects.pick(actor, number=number)
    case = _case(actor, row.subject) if row.subject.startswith("CP-") else None
    thread = _thread(actor, row.subject) if row.subject.startswith("TH-") else None
    named = (case.row.order if case else "") or (thread.row.subject if thread else row.subject)
    order = _order(actor, named) if named.startswith("RO-") else None
    used = order.lines if order else ()
    copies = Voice.objects.filter(cluster=row.cluster).exclude(pk=row.pk).count() if row.cluster else 0
    answered = {reply.rule for reply in case.replies if reply.rule} if case else set()
    decided = set(order.verdict.rules) if order and order.verdict else set()
    return Links(
        subject=row.subject,
        order=order.number if order else "",
        case=row.subject if case else "",
        thread=row.subject if thread else "",
        fault=order.row.fault if order else "",
        parts=tuple((line.name_zh, line.name_en) for line in used if line.used_at),
        staff=_staff(order, thread),
        shift=_shift(order),
        rules=tuple(sorted(answered | decided)),
        copies=copies,
        counts=row.counts,
        aside=row.aside,
    )


def _case(actor: Actor, number: str) -> Any:
    """Give the case, or nothing where this reader may not see it."""
    try:
        return complaints.case(actor, number)
    except (Missing, NotAllowed):
        return None


def _thread(actor: Actor, number: str) -> conversations.ThreadPage | None:
    try:
        return conversations.thread(actor, number)
    except (Missing, NotAllowed):
        return None


def _order(actor: Actor, number: str) -> repairs.OrderPage | None:
    try:
        return repairs.order(actor, number)
    except (Missing, NotAllowed):
        return None


def _staff(order: repairs.OrderPage | None, thread: conversations.ThreadPage | None) -> tuple[str, ...]:
    names = [order.row.engineer_name] if order else []
    names += [thread.row.handler_name] if thread else []
    return tuple(name for name in dict.fromkeys(names) if name)


def _shift(order: repairs.OrderPage | None) -> tuple[str, datetime] | None:
    """Name the part of the day at the outlet in which the device was taken in."""
    at = order.row.accepted_at if order else None
    return (shift_of(timezone.localtime(at)), at) if at else None


def shift_of(at: datetime) -> str:
    """Name the part of the day: ``morning`` until noon, ``afternoon`` until six, ``evening``."""
    return "morning" if at.hour < _NOON else "afternoon" if at.hour < _EVENING else "evening"


def _member(row: Any) -> MemberRow:
    excerpt = redacted(row.text)[:_EXCERPT]
    return MemberRow(row.number, excerpt, row.stars, row.said_on, row.product_name, row.counts)


def _card(row: Suspicion) -> SuspicionCard:
    text = redacted(row.head.text) if row.head else ""
    return SuspicionCard(
        row.number,
        row.kind,
        row.origin,
        text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else ""),
        row.day,
        row.size,
        tuple((code, value) for code, _, value in (reason.partition(":") for reason in row.reasons)),
        row.state,
        row.found_at,
        row.decided_by,
        row.decided_at,
        row.why,
    )
