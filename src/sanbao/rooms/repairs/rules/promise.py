"""When a device will be ready, from work, devices ahead, parts and margin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sanbao.engines.calendar import (
    Calendar,
    NeverOpen,
    deadline,
    next_opening,
    open_intervals,
    working_minutes,
)
from sanbao.rooms.repairs.rules.faults import Fault

CHECK_MINUTES: Final = 30
AHEAD_MINUTES: Final = 45
MARGIN: Final = 2
"""Room for what nobody foresees: one minute of margin for every two of work."""
PART_LEAD_DAYS: Final = 7
"""How long a part takes that is neither there nor announced: the usual weekly delivery.
These four are first guesses, simple enough to be told; the figures of real repairs replace them."""
SHORT_MINUTES: Final = 45
"""A battery, a charger, a setting; a screen where it takes no longer."""
NOON: Final = time(13, 0)

PROMISE_STEPS: Final[Mapping[str, str]] = {
    "checked": "Finding the cause: %(minutes)s minutes.",
    "work": "The work itself: %(minutes)s minutes.",
    "ahead": "%(devices)s devices are ahead: %(minutes)s minutes.",
    "part_shelf": "The part is on the shelf.",
    "part_expected": "The part is expected on %(day)s.",
    "part_none": "The part has to be ordered: about %(days)s days.",
    "margin": "Margin for the unforeseen: %(minutes)s minutes.",
    "counted": "Only opening hours count.",
    "half_day": "Rounded up to the next half-day.",
    "never": "The outlet has no opening hours to count; a person will name the day.",
}
"""How a promise was worked out, as message ids."""


@dataclass(frozen=True, slots=True)
class PartWait:
    """What the repair waits for: ``shelf``, ``expected`` on a day, ``none``; empty when no part is needed."""

    state: str = ""
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """When the device will be ready, and how that was worked out; ``at`` is None when nobody can say."""

    at: datetime | None
    steps: tuple[dict[str, Any], ...] = field(default=())


def promise_for(
    at: datetime, calendar: Calendar, *, minutes: int, ahead: int, seats: int, part: PartWait
) -> Promise:
    """Return the promise for a device taken in at ``at``, from work, devices ahead, parts and margin."""
    waiting = ahead * AHEAD_MINUTES // max(seats, 1)
    margin = (CHECK_MINUTES + minutes) // MARGIN
    steps: list[dict[str, Any]] = [
        {"code": "checked", "minutes": CHECK_MINUTES},
        {"code": "work", "minutes": minutes},
    ]
    if ahead:
        steps.append({"code": "ahead", "devices": ahead, "minutes": waiting})
    start = _start(at, calendar, part, steps)
    steps.append({"code": "margin", "minutes": margin})
    try:
        spent = deadline(start, working_minutes(CHECK_MINUTES + minutes + waiting + margin), calendar).due
    except NeverOpen:
        return Promise(None, (*steps, {"code": "never"}))
    return Promise(half_day(spent, calendar), (*steps, {"code": "counted"}, {"code": "half_day"}))


def _start(at: datetime, calendar: Calendar, part: PartWait, steps: list[dict[str, Any]]) -> datetime:
    """Return when the work can begin: now, or on the morning after the part should have come."""
    match part.state:
        case "":
            return at
        case "shelf":
            steps.append({"code": "part_shelf"})
            return at
        case "expected" if part.expected_on is not None:
            steps.append({"code": "part_expected", "day": part.expected_on.isoformat()})
            arrives = datetime.combine(part.expected_on + timedelta(days=1), time(), calendar.tz)
            return max(at, arrives)
        case _:
            steps.append({"code": "part_none", "days": PART_LEAD_DAYS})
            return at + timedelta(days=PART_LEAD_DAYS)


def half_day(moment: datetime, calendar: Calendar) -> datetime:
    """Return the end of the half-day in which ``moment`` falls: one o'clock, or the close of business."""
    local = moment.astimezone(calendar.tz)
    spans = open_intervals(local.date(), calendar)
    if not spans or local > spans[-1].end:
        later = next_opening(moment, calendar)
        return moment if later is None else half_day(later, calendar)
    noon = datetime.combine(local.date(), NOON, calendar.tz)
    if local <= noon and any(span.begin < noon <= span.end for span in spans):
        return noon
    return spans[-1].end


def is_short(minutes: int, part: PartWait) -> bool:
    """Tell whether a job is done while its owner waits: little work, and nothing to be waited for."""
    return minutes <= SHORT_MINUTES and part.state in {"", "shelf"}


def bench_minutes(fault: Fault, item_minutes: Sequence[int]) -> int:
    """Return the minutes of the usual items, or those of the fault where the catalogue names none."""
    return sum(item_minutes) or fault.minutes
