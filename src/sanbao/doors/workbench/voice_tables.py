"""Everything the voice page shows, as CSV and row by row: figures, weeks, outlets, sentences, texts."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Missing
from sanbao.doors.workbench import voice_facets
from sanbao.doors.workbench.asking import page, staff_only
from sanbao.doors.workbench.voice_facets import Chosen, chosen, outlet_names
from sanbao.rooms.feedback import queries
from sanbao.rooms.feedback.adapters.rejects import harmless

MOST_ROWS: Final = 200_000
"""Sentences and texts in one file; narrower facets bring the rest."""
_PAGE: Final = 100
_MARK: Final = "\ufeff"


class _Echo:
    def write(self, value: str) -> str:
        return value


@staff_only
def outlets(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show every outlet beside what its own mix of models and channels would bring anywhere."""
    require(actor, "feedback.see")
    choice = chosen(request.GET, actor)
    context = {
        **voice_facets.facts(request, actor, choice),
        "comparison": queries.comparison(actor, choice.scope, choice.polarity or -1),
        "most_outlets": 0,
    }
    return page(request, "workbench/voice_outlets.html", context)


@staff_only
def table(request: HttpRequest, actor: Actor, name: str) -> StreamingHttpResponse:
    """Hand out one table of the chosen facets.

    Raises:
        Missing: there is no such table.
    """
    require(actor, "feedback.see")
    made = _TABLES.get(name)
    if made is None:
        raise Missing(table=name[:20])
    choice = chosen(request.GET, actor)
    answer = StreamingHttpResponse(_lines(made(actor, choice)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="voice-{name}-{choice.today}.csv"'
    return answer


def _lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the rows as CSV with a mark that Excel understands; no cell is a formula."""
    writer = csv.writer(_Echo())
    yield _MARK
    for row in rows:
        # numbers are numbers: only words could be taken for formulas
        yield writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])


def _figures(actor: Actor, choice: Chosen) -> Iterator[list[Any]]:
    found = queries.voice_figures(actor, choice.scope, whole_until=choice.whole_until)
    yield [
        "name", "polarity", "texts", "n", "share", "low", "high", "corrected", "corrected_low",
        "corrected_high", "labels", "reason", "recent_share", "before_share", "change", "change_low",
        "change_high", "stands_out", "weekly_log_odds", "slope_low", "slope_high",
    ]  # fmt: skip
    for moving in () if found.hidden else found.moving.values():
        part, right, change = moving.share, moving.corrected, moving.change
        corrected = (right.share.value, right.share.low, right.share.high) if right.sound else ("", "", "")
        trend = found.trend_of(moving)
        slope = (trend.slope, trend.low, trend.high) if trend else ("", "", "")
        yield [
            moving.name, moving.polarity, part.count, part.n, part.value, part.low, part.high, *corrected,
            right.labels, right.reason, moving.recent.value, moving.before.value, change.value, change.low,
            change.high, int(moving.stands_out), *slope,
        ]  # fmt: skip


def _weeks(actor: Actor, choice: Chosen) -> Iterator[list[Any]]:
    found = queries.voice_figures(actor, choice.scope, whole_until=choice.whole_until)
    yield ["week", "name", "polarity", "texts", "n"]
    for moving in found.moving.values():
        for week, count, n in zip(found.weeks, moving.weeks, found.read, strict=True):
            if n >= queries.SMALLEST_GROUP:
                yield [week.isoformat(), moving.name, moving.polarity, count, n]


def _outlets(actor: Actor, choice: Chosen) -> Iterator[list[Any]]:
    names = outlet_names()
    yield [
        "outlet", "name", "n", "share", "low", "high", "expected", "adjusted", "shrunk", "shrunk_low",
        "shrunk_high", "q", "ranked",
    ]  # fmt: skip
    for row in queries.comparison(actor, choice.scope, choice.polarity or -1).rows:
        yield [
            row.key, names.get(row.key, row.key), row.raw.n, row.raw.value, row.raw.low, row.raw.high,
            row.expected, row.adjusted.value, row.shrunk.value, row.shrunk.low, row.shrunk.high, row.q,
            int(row.ranked),
        ]  # fmt: skip


def _sentences(actor: Actor, choice: Chosen) -> Iterator[list[Any]]:
    yield ["text", "aspect", "polarity", "sentence", "reasons", "score", "origin", "outlet", "product", "day"]
    after, left = "", MOST_ROWS
    while left > 0:
        found = queries.sentences(
            actor,
            choice.scope,
            aspect=choice.aspect.code if choice.aspect else "",
            scenario="" if choice.aspect else choice.scenario,
            polarity=choice.polarity,
            after=after,
            most=_PAGE,
        )
        for row in found.rows:
            yield [
                row.voice, row.aspect, row.polarity, row.quote.span, " | ".join(row.reasons), row.score,
                row.origin, row.outlet, row.product, row.said_on.isoformat() if row.said_on else "",
            ]  # fmt: skip
        after, left = found.after, left - len(found.rows)
        if not after:
            return


def _texts(actor: Actor, choice: Chosen) -> Iterator[list[Any]]:
    yield ["text", "origin", "day", "outlet", "product", "stars", "about", "read", "excerpt"]
    after, left = "", MOST_ROWS
    while left > 0:
        found = queries.voices(actor, choice.scope, after, most=_PAGE)
        for row in found.rows:
            yield [
                row.number, row.origin, row.said_on.isoformat() if row.said_on else "", row.outlet,
                row.product, row.stars, row.subject, int(row.read), row.excerpt,
            ]  # fmt: skip
        after, left = found.after, left - len(found.rows)
        if not after:
            return


_TABLES: Final = {
    "figures": _figures,
    "weeks": _weeks,
    "outlets": _outlets,
    "sentences": _sentences,
    "texts": _texts,
}

urls: list[URLPattern] = [
    path("voice/outlets/", outlets, name="voice_outlets"),
    path("voice/tables/<str:name>.csv", table, name="voice_table"),
]
"""Included by the voice page's addresses."""
