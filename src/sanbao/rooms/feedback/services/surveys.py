"""The question after a visit: sent once per order, answered once by its owner."""

from datetime import timedelta
from typing import Final

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set
from sanbao.base.errors import Invalid, NotAllowed
from sanbao.base.ids import new_number
from sanbao.rooms.feedback.errors import SurveyClosed
from sanbao.rooms.feedback.models import Survey
from sanbao.rooms.feedback.rules import LONGEST_TEXT, unkeepable
from sanbao.rooms.feedback.services.voices import put_voice
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.repairs.models import Order

OPEN_FOR: Final = timedelta(days=14)
_STARS: Final = range(1, 6)


@transaction.atomic
def send_survey(actor: Actor, order: str) -> str:
    """Ask the owner of a returned order how it was; return the survey's number, the same one each time.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.import", outlet="*")
    row: Order = Order.objects.pick(actor, number=order)
    survey, fresh = Survey.objects.get_or_create(
        order=row,
        defaults={"number": new_number("SV"), "sent_at": actor.at, "closes_at": actor.at + OPEN_FOR},
    )
    if fresh:
        ledger.append(survey.number, "survey.sent", actor, order=order, closes_at=survey.closes_at)
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
        SurveyClosed: it was answered before, or is older than two weeks.
        Invalid: the stars, or the words.
        Overtaken.
    """
    survey: Survey = (
        Survey.objects.visible_to(actor)
        .select_related("order__customer", "order__device")
        .pick(actor, number=number)
    )
    if not (actor.is_owner or actor.kind == "system"):
        raise NotAllowed(grant="owner")
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
    )
    return survey.number


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
