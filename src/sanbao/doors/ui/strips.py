"""The clock strip: a bar of days that shows which of them count towards a deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from markupsafe import Markup

from sanbao.doors.ui.formats import day as day_words
from sanbao.doors.ui.formats import weekday

WORK, REST, HOLIDAY, MAKEUP = "work", "rest", "holiday", "makeup"
OFFICE: Final = ((0.375, 0.75),)
WIDEST, NARROWEST, NAMED, ROOM = 64, 12, 24, 600
TOP, HEIGHT, MARGIN, CLOSE = 22, 34, 13, 48


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day of a strip.

    ``kind`` is work, rest, holiday or makeup (a weekend day that is worked). ``open`` holds the
    working intervals as fractions of the day; ``pause`` is the reason why the clock stands still.
    """

    on: date
    kind: str = WORK
    open: tuple[tuple[float, float], ...] = OFFICE
    pause: str = ""

    @property
    def works(self) -> bool:
        return self.kind in {WORK, MAKEUP}


def clock_strip(
    days: Sequence[Day],
    *,
    today: date | None = None,
    due: date | None = None,
    due_at: float = 1.0,
    title: str = "",
    key: str = "",
) -> Markup:
    """Return the strip as SVG, with the same days as a table behind one key.

    Working time is solid, nights and days off are hatched, holidays have a red edge, make-up days
    a blue one; ``today`` and ``due`` are marked. ``due_at`` is the time of day as a fraction.
    ``key`` keeps two strips of the same days apart on one page.
    """
    scale = _Scale(days, today, due, due_at, key)
    parts = [_one(day, scale) for day in days] + _marks(scale)
    name = title or _("Days that count towards the deadline")
    return Markup(
        '<figure class="strip"><div class="strip-scroll" tabindex="0" role="group" aria-label="{name}">'
        '<svg class="clock" width="{width}" height="86" viewBox="0 0 {width} 86" role="img" '
        'aria-label="{name}"><defs><pattern id="{hatch}" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatch" d="M0 0V6"/></pattern></defs>{parts}</svg></div>{key}{table}</figure>'
    ).format(
        name=name,
        width=scale.width,
        hatch=scale.hatch,
        parts=Markup().join(parts),
        key=_key(days),
        table=_table(days, today, due),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where each day stands; a strip of more than three weeks is drawn narrow, its Mondays named."""

    days: Sequence[Day]
    today: date | None
    due: date | None
    due_at: float
    key: str

    @property
    def wide(self) -> int:
        return max(NARROWEST, min(WIDEST, ROOM // max(len(self.days), 1)))

    @property
    def width(self) -> int:
        return self.wide * len(self.days) + 2 * MARGIN

    @property
    def hatch(self) -> str:
        return f"off{self.key}-{self.days[0].on:%Y%m%d}-{len(self.days)}" if self.days else "off"

    @property
    def dense(self) -> bool:
        return self.wide < NAMED

    def left(self, on: date) -> int | None:
        """Return the left edge of a day, None for a day outside the strip."""
        return next((MARGIN + self.wide * at for at, day in enumerate(self.days) if day.on == on), None)


def _one(day: Day, scale: _Scale) -> Markup:
    left, wide = scale.left(day.on) or 0, scale.wide
    solid = Markup().join(
        Markup('<rect class="on" x="{}" y="{}" width="{}" height="{}"/>').format(
            round(left + begin * wide, 1), TOP + 1, round((end - begin) * wide, 1), HEIGHT - 2
        )
        for begin, end in (day.open if day.works and not day.pause else ())
    )
    edge = Markup('<path class="edge {}" d="M{} {}h{}"/>')
    edged = (
        edge.format(day.kind, left + 1, TOP + HEIGHT + 2, wide - 2) if day.kind in {HOLIDAY, MAKEUP} else ""
    )
    middle = left + wide / 2
    pause = _word("paused", middle, TOP + HEIGHT / 2 + 5, "Ⅱ") if day.pause else ""
    return Markup(
        '<g class="day"><title>{}</title><rect class="cell" x="{}" y="{}" width="{}" height="{}" '
        'fill="url(#{})"/>{}{}{}{}</g>'
    ).format(
        f"{day_words(day.on)} {_kind_words(day)}",
        *(left, TOP, wide, HEIGHT, scale.hatch),
        *(solid, edged, pause, _named(day.on, middle, scale)),
    )


def _named(on: date, middle: float, scale: _Scale) -> Markup:
    if not scale.dense:
        return _word("", middle, 72, str(on.day)) + _word("wd", middle, 84, weekday(on).removeprefix("周"))
    return _word("wd", middle, 72, f"{on.month}/{on.day}") if on.weekday() == 0 else Markup()


def _marks(scale: _Scale) -> list[Markup]:
    """Draw today and the deadline; close together, their words stand on either side."""
    now = scale.left(scale.today) if scale.today else None
    end = scale.left(scale.due) if scale.due else None
    close = now is not None and end is not None and 0 <= end - now < CLOSE
    marks = []
    if now is not None:
        middle = now + scale.wide / 2
        marks += [_line("now", middle), _word("today", middle, 12, _("today"), "end" if close else "middle")]
    if end is not None:
        x = round(end + scale.due_at * scale.wide, 1)
        marks += [_line("due", x), _word("due", x, 12, _("due"), "start" if close else "end")]
    return marks


def _line(kind: str, x: float) -> Markup:
    return Markup('<path class="{}" d="M{} 16V{}"/>').format(kind, x, TOP + HEIGHT + 4)


def _word(kind: str, x: float, y: float, words: str, anchor: str = "middle") -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        kind, x, y, anchor, words
    )


def _kind_words(day: Day) -> str:
    words = {
        WORK: _("working day"),
        REST: _("day off"),
        HOLIDAY: _("public holiday"),
        MAKEUP: _("make-up working day"),
    }[day.kind]
    return words + " · " + _("clock stopped: %(reason)s") % {"reason": day.pause} if day.pause else words


def _key(days: Sequence[Day]) -> Markup:
    """Return the words for what this strip shows, and no more than that."""
    shown = {day.kind for day in days}
    words = [("on", _("counts")), ("off", _("does not count"))]
    words += [("holiday", _("public holiday"))] if HOLIDAY in shown else []
    words += [("makeup", _("make-up working day"))] if MAKEUP in shown else []
    words += [("paused", _("clock stopped"))] if any(day.pause for day in days) else []
    items = Markup().join(Markup('<li class="key-{}">{}</li>').format(kind, word) for kind, word in words)
    return Markup('<ul class="strip-key" role="list">{}</ul>').format(items)


def _table(days: Sequence[Day], today: date | None, due: date | None) -> Markup:
    rows = Markup().join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            day_words(day.on),
            _kind_words(day),
            " · ".join(word for on, word in ((today, _("today")), (due, _("due"))) if on == day.on),
        )
        for day in days
    )
    return Markup(
        '<details class="as-table"><summary>{}</summary><table class="table plain">'
        '<thead><tr><th scope="col">{}</th>'
        '<th scope="col">{}</th><th scope="col">{}</th></tr></thead><tbody>{}</tbody></table></details>'
    ).format(_("Show as table"), _("Day"), _("Kind"), _("Mark"), rows)
