"""Charts as SVG from the server: labelled directly, zero-based, the same on paper, a table one key away.

Horizontal places are per cent of the width and letters are pixels, so that a chart grows with its
column and its words do not. Every function is pure and returns markup; labels are escaped.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from sanbao.doors.ui.formats import number, percent

SMALL: Final = 30
COLOURS: Final = 5
LABELS_FIT: Final = 12
HEAT_STEPS: Final = 5
WORD_FITS: Final = 0.14
ROW, PLOT, FOOT, HEAD = 46, 180, 22, 18


@dataclass(frozen=True, slots=True)
class Bar:
    """One row or column: ``low`` and ``high`` bound the interval, ``n`` is the count behind it.

    ``href`` leads to the cases behind the number; ``tone`` may be good, warn, bad, info or muted.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    href: str = ""
    tone: str = ""

    @property
    def top(self) -> float:
        return max(self.value, self.high or 0)


@dataclass(frozen=True, slots=True)
class Share:
    """One row of shares: parts are (name, share of 1) and keep their colours by place."""

    label: str
    parts: tuple[tuple[str, float], ...]
    n: int | None = None


def hbars(
    title: str, rows: Sequence[Bar], *, unit: str = "", digits: int = 0, about: str = "", of: float = 0
) -> Markup:
    """Return lying bars with whiskers for their intervals; rows under n=30 are grey and say so.

    ``of`` is the value that fills the width; by default the largest end of an interval.
    """
    most = of or max((row.top for row in rows), default=0) or 1
    drawn = Markup().join(_lying(row, at * ROW, most, unit, digits) for at, row in enumerate(rows))
    return _figure(title, drawn, len(rows) * ROW, _bar_table(rows, unit, digits), about)


def bars(title: str, rows: Sequence[Bar], *, unit: str = "", digits: int = 0, about: str = "") -> Markup:
    """Return standing bars in the order given, labels thinned out where they would touch."""
    most = max((row.top for row in rows), default=0) or 1
    step = 100 / max(len(rows), 1)
    every = -(-len(rows) // LABELS_FIT) or 1
    drawn = Markup().join(
        _standing(row, at * step, step, most, _Standing(at % every == 0, digits))
        for at, row in enumerate(rows)
    )
    floor = Markup('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(HEAD + PLOT)
    return _figure(title, floor + drawn, HEAD + PLOT + FOOT, _bar_table(rows, unit, digits), about)


def line(title: str, rows: Sequence[Bar], *, unit: str = "", digits: int = 0, about: str = "") -> Markup:
    """Return a line over the rows with the band of their intervals; the last point carries its value."""
    most = max((row.top for row in rows), default=0) or 1
    xs = _places(len(rows))
    every = -(-len(rows) // (LABELS_FIT // 2)) or 1
    points = " ".join(f"{x:.2f},{_height(row.value, most):.2f}" for x, row in zip(xs, rows, strict=True))
    drawn = Markup(
        '<svg x="0" y="{head}" width="100%" height="{plot}" viewBox="0 0 100 100" preserveAspectRatio="none">'
        '{band}<polyline class="line" points="{points}"/></svg>'
        '<line class="axis" x1="0" x2="100%" y1="{floor}" y2="{floor}"/>{words}'
    ).format(
        head=HEAD,
        plot=PLOT,
        floor=HEAD + PLOT,
        points=points,
        band=_band(rows, xs, most),
        words=Markup().join(
            _under(row, x, len(rows), at)
            for at, (x, row) in enumerate(zip(xs, rows, strict=True))
            if at % every == 0
        )
        + _last(rows, most, unit, digits),
    )
    return _figure(title, drawn, HEAD + PLOT + FOOT, _bar_table(rows, unit, digits), about)


def heat(
    title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], *, about: str = ""
) -> Markup:
    """Return a map of rows by columns in five depths of one colour, each cell with its number."""
    most = max((value for _label, values in rows for value in values), default=0) or 1
    left, high = 26, 34
    step = (100 - left) / max(len(columns), 1)
    parts = [
        Markup('<text class="muted" x="{:.2f}%" y="14" text-anchor="middle">{}</text>').format(
            left + (at + 0.5) * step, name
        )
        for at, name in enumerate(columns)
    ]
    for down, (label, values) in enumerate(rows):
        y = FOOT + down * high
        parts.append(Markup('<text x="0" y="{}">{}</text>').format(y + 21, label))
        parts += [_cell(left + at * step, y, step, high, (value, most)) for at, value in enumerate(values)]
    table = _rows_table([_("Row"), *columns], [[label, *map(number, values)] for label, values in rows])
    return _figure(title, Markup().join(parts), FOOT + len(rows) * high, table, about)


def shares(title: str, rows: Sequence[Share], *, about: str = "") -> Markup:
    """Return rows cut into shares of one whole; at most five parts, named in the bar or below it.

    Raises:
        ValueError: a row has more than five parts; put the small ones together first.
    """
    if any(len(row.parts) > COLOURS for row in rows):
        msg = "A share chart shows at most five parts."
        raise ValueError(msg)
    drawn = Markup().join(_shared(row, at * (ROW + 6)) for at, row in enumerate(rows))
    names = [name for name, _share in rows[0].parts] if rows else []
    table = _rows_table(
        [_("Row"), *names, "n"],
        [[row.label, *(percent(share) for _name, share in row.parts), _count(row.n)] for row in rows],
    )
    key = Markup().join(
        Markup('<li class="c{}">{}</li>').format(at + 1, name) for at, name in enumerate(names)
    )
    return _figure(
        title,
        drawn,
        len(rows) * (ROW + 6),
        Markup('<ul class="chart-key" role="list">{}</ul>').format(key) + table,
        about,
    )


def sparkline(values: Sequence[float], *, label: str) -> Markup:
    """Return a small line without axes, spoken as ``label`` with its first and last value."""
    most = max(values, default=0) or 1
    points = " ".join(
        f"{2 + x * 0.92:.1f},{22 - value / most * 20:.1f}"
        for x, value in zip(_places(len(values)), values, strict=True)
    )
    end = points.rsplit(" ", 1)[-1].split(",") if points else ["2", "22"]
    said = f"{label}: {number(values[0])} → {number(values[-1])}" if values else label
    return Markup(
        '<svg class="spark" width="96" height="24" viewBox="0 0 96 24" role="img" aria-label="{}">'
        '<polyline class="line" points="{}"/><circle class="dot" cx="{}" cy="{}" r="2.5"/></svg>'
    ).format(said, points, *end)


@dataclass(frozen=True, slots=True)
class _Standing:
    named: bool
    digits: int


def _lying(row: Bar, y: int, most: float, unit: str, digits: int) -> Markup:
    words = number(row.value, digits) + unit
    small = row.n is not None and row.n < SMALL
    label = (
        Markup('<a href="{}"><text x="0" y="{}">{}</text></a>')
        if row.href
        else Markup('{}<text x="0" y="{}">{}</text>')
    )
    return (
        label.format(row.href, y + 15, row.label)
        + Markup(
            '<text class="value{}" x="100%" y="{}" text-anchor="end">{}<tspan class="muted">{}</tspan></text>'
        ).format(
            " muted" if small else "", y + 15, words, f" · n={_count(row.n)}" if row.n is not None else ""
        )
        + Markup('<rect class="bed" x="0" y="{0}" width="100%" height="10" rx="2"/>').format(y + 23)
        + Markup('<rect class="fill {}" x="0" y="{}" width="{:.2f}%" height="10" rx="2"/>').format(
            "muted" if small else row.tone, y + 23, row.value / most * 100
        )
        + _whisker(row, y + 28, most)
    )


def _whisker(row: Bar, y: float, most: float) -> Markup:
    if row.low is None or row.high is None:
        return Markup()
    low, high = row.low / most * 100, row.high / most * 100
    return Markup(
        '<g class="whisker"><line x1="{low:.2f}%" x2="{high:.2f}%" y1="{y}" y2="{y}"/>'
        '<line x1="{low:.2f}%" x2="{low:.2f}%" y1="{a}" y2="{b}"/><line x1="{high:.2f}%" x2="{high:.2f}%" y1="{a}" y2="{b}"/></g>'
    ).format(low=low, high=high, y=y, a=y - 5, b=y + 5)


def _standing(row: Bar, left: float, step: float, most: float, how: _Standing) -> Markup:
    tall = row.value / most * (PLOT - 4)
    middle = left + step / 2
    small = row.n is not None and row.n < SMALL
    word = Markup('<text class="value" x="{:.2f}%" y="{:.1f}" text-anchor="middle">{}</text>').format(
        middle, HEAD + PLOT - tall - 6, number(row.value, how.digits)
    )
    name = Markup('<text class="muted" x="{:.2f}%" y="{}" text-anchor="middle">{}</text>').format(
        middle, HEAD + PLOT + 16, row.label
    )
    return (
        Markup(
            '<rect class="fill {}" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"><title>{}</title></rect>'
        ).format(
            "muted" if small else row.tone,
            left + step * 0.14,
            HEAD + PLOT - tall,
            step * 0.72,
            tall,
            f"{row.label}: {number(row.value, how.digits)}",
        )
        + (word if how.named else "")
        + (name if how.named else "")
    )


def _places(count: int) -> list[float]:
    return [100 * at / (count - 1) for at in range(count)] if count > 1 else [50.0] * count


def _height(value: float, most: float) -> float:
    return 100 - value / most * 96


def _band(rows: Sequence[Bar], xs: Sequence[float], most: float) -> Markup:
    bounded = [
        (x, row.low, row.high)
        for x, row in zip(xs, rows, strict=True)
        if row.low is not None and row.high is not None
    ]
    upper = [f"{x:.2f},{_height(high, most):.2f}" for x, _low, high in bounded]
    lower = [f"{x:.2f},{_height(low, most):.2f}" for x, low, _high in reversed(bounded)]
    return (
        Markup('<polygon class="band" points="{}"/>').format(" ".join(upper + lower)) if bounded else Markup()
    )


def _under(row: Bar, x: float, count: int, at: int) -> Markup:
    anchor = "start" if at == 0 else "end" if at == count - 1 else "middle"
    return Markup('<text class="muted" x="{:.2f}%" y="{}" text-anchor="{}">{}</text>').format(
        x, HEAD + PLOT + 16, anchor, row.label
    )


def _last(rows: Sequence[Bar], most: float, unit: str, digits: int) -> Markup:
    if not rows:
        return Markup()
    y = HEAD + PLOT * _height(rows[-1].top, most) / 100
    return Markup('<text class="value" x="100%" y="{:.1f}" text-anchor="end">{}</text>').format(
        max(y - 8, 12), number(rows[-1].value, digits) + unit
    )


def _cell(left: float, y: int, wide: float, high: int, of: tuple[float, float]) -> Markup:
    value, most = of
    depth = min(int(value / most * HEAT_STEPS), HEAT_STEPS - 1)
    return Markup(
        '<rect class="heat h{depth}" x="{left:.2f}%" y="{y}" width="{wide:.2f}%" height="{high}"/>'
        '<text class="on-h{depth}" x="{middle:.2f}%" y="{text}" text-anchor="middle">{word}</text>'
    ).format(
        depth=depth,
        left=left,
        y=y,
        wide=wide,
        high=high,
        middle=left + wide / 2,
        text=y + 21,
        word=number(value),
    )


def _shared(row: Share, y: int) -> Markup:
    parts, left = [], 0.0
    for at, (name, share) in enumerate(row.parts):
        parts.append(
            Markup(
                '<rect class="share c{}" x="{:.2f}%" y="{}" width="{:.2f}%" height="24"><title>{}</title></rect>'
            ).format(at + 1, left, y + 22, share * 100, f"{name} {percent(share)}")
        )
        if share >= WORD_FITS:
            parts.append(
                Markup('<text class="on-share" x="{:.2f}%" y="{}" text-anchor="middle">{}</text>').format(
                    left + share * 50, y + 39, percent(share)
                )
            )
        left += share * 100
    count = Markup('<text class="muted" x="100%" y="{}" text-anchor="end">n={}</text>').format(
        y + 15, _count(row.n)
    )
    return (
        Markup('<text x="0" y="{}">{}</text>').format(y + 15, row.label)
        + (count if row.n is not None else "")
        + Markup().join(parts)
    )


def _count(n: int | None) -> str:
    return "" if n is None else number(n)


def _bar_table(rows: Sequence[Bar], unit: str, digits: int) -> Markup:
    def interval(row: Bar) -> str:
        if row.low is None or row.high is None:
            return ""
        return f"{number(row.low, digits)}–{number(row.high, digits)}{unit}"

    cells = [
        [
            Markup('<a href="{}">{}</a>').format(row.href, row.label) if row.href else row.label,
            number(row.value, digits) + unit,
            interval(row),
            _count(row.n),
        ]
        for row in rows
    ]
    heads = [_("Name"), _("Value"), _("Interval"), "n"]
    used = [at for at in range(len(heads)) if at < 2 or any(row[at] for row in cells)]  # noqa: PLR2004 -- name and value
    return _rows_table([heads[at] for at in used], [[row[at] for at in used] for row in cells])


def _rows_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Markup:
    head = Markup().join(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    body = Markup().join(
        Markup("<tr>{}</tr>").format(Markup().join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    )
    return Markup(
        '<details class="as-table"><summary>{}</summary><div class="scroll"><table class="table plain">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>"
    ).format(_("Show as table"), head, body)


def _figure(title: str, drawn: Markup, height: int, below: Markup, about: str) -> Markup:
    mark = hashlib.sha256(f"{title}{drawn}".encode()).hexdigest()[:8]
    desc = Markup('<desc id="d{}">{}</desc>').format(mark, about) if about else Markup()
    described = Markup(' aria-describedby="d{}"').format(mark) if about else Markup()
    return Markup(
        '<figure class="chart"><figcaption>{title}{about}</figcaption>'
        '<svg width="100%" height="{height}" role="{role}" aria-labelledby="t{mark}"{described}>'
        '<title id="t{mark}">{title}</title>{desc}{drawn}</svg>{below}</figure>'
    ).format(
        title=title,
        about=Markup('<span class="about">{}</span>').format(about) if about else "",
        height=height,
        mark=mark,
        role="group" if "<a " in drawn else "img",  # a picture may not hold links
        described=described,
        desc=desc,
        drawn=drawn,
        below=below,
    )


def legend(words: Sequence[str]) -> Markup:
    """Return the colours' names for a page that shows several charts with the same parts."""
    return Markup('<ul class="chart-key" role="list">{}</ul>').format(
        Markup().join(
            Markup('<li class="c{}">{}</li>').format(at + 1, escape(word)) for at, word in enumerate(words)
        )
    )
