"""Texts that come from other rooms, and the end of a person's texts."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from sanbao.base.actor import Actor, require
from sanbao.base.ids import new_number
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.conversations import queries as conversations
from sanbao.rooms.feedback.adapters import bulk
from sanbao.rooms.feedback.models import Label, Lesson, Mention, Objection, Survey, Voice
from sanbao.rooms.feedback.rules import LONGEST_TEXT
from sanbao.rooms.feedback.services.editions import empty_passages
from sanbao.rooms.feedback.states import SETTLED
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry.models import Customer


def put_voice(
    actor: Actor,
    *,
    origin: str,
    subject: str,
    text: str,
    stars: int | None = None,
    customer: str = "",
    outlet: str = "",
    product: str = "",
    said_on: date | None = None,
    part: str = "",
) -> str:
    """Keep the words said about one order, case or talk as a text and return its number; the first ones stay.

    ``part`` tells several texts about the same apart. Writes no fact: the verb that calls it does.
    """
    mark = _mark(origin, subject, part)
    known = Voice.objects.filter(fingerprint=mark).values_list("number", flat=True).first()
    if known:
        return str(known)
    voice: Voice = Voice.objects.create(
        number=new_number("VO"),
        origin=origin,
        fingerprint=mark,
        text=text,
        stars=stars,
        product_name=product,
        outlet_id=outlet or None,
        customer=Customer.objects.filter(number=customer).first() if customer else None,
        subject=subject,
        said_on=said_on,
        stored_at=actor.at,
    )
    return voice.number


@transaction.atomic
def add_complaint_words(actor: Actor, case: str) -> str:
    """Keep the words of a complaint among the texts; return the text's number, the same one each time.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.import", outlet="*")
    page = complaints.case(actor, case)
    row = page.row
    fresh = not Voice.objects.filter(subject=case, origin="complaint").exists()
    number = put_voice(
        actor,
        origin="complaint",
        subject=case,
        text=page.words,
        customer=row.customer,
        outlet=row.outlet,
        product=row.product_zh,
        said_on=_day(row.filed_at),
    )
    if fresh:
        ledger.append(number, "feedback.voice_kept", actor, origin="complaint", about=case)
    return number


@transaction.atomic
def add_dispute_words(actor: Actor, case: str) -> int:
    """Keep what the owner said against the answers to a complaint; return how many texts are new.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.import", outlet="*")
    page = complaints.case(actor, case)
    said = [(str(turn), reply) for turn, reply in enumerate(page.replies) if reply.view_words]
    return sum(
        _keep_new(
            actor,
            "complaint",
            case,
            f"dispute{turn}",
            reply.view_words,
            page.row,
            reply.view_at or reply.at,
        )
        for turn, reply in said
    )


@transaction.atomic
def add_talk(actor: Actor, thread: str) -> int:
    """Keep what the customer wrote in a talk that was closed; return how many texts are new: one or none.

    What they wrote since the last time it was closed is one text.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.import", outlet="*")
    page = conversations.thread(actor, thread)
    kept = Voice.objects.filter(subject=thread, origin="chat").order_by("-id")
    last: datetime | None = kept.values_list("stored_at", flat=True).first()
    said = [m for m in page.messages if m.direction == "in" and m.body.strip() and (not last or m.at > last)]
    if not said:
        return 0
    words = "\n".join(message.body.strip() for message in said)[:LONGEST_TEXT]
    return _keep_new(actor, "chat", thread, said[0].number, words, page.row, said[0].at)


@transaction.atomic
def add_call_notes(actor: Actor, thread: str) -> int:
    """Keep the notes of the calls in a talk, the agent's words, each as a text; return how many are new.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.import", outlet="*")
    page = conversations.thread(actor, thread)
    return sum(
        _keep_new(
            actor,
            "call",
            thread,
            call.started_at.isoformat(),
            call.summary,
            page.row,
            call.started_at,
        )
        for call in page.calls
        if call.summary.strip()
    )


def _keep_new(actor: Actor, origin: str, subject: str, part: str, text: str, row: Any, at: datetime) -> int:
    """Keep a text with one fact, unless it is there; return how many were kept."""
    if Voice.objects.filter(fingerprint=_mark(origin, subject, part)).exists():
        return 0
    number = put_voice(
        actor,
        origin=origin,
        subject=subject,
        text=text,
        customer=row.customer,
        outlet=row.outlet,
        product=getattr(row, "product_zh", ""),
        said_on=_day(at),
        part=part,
    )
    ledger.append(number, "feedback.voice_kept", actor, origin=origin, about=subject)
    return 1


def _mark(origin: str, subject: str, part: str) -> str:
    parts = (origin, subject, part) if part else (origin, subject)
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


@transaction.atomic
def erase_voices(actor: Actor, customer: str) -> int:
    """Empty everything this person wrote; return how many texts. Counts stay, words and evidence go.

    What readers marked in them goes as well; of labels that stand, only which aspects there were is kept.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.import", outlet="*")
    theirs = Voice.objects.filter(customer__number=customer, erased_at__isnull=True)
    keys = list(theirs.values_list("pk", flat=True))
    Mention.objects.filter(voice__in=keys).update(reasons=[], start=0, end=0)
    for key in keys:
        Voice.objects.filter(pk=key).update(
            text="", external_id="", fingerprint=secrets.token_hex(16), customer=None, erased_at=actor.at
        )
    bulk.forget_words(keys)
    _forget_labels(keys)
    empty_passages(keys)
    asked = Survey.objects.filter(order__customer__number=customer)
    asked.update(link_hash=None)
    words = asked.exclude(words="").update(words="")
    if keys or words:
        ledger.append(customer, "feedback.erased", actor, texts=len(keys), surveys=words)
    return len(keys)


def _forget_labels(keys: Sequence[int]) -> None:
    Objection.objects.filter(voice__in=keys).delete()
    Label.objects.filter(lesson__voice__in=keys).delete()
    lessons = Lesson.objects.filter(voice__in=keys)
    lessons.exclude(state=SETTLED).delete()
    for lesson in lessons:
        Lesson.objects.filter(pk=lesson.pk).update(
            aspects=[[code, sign, 0, 0] for code, sign, _start, _end in lesson.aspects]
        )
