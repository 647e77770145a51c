"""Doors: is it open, when does it open next, until when, and how long was it open between two moments."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sanbao.engines.calendar.axes import OpenSeconds
from sanbao.engines.calendar.budget import Pause
from sanbao.engines.calendar.pauses import stops_of
from sanbao.engines.calendar.value import Calendar, NeverOpen
from sanbao.engines.calendar.years import (
    local_moment,
    open_table,
    refuse_if_endless,
    second_of,
    seconds_open,
    year_of,
)

WEEK_DAYS = 7


class Interval(NamedTuple):
    """Two local moments; the door is open from ``begin`` until just before ``end``."""

    begin: datetime
    end: datetime


def open_intervals(day: date, calendar: Calendar) -> tuple[Interval, ...]:
    """Return the open intervals of one local day, in order; they may end at the next midnight."""
    return tuple(
        Interval(local_moment(calendar, begin), local_moment(calendar, end))
        for begin, end in seconds_open(calendar, day.toordinal())
    )


def interval_at(moment: datetime, calendar: Calendar) -> tuple[int, int] | None:
    """Return the open interval around ``moment`` in UTC seconds, or None when the door is shut."""
    second = second_of(moment)
    table = open_table(calendar, year_of(calendar, second))
    place = bisect_right(table.begins, second) - 1
    if place < 0 or second >= table.ends[place]:
        return None
    return table.begins[place], table.ends[place]


def is_open(moment: datetime, calendar: Calendar) -> bool:
    """Say whether the door is open at ``moment``; at the closing time it no longer is."""
    return interval_at(moment, calendar) is not None


def closes_at(moment: datetime, calendar: Calendar) -> datetime | None:
    """Return when the door that is open at ``moment`` closes, or None when it is shut.

    Open past midnight is one stretch; a door that never closes is told to be open for a week.
    """
    around = interval_at(moment, calendar)
    if around is None:
        return None
    end = around[1]
    for _ in range(WEEK_DAYS):
        following = interval_at(local_moment(calendar, end), calendar)
        if following is None:
            break
        end = following[1]
    return local_moment(calendar, end)


def next_opening(moment: datetime, calendar: Calendar) -> datetime | None:
    """Return ``moment`` itself when the door is open, else the next opening; None when there is none."""
    second = second_of(moment)
    year = year_of(calendar, second)
    try:
        while True:
            table = open_table(calendar, year)
            place = bisect_right(table.ends, second)
            if place < len(table.begins):
                return local_moment(calendar, max(second, table.begins[place]))
            refuse_if_endless(calendar, year, empty=not table.begins)
            year += 1
    except NeverOpen:
        return None


def working_minutes_between(
    begin: datetime,
    end: datetime,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    *,
    as_of: datetime | None = None,
) -> int:
    """Return the whole open minutes between two moments, pauses left out; 0 when ``end`` is earlier.

    Raises:
        CalendarError: a moment without a time zone, or a standing pause without ``as_of``.
    """
    axis, first, last = OpenSeconds(calendar), second_of(begin), second_of(end)
    if last <= first:
        return 0
    seconds = axis.measure(first, last)
    for stop in stops_of(pauses, as_of):
        low, high = max(first, stop.begin), min(last, stop.end)
        if low < high:
            seconds -= axis.measure(low, high)
    return seconds // 60
