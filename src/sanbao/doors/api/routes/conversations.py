"""Threads and messages."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.schemas import Body, Made, Out, Page, limited
from sanbao.rooms.conversations import queries, services

router = Router()


class ThreadRow(Out):
    """One line of the inbox."""

    number: str
    subject: str
    channel: str
    state: str
    customer: str
    outlet: str
    last_words: str
    last_at: datetime
    answer_due_at: datetime | None
    overdue: bool


class MessageOut(Out):
    """One message."""

    number: str
    direction: str
    channel: str
    author_name: str
    body: str
    at: datetime


class ThreadOut(Out):
    """A whole talk."""

    row: ThreadRow
    messages: list[MessageOut]
    moves: list[str]


class IncomingIn(Body):
    """A message that came in elsewhere; the same ``external_id`` counts once."""

    customer: str = Field(max_length=20)
    channel: str = Field("mail", max_length=8)
    body: str = Field(max_length=20_000)
    external_id: str = Field(max_length=120)
    subject: str = Field("", max_length=20)


class WordsIn(Body):
    """What to say."""

    body: str = Field(max_length=20_000)


class CallIn(Body):
    """A telephone call; the summary is for the house alone."""

    customer: str = Field("", max_length=20)
    phone: str = Field("", max_length=30)
    name: str = Field("", max_length=80)
    inbound: bool = True
    seconds: int = Field(0, ge=0, le=43_200)
    recording_consent: bool | None = None
    summary: str = Field("", max_length=20_000)
    subject: str = Field("", max_length=20)
    follow_up: bool = False
    started_at: datetime | None = None


@router.get("/threads", response=Page[ThreadRow], operation_id="list_threads")
def list_threads(request: HttpRequest, after: str = "", limit: int = 50, outlet: str = "") -> Any:
    """Threads that wait for an answer, the earliest due first."""
    found = queries.inbox(actor_of(request), after, most=limited(limit), outlet=outlet)
    return {"items": found.rows, "next": found.after}


@router.get("/threads/{number}", response=ThreadOut, operation_id="get_thread")
def get_thread(request: HttpRequest, number: str) -> Any:
    """One thread with its messages."""
    return queries.thread(actor_of(request), number)


@router.post("/messages", response={201: Made}, operation_id="receive_message")
@once
def receive_message(request: HttpRequest, body: IncomingIn) -> dict[str, Any]:
    """Put down a message that came in from outside."""
    written = services.receive(actor_of(request), **body.dict())
    return {"number": written.message, "thread": written.thread}


@router.post("/threads/{number}/messages", response={201: Made}, operation_id="answer_thread")
@once
def answer_thread(request: HttpRequest, number: str, body: WordsIn) -> dict[str, Any]:
    """Answer a thread."""
    return {"number": services.answer(actor_of(request), number, body=body.body)}


@router.post("/threads/{number}/notes", response={201: Made}, operation_id="note_thread")
@once
def note_thread(request: HttpRequest, number: str, body: WordsIn) -> dict[str, Any]:
    """Write a note that only staff can read."""
    return {"number": services.note(actor_of(request), number, body=body.body)}


@router.post("/threads/{number}/close", response={201: Made}, operation_id="close_thread")
@once
def close_thread(request: HttpRequest, number: str) -> dict[str, Any]:
    """Close a thread; a new message opens it again."""
    services.close(actor_of(request), number)
    return {"number": number}


@router.post("/calls", response={201: Made}, operation_id="log_call")
@once
def log_call(request: HttpRequest, body: CallIn) -> dict[str, Any]:
    """Log a telephone call with a known customer, or with a number; returns its thread."""
    return {"number": services.log_call(actor_of(request), **body.dict())}


@router.post("/notices/{number}/resend", response={201: Made}, operation_id="resend_notice")
@once
def resend_notice(request: HttpRequest, number: str) -> dict[str, Any]:
    """Send a notice that did not arrive once more."""
    services.resend(actor_of(request), number)
    return {"number": number}
