"""What customers say, on the workbench: three scenarios side by side, praise above and blame below."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from sanbao.base.actor import Actor, require
from sanbao.doors.ui import maps
from sanbao.doors.ui.formats import number, percent
from sanbao.doors.workbench import voice_facets, voice_lists, voice_tables, voice_views
from sanbao.doors.workbench.asking import page, staff_only
from sanbao.doors.workbench.voice_facets import Chosen, chosen, named
from sanbao.doors.workbench.voice_words import change_words, reason_uncorrected, week_name
from sanbao.engines.text import ASPECTS, SERVICE_CODES
from sanbao.rooms.feedback import queries
from sanbao.rooms.feedback.rules import Share, balance, share

_MOST_OUTLETS: Final = 12
_MOST_ALERTS: Final = 3
_MOST_THEMES: Final = 6
_TONES: Final = {1: "good", -1: "bad"}


@dataclass(frozen=True, slots=True)
class Row:
    """One aspect said one way, with its bar, where its number leads, and somebody who says so."""

    aspect: queries.AspectFigure
    moving: queries.Moving
    href: str
    bar: Markup
    sentence: queries.Sentence | None


@dataclass(frozen=True, slots=True)
class Lane:
    """One scenario, or one aspect of it: its lines over the weeks, and its rows of praise and of blame."""

    choice: Chosen
    scenario: queries.ScenarioFigure
    title: str
    balance: str
    praise: queries.Moving
    blame: queries.Moving
    lines: Markup
    above: tuple[Row, ...]
    below: tuple[Row, ...]

    def to(self, polarity: str) -> str:
        """Return where its praise or blame leads."""
        kind = {} if self.choice.aspect else {"scenario": self.scenario.key}
        return self.choice.to("workbench:sentences", polarity=polarity, **kind)


@staff_only
def voice(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what is said about service, within the chosen facets."""
    require(actor, "feedback.see")
    return _page(request, actor, chosen(request.GET, actor))


@staff_only
def saved(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show what a saved view shows today: an address that can be sent to somebody."""
    require(actor, "feedback.see")
    found = queries.view(actor, number)
    return _page(request, actor, chosen(found.facets, actor), found.title)


def _page(request: HttpRequest, actor: Actor, choice: Chosen, title: str = "") -> HttpResponse:
    found = queries.voice_figures(actor, choice.scope, whole_until=choice.whole_until)
    lanes = _lanes(actor, choice, found)
    context = {
        **voice_facets.facts(request, actor, choice),
        "path": reverse("workbench:voice"),
        "title": title,
        "found": found,
        "figures": found.figures,
        "lanes": lanes,
        "heat": _heat(choice, found),
        "comparison": queries.comparison(actor, choice.scope, choice.polarity or -1),
        "most_outlets": _MOST_OUTLETS,
        "alerts": queries.alerts(actor, most=_MOST_ALERTS),
        "views": queries.views(actor),
        "themes": queries.themes(actor, _codes(choice), choice.ways, most=_MOST_THEMES)
        if _whole(choice)
        else (),
        "words_of_change": change_words,
        "reason_uncorrected": reason_uncorrected,
    }
    return page(request, "workbench/voice.html", context)


def _whole(choice: Chosen) -> bool:
    """Themes are found for the whole house; narrower facets would show other texts than they name."""
    return not (choice.scope.outlet or choice.scope.product or choice.scope.origin)


def _codes(choice: Chosen) -> tuple[str, ...]:
    """Return the aspects that the facets leave over."""
    if choice.aspect:
        return (choice.aspect.code,)
    return tuple(a.code for a in ASPECTS if not choice.scenario or a.scenario == choice.scenario)


def _shown(choice: Chosen) -> tuple[str, ...]:
    """Return the scenarios that are shown: the three, or the one that was chosen."""
    if choice.aspect:
        return (choice.aspect.scenario,)
    return (choice.scenario,) if choice.scenario else queries.MAIN_SCENARIOS


def _lanes(actor: Actor, choice: Chosen, found: queries.VoiceFigures) -> tuple[Lane, ...]:
    scenarios = [found.figures.scenario(key) for key in _shown(choice)]
    codes = set(_codes(choice))
    spoken = [
        (aspect, found.of(aspect.code, way))
        for scenario in scenarios
        for aspect in scenario.aspects
        for way in choice.ways
        if aspect.code in codes and found.of(aspect.code, way).share.count
    ]
    most = max((moving.corrected.share.high for _aspect, moving in spoken), default=1)
    voices = queries.sample_sentences(actor, choice.scope, [_wanted(found, moving) for _a, moving in spoken])
    rows = [
        Row(
            aspect,
            moving,
            choice.to("workbench:sentences", aspect=aspect.code, polarity=str(moving.polarity), scenario=""),
            _bar(moving, most),
            voices.get((aspect.code, moving.polarity)),
        )
        for aspect, moving in spoken
    ]
    return tuple(_lane(choice, found, scenario, rows) for scenario in scenarios)


def _lane(
    choice: Chosen, found: queries.VoiceFigures, scenario: queries.ScenarioFigure, rows: Sequence[Row]
) -> Lane:
    own = [row for row in rows if row.aspect.scenario == scenario.key]
    sides = {
        way: tuple(sorted((r for r in own if r.moving.polarity == way), key=lambda r: -r.moving.share.count))
        for way in (1, -1)
    }
    name = choice.aspect.code if choice.aspect else scenario.key
    praise, blame = found.of(name, 1), found.of(name, -1)
    lines = _lines(choice, found, [moving for moving in (praise, blame) if moving.polarity in choice.ways])
    thing = choice.aspect or scenario
    way = balance(praise.share.count, blame.share.count)
    return Lane(choice, scenario, named(thing.zh, thing.en), way, praise, blame, lines, sides[1], sides[-1])


def _bar(moving: queries.Moving, most: float) -> Markup:
    part = moving.corrected.share
    tone = "muted" if moving.share.few else _TONES[moving.polarity]
    return maps.single_bar(part.value, part.low, part.high, most, tone)


def _wanted(found: queries.VoiceFigures, moving: queries.Moving) -> queries.Wanted:
    """Name the newest week in which somebody said so."""
    weeks = [week for week, count in zip(found.weeks, moving.weeks, strict=True) if count]
    last = found.figures.last_on
    undated = found.figures.dated < found.figures.read or last is None
    return queries.Wanted(moving.name, moving.polarity, weeks[-1] if weeks else None if undated else last)


def _lines(choice: Chosen, found: queries.VoiceFigures, rows: Iterable[queries.Moving]) -> Markup:
    weeks = found.weeks[-queries.HEAT_WEEKS :]
    if len(weeks) < 2:  # noqa: PLR2004 - one point is no line
        return Markup()
    return maps.small_multiples(
        _("By week"), [_line(choice, found, moving, len(found.weeks) - len(weeks)) for moving in rows]
    )


def _line(choice: Chosen, found: queries.VoiceFigures, moving: queries.Moving, first: int) -> maps.Small:
    shares = [share(k, n) for k, n in zip(moving.weeks[first:], found.read[first:], strict=True)]
    last = next((each for each in reversed(shares) if each.n), share(0, 0))
    facet = {"aspect": choice.aspect.code} if choice.aspect else {"scenario": moving.name}
    label = _("Praise, last week") if moving.polarity > 0 else _("Blame, last week")
    return maps.Small(
        label=label,
        value=percent(last.value, 1) if last.n else "–",
        points=tuple(maps.Point(each.value, each.low, each.high, each.n) for each in shares),
        said=f"{label}: {_spoken(shares)}",
        href=choice.to("workbench:sentences", polarity=str(moving.polarity), **facet)
        if moving.share.count
        else "",
        tone=_TONES[moving.polarity],
        marks=tuple(turn.at - first for turn in found.turns_of(moving) if turn.at >= first),
    )


def _spoken(shares: Sequence[Share]) -> str:
    told = [each for each in shares if each.n]
    return f"{percent(told[0].value, 1)} → {percent(told[-1].value, 1)}" if told else "–"


def _heat(choice: Chosen, found: queries.VoiceFigures) -> Markup:
    codes = [code for code in _codes(choice) if choice.aspect or choice.scenario or code in SERVICE_CODES]
    way = choice.polarity or -1
    drawn = queries.heat(found, way, codes)
    if len(drawn.weeks) < 2:  # noqa: PLR2004 - one column is no map
        return Markup()
    names = {a.code: named(a.zh, a.en) for a in ASPECTS}
    spans = [(week_name(week), *choice.days_of(week)) for week in drawn.weeks]
    rows = [
        maps.HeatRow(
            names[code],
            choice.to("workbench:sentences", aspect=code, polarity=str(way), scenario="")
            if found.of(code, way).share.count
            else "",
            _cells(choice.to_sentences(code, way), names[code], spans, parts),
        )
        for code, parts in drawn.rows
    ]
    title = (
        _("Praise by week, per cent of the week's texts")
        if way > 0
        else _("Blame by week, per cent of the week's texts")
    )
    return maps.heat_map(title, [f"{week:%m-%d}" for week in drawn.weeks], rows)


def _cells(
    address: str, name: str, spans: Sequence[tuple[str, str, str]], parts: Sequence[Share | None]
) -> tuple[maps.HeatCell, ...]:
    """Return one row of the map; ``address`` wants only the days."""
    found = []
    for (week, since, until), part in zip(spans, parts, strict=True):
        said = f"{name} · {week}: "
        if part is None:
            found.append(maps.HeatCell(None, said + _("fewer than five texts")))
            continue
        words = f"{said}{percent(part.value, 1)} (n={number(part.n)})"
        href = f"{address}&since={since}&until={until}" if part.count else ""
        found.append(maps.HeatCell(100 * part.value, words, href))
    return tuple(found)


urls: list[URLPattern] = [
    path("voice/", voice, name="voice"),
    path("voice/views/<str:number>/", saved, name="voice_view"),
    path("voice/sentences/", voice_lists.sentences, name="sentences"),
    path("voice/texts/", voice_lists.texts, name="texts"),
    path("voice/texts/<str:number>/", voice_lists.text, name="text"),
    *voice_tables.urls,
    *voice_views.urls,
]
"""Included by the workbench's addresses."""
