"""What customers and the house say to each other: messages, internal notes, calls."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from sanbao.base.actor import SYSTEM, Actor, require
from sanbao.base.db import compare_and_set, lock_rows
from sanbao.base.errors import Invalid, Missing, NotAllowed, Reused
from sanbao.base.ids import new_number
from sanbao.rooms.conversations import rules
from sanbao.rooms.conversations.errors import NobodyToCall
from sanbao.rooms.conversations.models import Call, Message, Thread
from sanbao.rooms.conversations.states import (
    CLOSED,
    INBOUND,
    NOTE,
    OPEN,
    OUTBOUND,
    THREAD,
    THREAD_CHANNELS,
    WAITING,
)
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.ledger.services import append
from sanbao.rooms.registry import queries as people
from sanbao.rooms.registry import services as registry
from sanbao.rooms.repairs import queries as repairs


@dataclass(frozen=True, slots=True)
class Written:
    """Where a message lies now; ``new`` is False where it had come before."""

    thread: str
    message: str
    new: bool


@transaction.atomic
def write(actor: Actor, *, subject: str = "", body: str, key: str) -> Written:
    """Put down an owner's message about one of their repairs or complaints, or about anything.

    The same ``key`` again gives the first result. An answer is then owed by the end of the next working day.

    Raises:
        NotAllowed: not an owner.
        Missing: the subject is not this owner's.
        Invalid, Reused.
    """
    if not actor.is_owner:
        raise NotAllowed
    customer = _row(actor, "customer", pk=actor.id)
    outlet = _outlet_of(actor, subject, customer.number)
    external = f"{actor.ref}/{_key(key)}"
    return _take_in(actor, customer, outlet, subject, "portal", rules.wording(body), external)


@transaction.atomic
def receive(
    actor: Actor, *, customer: str, channel: str, body: str, external_id: str, subject: str = ""
) -> Written:
    """Put down what came in from outside for a customer; a message that comes twice counts once.

    Raises:
        NotAllowed, Missing, Invalid, Reused.
    """
    who = _row(actor, "customer", number=customer)
    outlet = _outlet_of(actor, subject, who.number)
    require(actor, "conversations.write", outlet=outlet)
    if channel not in THREAD_CHANNELS:
        raise Invalid(field="channel")
    # the ids of mails may be longer than any column
    long = len(external_id) > rules.LONGEST_KEY
    outside = hashlib.sha256(external_id.encode()).hexdigest() if long else _key(external_id)
    return _take_in(actor, who, outlet, subject, channel, rules.wording(body), f"{channel}/{outside}")


@transaction.atomic
def answer(actor: Actor, number: str, *, body: str) -> str:
    """Answer a thread; return the message's number. Nothing is owed any more.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid.
        Overtaken: somebody wrote in this thread a moment ago; read it first.
    """
    thread = _see(actor, number)
    require(actor, "conversations.answer", outlet=thread.outlet_id)
    move = THREAD.take("answer", thread.state)
    said = rules.wording(body)
    changes = {"state": move.target, "handler_id": actor.id if actor.is_staff else thread.handler_id}
    _change(actor, thread, **changes, answer_due_at=None, answer_provisional=False)
    message = _say(actor, thread, OUTBOUND, said)
    _record(actor, thread, move.event, message=message)
    return message


@transaction.atomic
def note(actor: Actor, number: str, *, body: str) -> str:
    """Write a note that only staff can read; return its number. What is owed stays owed.

    Raises:
        Missing, NotAllowed, Invalid.
    """
    thread = _see(actor, number)
    require(actor, "conversations.answer", outlet=thread.outlet_id)
    message = _say(actor, thread, NOTE, rules.wording(body))
    _record(actor, thread, "thread.noted", message=message)
    return message


@transaction.atomic
def close(actor: Actor, number: str) -> None:
    """Close a thread: nobody waits for anybody. A new message opens it again.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    thread = _see(actor, number)
    require(actor, "conversations.answer", outlet=thread.outlet_id)
    move = THREAD.take("close", thread.state)
    _change(actor, thread, state=move.target, answer_due_at=None, answer_provisional=False)
    _record(actor, thread, move.event)


@transaction.atomic
def log_call(
    actor: Actor,
    *,
    customer: str = "",
    phone: str = "",
    name: str = "",
    inbound: bool = True,
    seconds: int = 0,
    recording_consent: bool | None = None,
    summary: str = "",
    subject: str = "",
    follow_up: bool = False,
    started_at: datetime | None = None,
) -> str:
    """Log a telephone call in the customer's thread about its subject; return the thread's number.

    A caller who is not named is found by ``phone``; an unknown one becomes a customer where a phone
    number or a name was given. ``follow_up`` owes an answer by the end of the next working day.

    Raises:
        NobodyToCall: neither a customer nor a phone number nor a name.
        NotAllowed, Missing, Invalid.
    """
    require(actor, "conversations.call")
    if not actor.is_staff or actor.id is None:
        raise NotAllowed(grant="conversations.call")
    if not 0 <= seconds <= rules.LONGEST_CALL:
        raise Invalid("A call lasts at most %(most)s seconds.", field="seconds", most=rules.LONGEST_CALL)
    begun = started_at or actor.at
    if begun > actor.at:
        raise Invalid("A call cannot begin in the future.", field="started_at")
    told = rules.wording(summary, field="summary") if summary.strip() else ""
    who = _row(actor, "customer", number=customer or _caller(actor, phone=phone, name=name))
    outlet = _outlet_of(actor, subject, who.number)
    thread = _thread(actor, who, outlet, subject, "phone")
    Call.objects.create(
        thread=thread, agent_id=actor.id, inbound=inbound, started_at=begun, seconds=seconds,
        recording_consent=recording_consent, summary=told, logged_at=actor.at,
    )  # fmt: skip
    move = THREAD.take("log_call", thread.state)
    owed = follow_up or thread.answer_due_at is not None
    _change(actor, thread, channel="phone", **(_owed(actor, thread) if owed else {"state": move.target}))
    _record(actor, thread, move.event, inbound=inbound, seconds=seconds, follow_up=follow_up)
    return thread.number


@transaction.atomic
def erase_customer(actor: Actor, customer: str) -> int:
    """Empty what an erased customer and the house said to each other; return how many threads.

    Safe to run twice.
    """
    if actor.kind != SYSTEM:
        require(actor, "registry.erase")
    threads = lock_rows(Thread.objects.filter(customer__number=customer))
    keys = [thread.pk for thread in threads]
    Message.objects.filter(thread__in=keys).update(body="", author_name="")
    Call.objects.filter(thread__in=keys).update(summary="")
    for thread in threads:
        if thread.state != CLOSED:
            _change(actor, thread, state=CLOSED, answer_due_at=None, answer_provisional=False)
            _record(actor, thread, "thread.closed", erased=True)
    return len(keys)


# what the verbs share


def _see(actor: Actor, number: str) -> Thread:
    thread: Thread = Thread.objects.select_related("customer", "outlet").pick(actor, number=number)
    return thread


def _row(actor: Actor, field: str, **key: Any) -> Any:
    """Return the row of a lower room that a thread may point to, as that room lets the actor see it."""
    model: Any = Thread._meta.get_field(field).related_model
    try:
        return model.objects.pick(actor, **key)
    except Missing as unseen:
        raise Missing(field=field) from unseen


def _key(typed: str) -> str:
    key = typed.strip()
    if not 0 < len(key) <= rules.LONGEST_KEY or not key.isprintable():
        raise Invalid(
            "A message needs a key of 1 to %(most)s characters.", field="key", most=rules.LONGEST_KEY
        )
    return key


def _caller(actor: Actor, *, phone: str, name: str) -> str:
    if not phone.strip() and not name.strip():
        raise NobodyToCall(field="phone")
    # whoever may search but not take people down still finds a caller who is known
    whole = sum(sign.isdigit() for sign in phone) >= rules.WHOLE_PHONE
    known = people.search_people(actor, phone, most=2) if whole else ()
    if len(known) == 1:
        return known[0].number
    return registry.register_customer(actor, name=name, phone=phone)


def _outlet_of(actor: Actor, subject: str, customer: str) -> str | None:
    """Return the outlet a subject belongs to, None without one.

    A complaint lies above this room: that it is this customer's is read from its own fact in the ledger.

    Raises:
        Missing: the subject is unknown, hidden, or another customer's.
    """
    if not subject:
        return None
    if subject.startswith("RO-"):
        rows = repairs.search(actor, subject, most=1)
        known: list[tuple[str, str | None]] = [
            (row.customer, row.outlet) for row in rows if row.number == subject
        ]
    elif "\x00" not in subject:
        filed = [fact.facts for fact in ledger.timeline(subject) if fact.event == "complaint.filed"]
        known = [(facts["customer"], facts.get("outlet")) for facts in filed]
    else:
        known = []
    if not known or known[0][0] != customer:
        raise Missing(field="subject")
    return known[0][1]


def _thread(actor: Actor, customer: Any, outlet: str | None, subject: str, channel: str) -> Thread:
    """Return the customer's one thread about a subject, held until the transaction ends."""
    mine = Thread.objects.filter(customer_id=customer.pk, subject=subject)
    if not mine.exists():
        fresh = Thread(
            number=new_number("TH"), customer_id=customer.pk, outlet_id=outlet, subject=subject,
            channel=channel, state=WAITING, opened_at=actor.at, last_at=actor.at,
        )  # fmt: skip
        try:
            with transaction.atomic():
                fresh.save()
        except IntegrityError:
            pass  # somebody else made it at the same moment: it is there now
    held: Thread = lock_rows(mine)[0]
    held.customer = customer
    return held


def _take_in(
    actor: Actor, customer: Any, outlet: str | None, subject: str, channel: str, body: str, external: str
) -> Written:
    known = Message.objects.select_related("thread").filter(external_id=external).first()
    if known is None:
        thread = _thread(actor, customer, outlet, subject, channel)
        try:
            with transaction.atomic():
                message = _say(actor, thread, INBOUND, body, channel=channel, external=external)
        except IntegrityError:
            known = Message.objects.select_related("thread").get(external_id=external)
        else:
            move = THREAD.take("receive", thread.state)
            _change(actor, thread, channel=channel, **_owed(actor, thread))
            _record(actor, thread, move.event, message=message, channel=channel)
            return Written(thread.number, message, new=True)
    if (known.body, known.thread.customer_id) != (body, customer.pk):
        raise Reused(field="key")
    return Written(known.thread.number, known.number, new=False)


def _say(
    actor: Actor, thread: Thread, direction: str, body: str, *, channel: str = "", external: str | None = None
) -> str:
    message: Message = Message.objects.create(
        number=new_number("MS"), thread=thread, direction=direction, channel=channel or thread.channel,
        author=actor.ref, author_name=actor.name[:80], body=body, external_id=external, at=actor.at,
    )  # fmt: skip
    return message.number


def _owed(actor: Actor, thread: Thread) -> dict[str, Any]:
    """Return the changes by which an answer is owed; one that is owed already keeps its day."""
    if thread.answer_due_at is not None:
        return {"state": OPEN}
    due = rules.answer_due(actor.at, thread.outlet.time_zone if thread.outlet else rules.DEFAULT_ZONE)
    return {"state": OPEN, "answer_due_at": due.due, "answer_provisional": due.provisional}


def _change(actor: Actor, thread: Thread, **changes: Any) -> None:
    seen = {"state": thread.state, "last_at": thread.last_at}
    compare_and_set(thread, seen=seen, changes={"last_at": actor.at, **changes})


def _record(actor: Actor, thread: Thread, event: str, **facts: Any) -> None:
    append(
        thread.number, event, actor, customer=thread.customer.number, subject=thread.subject or None,
        outlet=thread.outlet_id, **facts,
    )  # fmt: skip
