"""The evaluation: as a page, as a file, and as editions that stay what they were."""

import json
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.formats import chinese, day
from sanbao.doors.ui.once import once
from sanbao.doors.ui.paper import paper
from sanbao.doors.workbench.asking import page, staff_only
from sanbao.rooms.feedback import queries, services

KINDS: Final = {"html": "text/html", "pdf": "application/pdf", "json": "application/json"}
_ON_PAPER: Final = 12
"""Sentences behind each number in the PDF; the page and the HTML file have up to fifty."""


@require_GET
@staff_only
def report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the evaluation as an article whose numbers lead to their sentences."""
    since, until = _day(request, "since"), _day(request, "until")
    found = queries.report(actor, since=since, until=until)
    days = {"since": since.isoformat() if since else "", "until": until.isoformat() if until else ""}
    context = {"report": found, "linked": f"&{urlencode({k: v for k, v in days.items() if v})}", **days}
    return page(request, "workbench/report.html", context)


@require_GET
@staff_only
def report_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand the evaluation out as one file: HTML, PDF, or the figures themselves."""
    found = queries.report(actor, since=_day(request, "since"), until=_day(request, "until"))
    return _file(found, request.GET.get("as", "html"), f"sanbao-report-{found.made_at:%Y-%m-%d}", "")


@require_POST
@staff_only
def keep(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep the evaluation as it is now."""
    since, until = _day(request, "since"), _day(request, "until")
    number = once(request, lambda: services.keep_report(actor, since=since, until=until))
    tell(request, _("Kept as it is now, as edition %(number)s.") % {"number": number})
    return redirect("workbench:edition", number=number)


@require_GET
@staff_only
def editions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the editions, the newest first."""
    found = queries.editions(actor, request.GET.get("after", ""))
    return page(request, "workbench/editions.html", {"found": found})


@require_GET
@staff_only
def edition(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show one edition as it was."""
    found = queries.edition(actor, number)
    return page(request, "workbench/edition.html", {"card": found.card, "report": found.report, "linked": ""})


@require_GET
@staff_only
def edition_file(_request: HttpRequest, actor: Actor, number: str, kind: str) -> HttpResponse:
    """Hand one edition out as a file; the same edition gives the same bytes each time."""
    found = queries.edition(actor, number)
    return _file(found.report, kind, f"sanbao-report-{found.card.number}", found.card.number)


def _file(found: queries.Report, kind: str, name: str, number: str) -> HttpResponse:
    if kind not in KINDS:
        raise Missing
    return HttpResponse(
        _drawn(found, kind, number),
        content_type=f"{KINDS[kind]}; charset=utf-8" if kind != "pdf" else KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


def _drawn(found: queries.Report, kind: str, number: str) -> str | bytes:
    if kind == "json":
        return json.dumps(queries.as_record(found), ensure_ascii=False, sort_keys=True, indent=1)
    facts: dict[str, Any] = {"report": found, "linked": ""}
    if kind == "html":
        return render_to_string("workbench/report_file.html", facts)
    return paper(
        render_to_string("workbench/report_article.html", {**facts, "most": _ON_PAPER}),
        lang="zh" if chinese() else "en",
        title=_("%(brand)s after sales: what customers say, and how complaints are handled")
        % {"brand": found.brand or _("This brand")},
        footer=" · ".join(part for part in (found.brand, day(found.made_at.date()), number) if part),
    )


def _day(request: HttpRequest, name: str) -> date | None:
    given = request.POST.get(name) or request.GET.get(name) or ""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


urls: list[URLPattern] = [
    path("report/", report, name="report"),
    path("report/file/", report_file, name="report_file"),
    path("report/keep/", keep, name="report_keep"),
    path("report/editions/", editions, name="editions"),
    path("report/editions/<str:number>/", edition, name="edition"),
    path("report/editions/<str:number>/report.<str:kind>", edition_file, name="edition_file"),
]
"""Included by the workbench's addresses."""
