"""Due times: when something is due, and every step of how that was counted."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from sanbao.doors.actors import actor_of
from sanbao.doors.api.schemas import Page
from sanbao.doors.ui.dues import due, dues

router = Router()


class StepOut(Schema):
    """One step of the working: a code, the days or moments it speaks of, an amount, a name."""

    code: str
    first: str
    last: str
    amount: int
    name: str
    who: str
    begin: datetime | None
    end: datetime | None


class DueOut(Schema):
    """One due time with its working, as codes and in both languages.

    ``state`` is running, held (the clock stands still), late, kept or over. ``binding``: a law sets it.
    """

    subject: str
    clock: str
    started_at: datetime | None
    due_at: datetime
    zone: str
    state: str
    provisional: bool
    binding: bool
    source: str
    steps: list[StepOut]
    words_zh: list[str]
    words_en: list[str]


@router.get("/deadlines/{subject}", response=Page[DueOut], operation_id="list_deadlines")
def list_deadlines(request: HttpRequest, subject: str) -> Any:
    """Every due time of a complaint, repair order, conversation, booking or survey."""
    return {"items": dues(actor_of(request), subject), "next": ""}


@router.get("/deadlines/{subject}/{clock}", response=DueOut, operation_id="get_deadline")
def get_deadline(request: HttpRequest, subject: str, clock: str) -> Any:
    """One due time: the newest of this name."""
    return due(actor_of(request), subject, clock)
