"""One function: due = deadline(start, budget, calendar, pauses), with its working."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sanbao.engines.calendar.axes import OpenSeconds, Plain, WorkingDays
from sanbao.engines.calendar.budget import DAY_UNITS, Budget, Ending, Pause, Roll, Unit
from sanbao.engines.calendar.dates import add_months, is_rest_day
from sanbao.engines.calendar.legs import is_stopped, run
from sanbao.engines.calendar.pauses import Stop, stopped_days, stops_of
from sanbao.engines.calendar.steps import Step, StepCode
from sanbao.engines.calendar.value import Calendar, NeverOpen
from sanbao.engines.calendar.working import name_of_rest, steps_of_days, steps_of_seconds
from sanbao.engines.calendar.years import (
    day_begins,
    local_day,
    local_moment,
    second_of,
    seconds_open,
)

SECOND = timedelta(seconds=1)
# An end that moves further than this has met nothing but rest days.
LONGEST_ROLL_DAYS = 4000


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due, and why.

    ``due`` is the last moment still in time, in the calendar's zone and to the second: 23:59:59 for a period
    that ends at 24:00. ``assumed_years`` names the years whose rest days had to be assumed; then the result
    is provisional. ``standing`` says that a pause without an end still holds the clock.
    """

    start: datetime
    budget: Budget
    due: datetime
    last_day: date
    assumed_years: tuple[int, ...]
    standing: bool
    steps: tuple[Step, ...]

    @property
    def provisional(self) -> bool:
        return bool(self.assumed_years)

    def missed(self, moment: datetime) -> bool:
        """Say whether ``moment`` is too late; the second of ``due`` itself is in time."""
        return moment >= self.due + SECOND

    def plain(self) -> dict[str, object]:
        """Return the deadline and its working as JSON can hold it."""
        return {
            "start": self.start.isoformat(),
            "amount": self.budget.amount,
            "unit": self.budget.unit.value,
            "due": self.due.isoformat(),
            "last_day": self.last_day.isoformat(),
            "provisional": self.provisional,
            "assumed_years": list(self.assumed_years),
            "standing": self.standing,
            "steps": [step.plain() for step in self.steps],
        }


def deadline(
    start: datetime,
    budget: Budget,
    calendar: Calendar,
    pauses: Iterable[Pause] = (),
    *,
    as_of: datetime | None = None,
) -> Deadline:
    """Return when ``budget`` is spent, counted from ``start`` and not counting ``pauses``.

    Days: the day of the event is not counted, and the period ends with its last day, which moves on where the
    budget rolls. A pause leaves out the days at whose end the clock stood still; first the period grows,
    then it rolls. Minutes are exact to the second. A pause without an end is taken to end at ``as_of``.

    A year nobody has published makes the result provisional; it is never an error.

    Source: Civil Code 201-203.

    Raises:
        CalendarError: a moment without a time zone, or a standing pause without ``as_of``.
        NeverOpen: the calendar has no working day or open time left to spend the budget on.
    """
    kept = tuple(pauses)
    stops = stops_of(kept, as_of) if kept else []
    begin = local_moment(calendar, second_of(start))
    if budget.unit in DAY_UNITS:
        due, years, told = count_days(begin, budget, calendar, stops)
    else:
        due, years, told = count_seconds(begin, budget, calendar, stops)
    assumed = tuple(year for year in years if calendar.is_provisional(year))
    standing = any(pause.end is None and pause.begin <= due for pause in kept)
    first, last = begin.date(), due.date()
    steps = [Step(StepCode.START, first, first, begin=begin), *told]
    steps += [Step(StepCode.PROVISIONAL, first, last, year) for year in assumed]
    if standing:
        steps.append(Step(StepCode.STANDING, last, last))
    steps.append(Step(StepCode.DUE, last, last, begin=due))
    return Deadline(start, budget, due, last, assumed, standing, tuple(steps))


def count_days(
    start: datetime, budget: Budget, calendar: Calendar, stops: Sequence[Stop]
) -> tuple[datetime, range, list[Step]]:
    """Return the last moment in time, the years looked at, and the working of a budget of days or months."""
    event = start.toordinal()
    first = event - budget.counts_first_day
    working = budget.unit is Unit.WORKING_DAYS
    days_out = stopped_days(stops, calendar) if stops else []
    steps = [first_day_step(start.date(), budget)] if budget.amount else []
    amount = budget.amount
    if budget.unit is Unit.MONTHS:
        corresponding = add_months(start.date(), budget.amount)
        steps.append(months_step(start.date(), corresponding, budget.amount))
        # A month that counts its first day ends before the corresponding date: both ends move by one.
        amount = corresponding.toordinal() - event
    legs = run(WorkingDays(calendar) if working else Plain(), first, amount, days_out)
    counted = legs[-1].end
    roll = Roll.REST_DAYS if working else budget.roll
    last = settle(counted, roll, calendar, days_out)
    steps += steps_of_days(legs, budget.unit, calendar)
    if last != counted:
        steps.append(rolled_step(counted, last, calendar, roll))
    due, by_hours = end_of_day(last, start, budget.ending, calendar, stops)
    year = date.fromordinal(last).year
    if working:
        return due, range(date.fromordinal(min(first + 1, last)).year, year + 1), steps
    if roll is not Roll.NONE:
        return due, range(date.fromordinal(counted).year, year + 1), steps
    return due, range(year, year + by_hours), steps


def first_day_step(day: date, budget: Budget) -> Step:
    """Return the step that says whether the day of the event counts."""
    code = StepCode.FIRST_DAY_IN if budget.counts_first_day else StepCode.FIRST_DAY_OUT
    return Step(code, day, day)


def months_step(day: date, corresponding: date, amount: int) -> Step:
    """Return the step that names the corresponding date, or the end of a month that lacks it."""
    code = StepCode.CORRESPONDING if corresponding.day == day.day else StepCode.MONTH_END
    return Step(code, day, corresponding, amount)


def rolled_step(counted: int, last: int, calendar: Calendar, roll: Roll) -> Step:
    """Return the step that says from where to where the end moved, and over what."""
    day = date.fromordinal(counted)
    name = name_of_rest(day, calendar) if is_rest_day(day, calendar, roll) else ""
    return Step(StepCode.ROLLED, day, date.fromordinal(last), last - counted, name)


def settle(ordinal: int, roll: Roll, calendar: Calendar, stops: Sequence[Stop]) -> int:
    """Return the first day from ``ordinal`` on that is no rest day and has the clock running at its end.

    Raises:
        NeverOpen: there is no such day.
    """
    for day in range(ordinal, ordinal + LONGEST_ROLL_DAYS):
        rests = roll is not Roll.NONE and is_rest_day(date.fromordinal(day), calendar, roll)
        if not rests and not (stops and is_stopped(day, stops)):
            return day
    raise NeverOpen(f"the calendar of {calendar.zone} has nothing but rest days")


def end_of_day(
    ordinal: int, start: datetime, ending: Ending, calendar: Calendar, stops: Sequence[Stop]
) -> tuple[datetime, bool]:
    """Return the last moment in time of a last day, and whether opening hours had a say in it.

    The close of business counts where the budget says so and there is one to wait for: the day has hours,
    they end after ``start``, and no pause holds the clock at that moment. Otherwise the day ends at 24:00.
    """
    midnight = local_moment(calendar, day_begins(calendar.tz, ordinal + 1) - 1)
    if ending is Ending.MIDNIGHT:
        return midnight, False
    intervals = seconds_open(calendar, ordinal)
    if intervals:
        close = intervals[-1][1]
        if close > second_of(start) and not any(stop.begin < close < stop.end for stop in stops):
            return min(local_moment(calendar, close), midnight), calendar.keeps_rest_days
    return midnight, calendar.keeps_rest_days


def count_seconds(
    start: datetime, budget: Budget, calendar: Calendar, stops: Sequence[Stop]
) -> tuple[datetime, range, list[Step]]:
    """Return the moment a budget of minutes is spent, the years looked at, and the working."""
    in_hours = budget.unit is Unit.WORKING_MINUTES
    legs = run(OpenSeconds(calendar) if in_hours else Plain(), second_of(start), budget.amount * 60, stops)
    due = local_moment(calendar, legs[-1].end)
    looked_at = range(start.year, due.year + 1) if in_hours and calendar.keeps_rest_days else range(0)
    return due, looked_at, list(steps_of_seconds(legs, budget.unit, calendar))


def days_left(due: Deadline, moment: datetime, calendar: Calendar) -> int:
    """Return the calendar days until the last day: 0 on the last day itself, negative when days late."""
    return (due.last_day - local_day(calendar, moment)).days
