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
WIDEST, NARROWEST, ROOM = 64, 30, 620
TOP, HEIGHT = 22, 34


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
) -> Markup:
    """Return the strip as SVG, with the same days as a table behind one key.

    Working time is solid, nights and days off are hatched, holidays have a red edge, make-up days
    a blue one; ``today`` and ``due`` are marked. ``due_at`` is the time of day as a fraction.
    """
    wide = max(NARROWEST, min(WIDEST, ROOM // max(len(days), 1)))
    width = wide * len(days) + 2
    hatch = f"off-{days[0].on:%Y%m%d}-{len(days)}" if days else "off"
    parts = [_one(each, 1 + wide * at, (wide, hatch), today) for at, each in enumerate(days)]
    if due is not None:
        parts += [_flag(each, 1 + wide * at, wide, due_at) for at, each in enumerate(days) if each.on == due]
    name = title or _("Days that count towards the deadline")
    return Markup(
        '<figure class="strip"><div class="strip-scroll" tabindex="0" role="group" aria-label="{name}">'
        '<svg class="clock" width="{width}" height="86" viewBox="0 0 {width} 86" role="img" '
        'aria-label="{name}"><defs><pattern id="{hatch}" width="6" height="6" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatch" d="M0 0V6"/></pattern></defs>{parts}</svg></div>{key}{table}</figure>'
    ).format(
        name=name,
        width=width,
        hatch=hatch,
        parts=Markup().join(parts),
        key=_key(days),
        table=_table(days, today, due),
    )


def _one(day: Day, left: int, drawn: tuple[int, str], today: date | None) -> Markup:
    wide, hatch = drawn
    is_today = day.on == today
    solid = Markup().join(
        Markup('<rect class="on" x="{}" y="{}" width="{}" height="{}"/>').format(
            round(left + begin * wide, 1), TOP + 1, round((end - begin) * wide, 1), HEIGHT - 2
        )
        for begin, end in (day.open if day.works and not day.pause else ())
    )
    edge = Markup('<path class="edge {}" d="M{} {}h{}"/>').format(
        day.kind, left + 1, TOP + HEIGHT + 2, wide - 2
    )
    mark = Markup(
        '<text class="today" x="{0}" y="12" text-anchor="middle">{1}</text>'
        '<path class="now" d="M{0} 16V{2}"/>'
    ).format(left + wide / 2, _("today"), TOP + HEIGHT + 2)
    pause = Markup('<text class="paused" x="{}" y="{}" text-anchor="middle">Ⅱ</text>').format(
        left + wide / 2, TOP + HEIGHT / 2 + 5
    )
    return Markup(
        '<g class="day{today_class}"><title>{said}</title>'
        '<rect class="cell" x="{left}" y="{top}" width="{wide}" height="{height}" '
        'fill="url(#{hatch})"/>{solid}{edge}{pause}{mark}'
        '<text x="{middle}" y="72" text-anchor="middle">{number}</text>'
        '<text class="wd" x="{middle}" y="84" text-anchor="middle">{weekday}</text></g>'
    ).format(
        today_class=" is-today" if is_today else "",
        said=f"{day_words(day.on)} {_kind_words(day)}",
        left=left,
        hatch=hatch,
        top=TOP,
        wide=wide,
        height=HEIGHT,
        solid=solid,
        edge=edge if day.kind in {HOLIDAY, MAKEUP} else "",
        pause=pause if day.pause else "",
        mark=mark if is_today else "",
        middle=left + wide / 2,
        number=day.on.day,
        weekday=weekday(day.on).removeprefix("周"),
    )


def _flag(day: Day, left: int, wide: int, at: float) -> Markup:
    x = round(left + at * wide, 1)
    return Markup(
        '<path class="due" d="M{x} {top}V{end}"/>'
        '<text class="due" x="{tx}" y="12" text-anchor="{anchor}">{word}</text>'
    ).format(
        x=x, tx=x + 1, top=16, end=TOP + HEIGHT + 4, word=_("due"), anchor="end" if day.works else "middle"
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
