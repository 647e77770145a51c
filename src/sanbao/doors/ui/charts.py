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
WIDTH, LINE = 51, 30  # a phone's width, and a name beside its value, in letters of half a Han character
ROW, SHARE_ROW, PLOT, FOOT, HEAD, HEAT_ROW, HEAT_LEFT = 46, 52, 180, 22, 18, 34, 26
FLOOR: Final = HEAD + PLOT


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

    @property
    def ink(self) -> str:
        """The tone to draw in: grey when too few stand behind the value."""
        return "muted" if self.n is not None and self.n < SMALL else self.tone


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
    most = of or _most(rows)
    drawn = _joined(
        _lying(row, at * ROW, most, number(row.value, digits) + unit) for at, row in enumerate(rows)
    )
    return _figure(title, drawn, len(rows) * ROW, _bar_table(rows, unit, digits), about)


def bars(title: str, rows: Sequence[Bar], *, unit: str = "", digits: int = 0, about: str = "") -> Markup:
    """Return standing bars in the order given, labels thinned out where they would touch."""
    most, step = _most(rows), 100 / max(len(rows), 1)
    every = -(-len(rows) // LABELS_FIT) or 1
    drawn = _floor() + _joined(
        _standing(
            row,
            (at * step, step, int(WIDTH * step * every / 100)),
            most,
            number(row.value, digits) if at % every == 0 else "",
        )
        for at, row in enumerate(rows)
    )
    return _figure(title, drawn, FLOOR + FOOT, _bar_table(rows, unit, digits), about)


def line(title: str, rows: Sequence[Bar], *, unit: str = "", digits: int = 0, about: str = "") -> Markup:
    """Return a line over the rows with the band of their intervals; the last point carries its value."""
    most, xs = _most(rows), _places(len(rows))
    every = -(-len(rows) // (LABELS_FIT // 2)) or 1
    placed = list(zip(xs, rows, strict=True))
    points = " ".join(f"{x:.2f},{_height(row.value, most):.2f}" for x, row in placed)
    drawn = Markup(
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 100 100" preserveAspectRatio="none">'
        '{}<polyline class="line" points="{}"/></svg>'
    ).format(HEAD, PLOT, _band(placed, most), points)
    names = _joined(
        _text(
            f"{x:.2f}%",
            FLOOR + 16,
            _fit(row.label, WIDTH * every // len(rows)),
            "muted",
            _anchor(at, len(rows)),
        )
        for at, (x, row) in enumerate(placed)
        if at % every == 0
    )
    last = _last(rows[-1], most, number(rows[-1].value, digits) + unit) if rows else Markup()
    return _figure(
        title, drawn + _floor() + names + last, FLOOR + FOOT, _bar_table(rows, unit, digits), about
    )


def heat(
    title: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], *, about: str = ""
) -> Markup:
    """Return a map of rows by columns in five depths of one colour, each cell with its number."""
    most = max((value for _label, values in rows for value in values), default=0) or 1
    step = (100 - HEAT_LEFT) / max(len(columns), 1)
    parts = [
        _text(f"{HEAT_LEFT + (at + 0.5) * step:.2f}%", 14, name, "muted", "middle")
        for at, name in enumerate(columns)
    ]
    for down, (label, values) in enumerate(rows):
        y = FOOT + down * HEAT_ROW
        parts.append(_text("0", y + 21, _fit(label, WIDTH * HEAT_LEFT // 100)))
        parts += [_cell(HEAT_LEFT + at * step, y, step, (value, most)) for at, value in enumerate(values)]
    table = _rows_table([_("Row"), *columns], [[label, *map(number, values)] for label, values in rows])
    return _figure(title, _joined(parts), FOOT + len(rows) * HEAT_ROW, table, about)


def shares(title: str, rows: Sequence[Share], *, about: str = "") -> Markup:
    """Return rows cut into shares of one whole; at most five parts, named below the bars.

    Raises:
        ValueError: a row has more than five parts; put the small ones together first.
    """
    if any(len(row.parts) > COLOURS for row in rows):
        msg = "A share chart shows at most five parts."
        raise ValueError(msg)
    drawn = _joined(_shared(row, at * SHARE_ROW) for at, row in enumerate(rows))
    names = [name for name, _share in rows[0].parts] if rows else []
    table = _rows_table(
        [_("Row"), *names, "n"],
        [[row.label, *(percent(share) for _name, share in row.parts), _count(row.n)] for row in rows],
    )
    return _figure(title, drawn, len(rows) * SHARE_ROW, key(names) + table, about)


def sparkline(values: Sequence[float], *, label: str) -> Markup:
    """Return a small line without axes, spoken as ``label`` with its first and last value."""
    most = max(values, default=0) or 1
    placed = zip(_places(len(values)), values, strict=True)
    points = [(f"{2 + x * 0.92:.1f}", f"{22 - value / most * 20:.1f}") for x, value in placed]
    end = points[-1] if points else ("2", "22")
    said = f"{label}: {number(values[0])} → {number(values[-1])}" if values else label
    return Markup(
        '<svg class="spark" width="96" height="24" viewBox="0 0 96 24" role="img" aria-label="{}">'
        '<polyline class="line" points="{}"/><circle class="dot" cx="{}" cy="{}" r="2.5"/></svg>'
    ).format(said, " ".join(",".join(point) for point in points), *end)


def key(names: Sequence[str]) -> Markup:
    """Return the colours' names, for shares or for a page that shows several charts with the same parts."""
    items = _joined(Markup('<li class="c{}">{}</li>').format(at + 1, name) for at, name in enumerate(names))
    return Markup('<ul class="chart-key" role="list">{}</ul>').format(items)


def _lying(row: Bar, y: int, most: float, words: str) -> Markup:
    label = _text("0", y + 15, _fit(row.label, LINE))
    linked = Markup('<a href="{}">{}</a>').format(row.href, label) if row.href else label
    count = Markup('<tspan class="muted"> · n={}</tspan>').format(_count(row.n)) if row.n is not None else ""
    value = _text("100%", y + 15, words + count, f"value {row.ink if row.ink == 'muted' else ''}", "end")
    bed = Markup('<rect class="bed" x="0" y="{0}" width="100%" height="10" rx="2"/>').format(y + 23)
    fill = Markup('<rect class="fill {}" x="0" y="{}" width="{:.2f}%" height="10" rx="2"/>')
    return (
        linked
        + value
        + bed
        + fill.format(row.ink, y + 23, row.value / most * 100)
        + _whisker(row, y + 28, most)
    )


def _whisker(row: Bar, y: float, most: float) -> Markup:
    if row.low is None or row.high is None:
        return Markup()
    low, high = f"{row.low / most * 100:.2f}%", f"{row.high / most * 100:.2f}%"
    ends = ((low, high, y, y), (low, low, y - 5, y + 5), (high, high, y - 5, y + 5))
    lines = _joined(Markup('<line x1="{}" x2="{}" y1="{}" y2="{}"/>').format(*end) for end in ends)
    return Markup('<g class="whisker">{}</g>').format(lines)


def _standing(row: Bar, place: tuple[float, float, int], most: float, words: str) -> Markup:
    left, step, letters = place
    tall, middle = row.value / most * (PLOT - 4), f"{left + step / 2:.2f}%"
    column = Markup('<rect class="fill {}" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"/>').format(
        row.ink, left + step * 0.14, FLOOR - tall, step * 0.72, tall
    )
    if not words:
        return column
    value = _text(middle, round(FLOOR - tall - 6, 1), words, "value", "middle")
    return column + value + _text(middle, FLOOR + 16, _fit(row.label, letters), "muted", "middle")


def _most(rows: Sequence[Bar]) -> float:
    return max((row.top for row in rows), default=0) or 1


def _places(count: int) -> list[float]:
    return [100 * at / (count - 1) for at in range(count)] if count > 1 else [50.0] * count


def _height(value: float, most: float) -> float:
    return 100 - value / most * 96


def _anchor(at: int, count: int) -> str:
    return "start" if at == 0 else "end" if at == count - 1 else "middle"


def _band(placed: Sequence[tuple[float, Bar]], most: float) -> Markup:
    bounded = [(x, row.low, row.high) for x, row in placed if row.low is not None and row.high is not None]
    upper = [f"{x:.2f},{_height(high, most):.2f}" for x, _low, high in bounded]
    lower = [f"{x:.2f},{_height(low, most):.2f}" for x, low, _high in reversed(bounded)]
    return (
        Markup('<polygon class="band" points="{}"/>').format(" ".join(upper + lower)) if bounded else Markup()
    )


def _last(row: Bar, most: float, words: str) -> Markup:
    return _text(
        "100%", round(max(HEAD + PLOT * _height(row.top, most) / 100 - 8, 12), 1), words, "value", "end"
    )


def _cell(left: float, y: int, wide: float, of: tuple[float, float]) -> Markup:
    value, most = of
    depth = min(int(value / most * HEAT_STEPS), HEAT_STEPS - 1)
    ground = Markup('<rect class="heat h{}" x="{:.2f}%" y="{}" width="{:.2f}%" height="{}"/>').format(
        depth, left, y, wide, HEAT_ROW
    )
    return ground + _text(f"{left + wide / 2:.2f}%", y + 21, number(value), f"on-h{depth}", "middle")


def _shared(row: Share, y: int) -> Markup:
    parts, left = [_text("0", y + 15, _fit(row.label, LINE))], 0.0
    if row.n is not None:
        parts.append(_text("100%", y + 15, f"n={_count(row.n)}", "muted", "end"))
    for at, (_name, share) in enumerate(row.parts):
        cut = Markup('<rect class="share c{}" x="{:.2f}%" y="{}" width="{:.2f}%" height="24"/>')
        parts.append(cut.format(at + 1, left, y + 22, share * 100))
        if share >= WORD_FITS:
            parts.append(_text(f"{left + share * 50:.2f}%", y + 39, percent(share), "on-share", "middle"))
        left += share * 100
    return _joined(parts)


def _text(x: str, y: float, words: str, css: str = "", anchor: str = "start") -> Markup:
    shape = Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>')
    return shape.format(css.strip(), x, y, anchor, words)


def _fit(label: str, letters: int) -> Markup:
    """Return the label, cut where it would run into its neighbour; the whole of it then is its title.

    A Han character counts as two letters.
    """
    used = 0
    for at, character in enumerate(label):
        used += 1 if character.isascii() else 2
        if used > max(letters, 2):
            return Markup("{}…<title>{}</title>").format(label[: max(at - 1, 1)], label)
    return escape(label)


def _floor() -> Markup:
    return Markup('<line class="axis" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(FLOOR)


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup().join(parts)


def _count(n: int | None) -> str:
    return "" if n is None else number(n)


def _bar_table(rows: Sequence[Bar], unit: str, digits: int) -> Markup:
    def interval(row: Bar) -> str:
        if row.low is None or row.high is None:
            return ""
        return f"{number(row.low, digits)}–{number(row.high, digits)}{unit}"

    def name(row: Bar) -> str:
        return Markup('<a href="{}">{}</a>').format(row.href, row.label) if row.href else row.label

    cells = [[name(row), number(row.value, digits) + unit, interval(row), _count(row.n)] for row in rows]
    heads = [_("Name"), _("Value"), _("Interval"), "n"]
    used = [0, 1, *(at for at in (2, 3) if any(row[at] for row in cells))]
    return _rows_table([heads[at] for at in used], [[row[at] for at in used] for row in cells])


def _rows_table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Markup:
    head = _joined(Markup('<th scope="col">{}</th>').format(name) for name in heads)
    body = _joined(
        Markup("<tr>{}</tr>").format(_joined(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    )
    return Markup(
        '<details class="as-table"><summary>{}</summary><div class="scroll"><table class="table plain">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>"
    ).format(_("Show as table"), head, body)


def _figure(title: str, drawn: Markup, height: int, below: Markup, about: str) -> Markup:
    mark = hashlib.sha256(f"{title}{drawn}".encode()).hexdigest()[:8]
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
        described=Markup(' aria-describedby="d{}"').format(mark) if about else "",
        desc=Markup('<desc id="d{}">{}</desc>').format(mark, about) if about else "",
        drawn=drawn,
        below=below,
    )
