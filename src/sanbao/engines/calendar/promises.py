"""An installation's own reply clocks over the shipped ones: a promise may only be shorter than the law."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sanbao.engines.calendar.budget import (
    Budget,
    Ending,
    Roll,
    days,
    minutes,
    working_days,
    working_hours,
)
from sanbao.engines.calendar.clocks import CLOCKS, Begins, ReplyClock
from sanbao.engines.calendar.due import deadline
from sanbao.engines.calendar.value import Calendar, CalendarError

LIMIT = "outer_limit"
"""The clock of the law that no own promise may outlast."""
_MOST = 10_000
_UNITS: Mapping[str, Callable[[int], Budget]] = {
    "minutes": minutes,
    "working_hours": working_hours,
    "working_days": partial(working_days, ending=Ending.CLOSE),
    "days": partial(days, roll=Roll.NONE),
}
_TRIED_YEARS = 2


class PromiseError(CalendarError):
    """An own table names an unknown clock, a law's clock, or more time than the law gives."""


def own_clocks(
    table: Mapping[str, Mapping[str, Any]], calendar: Calendar, clocks: Iterable[ReplyClock] = CLOCKS
) -> tuple[ReplyClock, ...]:
    """Return the clocks with the budgets of ``table`` in place of the shipped promises.

    A row holds ``amount``, ``unit`` (minutes, working_hours, working_days, days) and perhaps ``source``.

    Raises:
        PromiseError.
    """
    shipped = tuple(clocks)
    lost = sorted(set(table) - {clock.id for clock in shipped})
    if lost:
        raise PromiseError(f"no such clock: {', '.join(lost)}")
    return tuple(_own(clock, table[clock.id], calendar) if clock.id in table else clock for clock in shipped)


def _own(clock: ReplyClock, row: Mapping[str, Any], calendar: Calendar) -> ReplyClock:
    if clock.binding:
        raise PromiseError(f"{clock.id} is set by law: {clock.source}")
    unit, amount = str(row.get("unit")), row.get("amount")
    if unit not in _UNITS or type(amount) is not int or not 0 <= amount <= _MOST:
        raise PromiseError(f"{clock.id} needs a whole amount and a unit of {', '.join(_UNITS)}")
    budget = _UNITS[unit](amount)
    if clock.begins is not Begins.OVERDUE:
        _within_the_law(clock.id, budget, calendar)
    return replace(clock, budget=budget, source=str(row.get("source") or clock.source))


def _within_the_law(name: str, budget: Budget, calendar: Calendar) -> None:
    """Pass if on every day of the newest published years the promise ends no later than the law.

    Raises:
        PromiseError: it names the first day on which it would not.
    """
    law = next(clock for clock in CLOCKS if clock.id == LIMIT)
    if not calendar.published:
        raise PromiseError("own clocks are checked against a calendar with published years")
    newest = max(calendar.published)
    day = datetime(newest - _TRIED_YEARS + 1, 1, 1, tzinfo=UTC)
    while day.year <= newest:
        promised = deadline(day, budget, calendar)
        if promised.due > deadline(day, law.budget, calendar).due:
            first = date(day.year, day.month, day.day).isoformat()
            raise PromiseError(f"{name}: from {first} this would end after the law's limit ({law.source})")
        day += timedelta(days=1)
