"""What customers say, on the workbench: figures, the sentences behind them, the report."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from sanbao.base.actor import Actor, require
from sanbao.doors.ui import charts
from sanbao.doors.ui.formats import chinese
from sanbao.doors.workbench.asking import page, staff_only
from sanbao.engines.text import ASPECTS, SCENARIOS
from sanbao.rooms.feedback import queries
from sanbao.rooms.feedback.rules import Share, day_of
from sanbao.rooms.feedback.states import ORIGINS
from sanbao.rooms.outlets import queries as outlets

_MONTHS: Final = 12
_FACETS: Final = ("since", "until", "outlet", "origin")


@staff_only
def voice(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show three scenarios side by side, praise above and blame below."""
    require(actor, "feedback.see")
    scope = _scope(request)
    figures = queries.figures(actor, scope)
    main = [figures.scenario(key) for key in queries.MAIN_SCENARIOS]
    most = max(
        (100 * s.high for each in main for a in each.aspects for s in (a.praise, a.blame) if s.count),
        default=1,
    )
    context = {
        **_facets(request, scope),
        "figures": figures,
        "lanes": [(each, _bars(request, each, 1, most), _bars(request, each, -1, most)) for each in main],
        "months": _months(queries.by_month(actor, scope)[-_MONTHS:]),
        "outlet_rows": queries.outlet_figures(actor, scope),
    }
    return page(request, "workbench/voice.html", context)


@staff_only
def sentences(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the sentences behind one number, newest first."""
    require(actor, "feedback.see")
    scope = _scope(request)
    aspect = next((each for each in ASPECTS if each.code == request.GET.get("aspect")), None)
    scenario = request.GET.get("scenario", "") if request.GET.get("scenario") in SCENARIOS else ""
    polarity = {"1": 1, "-1": -1}.get(request.GET.get("polarity", ""), 0)
    found = queries.sentences(
        actor,
        scope,
        aspect=aspect.code if aspect else "",
        scenario=scenario,
        polarity=polarity,
        after=request.GET.get("after", ""),
    )
    context = {
        **_facets(request, scope),
        "aspect": aspect,
        "scenario": SCENARIOS.get(scenario),
        "polarity": polarity,
        "found": found,
        "quality": queries.quality_of(aspect.code) if aspect else None,
        "names": _outlet_names(),
    }
    return page(request, "workbench/voice_sentences.html", context)


@staff_only
def texts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show texts, all of a facet or those that hold some words."""
    require(actor, "feedback.see")
    scope, after = _scope(request), request.GET.get("after", "")
    sought = request.GET.get("words", "").strip()[:100]
    found = queries.search_text(actor, sought, after) if sought else queries.voices(actor, scope, after)
    context = {**_facets(request, scope), "sought": sought, "found": found, "names": _outlet_names()}
    return page(request, "workbench/voice_texts.html", context)


@staff_only
def text(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show one text whole with everything that was read in it."""
    require(actor, "feedback.see")
    found = queries.voice(actor, number)
    names = {each.code: (each.zh, each.en)[0 if chinese() else 1] for each in ASPECTS}
    facts = {"found": found, "aspects": names, "names": _outlet_names()}
    return page(request, "workbench/voice_text.html", facts)


@staff_only
def report(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the evaluation as an article whose numbers lead to their sentences."""
    scope = _scope(request)
    found = queries.report(actor, since=scope.since, until=scope.until)
    context = {
        "report": found,
        "linked": f"&{urlencode(_said(scope))}",
        "since": scope.since.isoformat() if scope.since else "",
        "until": scope.until.isoformat() if scope.until else "",
    }
    return page(request, "workbench/report.html", context)


@staff_only
def report_file(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand out the evaluation as one file that needs nothing else."""
    scope = _scope(request)
    found = queries.report(actor, since=scope.since, until=scope.until)
    drawn = render_to_string("workbench/report_file.html", {"report": found, "linked": ""})
    name = f"sanbao-report-{found.made_at:%Y-%m-%d}.html"
    return HttpResponse(drawn, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _scope(request: HttpRequest) -> queries.Scope:
    origin = request.GET.get("origin", "")
    return queries.Scope(
        since=_day(request, "since"),
        until=_day(request, "until"),
        outlet=request.GET.get("outlet", "")[:12],
        origin=origin if origin in ORIGINS else "",
    )


def _day(request: HttpRequest, name: str) -> date | None:
    return day_of(request.GET.get(name, ""))


def _said(scope: queries.Scope) -> dict[str, str]:
    values = {name: getattr(scope, name) for name in _FACETS}
    return {name: str(value) for name, value in values.items() if value}


def _facets(request: HttpRequest, scope: queries.Scope) -> dict[str, Any]:
    places = outlets.places()
    return {
        "scope": scope,
        "said_scope": _said(scope),
        "outlet_options": [(place.code, place.name_zh if chinese() else place.name_en) for place in places],
        "origin_options": sorted(ORIGINS),
        "path": request.path,
    }


def _outlet_names() -> dict[str, str]:
    return {place.code: place.name_zh if chinese() else place.name_en for place in outlets.places()}


def _bars(request: HttpRequest, scenario: queries.ScenarioFigure, sign: int, most: float) -> Any:
    scope = _said(_scope(request))
    spoken = [(a, a.praise if sign > 0 else a.blame) for a in scenario.aspects]
    ordered = sorted((each for each in spoken if each[1].count), key=lambda each: -each[1].count)
    rows = [_bar(a, s, sign, {**scope, "aspect": a.code, "polarity": str(sign)}) for a, s in ordered]
    return (
        charts.hbars(_("Praise") if sign > 0 else _("Blame"), rows, unit="%", digits=2, of=most)
        if rows
        else ""
    )


def _bar(aspect: queries.AspectFigure, share: Share, sign: int, query: dict[str, str]) -> charts.Bar:
    return charts.Bar(
        label=aspect.zh if chinese() else aspect.en,
        value=100 * share.value,
        low=100 * share.low,
        high=100 * share.high,
        n=share.n,
        href=f"{reverse('workbench:sentences')}?{urlencode(query)}",
        tone="good" if sign > 0 else "bad",
    )


def _months(months: tuple[queries.MonthFigure, ...]) -> Any:
    if len(months) < 2:  # noqa: PLR2004 - one point is no line
        return ""
    rows = [
        (
            (SCENARIOS[key][0] if chinese() else SCENARIOS[key][1]),
            [round(100 * dict(month.blame)[key].value, 1) for month in months],
        )
        for key in queries.MAIN_SCENARIOS
    ]
    columns = [f"{month.month:%y-%m}" for month in months]
    return charts.heat(_("Blame by month, per cent of the month's texts"), columns, rows)


urls: list[URLPattern] = [
    path("voice/", voice, name="voice"),
    path("voice/sentences/", sentences, name="sentences"),
    path("voice/texts/", texts, name="texts"),
    path("voice/texts/<str:number>/", text, name="text"),
    path("report/", report, name="report"),
    path("report/file/", report_file, name="report_file"),
]
"""Included by the workbench's addresses."""
