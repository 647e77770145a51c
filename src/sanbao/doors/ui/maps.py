"""Charts of many: heat maps whose cells lead to what they count, small multiples on one scale, single bars.

The same manners as in ``charts``: markup from the server, zero-based, words in pixels, a table below.
"""

import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from markupsafe import Markup

from sanbao.doors.ui.formats import number

STEPS: Final = 5
LEFT, ROW, TOP = 20, 30, 24
NAMED: Final = 13
TALL: Final = 56


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell: what it shows, what it says in full, where it leads; None shows that there is too little."""

    value: float | None
    said: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row: its name, where the name leads, its cells in the order of the columns."""

    label: str
    href: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a small line with its bounds; ``n`` is the count behind it, 0 leaves a gap."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Small:
    """One small line among others: ``marks`` are the places where the level turned."""

    label: str
    value: str
    points: tuple[Point, ...]
    said: str
    href: str = ""
    tone: str = ""
    marks: tuple[int, ...] = ()


def heat_map(title: str, columns: Sequence[str], rows: Sequence[HeatRow], *, about: str = "") -> Markup:
    """Return a map in five depths of one colour; Tab reaches one cell of a row, arrows the others."""
    most = max((cell.value or 0 for row in rows for cell in row.cells), default=0) or 1
    step = (100 - LEFT) / max(len(columns), 1)
    every = -(-len(columns) // NAMED) or 1
    heads = [
        Markup('<text class="muted" x="{:.2f}%" y="15" text-anchor="middle">{}</text>').format(
            LEFT + (at + 0.5) * step, name
        )
        for at, name in enumerate(columns)
        if at % every == 0
    ]
    lines = [_heat_row(row, TOP + down * ROW, step, most, down) for down, row in enumerate(rows)]
    drawn = Markup().join([*heads, *lines])
    return _framed(title, drawn, TOP + len(rows) * ROW, _heat_table(columns, rows), about)


def small_multiples(title: str, rows: Sequence[Small], *, most: float = 0) -> Markup:
    """Return small lines with the bands of their bounds, all on one scale from zero."""
    top = most or max((point.high for row in rows for point in row.points if point.n), default=0) or 1
    items = Markup().join(_small(row, top) for row in rows)
    return Markup('<ul class="multiples" role="list" aria-label="{}">{}</ul>').format(title, items)


def single_bar(value: float, low: float, high: float, most: float, tone: str) -> Markup:
    """Return one lying bar with its bounds as a line, for a row whose words stand beside it."""
    scale = 100 / (most or 1)
    ends = tuple(f"{min(bound * scale, 100):.2f}%" for bound in (low, high))
    return Markup(
        '<svg class="single" width="100%" height="10" aria-hidden="true" focusable="false">'
        '<rect class="bed" width="100%" height="10" rx="2"/>'
        '<rect class="fill {}" width="{:.2f}%" height="10" rx="2"/>'
        '<g class="whisker"><line x1="{}" x2="{}" y1="5" y2="5"/></g></svg>'
    ).format(tone, min(value * scale, 100), *ends)


def _heat_row(row: HeatRow, y: int, step: float, most: float, down: int) -> Markup:
    label = Markup('<text x="0" y="{}">{}</text>').format(y + 19, row.label)
    linked = Markup('<a href="{}">{}</a>').format(row.href, label) if row.href else label
    cells = "".join(
        _heat_cell(cell, (LEFT + at * step, y, step), most, (down, at)) for at, cell in enumerate(row.cells)
    )
    return linked + Markup(cells)  # noqa: S704 - every piece of it was escaped


def _heat_cell(cell: HeatCell, box: tuple[float, int, float], most: float, place: tuple[int, int]) -> str:
    """Hundreds of these make a map, so they are put together by hand; what comes from outside is escaped."""
    left, y, wide = box
    depth = "" if cell.value is None else f"h{min(int(cell.value / most * STEPS), STEPS - 1)}"
    words = "·" if cell.value is None else number(cell.value)
    said, css = html.escape(cell.said), f"on-{depth}" if depth else "muted"
    drawn = (
        f'<title>{said}</title><rect class="heat {depth or "none"}" x="{left:.2f}%" y="{y}" '
        f'width="{wide:.2f}%" height="{ROW}"/><text class="{css}" x="{left + wide / 2:.2f}%" y="{y + 19}" '
        f'text-anchor="middle">{words}</text>'
    )
    if not cell.href:
        return f"<g>{drawn}</g>"
    down, across = place
    skipped = ' tabindex="-1"' if across else ""
    start = f'<a href="{html.escape(cell.href)}" aria-label="{said}"'
    return f'{start} data-cell="{down},{across}"{skipped}>{drawn}</a>'


def _heat_table(columns: Sequence[str], rows: Sequence[HeatRow]) -> Markup:
    head = Markup().join(Markup('<th scope="col">{}</th>').format(name) for name in ("", *columns))
    body = "".join(
        f'<tr><th scope="row">{html.escape(row.label)}</th>{"".join(map(_table_cell, row.cells))}</tr>'
        for row in rows
    )
    return Markup(
        '<details class="as-table"><summary>{}</summary><div class="scroll" tabindex="0" role="group" '
        'aria-label="{}"><table class="table plain"><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div></details>"
    ).format(_("Show as table"), _("Table"), head, Markup(body))  # noqa: S704 - every piece of it was escaped


def _table_cell(cell: HeatCell) -> str:
    words = "·" if cell.value is None else number(cell.value, 1)
    inside = f'<a href="{html.escape(cell.href)}">{words}</a>' if cell.href else words
    return f'<td class="end num">{inside}</td>'


def _small(row: Small, most: float) -> Markup:
    name = Markup('<a href="{}">{}</a>').format(row.href, row.label) if row.href else row.label
    count = len(row.points)
    places = [100 * at / (count - 1) if count > 1 else 50.0 for at in range(count)]
    marks = Markup().join(
        Markup('<line class="turn" x1="{0:.2f}%" x2="{0:.2f}%" y1="0" y2="{1}"/>').format(places[at], TALL)
        for at in row.marks
    )
    return Markup(
        '<li><span class="name">{}</span><span class="num {}">{}</span>'
        '<svg class="small-line {}" width="100%" height="{}" role="img" aria-label="{}">'
        '<svg width="100%" height="{}" viewBox="0 0 100 100" preserveAspectRatio="none">{}{}</svg>{}'
        '<line class="axis" x1="0" x2="100%" y1="{}" y2="{}"/></svg></li>'
    ).format(
        name,
        row.tone,
        row.value,
        row.tone,
        TALL + 1,
        row.said,
        TALL,
        _band(places, row.points, most),
        _line(places, row.points, most),
        marks,
        TALL,
        TALL,
    )


def _height(value: float, most: float) -> float:
    return 100 - min(value / most, 1) * 96


def _band(places: Sequence[float], points: Sequence[Point], most: float) -> Markup:
    kept = [(x, p) for x, p in zip(places, points, strict=True) if p.n]
    if not kept:
        return Markup()
    upper = [f"{x:.2f},{_height(p.high, most):.1f}" for x, p in kept]
    lower = [f"{x:.2f},{_height(p.low, most):.1f}" for x, p in reversed(kept)]
    return Markup('<polygon class="band" points="{}"/>').format(" ".join(upper + lower))


def _line(places: Sequence[float], points: Sequence[Point], most: float) -> Markup:
    kept = [f"{x:.2f},{_height(p.value, most):.1f}" for x, p in zip(places, points, strict=True) if p.n]
    return Markup('<polyline class="line" points="{}"/>').format(" ".join(kept))


def _framed(title: str, drawn: Markup, height: int, below: Markup, about: str) -> Markup:
    mark = hashlib.sha256(f"{title}{drawn}".encode()).hexdigest()[:8]
    return Markup(
        '<figure class="chart heat-map"><figcaption>{title}{about}</figcaption><div class="scroll">'
        '<svg width="100%" height="{height}" role="group" aria-labelledby="t{mark}" data-grid>'
        '<title id="t{mark}">{title}</title>{drawn}</svg></div>{below}</figure>'
    ).format(
        title=title,
        about=Markup('<span class="about">{}</span>').format(about) if about else "",
        height=height,
        mark=mark,
        drawn=drawn,
        below=below,
    )
