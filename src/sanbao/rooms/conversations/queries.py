"""Every read of the conversations room: the inbox by due time, threads, calls, notices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import OuterRef, Q, Subquery
from django.utils.dateparse import parse_datetime

from sanbao.base.actor import Actor
from sanbao.base.errors import Invalid
from sanbao.engines.calendar import Deadline
from sanbao.rooms.conversations import rules
from sanbao.rooms.conversations.models import Call, Message, Notice, Thread
from sanbao.rooms.conversations.states import CLOSED, NOTE, OPEN
from sanbao.rooms.ledger import queries as ledger

EXCERPT: Final = 120
STATE_TITLES = rules.STATE_TITLES
CHANNEL_TITLES = rules.CHANNEL_TITLES
NOTICE_CHANNEL_TITLES = rules.NOTICE_CHANNEL_TITLES
NOTICE_STATE_TITLES = rules.NOTICE_STATE_TITLES
MOST: Final = 100
MOST_MESSAGES: Final = 500
_ASKED: Final = frozenset({"thread.received", "thread.called"})
"""The facts from which an answer may be owed."""


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One line of a list. ``answer_due_at`` is None while nothing is owed."""

    number: str
    subject: str
    channel: str
    state: str
    customer: str
    customer_name: str
    outlet: str
    handler: str
    handler_name: str
    last_words: str
    last_at: datetime
    answer_due_at: datetime | None
    provisional: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class ThreadList:
    """One page of threads; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[ThreadRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class MessageCard:
    """One message. ``direction`` is ``in``, ``out`` or ``note``; owners are never given a ``note``."""

    number: str
    direction: str
    channel: str
    author_name: str
    mine: bool
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call. ``summary`` is empty for owners: it is the house's own note."""

    thread: str
    subject: str
    customer: str
    customer_name: str
    agent_name: str
    inbound: bool
    started_at: datetime
    seconds: int
    recording_consent: bool | None
    summary: str


@dataclass(frozen=True, slots=True)
class CallList:
    rows: tuple[CallRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A whole talk, oldest first. ``moves`` are the verbs open to this reader: write, answer, note, close."""

    row: ThreadRow
    messages: tuple[MessageCard, ...]
    calls: tuple[CallRow, ...]
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice, as it was sent or will be. ``fault`` is the kind of the last failure."""

    number: str
    subject: str
    template: str
    channel: str
    customer: str
    customer_name: str
    body: str
    state: str
    attempts: int
    made_at: datetime
    due_at: datetime
    sent_at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True)
class NoticeList:
    rows: tuple[NoticeRow, ...]
    after: str


def inbox(actor: Actor, after: str = "", *, most: int = 50, outlet: str = "") -> ThreadList:
    """Return the threads that wait for an answer of the house, the earliest due first; one query.

    Raises:
        Invalid: ``after`` did not come from this list.
    """
    rows = Thread.objects.visible_to(actor).filter(state=OPEN)
    if outlet:
        rows = rows.filter(outlet_id=_typed(outlet))
    if after:
        due, key = _place(after)
        rows = rows.filter(Q(answer_due_at__gt=due) | Q(answer_due_at=due, pk__gt=key))
    most = min(most, MOST)
    found = list(_with_last(actor, rows).order_by("answer_due_at", "pk")[: most + 1])
    last = found[most - 1] if len(found) > most else None
    cursor = f"{last.answer_due_at.isoformat()}~{last.pk}" if last else ""
    return ThreadList(tuple(_row(actor, thread) for thread in found[:most]), cursor)


def threads(actor: Actor, after: str = "", *, most: int = 50, customer: str = "") -> ThreadList:
    """Return the visible threads, newest first, closed ones too; one query.

    Raises:
        Invalid: ``after`` did not come from this list.
    """
    rows = _after(Thread.objects.visible_to(actor), after)
    if customer:
        rows = rows.filter(customer__number=_typed(customer))
    found, cursor = _page(_with_last(actor, rows), most)
    return ThreadList(tuple(_row(actor, thread) for thread in found), cursor)


def thread(actor: Actor, number: str) -> ThreadPage:
    """Return one thread with its messages and calls, in three queries.

    Raises:
        Missing: there is none, or the actor may not see it.
    """
    found = _with_last(actor, Thread.objects.all()).pick(actor, number=number)
    return _pages(actor, [found])[0]


def deadline(actor: Actor, number: str) -> Deadline | None:
    """Return the working of when a thread must be answered; None while nothing is owed. Two queries.

    Raises:
        Missing: there is none, or the actor may not see it.
    """
    found: Thread = Thread.objects.select_related("outlet").pick(actor, number=_typed(number))
    if found.answer_due_at is None:
        return None
    zone = found.outlet.time_zone if found.outlet else rules.DEFAULT_ZONE
    asked = [fact for fact in ledger.timeline(found.number) if fact.event in _ASKED]
    workings = (rules.answer_due(fact.at, zone) for fact in reversed(asked))
    return next((each for each in workings if each.due == found.answer_due_at), None)


def threads_of(actor: Actor, subject: str) -> tuple[ThreadPage, ...]:
    """Return every visible talk about a public number, in three queries; for status and bench pages."""
    return _pages(
        actor, list(_with_last(actor, Thread.objects.visible_to(actor).filter(subject=_typed(subject))))
    )


def notices(
    actor: Actor, after: str = "", *, most: int = 50, state: str = "", subject: str = "", customer: str = ""
) -> NoticeList:
    """Return the visible notices, newest first: an owner's own, or all for staff who may see everything.

    Raises:
        Invalid: ``after`` did not come from this list.
    """
    wanted = {"state": state, "subject": subject, "customer__number": customer}
    rows = Notice.objects.visible_to(actor).filter(
        **{name: _typed(value) for name, value in wanted.items() if value}
    )
    found, cursor = _page(_after(rows, after).select_related("customer"), most)
    return NoticeList(tuple(_notice(row) for row in found), cursor)


def calls(actor: Actor, after: str = "", *, most: int = 50) -> CallList:
    """Return the visible calls, newest first; one query.

    Raises:
        Invalid: ``after`` did not come from this list.
    """
    rows = _after(Call.objects.visible_to(actor), after).select_related("thread__customer", "agent")
    found, cursor = _page(rows, most)
    return CallList(tuple(_call(actor, row) for row in found), cursor)


# from rows to values


def _typed(text: str) -> str:
    """Return what somebody typed as something to look for: NUL, which no text holds, finds nothing."""
    return text.replace("\x00", "\ufffd")


def _with_last(actor: Actor, rows: Any) -> Any:
    said = Message.objects.filter(thread=OuterRef("pk")).order_by("-id")
    if not (actor.is_staff or actor.kind == "system"):
        said = said.exclude(direction=NOTE)
    return rows.select_related("customer", "handler").annotate(last_words=Subquery(said.values("body")[:1]))


def _after(rows: Any, after: str) -> Any:
    if not after:
        return rows
    if not (after.isascii() and after.isdecimal()):
        raise Invalid("This page of the list does not exist.", field="after")
    return rows.filter(pk__lt=int(after[:18]))


def _page(rows: Any, most: int) -> tuple[list[Any], str]:
    most = min(most, MOST)
    found = list(rows.order_by("-pk")[: most + 1])
    return found[:most], str(found[most - 1].pk) if len(found) > most else ""


def _place(after: str) -> tuple[datetime, int]:
    moment, _, key = after.partition("~")
    try:
        # a plus sign of the zone comes back from an address line as a blank
        due = parse_datetime(moment.replace(" ", "+"))
        place = int(key[:18])
    except ValueError as unread:
        raise Invalid("This page of the list does not exist.", field="after") from unread
    if due is None or due.tzinfo is None:
        raise Invalid("This page of the list does not exist.", field="after")
    return due, place


def _row(actor: Actor, found: Any) -> ThreadRow:
    due = found.answer_due_at
    return ThreadRow(
        number=found.number,
        subject=found.subject,
        channel=found.channel,
        state=found.state,
        customer=found.customer.number,
        customer_name=found.customer.name,
        outlet=found.outlet_id or "",
        handler=found.handler.number if found.handler else "",
        handler_name=found.handler.name if found.handler else "",
        last_words=(found.last_words or "")[:EXCERPT],
        last_at=found.last_at,
        answer_due_at=due,
        provisional=found.answer_provisional,
        overdue=due is not None and due < actor.at,
    )


def _pages(actor: Actor, found: list[Any]) -> tuple[ThreadPage, ...]:
    keys = [thread.pk for thread in found]
    said = list(Message.objects.visible_to(actor).filter(thread__in=keys).order_by("-id")[:MOST_MESSAGES])
    rung = Call.objects.visible_to(actor).filter(thread__in=keys).order_by("id")
    heard = list(rung.select_related("thread__customer", "agent")[:MOST])
    return tuple(
        ThreadPage(
            row=_row(actor, each),
            messages=tuple(_message(actor, m) for m in reversed(said) if m.thread_id == each.pk),
            calls=tuple(_call(actor, call) for call in heard if call.thread_id == each.pk),
            moves=_moves(actor, each),
        )
        for each in found
    )


def _message(actor: Actor, row: Message) -> MessageCard:
    return MessageCard(
        number=row.number,
        direction=row.direction,
        channel=row.channel,
        author_name=row.author_name,
        mine=row.author == actor.ref,
        body=row.body,
        at=row.at,
    )


def _call(actor: Actor, row: Call) -> CallRow:
    return CallRow(
        thread=row.thread.number,
        subject=row.thread.subject,
        customer=row.thread.customer.number,
        customer_name=row.thread.customer.name,
        agent_name=row.agent.name,
        inbound=row.inbound,
        started_at=row.started_at,
        seconds=row.seconds,
        recording_consent=row.recording_consent,
        summary="" if actor.is_owner else row.summary,
    )


def _notice(row: Notice) -> NoticeRow:
    return NoticeRow(
        number=row.number,
        subject=row.subject,
        template=row.template,
        channel=row.channel,
        customer=row.customer.number,
        customer_name=row.customer.name,
        body=row.body,
        state=row.state,
        attempts=row.attempts,
        made_at=row.made_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        fault=row.fault,
    )


def _moves(actor: Actor, found: Thread) -> tuple[str, ...]:
    if actor.is_owner:
        return ("write",)
    if not actor.may("conversations.answer", found.outlet_id):
        return ()
    return ("note",) if found.state == CLOSED else ("answer", "note", "close")
