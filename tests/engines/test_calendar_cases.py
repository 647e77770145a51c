"""Deadlines of real days agree with the table of cases that anybody can read and count by hand."""

import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sanbao.engines.calendar import (
    Budget,
    Ending,
    Pause,
    Roll,
    StepCode,
    Unit,
    china_calendar,
    deadline,
    explain,
    make_calendar,
    same_hours,
)

CASES = tomllib.loads((Path(__file__).parent / "cases" / "calendar.toml").read_text(encoding="utf-8"))["case"]
CHINA = china_calendar()


def calendar_of(case):
    hours = same_hours(case.get("hours", "09:00-18:00"), range(7 if "zone" in case else 5))
    if "zone" in case:
        return make_calendar(case["zone"], hours)
    return china_calendar(hours) if "hours" in case else CHINA


def result_of(case):
    calendar = calendar_of(case)
    budget = Budget(
        case["amount"],
        Unit(case["unit"]),
        Roll(case.get("roll", "none")),
        Ending(case.get("ending", "midnight")),
        case.get("counts_first_day", False),
    )
    pauses = [
        Pause(
            p["begin"].replace(tzinfo=calendar.tz),
            p["end"].replace(tzinfo=calendar.tz),
            "waiting_customer",
            "E-1",
        )
        for p in case.get("pauses", [])
    ]
    return deadline(case["start"].replace(tzinfo=calendar.tz), budget, calendar, pauses)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_day_counted_by_hand_is_counted_the_same(case):
    due = result_of(case)
    hour, minute = map(int, case.get("at", "24:00").split(":"))
    midnight = datetime.combine(case["last_day"], datetime.min.time())
    wanted = midnight + (
        timedelta(days=1, seconds=-1) if hour == 24 else timedelta(hours=hour, minutes=minute)
    )
    assert due.due.replace(tzinfo=None) == wanted
    assert due.last_day == case["last_day"]
    assert due.assumed_years == tuple(case.get("provisional", ()))
    assert due.provisional == bool(case.get("provisional"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_working_adds_up_to_the_budget_and_speaks_both_languages(case):
    due = result_of(case)
    counted = sum(s.amount for s in due.steps if s.code in {StepCode.COUNTED, StepCode.MAKE_UP})
    seconds = sum(s.amount for s in due.steps if s.code in {StepCode.OPEN, StepCode.ELAPSED})
    if due.budget.unit in {Unit.DAYS, Unit.WORKING_DAYS}:
        assert counted == due.budget.amount
    elif due.budget.unit is not Unit.MONTHS:
        assert seconds == due.budget.amount * 60
    assert (due.steps[0].code, due.steps[-1].code) == (StepCode.START, StepCode.DUE)
    chinese, english = explain(due, "zh-hans"), explain(due, "en")
    assert len(chinese) == len(english) == len(due.steps) + 1
    assert all(line.endswith("。") for line in chinese)
    assert all(line.endswith(".") and line.isascii() for line in english)


def test_the_package_says_what_the_notices_of_2025_and_2026_say():
    """The two years as published, written down here once more from the notices."""

    def days(first, last):
        return {first + timedelta(days=n) for n in range((last - first).days + 1)}

    off = (
        days(date(2025, 1, 1), date(2025, 1, 1))
        | days(date(2025, 1, 28), date(2025, 2, 4))
        | days(date(2025, 4, 4), date(2025, 4, 6))
        | days(date(2025, 5, 1), date(2025, 5, 5))
        | days(date(2025, 5, 31), date(2025, 6, 2))
        | days(date(2025, 10, 1), date(2025, 10, 8))
        | days(date(2026, 1, 1), date(2026, 1, 3))
        | days(date(2026, 2, 15), date(2026, 2, 23))
        | days(date(2026, 4, 4), date(2026, 4, 6))
        | days(date(2026, 5, 1), date(2026, 5, 5))
        | days(date(2026, 6, 19), date(2026, 6, 21))
        | days(date(2026, 9, 25), date(2026, 9, 27))
        | days(date(2026, 10, 1), date(2026, 10, 7))
    )
    made_up = {date(2025, m, d) for m, d in ((1, 26), (2, 8), (4, 27), (9, 28), (10, 11))} | {
        date(2026, m, d) for m, d in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))
    }
    for day in sorted(days(date(2025, 1, 1), date(2026, 12, 31))):
        expected = day in made_up or (day.weekday() < 5 and day not in off)
        assert CHINA.is_working_day(day) == expected, day


def test_the_same_moment_in_another_zone_gives_the_same_deadline():
    shanghai = datetime(2026, 2, 12, 1, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    elsewhere = shanghai.astimezone(ZoneInfo("America/New_York"))
    budget = Budget(3, Unit.WORKING_DAYS)
    assert elsewhere.date() != shanghai.date()
    assert deadline(elsewhere, budget, CHINA).due == deadline(shanghai, budget, CHINA).due
