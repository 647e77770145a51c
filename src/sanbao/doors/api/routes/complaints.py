"""Complaints: filed with a demand, listed by the time that is left, answered in a fixed shape."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.schemas import MOST_CENTS, Body, FactOut, Made, Out, Page, cut, limited
from sanbao.rooms.complaints import queries, services
from sanbao.rooms.ledger import queries as ledger

router = Router()


class ComplaintIn(Body):
    """A complaint with a definite demand."""

    customer: str = Field("", max_length=20, examples=["CU-0000-0001-5"])
    demand: str = Field(examples=["refund", "exchange", "repair", "compensation", "apology", "other"])
    demand_cents: int | None = Field(None, ge=0, le=MOST_CENTS)
    words: str = Field(max_length=20_000)
    device: str = Field("", max_length=20)
    order: str = Field("", max_length=20)
    outlet: str = Field("", max_length=12)
    channel: str = Field("phone", max_length=10)


class ComplaintRow(Out):
    """One line of the desk."""

    number: str
    state: str
    channel: str
    demand: str
    demand_cents: int | None
    excerpt: str
    customer: str
    outlet: str
    order: str
    handler: str
    filed_at: datetime
    answer_due_at: datetime
    outer_due_at: datetime
    next_clock: str
    provisional: bool
    overdue: bool


class ClockOut(Out):
    """One reply clock."""

    clock: str
    started_at: datetime
    due_at: datetime
    provisional: bool
    met_at: datetime | None
    running: bool
    late: bool


class ReplyOut(Out):
    """An answer in its fixed shape."""

    decision: str
    facts_found: str
    rule: str
    next_step: str
    by_when: date | None
    at: datetime


class ComplaintOut(Out):
    """A whole case."""

    row: ComplaintRow
    words: str
    clocks: list[ClockOut]
    replies: list[ReplyOut]
    moves: list[str]


class DeadlineOut(Out):
    """How a due time was worked out."""

    case: str
    clock: str
    started_at: datetime
    due_at: datetime
    zone: str
    provisional: bool
    steps: list[dict[str, Any]]
    words_zh: list[str]
    words_en: list[str]


class AnswerIn(Body):
    """An answer: facts found, rule, decision, what happens next, by when."""

    decision: str = Field(examples=["granted", "partly", "refused", "explained"])
    facts_found: str = Field(max_length=10_000)
    rule: str = Field(max_length=10_000)
    next_step: str = Field(max_length=10_000)
    by_when: date | None = None


class ReasonIn(Body):
    """Why, in plain words."""

    words: str = Field(max_length=10_000)


@router.get("/complaints", response=Page[ComplaintRow], operation_id="list_open_complaints")
def list_open_complaints(request: HttpRequest, after: str = "", limit: int = 50, outlet: str = "") -> Any:
    """Open cases, the least time left first."""
    found = queries.queue(actor_of(request), after, most=limited(limit), outlet=outlet)
    return {"items": found.rows, "next": found.after}


@router.post("/complaints", response={201: Made}, operation_id="file_complaint")
@once
def file_complaint(request: HttpRequest, body: ComplaintIn) -> dict[str, Any]:
    """File a complaint for a customer; its clocks start now."""
    return {"number": services.file(actor_of(request), **body.dict())}


@router.get("/complaints/{number}", response=ComplaintOut, operation_id="get_complaint")
def get_complaint(request: HttpRequest, number: str) -> Any:
    """One case with its clocks and answers."""
    return queries.case(actor_of(request), number)


@router.get("/complaints/{number}/timeline", response=Page[FactOut], operation_id="list_complaint_facts")
def timeline(request: HttpRequest, number: str, after: str = "", limit: int = 50) -> Any:
    """What the ledger holds about a case, oldest first."""
    return cut(ledger.timeline(queries.case(actor_of(request), number).row.number), after, limit)


@router.get(
    "/complaints/{number}/deadlines/{clock}",
    response=DeadlineOut,
    operation_id="explain_deadline",
)
def explain_deadline(request: HttpRequest, number: str, clock: str) -> Any:
    """Why a reply is due when it is due, step by step."""
    return queries.deadline(actor_of(request), number, clock)


@router.post("/complaints/{number}/take", response={201: Made}, operation_id="take_complaint")
@once
def take_complaint(request: HttpRequest, number: str) -> dict[str, Any]:
    """Take a case."""
    services.take(actor_of(request), number)
    return {"number": number}


@router.post("/complaints/{number}/answer", response={201: Made}, operation_id="answer_complaint")
@once
def answer_complaint(request: HttpRequest, number: str, body: AnswerIn) -> dict[str, Any]:
    """Answer a case."""
    services.answer(actor_of(request), number, **body.dict())
    return {"number": number}


@router.post("/complaints/{number}/accept", response={201: Made}, operation_id="accept_answer")
@once
def accept_answer(request: HttpRequest, number: str) -> dict[str, Any]:
    """Put down that the owner accepts the answer."""
    services.accept(actor_of(request), number)
    return {"number": number}


@router.post("/complaints/{number}/dispute", response={201: Made}, operation_id="dispute_answer")
@once
def dispute_answer(request: HttpRequest, number: str, body: ReasonIn) -> dict[str, Any]:
    """Put down that the owner does not accept the answer; the clock of the decision starts anew."""
    services.dispute(actor_of(request), number, words=body.words)
    return {"number": number}


@router.post("/complaints/{number}/withdraw", response={201: Made}, operation_id="withdraw_complaint")
@once
def withdraw_complaint(request: HttpRequest, number: str) -> dict[str, Any]:
    """Put down that the owner wants no answer any more."""
    services.withdraw(actor_of(request), number)
    return {"number": number}


@router.post("/complaints/{number}/close", response={201: Made}, operation_id="close_complaint")
@once
def close_complaint(request: HttpRequest, number: str, body: ReasonIn) -> dict[str, Any]:
    """Close a case, saying why."""
    services.close(actor_of(request), number, words=body.words)
    return {"number": number}
