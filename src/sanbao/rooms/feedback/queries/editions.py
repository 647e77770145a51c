"""Reads of kept reports: the list, and one as it was."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from sanbao.base.actor import Actor, require
from sanbao.rooms.feedback.models import Edition
from sanbao.rooms.feedback.queries.report import Report, from_record


@dataclass(frozen=True, slots=True)
class EditionCard:
    """One kept report in the list; ``erased`` of its sentences lost their words since."""

    number: str
    since: date | None
    until: date | None
    monthly: bool
    texts: int
    made_at: datetime
    hash: str
    erased: int


@dataclass(frozen=True, slots=True)
class EditionPage:
    """One kept report whole."""

    card: EditionCard
    report: Report


@dataclass(frozen=True, slots=True)
class EditionList:
    """One page of kept reports; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[EditionCard, ...]
    after: str


def editions(actor: Actor, after: str = "", *, most: int = 50) -> EditionList:
    """Return the kept reports this actor may see, the newest first; one query.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.report")
    rows = _counted(Edition.objects.visible_to(actor)).defer("record").order_by("-id")
    if after.isdecimal():
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: most + 1])
    return EditionList(tuple(map(_card, found[:most])), str(found[most - 1].pk) if len(found) > most else "")


def edition(actor: Actor, number: str) -> EditionPage:
    """Return a kept report as it was, without the words of people erased since; two queries.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.report")
    row = _counted(Edition.objects.all()).pick(actor, number=number)
    drawn: dict[str, list[dict[str, Any]]] = {}
    for part, record in row.passages.order_by("part", "place").values_list("part", "record"):
        drawn.setdefault(part, []).append(record)
    return EditionPage(_card(row), from_record({**row.record, "drawn": drawn}))


def _counted(rows: Any) -> Any:
    return rows.annotate(emptied=Count("passages", filter=Q(passages__erased=True)))


def _card(row: Any) -> EditionCard:
    return EditionCard(
        row.number, row.since, row.until, row.monthly, row.texts, row.made_at, row.hash, row.emptied
    )
