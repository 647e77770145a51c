"""What is asked of a deadline: how much, of what, and what may stop the clock."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sanbao.engines.calendar.value import CalendarError


class Unit(StrEnum):
    """What a budget is counted in."""

    MINUTES = "minutes"
    WORKING_MINUTES = "working_minutes"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class Roll(StrEnum):
    """Where a period that would end on a rest day ends instead.

    REST_DAYS moves it past holidays and weekends, HOLIDAYS past published days off only.
    """

    NONE = "none"
    HOLIDAYS = "holidays"
    REST_DAYS = "rest_days"


class Ending(StrEnum):
    """When on its last day a period ends: at 24:00, or when business closes.

    Source: Civil Code 203(2), which knows both.
    """

    MIDNIGHT = "midnight"
    CLOSE = "close"


DAY_UNITS = frozenset({Unit.DAYS, Unit.WORKING_DAYS, Unit.MONTHS})


@dataclass(frozen=True, slots=True)
class Budget:
    """An amount of time and how its end is found; ``roll`` and ``ending`` matter to units of days only.

    ``counts_first_day`` makes the day of the event day 1, against Civil Code 201, for rules that say so.
    """

    amount: int
    unit: Unit
    roll: Roll = Roll.NONE
    ending: Ending = Ending.MIDNIGHT
    counts_first_day: bool = False

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise CalendarError(f"a budget cannot be negative: {self.amount} {self.unit}")
        if self.counts_first_day and (self.amount == 0 or self.unit not in DAY_UNITS):
            raise CalendarError("only a budget of one day or more can count its first day")


def minutes(amount: int) -> Budget:
    """Return a budget of elapsed minutes, nights and holidays included."""
    return Budget(amount, Unit.MINUTES)


def working_minutes(amount: int) -> Budget:
    """Return a budget of minutes with the door open."""
    return Budget(amount, Unit.WORKING_MINUTES)


def working_hours(amount: int) -> Budget:
    """Return a budget of hours with the door open."""
    return Budget(amount * 60, Unit.WORKING_MINUTES)


def days(amount: int, roll: Roll = Roll.REST_DAYS, ending: Ending = Ending.MIDNIGHT) -> Budget:
    """Return a budget of calendar days; it rolls over rest days unless told otherwise.

    Source: Civil Code 201, 203.
    """
    return Budget(amount, Unit.DAYS, roll, ending)


def working_days(amount: int, ending: Ending = Ending.MIDNIGHT) -> Budget:
    """Return a budget of working days."""
    return Budget(amount, Unit.WORKING_DAYS, Roll.NONE, ending)


def months(amount: int, roll: Roll = Roll.REST_DAYS, ending: Ending = Ending.MIDNIGHT) -> Budget:
    """Return a budget of months that ends on the corresponding date, or on the month's last day.

    Source: Civil Code 202, 203.
    """
    return Budget(amount, Unit.MONTHS, roll, ending)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time the clock stood still, why, and by whose doing; without an end it still stands.

    ``reason`` and ``who`` are codes or public numbers, never personal data: they come back in the
    explanation.
    """

    begin: datetime
    end: datetime | None
    reason: str = ""
    who: str = ""

    def __post_init__(self) -> None:
        if self.begin.tzinfo is None or (self.end is not None and self.end.tzinfo is None):
            raise CalendarError("a pause needs moments with a time zone")
        if self.end is not None and self.end < self.begin:
            raise CalendarError("a pause cannot end before it begins")
