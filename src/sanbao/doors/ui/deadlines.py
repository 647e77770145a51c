"""A deadline's working as the days of a clock strip."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sanbao.doors.ui.strips import HOLIDAY, MAKEUP, REST, WORK, Day

_ALL_DAY: Final = ((0.0, 1.0),)
_PLAIN_REST: Final = frozenset({"weekend", "closed", ""})
_SHOWN: Final = frozenset({"counted", "make_up", "rest", "paused", "open", "elapsed", "first_day_out"})
_SECONDS: Final = 86400


def strip_days(steps: Sequence[Mapping[str, Any]]) -> list[Day]:
    """Return the days that the stored steps of a deadline name, in order, each once.

    A day that is not counted because it is the day of the event is drawn as one that does not count.
    """
    drawn: dict[date, Day] = {}
    for step in steps:
        if step["code"] in _SHOWN:
            for on in _dates(step):
                drawn[on] = _day(on, step)
    return [drawn[on] for on in sorted(drawn)]


def _dates(step: Mapping[str, Any]) -> Iterator[date]:
    first, last = date.fromisoformat(step["first"]), date.fromisoformat(step["last"])
    for gap in range((last - first).days + 1):
        yield first + timedelta(days=gap)


def _day(on: date, step: Mapping[str, Any]) -> Day:
    code, name = step["code"], step["name"]
    if code == "paused":
        return Day(on, WORK, open=(), pause=name or "·")
    if code == "make_up":
        return Day(on, MAKEUP, open=_ALL_DAY)
    if code == "rest":
        return Day(on, REST if name in _PLAIN_REST else HOLIDAY, open=())
    if code == "first_day_out":
        return Day(on, WORK, open=())
    if code == "open" and step["begin"] and step["end"]:
        return Day(on, WORK, open=((_share(step["begin"]), _share(step["end"])),))
    return Day(on, WORK, open=_ALL_DAY)


def _share(moment: str) -> float:
    at = datetime.fromisoformat(moment)
    return (at.hour * 3600 + at.minute * 60 + at.second) / _SECONDS
