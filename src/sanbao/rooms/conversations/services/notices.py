"""What the house tells customers by itself: made in the room, sent outside of every transaction."""

import logging
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from sanbao.base.actor import SYSTEM, Actor, require
from sanbao.base.db import change_if, insert_new
from sanbao.base.errors import NotAllowed
from sanbao.base.ids import new_number
from sanbao.rooms.conversations import rules
from sanbao.rooms.conversations.adapters.gateways import Gateway, Letter, ways_out
from sanbao.rooms.conversations.errors import NotFailed
from sanbao.rooms.conversations.models import Notice
from sanbao.rooms.conversations.states import (
    DROPPED,
    FAILED,
    LEASE,
    MAIL,
    MOST_ATTEMPTS,
    PORTAL,
    QUEUED,
    SENT,
    SMS,
    pause_after,
)
from sanbao.rooms.ledger.services import append

_log = logging.getLogger(__name__)
_FAULT_LENGTH: Final = 200
GROUP: Final = 10
"""Notices that are claimed, sent and marked together: what may go out twice when a worker is killed."""


@transaction.atomic
def tell(
    actor: Actor,
    *,
    customer: str,
    subject: str,
    template: str,
    cause: int,
    facts: Mapping[str, Any],
    link: str = "",
) -> str:
    """Make the notice that a fact brings about; return its number, or nothing for an erased customer.

    One notice per cause and template, however often this runs. ``facts`` are the words of the text: amounts
    in cents under ``cents``, moments under ``at`` with their ``zone``, outlet names under ``outlet_zh`` and
    ``outlet_en``, the rest as text. A ``link`` that lets its receiver in goes out with it and is kept no
    longer than that.

    Raises:
        NotAllowed, Missing.
        KeyError: no such template.
    """
    if actor.kind != SYSTEM:
        raise NotAllowed
    model: Any = Notice._meta.get_field("customer").related_model
    who = model.objects.pick(actor, number=customer)
    if who.erased_at is not None:
        return ""
    words = _words(facts, who.language)
    body = rules.body_of(template, who.language, words, settings.SANBAO["brand"])
    channel = SMS if who.phone else MAIL if who.email else PORTAL
    notice = Notice(
        number=new_number("NT"), customer=who, subject=subject, template=template, channel=channel,
        body=body, cause=cause, made_at=actor.at, due_at=actor.at, link="" if channel == PORTAL else link,
        # what is only shown on the portal has arrived as soon as it is there
        state=SENT if channel == PORTAL else QUEUED, sent_at=actor.at if channel == PORTAL else None,
    )  # fmt: skip
    if insert_new(notice):
        return notice.number
    return Notice.objects.values_list("number", flat=True).get(cause=cause, template=template)


def _words(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    words = {name: str(value) for name, value in facts.items() if value not in {None, ""}}
    chinese = language.lower().startswith("zh")
    if facts.get("at") is not None:
        words["when"] = rules.when(facts["at"], language, facts.get("zone") or rules.DEFAULT_ZONE)
    if facts.get("cents") is not None:
        words["amount"] = rules.amount(facts["cents"])
    if facts.get("reason") in rules.REASONS:
        words["reason"] = rules.REASONS[facts["reason"]][0 if chinese else 1]
    if facts.get("right") in rules.RIGHTS:
        words["right"] = rules.RIGHTS[facts["right"]][0 if chinese else 1]
        named = [rules.REMEDIES[code][0 if chinese else 1] for code in str(facts["remedies"]).split(",")]
        words["remedies"] = ("、" if chinese else " or ").join(named)
    words["outlet"] = words.get("outlet_zh" if chinese else "outlet_en", words.get("outlet_zh", ""))
    return words


def send_due(actor: Actor, *, ways: Mapping[str, Gateway] | None = None, most: int = 50) -> int:
    """Send the notices that are due; return how many went out.

    A few at a time are claimed in one transaction, sent in none, marked in another: killed in between, they
    are sent again when the lease is over, under the same numbers. A failure waits longer each time; after
    the last one the notice stays on the staff page until somebody sends it again.

    Raises:
        NotAllowed.
        ValueError: an address in the settings cannot be read.
    """
    if actor.kind != SYSTEM:
        raise NotAllowed
    doors = ways if ways is not None else _ways()
    sent = 0
    for begun in range(0, most, GROUP):
        group = _claim(actor, min(GROUP, most - begun))
        sent += _send(actor, group, doors)
        if len(group) < GROUP:
            break
    return sent


def mail_staff(actor: Actor, *, number: str, to: str, subject: str, text: str) -> None:
    """Hand one e-mail to a member of staff over, at once; outside of every transaction.

    The same ``number`` lets the other side drop a second copy.

    Raises:
        NotAllowed.
        Exception: whatever the mail server raises; the caller tries again.
    """
    if actor.kind != SYSTEM:
        raise NotAllowed
    _ways()[MAIL].send(Letter(number, to, subject, text))


def _ways() -> Mapping[str, Gateway]:
    chosen = settings.SANBAO
    return ways_out(chosen["sms_url"], chosen["mail_url"], settings.HOME / "outbox")


@transaction.atomic
def _claim(actor: Actor, most: int) -> list[Notice]:
    due = Notice.objects.filter(state=QUEUED, due_at__lte=actor.at).order_by("due_at", "id")
    if connection.vendor == "postgresql":
        due = due.select_for_update(skip_locked=True)
    keys = list(due.values_list("pk", flat=True)[:most])
    lease = str(uuid.uuid4())
    Notice.objects.filter(pk__in=keys).update(
        lease=lease, due_at=actor.at + LEASE, attempts=F("attempts") + 1
    )
    mine = Notice.objects.filter(pk__in=keys, lease=lease).select_related("customer")
    return list(mine.order_by("pk"))


def _send(actor: Actor, group: list[Notice], ways: Mapping[str, Gateway]) -> int:
    """Send what was claimed, then mark it; return how many went out."""
    gone: list[Notice] = []
    try:
        for notice in group:
            if _hand_over(actor, notice, ways):
                gone.append(notice)  # noqa: PERF401 - what went out before a fault must be in the list
    finally:
        # what has gone is marked even where the next one stops the worker
        _mark(actor, gone, state=SENT, sent_at=actor.at, fault="", link="")
    return len(gone)


def _hand_over(actor: Actor, notice: Notice, ways: Mapping[str, Gateway]) -> bool:
    who = notice.customer
    to = who.phone if notice.channel == SMS else who.email
    if not to:
        _mark(actor, [notice], state=DROPPED, fault="no address any more", link="")
        return False
    subject = rules.subject_of(notice.template, who.language)
    try:
        body = rules.letter_of(notice.body, who.language, notice.link)
        ways[notice.channel].send(Letter(notice.number, to, subject, body))
    except Exception as fault:  # noqa: BLE001 - whatever a gateway raises is kept and shown, never lost
        _log.warning("notice %s failed: %s", notice.number, type(fault).__name__)
        _keep_fault(actor, notice, fault)
        return False
    return True


@transaction.atomic
def _mark(actor: Actor, notices: list[Notice], **changes: Any) -> None:
    for notice in notices:
        seen = {"lease": notice.lease, "state": QUEUED}
        if change_if(notice, seen=seen, changes={"lease": "", **changes}):
            _record(actor, notice, f"notice.{changes['state']}")


def _keep_fault(actor: Actor, notice: Notice, fault: Exception) -> None:
    # only the kind of failure: what a gateway says may hold the customer's number
    kept = type(fault).__name__[:_FAULT_LENGTH]
    if notice.attempts >= MOST_ATTEMPTS:
        _mark(actor, [notice], state=FAILED, fault=kept)
        return
    mine = Notice.objects.filter(pk=notice.pk, lease=notice.lease, state=QUEUED)
    mine.update(lease="", fault=kept, due_at=actor.at + pause_after(notice.attempts))


@transaction.atomic
def resend(actor: Actor, number: str) -> None:
    """Send a failed notice out again, from its first attempt.

    Raises:
        Missing, NotAllowed, NotFailed.
    """
    notice: Notice = Notice.objects.pick(actor, number=number)
    require(actor, "conversations.answer")
    again = Notice.objects.filter(pk=notice.pk, state=FAILED)
    if not again.update(state=QUEUED, attempts=0, due_at=actor.at, lease=""):
        raise NotFailed
    _record(actor, notice, "notice.revived")


@transaction.atomic
def drop_for_customer(actor: Actor, customer: str) -> int:
    """Empty the notices to an erased customer and hold back the unsent; return how many.

    Safe to run twice.
    """
    if actor.kind != SYSTEM:
        require(actor, "registry.erase")
    theirs = Notice.objects.filter(customer__number=customer)
    theirs.filter(state__in=(QUEUED, FAILED)).update(state=DROPPED, lease="")
    return theirs.update(body="", link="")


def _record(actor: Actor, notice: Notice, event: str) -> None:
    append(
        notice.subject, event, actor, notice=notice.number, template=notice.template, channel=notice.channel
    )
