"""What customers say: texts in, sentences out."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from sanbao.base.actor import require
from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.schemas import Body, Out, Page
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.rules import Row

router = Router()


class TextIn(Body):
    """One text."""

    text: str = Field(max_length=20_000)
    stars: int | None = Field(None, ge=1, le=5)
    said_on: date | None = None
    product: str = Field("", max_length=200)
    outlet: str = Field("", max_length=12)
    external_id: str = Field("", max_length=80)


class TextsIn(Body):
    """Texts of one source."""

    name: str = Field(max_length=200)
    origin: str = Field("review", max_length=10)
    rows: list[TextIn] = Field(min_length=1, max_length=1_000)


class BooksOut(Out):
    """What became of the texts; ``read`` is the sum of the others."""

    number: str
    read: int
    stored: int
    rejected: int
    duplicates: int


class SentencesIn(Schema):
    """Which sentences."""

    aspect: str = Field("", max_length=2)
    polarity: int = Field(0, ge=-1, le=1)
    outlet: str = Field("", max_length=12)
    product: str = Field("", max_length=24)
    since: date | None = None
    until: date | None = None
    after: str = Field("", max_length=80)
    limit: int = Field(50, ge=1, le=100)


class PassageOut(Out):
    """A passage in its surroundings; personal data is hidden."""

    before: str
    span: str
    after: str


class SentenceOut(Out):
    """One passage where an aspect was found, and the words that moved the reader."""

    voice: str
    aspect: str
    polarity: int
    quote: PassageOut
    reasons: list[str]
    score: float
    origin: str
    outlet: str
    stars: int | None
    said_on: date | None


class FiguresIn(Schema):
    """Which texts are counted."""

    since: date | None = None
    until: date | None = None
    outlet: str = Field("", max_length=12)
    product: str = Field("", max_length=24)
    origin: str = Field("", max_length=10)


class EstimateOut(Out):
    """A share or a difference of shares with its 95 % bounds, and the texts behind it."""

    value: float
    low: float
    high: float
    n: float


class FigureOut(Out):
    """One thing said one way: so many of the texts, and what people would have counted where that is known.

    ``name`` is an aspect's code, a scenario or ``service``. ``reason`` says why a share is not corrected.
    """

    name: str
    polarity: int
    count: int
    share: EstimateOut
    corrected: EstimateOut | None
    reason: str
    change: EstimateOut
    stands_out: bool


class FiguresOut(Out):
    """All figures. With fewer than five texts there are none: somebody could be recognised."""

    read: int
    copies: int
    left_out: int
    labels: int
    items: list[FigureOut]


@router.post("/feedback", response={201: BooksOut}, operation_id="add_feedback")
@once
def add_feedback(request: HttpRequest, body: TextsIn) -> dict[str, Any]:
    """Store texts; those already known are counted as duplicates. The worker reads them."""
    rows = [Row(**row.dict()) for row in body.rows]
    card = services.add_texts(actor_of(request), rows=rows, name=body.name, origin=body.origin)
    return {name: getattr(card, name) for name in BooksOut.model_fields}


@router.get("/feedback/figures", response=FiguresOut, operation_id="list_figures")
def list_figures(request: HttpRequest, where: Query[FiguresIn]) -> Any:
    """Shares of texts that praise or blame each thing; changes compare four weeks with the twelve before."""
    actor = actor_of(request)
    require(actor, "feedback.see")
    scope = queries.Scope(where.since, where.until, where.outlet, where.origin, where.product)
    found = queries.voice_figures(
        actor, scope, whole_until=actor.at.date() - timedelta(days=actor.at.isoweekday())
    )
    figures = found.figures
    return {
        "read": figures.read,
        "copies": figures.copies,
        "left_out": figures.left_out,
        "labels": found.labels,
        "items": []
        if found.hidden or not figures.read
        else [_figure(moving) for moving in found.moving.values()],
    }


def _figure(moving: queries.Moving) -> dict[str, Any]:
    right = moving.corrected
    return {
        "name": moving.name,
        "polarity": moving.polarity,
        "count": moving.share.count,
        "share": moving.share,
        "corrected": right.share if right.sound else None,
        "reason": right.reason,
        "change": moving.change,
        "stands_out": moving.stands_out,
    }


@router.get("/feedback/sentences", response=Page[SentenceOut], operation_id="list_sentences")
def list_sentences(request: HttpRequest, where: Query[SentencesIn]) -> Any:
    """Sentences behind a figure, newest first; personal data is hidden."""
    scope = queries.Scope(where.since, where.until, where.outlet, product=where.product)
    found = queries.sentences(
        actor_of(request),
        scope,
        aspect=where.aspect,
        polarity=where.polarity,
        after=where.after,
        most=where.limit,
    )
    return {"items": found.rows, "next": found.after}
