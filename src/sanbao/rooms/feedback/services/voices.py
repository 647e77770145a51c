"""Texts that come from other rooms, and the end of a person's texts."""

import hashlib
import secrets
from datetime import date, datetime

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.base.ids import new_number
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.feedback.adapters import bulk
from sanbao.rooms.feedback.models import Mention, Survey, Voice
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
) -> str:
    """Keep the words said about one order or case as a text and return its number; the first ones stay.

    Writes no fact: the verb that calls it does.
    """
    mark = hashlib.blake2b(f"{origin}\x1f{subject}".encode(), digest_size=16).hexdigest()
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


def _day(at: datetime) -> date:
    return at.date()


@transaction.atomic
def erase_voices(actor: Actor, customer: str) -> int:
    """Empty everything this person wrote; return how many texts. Counts stay, words and evidence go.

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
    words = Survey.objects.filter(order__customer__number=customer).exclude(words="").update(words="")
    if keys or words:
        ledger.append(customer, "feedback.erased", actor, texts=len(keys), surveys=words)
    return len(keys)
