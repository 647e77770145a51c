"""The question after a visit: sent once per order, answered once by its owner or by who holds its link."""

import secrets
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.base.ids import new_number
from sanbao.rooms.conversations import services as conversations
from sanbao.rooms.feedback.errors import SurveyClosed
from sanbao.rooms.feedback.models import Survey
from sanbao.rooms.feedback.rules import LONGEST_TEXT, link_hash, unkeepable
from sanbao.rooms.feedback.services.voices import put_voice
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.repairs.models import Order

OPEN_FOR: Final = timedelta(days=30)
_LINK_BYTES: Final = 16
"""128 bits: not to be guessed, and short enough for an SMS."""
_READ: Final = ("order__customer", "order__device", "order__outlet")
_STARS: Final = range(1, 6)


@transaction.atomic
def send_survey(actor: Actor, order: str) -> str:
    """Ask the owner of a returned order how it was; return the survey's number, the same one each time.

    One notice says that the device is back and carries a link by which the question can be answered without
    signing in, once, for 30 days. Only the link's hash is kept here. An installation that does not know its
    public address sends the notice without a link.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.import", outlet="*")
    row: Order = Order.objects.select_related("customer").pick(actor, number=order)
    pattern = settings.SANBAO["survey_link"]
    token = secrets.token_urlsafe(_LINK_BYTES)
    survey, fresh = Survey.objects.get_or_create(
        order=row,
        defaults={
            "number": new_number("SV"),
            "sent_at": actor.at,
            "closes_at": actor.at + OPEN_FOR,
            "link_hash": link_hash(token) if pattern else None,
        },
    )
    if fresh:
        cause = ledger.append(survey.number, "survey.sent", actor, order=order, closes_at=survey.closes_at)
        conversations.tell(
            actor, customer=row.customer.number, subject=row.number, template="repair.returned", cause=cause,
            facts={"number": row.number}, link=pattern % token if pattern else "",
        )  # fmt: skip
    return str(survey.number)


@transaction.atomic
def answer_survey(
    actor: Actor,
    number: str,
    *,
    stars: int,
    in_time: bool | None = None,
    solved: bool | None = None,
    words: str = "",
) -> str:
    """Keep the owner's answer, their words among the texts; return the survey's number.

    Raises:
        Missing, NotAllowed: it is somebody else's.
        SurveyClosed: it was answered before, or is older than 30 days.
        Invalid: the stars, or the words.
        Overtaken.
    """
    survey: Survey = Survey.objects.visible_to(actor).select_related(*_READ).pick(actor, number=number)
    if not (actor.is_owner or actor.kind == "system"):
        raise NotAllowed(grant="owner")
    return _keep(actor, survey, stars=stars, in_time=in_time, solved=solved, words=words)


@transaction.atomic
def answer_by_link(
    actor: Actor,
    token: str,
    *,
    stars: int,
    in_time: bool | None = None,
    solved: bool | None = None,
    words: str = "",
) -> str:
    """Keep the answer of whoever holds the link that was sent; return the survey's number.

    The link is all it takes, so nobody needs a grant; it answers one question, once.

    Raises:
        Missing: there is no such link.
        SurveyClosed, Invalid, Overtaken: as for the owner who has signed in.
    """
    survey = Survey.objects.select_related(*_READ).filter(link_hash=link_hash(token)).first()
    if survey is None:
        raise Missing
    return _keep(actor, survey, by_link=True, stars=stars, in_time=in_time, solved=solved, words=words)


def _keep(
    actor: Actor,
    survey: Survey,
    *,
    stars: int,
    in_time: bool | None,
    solved: bool | None,
    words: str,
    **way: Any,
) -> str:
    if survey.answered_at is not None or actor.at > survey.closes_at:
        raise SurveyClosed(field="survey")
    words = _checked(stars, words)
    compare_and_set(
        survey,
        seen={"answered_at": None},
        changes={
            "stars": stars,
            "in_time": in_time,
            "solved": solved,
            "words": words,
            "answered_at": actor.at,
        },
    )
    if words:
        _keep_words(actor, survey, stars, words)
    ledger.append(
        survey.number,
        "survey.answered",
        actor,
        order=survey.order.number,
        stars=stars,
        in_time=in_time,
        solved=solved,
        **way,
    )
    return str(survey.number)


def _keep_words(actor: Actor, survey: Survey, stars: int, words: str) -> None:
    put_voice(
        actor,
        origin="survey",
        subject=survey.order.number,
        text=words,
        stars=stars,
        customer=survey.order.customer.number,
        outlet=survey.order.outlet_id,
        said_on=actor.at.date(),
    )


def _checked(stars: int, words: str) -> str:
    if stars not in _STARS:
        raise Invalid("Choose one to five stars.", field="stars")
    tidy = words.strip()
    if unkeepable(tidy):
        raise Invalid("There are characters in it that cannot be kept.", field="words")
    if len(tidy) > LONGEST_TEXT:
        raise Invalid("These are more than %(most)s characters.", field="words", most=LONGEST_TEXT)
    return tidy
