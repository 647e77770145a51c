"""Reads of surveys."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Q

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.rooms.feedback.models import Survey
from sanbao.rooms.feedback.queries.scope import Scope
from sanbao.rooms.feedback.rules import Share, link_hash, share

_GOOD = 4


@dataclass(frozen=True, slots=True)
class SurveyCard:
    """The question after one order; ``open`` while it can still be answered."""

    number: str
    order: str
    outlet: str
    stars: int | None
    in_time: bool | None
    solved: bool | None
    words: str
    sent_at: datetime
    closes_at: datetime
    answered_at: datetime | None
    open: bool


@dataclass(frozen=True, slots=True)
class LinkedSurvey:
    """What somebody may see who holds nothing but the link: what it is about, and nobody's name."""

    order: str
    product_zh: str
    product_en: str
    outlet_zh: str
    outlet_en: str
    answered: bool
    open: bool


@dataclass(frozen=True, slots=True)
class SurveyFigures:
    """Answers to the surveys of a scope: how many were asked and answered, and what was said."""

    answered: Share
    good: Share
    in_time: Share
    solved: Share
    mean_stars: float | None


def survey(actor: Actor, number: str) -> SurveyCard:
    """Return one survey; one query.

    Raises:
        Missing.
    """
    return _card(actor, Survey.objects.select_related("order").pick(actor, number=number))


def survey_by_link(actor: Actor, token: str) -> LinkedSurvey:
    """Return the survey that a link leads to, for whoever holds it; one query.

    Raises:
        Missing.
    """
    linked = Survey.objects.filter(link_hash=link_hash(token))
    row = linked.select_related("order__device__product", "order__outlet").first()
    if row is None:
        raise Missing
    product, place = row.order.device.product, row.order.outlet
    return LinkedSurvey(
        row.order.number,
        product.name_zh if product else "",
        product.name_en if product else "",
        place.name_zh,
        place.name_en,
        row.answered_at is not None,
        row.answered_at is None and actor.at <= row.closes_at,
    )


def survey_of(actor: Actor, order: str) -> SurveyCard | None:
    """Return the survey of an order, or None while there is none; one query."""
    row = Survey.objects.visible_to(actor).select_related("order").filter(order__number=order).first()
    return None if row is None else _card(actor, row)


def _card(actor: Actor, row: Survey) -> SurveyCard:
    return SurveyCard(
        row.number,
        row.order.number,
        row.order.outlet_id,
        row.stars,
        row.in_time,
        row.solved,
        row.words,
        row.sent_at,
        row.closes_at,
        row.answered_at,
        row.answered_at is None and actor.at <= row.closes_at,
    )


def survey_figures(actor: Actor, scope: Scope | None = None) -> SurveyFigures:
    """Return the answers of a scope, by the day the survey was sent; one query."""
    scope = scope or Scope()
    rows = Survey.objects.visible_to(actor)
    if scope.since:
        rows = rows.filter(sent_at__date__gte=scope.since)
    if scope.until:
        rows = rows.filter(sent_at__date__lte=scope.until)
    if scope.outlet:
        rows = rows.filter(order__outlet_id=scope.outlet)
    found = rows.aggregate(
        sent=Count("id"),
        back=Count("answered_at"),
        good=Count("id", filter=Q(stars__gte=_GOOD)),
        kept=Count("id", filter=Q(in_time=True)),
        kept_said=Count("in_time"),
        mended=Count("id", filter=Q(solved=True)),
        mended_said=Count("solved"),
        mean=Avg("stars"),
    )
    return SurveyFigures(
        share(found["back"], found["sent"]),
        share(found["good"], found["back"]),
        share(found["kept"], found["kept_said"]),
        share(found["mended"], found["mended_said"]),
        found["mean"],
    )
