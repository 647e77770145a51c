"""Dates: months with a corresponding day, rest days that push an end, and working days between two dates."""

import calendar as gregorian
from datetime import date, timedelta

from sanbao.engines.calendar.axes import WorkingDays
from sanbao.engines.calendar.budget import Roll
from sanbao.engines.calendar.value import Calendar, DayKind, NeverOpen

MONTHS = 12
DAY = timedelta(days=1)
# No State closes for a year on end; a longer run of rest days is a calendar without working days.
LONGEST_REST = 400


def add_months(day: date, months: int) -> date:
    """Return the corresponding date ``months`` later (or earlier), or the last day of a month that lacks it.

    Source: Civil Code 202.
    """
    years, month0 = divmod(day.month - 1 + months, MONTHS)
    year, month = day.year + years, month0 + 1
    if day.day <= 28:  # noqa: PLR2004 - every month has 28 days
        return date(year, month, day.day)
    return date(year, month, min(day.day, gregorian.monthrange(year, month)[1]))


def is_rest_day(day: date, calendar: Calendar, roll: Roll = Roll.REST_DAYS) -> bool:
    """Say whether a period that may not end on rest days in the sense of ``roll`` may not end on ``day``."""
    if roll is Roll.NONE:
        return False
    row = calendar.legal.get(day)
    if row is not None:
        return row.kind is DayKind.OFF
    return roll is Roll.REST_DAYS and day.weekday() not in calendar.working_weekdays


def roll_forward(day: date, calendar: Calendar, roll: Roll = Roll.REST_DAYS) -> date:
    """Return ``day`` itself, or the first later day that is no rest day.

    Source: Civil Code 203(1).

    Raises:
        NeverOpen: the calendar has no other days.
    """
    for _ in range(LONGEST_REST):
        if not is_rest_day(day, calendar, roll):
            return day
        day += DAY
    raise NeverOpen(f"the calendar of {calendar.zone} has nothing but rest days")


def add_working_days(day: date, amount: int, calendar: Calendar) -> date:
    """Return the last of ``amount`` working days after ``day``; ``day`` itself is not counted.

    Raises:
        NeverOpen: the calendar has no working days.
    """
    return date.fromordinal(WorkingDays(calendar).advance(day.toordinal(), amount))


def working_days_between(day: date, later: date, calendar: Calendar) -> int:
    """Return the working days after ``day`` up to and including ``later``; negative when it comes first."""
    if later < day:
        return -working_days_between(later, day, calendar)
    return WorkingDays(calendar).measure(day.toordinal(), later.toordinal())
