"""Decisions about opening hours, seats and waiting, on plain values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sanbao.base.errors import Invalid
from sanbao.engines.calendar import (
    Calendar,
    CalendarError,
    DayKind,
    DayRow,
    make_calendar,
    open_intervals,
    weekly_hours,
)
from sanbao.engines.calendar.value import span, tidy

HOLD: Final = timedelta(minutes=5)
"""How long a seat is kept for somebody who is still filling in the form."""
WALK_IN_RELEASE: Final = timedelta(hours=2)
"""Seats kept for people without an appointment can be booked from this long before.
Source: a simulation of 20,000 days, in which it kept seats used without selling one too many."""
HORIZON_DAYS: Final = 28
HEAD_START: Final = timedelta(minutes=20)
"""How much sooner a short job is called than its place in the line says."""
MOST_PASSING: Final = 3
"""How many later tickets anybody lets go first, however many short jobs come.
Both are first guesses, small enough that the line is felt to be fair; they are told on the owner's page."""
WEEK_DAYS: Final = 7
_CLOSED: Final[tuple[tuple[str, str], ...]] = ()

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Time:
    """One bookable time, in UTC."""

    starts_at: datetime
    ends_at: datetime


def hours_of(typed: Any, field: str = "hours") -> tuple[Pairs, ...]:
    """Return a week of opening hours as plain tuples, Monday first.

    Raises:
        Invalid: not seven days of pairs such as ``["10:00", "21:00"]`` in order and apart.
    """
    if not isinstance(typed, Sequence) or isinstance(typed, str) or len(typed) != WEEK_DAYS:
        raise Invalid("Opening hours need seven days, Monday first.", field=field)
    return tuple(day_hours_of(day, field) for day in typed)


def day_hours_of(typed: Any, field: str = "hours") -> Pairs:
    """Return one day's opening hours as plain tuples; no pairs mean closed.

    Raises:
        Invalid: not pairs such as ``["10:00", "21:00"]``.
    """
    try:
        pairs = tuple((str(opens), str(closes)) for opens, closes in typed)
        tidy(span(opens, closes) for opens, closes in pairs)
    except (TypeError, ValueError) as fault:
        raise Invalid(
            "Opening hours are pairs such as 10:00 and 21:00.",
            field=field,
            remedy="Write the opening time before the closing time, for each day.",
        ) from fault
    return pairs


def calendar_of(
    time_zone: str, hours: Sequence[Sequence[Sequence[str]]], special: Mapping[date, Any] | None = None
) -> Calendar:
    """Return the doors of a shop: its week and its special days; public holidays alone do not close it.

    Raises:
        Invalid: the time zone or the hours cannot be read.
    """
    week = tuple(day_hours_of(day) for day in hours) or (_CLOSED,) * WEEK_DAYS
    days = tuple((day, day_hours_of(own)) for day, own in sorted((special or {}).items()))
    return _calendar(time_zone, week, days)


@lru_cache(maxsize=2048)
def _calendar(time_zone: str, week: tuple[Pairs, ...], special: tuple[tuple[date, Pairs], ...]) -> Calendar:
    usual = ((weekday, *pair) for weekday, pairs in enumerate(week) for pair in pairs)
    rows = (
        DayRow(day, DayKind.HOURS, hours=tidy(span(opens, closes) for opens, closes in pairs))
        for day, pairs in special
    )
    try:
        return make_calendar(time_zone, weekly_hours(usual), rows, keeps_rest_days=False)
    except CalendarError as fault:
        raise Invalid("This time zone or these hours cannot be read.", field="time_zone") from fault


def slot_times(day: date, calendar: Calendar, minutes: int) -> Iterator[Time]:
    """Yield the bookable times of one local day, in order; a rest too short for a slot is left out."""
    length = timedelta(minutes=minutes)
    for opening in open_intervals(day, calendar):
        starts = _utc(opening.begin)
        while starts + length <= _utc(opening.end):
            yield Time(starts, starts + length)
            starts += length


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(tz=UTC)


def kept_for_walk_ins(seats: int, share: int) -> int:
    """Return how many of ``seats`` are kept for people without an appointment: the share, rounded down."""
    return seats * share // 100


def share_is_released(starts_at: datetime, at: datetime) -> bool:
    """Tell whether the seats kept for walk-ins may be booked by now."""
    return starts_at - at <= WALK_IN_RELEASE


def seats_left(*, capacity: int, walk_in: int, taken: int, starts_at: datetime, at: datetime) -> int:
    """Return how many seats can still be booked; none for a time that has begun."""
    if starts_at <= at:
        return 0
    kept = 0 if share_is_released(starts_at, at) else walk_in
    return max(capacity - kept - taken, 0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in the queue, as the rule of turns sees them; ``passed`` counts who was called before them."""

    count: int
    taken_at: datetime
    fast: bool = False
    passed: int = 0


def next_turn(waiting: Iterable[Waiting]) -> Waiting | None:
    """Return whose turn it is; None where nobody waits.

    A fast ticket counts as if drawn ``HEAD_START`` earlier. Whoever has let ``MOST_PASSING`` later tickets go
    first waits for nobody who came after them any more.
    """
    people = tuple(waiting)
    if not people:
        return None
    first = min(people, key=lambda w: (w.taken_at - HEAD_START * w.fast, w.count))
    patient = [w for w in people if w.count < first.count and w.passed >= MOST_PASSING]
    return min(patient, key=lambda w: w.count, default=first)


def turns(waiting: Iterable[Waiting]) -> tuple[int, ...]:
    """Return the counts of the tickets in the order in which they are called if nobody else comes."""
    left, order = {w.count: w for w in waiting}, []
    while (called := next_turn(left.values())) is not None:
        del left[called.count]
        order.append(called.count)
        left = {n: replace(w, passed=w.passed + 1) if n < called.count else w for n, w in left.items()}
    return tuple(order)


def may_still_pass(waiting: Waiting) -> int:
    """Return how many people who came later can still be called before this one."""
    return max(MOST_PASSING - waiting.passed, 0)


def wait_minutes(ahead: int, *, seats: int, minutes: int) -> int:
    """Return the expected wait behind ``ahead`` people where ``seats`` are served at once for ``minutes``."""
    return ahead // max(seats, 1) * minutes


def days_from(first: date, count: int) -> Iterable[date]:
    """Return ``count`` days from ``first`` on."""
    return (first + timedelta(days=n) for n in range(count))
