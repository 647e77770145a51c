"""Calendars built from plain tables: what an outlet typed in, and what an importable file says."""

from collections.abc import Iterable, Mapping
from datetime import date, time

from sanbao.engines.calendar.value import (
    CLOSED,
    MONDAY_TO_FRIDAY,
    Calendar,
    CalendarError,
    DayKind,
    DayRow,
    Spans,
    Week,
    span,
    tidy,
)

WEEK_DAYS = 7


def weekly_hours(table: Iterable[tuple[int, str | time, str | time]]) -> Week:
    """Return the seven days' opening spans from rows of (weekday, opens, closes); Monday is 0.

    Raises:
        CalendarError: a weekday outside 0-6, or a span that closes before it opens.
    """
    days: list[Spans] = [CLOSED] * WEEK_DAYS
    for weekday, opens, closes in table:
        if weekday not in range(WEEK_DAYS):
            raise CalendarError(f"weekday {weekday} is not between 0 (Monday) and 6 (Sunday)")
        days[weekday] = tidy((*days[weekday], span(opens, closes)))
    return week_of(days)


def same_hours(text: str, weekdays: Iterable[int] = range(5)) -> Week:
    """Return a week with the same hours, such as "09:00-12:00, 13:00-18:00", on each of ``weekdays``."""
    spans, chosen = spans_of(text), frozenset(weekdays)
    return week_of([spans if weekday in chosen else CLOSED for weekday in range(WEEK_DAYS)])


def week_of(days: list[Spans]) -> Week:
    """Return seven lists of spans as one week."""
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def spans_of(text: str) -> Spans:
    """Return the spans written as "09:00-12:00, 13:00-18:00"; an empty text means closed.

    Raises:
        CalendarError: not written that way.
    """
    pieces = (piece.partition("-") for piece in text.replace(";", ",").split(",") if piece.strip())
    return tidy(span(opens, closes) for opens, _, closes in pieces)


def make_calendar(
    zone: str,
    week: Week,
    rows: Iterable[DayRow] = (),
    *,
    published: Iterable[int] | None = None,
    working_weekdays: Iterable[int] = MONDAY_TO_FRIDAY,
    keeps_rest_days: bool = True,
) -> Calendar:
    """Return the calendar; make-up days get the hours of the week's first working day that has any.

    Raises:
        CalendarError: the zone is unknown, or two rows contradict each other.
    """
    working = frozenset(working_weekdays)
    return Calendar(
        zone=zone,
        week=week,
        rows=tuple(rows),
        published=None if published is None else frozenset(published),
        working_weekdays=working,
        keeps_rest_days=keeps_rest_days,
        make_up_hours=next((week[weekday] for weekday in sorted(working) if week[weekday]), CLOSED),
    )


def shop_calendar(zone: str, week: Week, own: Iterable[DayRow], legal: Calendar) -> Calendar:
    """Return the calendar of a shop with its own doors and the law's working days.

    Holidays do not close it; only its own HOURS rows change the week, and days off still come from ``legal``.

    Raises:
        CalendarError: the zone is unknown, or two rows contradict each other.
    """
    return make_calendar(
        zone,
        week,
        (*legal.legal.values(), *own),
        published=legal.published,
        working_weekdays=legal.working_weekdays,
        keeps_rest_days=False,
    )


def rows_from_table(lines: Iterable[Mapping[str, str]], source: str = "") -> tuple[DayRow, ...]:
    """Return the rows of a table with the columns date, kind (off, work, hours), name, source and hours.

    Only date and kind must be there. ``source`` stands in for an empty source column.

    Raises:
        CalendarError: a line that cannot be read; the message names its number (the first line is 1).
    """
    return tuple(row_of(number, line, source) for number, line in enumerate(lines, start=1))


def row_of(number: int, line: Mapping[str, str], source: str) -> DayRow:
    """Return the row that one line of a table says.

    Raises:
        CalendarError: the date, the kind or the hours cannot be read.
    """
    try:
        kind = DayKind(line["kind"].strip().lower())
        day = date.fromisoformat(line["date"].strip())
        hours = spans_of(line.get("hours") or "")
    except (KeyError, ValueError) as unreadable:
        raise CalendarError(
            f"line {number} of the calendar table cannot be read: {unreadable}"
        ) from unreadable
    if hours and kind is not DayKind.HOURS:
        raise CalendarError(
            f"line {number} gives hours, but its kind is {kind}; write a second line of kind hours"
        )
    return DayRow(
        day, kind, (line.get("name") or "").strip(), (line.get("source") or "").strip() or source, hours
    )
