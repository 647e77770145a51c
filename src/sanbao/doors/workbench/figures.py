"""The manager's page: promises by outlet with n and interval, and where the planned day goes wrong."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from sanbao.base.actor import Actor, require
from sanbao.doors.ui import charts
from sanbao.doors.workbench import words
from sanbao.doors.workbench.asking import desk, page, staff_only
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.feedback.rules import Share, share
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.repairs import queries as repairs

SPANS: Final = (7, 28, 56)


@dataclass(frozen=True, slots=True)
class Row:
    """An outlet with its figures, its open complaints and how its service is spoken of."""

    figure: repairs.PromiseFigure
    kept: Share
    cases: int
    voice: feedback.OutletFigure | None


@require_GET
@staff_only
def promises(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show promises kept, due, breaching and waiting for a part, the worst outlet first."""
    require(actor, "repairs.see")
    require(actor, "feedback.report")
    asked = request.GET.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked[:3]) in SPANS else 28
    since = actor.at - timedelta(days=days)
    rows = _rows(actor, since)
    here = desk(request).code
    shown = [row for row in rows if not here or row.figure.outlet == here]
    facts = {
        "days": days,
        "spans": SPANS,
        "rows": shown,
        "total": _total(shown),
        "kept_chart": _chart(shown),
        "short": _short(actor, here),
        "reviewed": share(*repairs.review_outcomes(actor, since, here)),
        "rights": repairs.remedy_counts(actor, here),
    }
    return page(request, "workbench/figures.html", facts)


def _rows(actor: Actor, since: datetime) -> list[Row]:
    local = timezone.localtime(actor.at)
    evening = datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)
    load = complaints.outlet_load(actor) if actor.may("complaints.see") else {}
    scope = feedback.Scope(since=since.date())
    spoken = feedback.outlet_figures(actor, scope).rows if actor.may("feedback.see") else ()
    voices = {each.outlet: each for each in spoken}
    found = [
        Row(figure, share(figure.kept, figure.made), load.get(figure.outlet, 0), voices.get(figure.outlet))
        for figure in repairs.promises(actor, since, today_ends=evening)
    ]
    return sorted(found, key=lambda row: (row.kept.high, row.figure.outlet))


def _total(rows: Iterable[Row]) -> dict[str, Any]:
    figures = [row.figure for row in rows]
    kept = share(sum(each.kept for each in figures), sum(each.made for each in figures))
    sums = {
        name: sum(getattr(each, name) for each in figures)
        for name in ("due", "late", "waiting_part", "in_house")
    }
    return {"kept": kept, **sums}


def _chart(rows: Iterable[Row]) -> Any:
    bars = [
        charts.Bar(
            words.named(row.figure, "outlet"),
            row.kept.value * 100,
            row.kept.low * 100,
            row.kept.high * 100,
            row.kept.n,
        )
        for row in rows
        if row.kept.n
    ]
    return bars[:20]


def _short(actor: Actor, here: str) -> list[tuple[str, int, int]]:
    """Parts that are missing, with at how many outlets and how many pieces they used in four weeks."""
    if not actor.may("parts.see"):
        return []
    rows = [row for row in parts.shortage(actor, most=500) if not here or row.outlet == here]
    places = Counter(words.named(row) for row in rows)
    used = Counter({name: sum(row.used for row in rows if words.named(row) == name) for name in places})
    return [(name, places[name], n) for name, n in used.most_common(8)]
