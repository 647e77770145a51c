"""Deadlines are monotone, additive, blind to how a pause was cut, and agree with slow oracles."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sanbao.engines.calendar import (
    Budget,
    DayKind,
    DayRow,
    Ending,
    Pause,
    Roll,
    Span,
    Unit,
    add_months,
    china_calendar,
    deadline,
    is_open,
    make_calendar,
    next_opening,
    open_intervals,
    working_days_between,
    working_minutes_between,
)
from sanbao.engines.calendar.value import tidy

FIXED = settings(derandomize=True, max_examples=80, deadline=None, database=None)
SLOW = settings(FIXED, max_examples=50)
CHINA = china_calendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# From before the Spring Festival of 2026 to after Qingming; pauses are dense enough to matter.
ORIGIN = datetime(2026, 1, 20, tzinfo=SHANGHAI)
WINDOW = 90 * 1440

moments = st.integers(0, WINDOW).map(lambda minute: ORIGIN + minute * MINUTE)
day_units = st.sampled_from([Unit.DAYS, Unit.WORKING_DAYS])
exact_units = st.sampled_from([Unit.MINUTES, Unit.WORKING_MINUTES])
units = st.sampled_from([Unit.MINUTES, Unit.WORKING_MINUTES, Unit.DAYS, Unit.WORKING_DAYS])
rolls = st.sampled_from(list(Roll))
endings = st.sampled_from(list(Ending))


@st.composite
def pauses_near(draw, origin=ORIGIN, minutes=WINDOW, most=3, longest=20 * 1440):
    begins = draw(st.lists(st.integers(0, minutes), max_size=most))
    return [
        Pause(
            origin + begin * MINUTE, origin + (begin + draw(st.integers(0, longest))) * MINUTE, reason, "E-1"
        )
        for begin in begins
        for reason in [draw(st.sampled_from(["waiting_customer", "testing"]))]
    ]


@FIXED
@given(moments, moments, st.integers(0, 40), units, rolls, pauses_near())
def test_a_later_start_is_never_due_earlier(one, other, amount, unit, roll, pauses):
    budget = Budget(amount, unit, roll)
    early, late = sorted((one, other))
    assert deadline(early, budget, CHINA, pauses).due <= deadline(late, budget, CHINA, pauses).due


@FIXED
@given(moments, st.integers(0, 40), st.integers(0, 40), st.sampled_from(list(Unit)), rolls, pauses_near())
def test_a_larger_budget_is_never_due_earlier(start, amount, more, unit, roll, pauses):
    small, large = Budget(amount, unit, roll), Budget(amount + more, unit, roll)
    assert deadline(start, small, CHINA, pauses).due <= deadline(start, large, CHINA, pauses).due


@FIXED
@given(moments, st.integers(0, 5000), st.integers(0, 5000), exact_units, pauses_near())
def test_two_budgets_of_minutes_one_after_the_other_are_their_sum(start, amount, more, unit, pauses):
    first = deadline(start, Budget(amount, unit), CHINA, pauses).due
    assert deadline(first, Budget(more, unit), CHINA, pauses).due == (
        deadline(start, Budget(amount + more, unit), CHINA, pauses).due
    )


@FIXED
@given(moments, st.integers(1, 40), st.integers(1, 40), day_units, pauses_near())
def test_two_budgets_of_days_one_after_the_other_are_their_sum(start, amount, more, unit, pauses):
    first = deadline(start, Budget(amount, unit), CHINA, pauses).due
    assert deadline(first, Budget(more, unit), CHINA, pauses).due == (
        deadline(start, Budget(amount + more, unit), CHINA, pauses).due
    )


@FIXED
@given(
    moments,
    st.integers(0, 40),
    st.sampled_from(list(Unit)),
    rolls,
    endings,
    pauses_near(most=4),
    st.floats(0, 1),
)
def test_a_pause_cut_in_two_changes_neither_result_nor_working(
    start, amount, unit, roll, ending, pauses, where
):
    budget = Budget(amount, unit, roll, ending)
    cut = []
    for pause in pauses:
        middle = pause.begin + int((pause.end - pause.begin) / MINUTE * where) * MINUTE
        cut += [replace(pause, begin=middle), replace(pause, end=middle)]
    assert deadline(start, budget, CHINA, cut) == deadline(start, budget, CHINA, pauses)


@FIXED
@given(moments, st.integers(0, 40), st.sampled_from(list(Unit)), rolls, endings, pauses_near())
def test_nothing_is_due_before_it_starts_or_while_the_clock_stands(start, amount, unit, roll, ending, pauses):
    due = deadline(start, Budget(amount, unit, roll, ending), CHINA, pauses).due
    assert due >= start
    if unit not in {Unit.MINUTES, Unit.WORKING_MINUTES}:
        # A day that a pause began and ended in still ends by itself; no other pause may hold it.
        assert not any(p.begin <= due < p.end and p.end.date() > due.date() for p in pauses)


def paused_at_the_end_of(day, pauses):
    midnight = datetime.combine(day + DAY, datetime.min.time(), SHANGHAI)
    return any(p.begin < midnight <= p.end for p in pauses)


def is_rest(day, roll):
    row = next((r for r in CHINA.rows if r.day == day), None)
    if roll is Roll.NONE or row is not None:
        return roll is not Roll.NONE and row.kind is DayKind.OFF
    return roll is Roll.REST_DAYS and day.weekday() >= 5


@SLOW
@given(moments, st.integers(1, 30), day_units, rolls, pauses_near(most=2))
def test_days_agree_with_counting_them_one_by_one(start, amount, unit, roll, pauses):
    day, left = start.astimezone(SHANGHAI).date(), amount
    while left:
        day += DAY
        counts = unit is Unit.DAYS or not is_rest(day, Roll.REST_DAYS)
        left -= counts and not paused_at_the_end_of(day, pauses)
    while unit is Unit.DAYS and (is_rest(day, roll) or paused_at_the_end_of(day, pauses)):
        day += DAY
    due = deadline(start, Budget(amount, unit, roll), CHINA, pauses)
    assert due.last_day == day
    assert due.due == datetime.combine(day, datetime.max.time().replace(microsecond=0), SHANGHAI)


@FIXED
@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(-600, 600))
def test_months_clamp_and_never_spill_into_the_next(day, months):
    moved = add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved.day < day.day and (moved + DAY).day == 1)


@FIXED
@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(0, 900))
def test_working_days_between_two_dates_agree_with_counting(day, length):
    later = day + length * DAY
    counted = sum(CHINA.is_working_day(day + n * DAY) for n in range(1, length + 1))
    assert working_days_between(day, later, CHINA) == counted
    assert working_days_between(later, day, CHINA) == -counted


# --- Minutes, in zones that change their clocks, against a clock that is read every minute ---

CHANGES = [
    ("Asia/Shanghai", date(2026, 2, 13)),
    ("America/New_York", date(2026, 3, 7)),
    ("America/New_York", date(2026, 10, 31)),
    ("Europe/Berlin", date(2026, 3, 28)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("America/Havana", date(2026, 3, 7)),
    ("America/Havana", date(2026, 10, 31)),
]
HORIZON_DAYS = 6


@cache
def wall_readings(zone, first):
    """Every minute around a change: UTC minute, local date, and the latest time its wall has shown."""
    tz, latest, told = ZoneInfo(zone), {}, []
    begin = int(datetime.combine(first, datetime.min.time(), tz).timestamp()) // 60 - 26 * 60
    for minute in range(begin, begin + (HORIZON_DAYS + 3) * 1440):
        local = datetime.fromtimestamp(minute * 60, tz)
        day = local.date()
        latest[day] = max(latest.get(day, 0), local.hour * 60 + local.minute)
        told.append((minute, day, latest[day]))
    return told


spans = st.lists(
    st.tuples(st.integers(0, 46), st.integers(2, 30)).map(
        lambda t: Span(t[0] * 30, min(1440, (t[0] + t[1]) * 30))
    ),
    max_size=3,
).map(tidy)


@st.composite
def worlds(draw):
    zone, first = draw(st.sampled_from(CHANGES))
    hours = draw(st.lists(spans, min_size=7, max_size=7).map(tuple).filter(any))
    rows = draw(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(list(DayKind)), spans), max_size=3))
    days = {
        (first + n * DAY, kind is DayKind.HOURS): DayRow(
            first + n * DAY, kind, hours=special if kind is DayKind.HOURS else ()
        )
        for n, kind, special in rows
    }
    calendar = make_calendar(zone, hours, days.values(), keeps_rest_days=draw(st.booleans()))
    start = (
        datetime.combine(first, datetime.min.time(), calendar.tz) + draw(st.integers(0, 2 * 1440)) * MINUTE
    )
    return calendar, first, start


def open_on(calendar, day):
    """What the door does on ``day``, said again from the rows."""
    for row in calendar.rows:
        if row.day == day and row.kind is DayKind.HOURS:
            return row.hours
    usual = calendar.week[day.weekday()]
    for row in calendar.rows:
        if row.day == day and calendar.keeps_rest_days:
            return () if row.kind is DayKind.OFF else usual or calendar.make_up_hours
    return usual


def minutes_open(calendar, first):
    return [
        minute
        for minute, day, shown in wall_readings(calendar.zone, first)
        if any(s.opens <= shown < s.closes for s in open_on(calendar, day))
    ]


@SLOW
@given(worlds(), st.integers(1, 900), st.data())
def test_minutes_agree_with_a_clock_read_every_minute(world, amount, data):
    calendar, first, start = world
    pauses = data.draw(pauses_near(start.astimezone(ZoneInfo("UTC")), 2 * 1440, 2, 600))
    begin = int(start.timestamp()) // 60
    held = [(int(p.begin.timestamp()) // 60, int(p.end.timestamp()) // 60) for p in pauses]
    running = [
        minute
        for minute in minutes_open(calendar, first)
        if minute >= begin and not any(low <= minute < high for low, high in held)
    ]
    assume(len(running) >= amount)
    wanted = running[amount - 1] + 1
    due = deadline(start, Budget(amount, Unit.WORKING_MINUTES), calendar, pauses).due
    assert int(due.timestamp()) == wanted * 60
    assert working_minutes_between(start, due, calendar, pauses) == amount


@SLOW
@given(worlds())
def test_the_door_is_open_exactly_when_a_clock_on_the_wall_says_so(world):
    calendar, first, start = world
    listed = set(minutes_open(calendar, first))
    begin = int(start.timestamp()) // 60
    for minute in range(begin, begin + 1440, 7):
        moment = datetime.fromtimestamp(minute * 60, calendar.tz)
        assert is_open(moment, calendar) == (minute in listed)
    ahead = [minute for minute in listed if minute >= begin]
    if ahead:
        assert int(next_opening(start, calendar).timestamp()) == max(min(ahead), begin) * 60
    day = first + DAY
    told = {
        minute
        for interval in open_intervals(day, calendar)
        for minute in range(int(interval.begin.timestamp()) // 60, int(interval.end.timestamp()) // 60)
    }
    assert told == {m for m, d, _ in wall_readings(calendar.zone, first) if d == day} & listed
