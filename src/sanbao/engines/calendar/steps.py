"""The working of a deadline as a list of small steps: codes, dates and numbers, no prose.

A page draws them as a clock strip; ``words.py`` renders each as a sentence.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

WEEKEND = "weekend"
CLOSED_DAY = "closed"


class StepCode(StrEnum):
    """What one step of the working says, and which fields of the step it fills.

    Days lie from ``first`` to ``last``, both included; moments from ``begin`` to ``end``, that excluded.
    """

    START = "start"  # begin: when the clock starts
    FIRST_DAY_OUT = "first_day_out"  # the day of the event is not counted
    FIRST_DAY_IN = "first_day_in"  # the rule counts the day of the event as day 1
    CORRESPONDING = "corresponding"  # amount months from first end on last
    MONTH_END = "month_end"  # the same, clamped to the end of the month
    COUNTED = "counted"  # amount days counted
    MAKE_UP = "make_up"  # make-up working days counted, of the holiday called name
    REST = "rest"  # amount days left out: a holiday's name, "weekend" or "closed"
    OPEN = "open"  # amount seconds counted between two moments with the door open
    ELAPSED = "elapsed"  # amount seconds counted between two moments
    PAUSED = "paused"  # amount days, or seconds when begin is set; name is the reason, who the person
    ROLLED = "rolled"  # the end moves from first to last; name says over what
    STANDING = "standing"  # a pause still stands: the result moves on with every day of it
    PROVISIONAL = "provisional"  # amount is a year whose rest days are not published
    DUE = "due"  # last: the last day; begin: the last moment still in time


class Step(NamedTuple):
    code: StepCode
    first: date
    last: date
    amount: int = 0
    name: str = ""
    who: str = ""
    begin: datetime | None = None
    end: datetime | None = None

    def plain(self) -> dict[str, str | int | None]:
        """Return the step as JSON can hold it; moments and dates in ISO 8601."""
        return {
            "code": self.code.value,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "amount": self.amount,
            "name": self.name,
            "who": self.who,
            "begin": self.begin.isoformat() if self.begin else None,
            "end": self.end.isoformat() if self.end else None,
        }


def day_step(code: StepCode, first: int, last: int, name: str = "", who: str = "") -> Step:
    """Return a step over the days between two ordinals, both included, with their number as the amount."""
    return Step(code, date.fromordinal(first), date.fromordinal(last), last - first + 1, name, who)


def moment_step(
    code: StepCode, begin: datetime, end: datetime, amount: int, name: str = "", who: str = ""
) -> Step:
    """Return a step between two local moments; ``amount`` is in seconds."""
    return Step(code, begin.date(), end.date(), amount, name, who, begin, end)
