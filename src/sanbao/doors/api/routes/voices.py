"""What customers say: texts in, sentences out."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.schemas import Body, Page
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


class BooksOut(Schema):
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
    since: date | None = None
    until: date | None = None
    after: str = Field("", max_length=80)
    limit: int = Field(50, ge=1, le=100)


class PassageOut(Schema):
    """A passage in its surroundings; personal data is hidden."""

    before: str
    span: str
    after: str


class SentenceOut(Schema):
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


@router.post("/feedback", response={201: BooksOut}, operation_id="add_feedback")
@once
def add_feedback(request: HttpRequest, body: TextsIn) -> dict[str, Any]:
    """Store texts; those already known are counted as duplicates. The worker reads them."""
    rows = [Row(**row.dict()) for row in body.rows]
    card = services.add_texts(actor_of(request), rows=rows, name=body.name, origin=body.origin)
    return {name: getattr(card, name) for name in BooksOut.model_fields}


@router.get("/feedback/sentences", response=Page[SentenceOut], operation_id="list_sentences")
def list_sentences(request: HttpRequest, where: Query[SentencesIn]) -> Any:
    """Sentences behind a figure, newest first; personal data is hidden."""
    scope = queries.Scope(since=where.since, until=where.until, outlet=where.outlet)
    found = queries.sentences(
        actor_of(request),
        scope,
        aspect=where.aspect,
        polarity=where.polarity,
        after=where.after,
        most=where.limit,
    )
    return {"items": found.rows, "next": found.after}
