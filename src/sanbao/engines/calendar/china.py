"""Mainland China: published rest days and make-up working days, and the law's fixed days for later years."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import chinese_calendar

from sanbao.engines.calendar.rows import make_calendar, same_hours
from sanbao.engines.calendar.value import Calendar, DayKind, DayRow, Week

ZONE = "Asia/Shanghai"
OFFICE_HOURS = same_hours("09:00-18:00")
PACKAGE = f"chinesecalendar {chinese_calendar.__version__}, after the State Council's yearly notices"
LAW = "全国年节及纪念日放假办法 (2024-11-10)"

# Which holiday a row belongs to; the words of both languages are in words.py.
NAMES = {
    "New Year's Day": "new_year",
    "Spring Festival": "spring_festival",
    "Tomb-sweeping Day": "qingming",
    "Labour Day": "labour_day",
    "Dragon Boat Festival": "dragon_boat",
    "Mid-autumn Festival": "mid_autumn",
    "National Day": "national_day",
    "Anti-Fascist 70th Day": "victory_day",
}

# Only the solar dates: those of the moon are left to the yearly notice.
# Source: 全国年节及纪念日放假办法, as amended 2024-11-10, in force 2025-01-01.
FIXED_BY_LAW = (
    (1, 1, "new_year"),
    (5, 1, "labour_day"),
    (5, 2, "labour_day"),
    (10, 1, "national_day"),
    (10, 2, "national_day"),
    (10, 3, "national_day"),
)
LAST_ASSUMED_YEAR = 2050


def covered_years() -> frozenset[int]:
    """Return the years whose arrangement the package knows."""
    return frozenset(day.year for day in chinese_calendar.holidays)


def chinese_calendar_rows(years: Iterable[int] | None = None) -> tuple[DayRow, ...]:
    """Return the published rows (off and make-up work) of ``years``; of every covered year when None.

    A year outside 2004-2026 gives no row: it is for the caller to leave it unpublished.
    """
    wanted = covered_years() if years is None else frozenset(years)
    tables = ((chinese_calendar.holidays, DayKind.OFF), (chinese_calendar.workdays, DayKind.WORK))
    return tuple(
        DayRow(day, kind, NAMES.get(name, name), PACKAGE)
        for table, kind in tables
        for day, name in sorted(table.items())
        if day.year in wanted
    )


def fixed_rows(years: Iterable[int]) -> tuple[DayRow, ...]:
    """Return the holidays whose date the law itself fixes, for years without a published arrangement."""
    return tuple(
        DayRow(date(year, month, day), DayKind.OFF, name, LAW)
        for year in sorted(years)
        for month, day, name in FIXED_BY_LAW
    )


def china_calendar(
    week: Week = OFFICE_HOURS,
    extra: Iterable[DayRow] = (),
    published: Iterable[int] = (),
    *,
    zone: str = ZONE,
) -> Calendar:
    """Return China's working days with ``week`` as an office's hours.

    Rows in ``extra`` add to the package. A year named in ``published`` comes wholly from ``extra``, so an
    imported arrangement replaces both the package's rows and the law's fixed holidays of that year.

    Raises:
        CalendarError: two rows contradict each other.
    """
    rows = tuple(extra)
    own = frozenset(published)
    return _calendar(week, zone) if not rows and not own else _made(week, zone, rows, own)


@cache
def _calendar(week: Week, zone: str) -> Calendar:
    """Keep what every request asks for: the shipped rows, which do not change while a program runs."""
    return _made(week, zone, (), frozenset())


def _made(week: Week, zone: str, extra: tuple[DayRow, ...], own: frozenset[int]) -> Calendar:
    known = covered_years() - own
    assumed = frozenset(range(max(covered_years()) + 1, LAST_ASSUMED_YEAR + 1)) - own
    rows = (*chinese_calendar_rows(known), *fixed_rows(assumed), *extra)
    return make_calendar(zone, week, rows, published=known | own)
