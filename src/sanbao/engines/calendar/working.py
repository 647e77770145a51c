"""The working shown: the stretches of a count told as steps, with the names of what was left out."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from sanbao.engines.calendar.budget import Unit
from sanbao.engines.calendar.legs import Leg
from sanbao.engines.calendar.steps import CLOSED_DAY, WEEKEND, Step, StepCode, day_step, moment_step
from sanbao.engines.calendar.value import Calendar, DayKind
from sanbao.engines.calendar.years import local_moment, open_table, year_of


def steps_of_days(legs: Sequence[Leg], unit: Unit, calendar: Calendar) -> Iterator[Step]:
    """Yield the steps of a count over days: runs that count, rest days between them, pauses."""
    for leg in legs:
        if leg.stop is not None:
            yield day_step(StepCode.PAUSED, leg.begin + 1, leg.end, leg.stop.reason, leg.stop.who)
        elif unit is Unit.WORKING_DAYS:
            yield from runs_of_days(leg.begin + 1, leg.end, calendar)
        elif leg.amount:
            yield day_step(StepCode.COUNTED, leg.begin + 1, leg.end)


def runs_of_days(first: int, last: int, calendar: Calendar) -> Iterator[Step]:
    """Yield one step for each run of days of the same kind and name, between two ordinals, both included."""
    if first > last:
        return
    run_begin, kind = first, kind_of(date.fromordinal(first), calendar)
    for ordinal in range(first + 1, last + 1):
        here = kind_of(date.fromordinal(ordinal), calendar)
        if here != kind:
            yield day_step(kind[0], run_begin, ordinal - 1, kind[1])
            run_begin, kind = ordinal, here
    yield day_step(kind[0], run_begin, last, kind[1])


def kind_of(day: date, calendar: Calendar) -> tuple[StepCode, str]:
    """Return how the working names ``day`` when working days are counted."""
    row = calendar.legal.get(day)
    usual = day.weekday() in calendar.working_weekdays
    if row is None:
        return (StepCode.COUNTED, "") if usual else (StepCode.REST, WEEKEND)
    if row.kind is DayKind.OFF:
        return StepCode.REST, row.name
    return (StepCode.COUNTED, "") if usual else (StepCode.MAKE_UP, row.name)


def name_of_rest(day: date, calendar: Calendar) -> str:
    """Return the holiday's name, or "weekend", or "closed" for a working day with shut doors."""
    special = calendar.special.get(day)
    if special is not None and special.name:
        return special.name
    code, name = kind_of(day, calendar)
    return name if code is StepCode.REST else CLOSED_DAY


def steps_of_seconds(legs: Sequence[Leg], unit: Unit, calendar: Calendar) -> Iterator[Step]:
    """Yield the steps of a count over seconds: open stretches, closed days between them, pauses."""
    for leg in legs:
        if leg.stop is not None or (unit is Unit.MINUTES and leg.amount):
            code = StepCode.PAUSED if leg.stop else StepCode.ELAPSED
            begin, end = local_moment(calendar, leg.begin), local_moment(calendar, leg.end)
            reason, who = (leg.stop.reason, leg.stop.who) if leg.stop else ("", "")
            yield moment_step(code, begin, end, leg.end - leg.begin, reason, who)
        elif leg.amount:
            yield from open_stretches(leg, calendar)


def open_stretches(leg: Leg, calendar: Calendar) -> Iterator[Step]:
    """Yield each open stretch of a leg that runs, with the closed days before it."""
    told = local_moment(calendar, leg.begin).toordinal() - 1
    for begin, end in intervals_between(leg.begin, leg.end, calendar):
        opens, closes = local_moment(calendar, begin), local_moment(calendar, end)
        yield from closed_days(told + 1, opens.toordinal() - 1, calendar)
        yield moment_step(StepCode.OPEN, opens, closes, end - begin)
        told = opens.toordinal()


def intervals_between(begin: int, end: int, calendar: Calendar) -> Iterator[tuple[int, int]]:
    """Yield the open intervals between two UTC seconds, cut to fit."""
    for year in range(year_of(calendar, begin), year_of(calendar, end) + 1):
        table = open_table(calendar, year)
        for place in range(bisect_right(table.ends, begin), len(table.begins)):
            if table.begins[place] >= end:
                return
            yield max(begin, table.begins[place]), min(end, table.ends[place])


def closed_days(first: int, last: int, calendar: Calendar) -> Iterator[Step]:
    """Yield one step for each run of closed days with one name, leaving out days that have hours."""
    run_begin, name = first, ""
    for ordinal in range(first, last + 2):
        day = date.fromordinal(ordinal)
        here = name_of_rest(day, calendar) if ordinal <= last and not calendar.spans_on(day) else ""
        if here != name:
            if name:
                yield day_step(StepCode.REST, run_begin, ordinal - 1, name)
            run_begin, name = ordinal, here
