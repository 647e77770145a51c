"""A deadline kept as JSON and read back, so that what was told once can be told again word for word."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sanbao.engines.calendar.budget import Budget, Ending, Roll, Unit
from sanbao.engines.calendar.due import Deadline
from sanbao.engines.calendar.steps import Step, StepCode


def as_record(due: Deadline, *, clock: str = "", source: str = "") -> dict[str, Any]:
    """Return the deadline as JSON can hold it, with the rule or promise that set it."""
    budget = due.budget
    return {
        **due.plain(),
        "roll": budget.roll.value,
        "ending": budget.ending.value,
        "counts_first_day": budget.counts_first_day,
        "clock": clock,
        "source": source,
    }


def read_back(record: Mapping[str, Any]) -> Deadline:
    """Return the deadline that was kept by ``as_record`` or ``Deadline.plain``."""
    return Deadline(
        start=datetime.fromisoformat(record["start"]),
        budget=Budget(
            record["amount"],
            Unit(record["unit"]),
            Roll(record.get("roll", Roll.NONE)),
            Ending(record.get("ending", Ending.MIDNIGHT)),
            record.get("counts_first_day", False),
        ),
        due=datetime.fromisoformat(record["due"]),
        last_day=date.fromisoformat(record["last_day"]),
        assumed_years=tuple(record["assumed_years"]),
        standing=record["standing"],
        steps=tuple(_step(step) for step in record["steps"]),
    )


def _step(plain: Mapping[str, Any]) -> Step:
    begin, end = plain["begin"], plain["end"]
    return Step(
        StepCode(plain["code"]),
        date.fromisoformat(plain["first"]),
        date.fromisoformat(plain["last"]),
        plain["amount"],
        plain["name"],
        plain["who"],
        datetime.fromisoformat(begin) if begin else None,
        datetime.fromisoformat(end) if end else None,
    )
