"""Pauses put in order: one line of stops that never overlap, however they were written down."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sanbao.engines.calendar.budget import Pause
from sanbao.engines.calendar.value import Calendar, CalendarError
from sanbao.engines.calendar.years import local_moment, second_of


class Stop(NamedTuple):
    """A time the clock stands still, between two positions of an axis, with the pause it comes from."""

    begin: int
    end: int
    reason: str
    who: str


def stops_of(pauses: Iterable[Pause], as_of: datetime | None) -> list[Stop]:
    """Return the pauses in UTC seconds, in order, joined where they touch and cut where they overlap.

    Where two overlap, the time belongs to the one that began first. A pause that still stands is taken to end
    at ``as_of``.

    Raises:
        CalendarError: a pause still stands and ``as_of`` is missing.
    """
    raw = [Stop(second_of(p.begin), second_of(end_of(p, as_of)), p.reason, p.who) for p in pauses]
    if len(raw) < 2:  # noqa: PLR2004 - one pause cannot touch or overlap another
        return [stop for stop in raw if stop.begin < stop.end]
    line: list[Stop] = []
    for stop in sorted(joined_by_reason(raw)):
        begin = max(stop.begin, line[-1].end) if line else stop.begin
        if begin < stop.end:
            line.append(stop._replace(begin=begin))
    return line


def end_of(pause: Pause, as_of: datetime | None) -> datetime:
    """Return when the pause ends, or would end if the clock went on at ``as_of``.

    Raises:
        CalendarError: it still stands and ``as_of`` is missing.
    """
    if pause.end is not None:
        return pause.end
    if as_of is None:
        raise CalendarError("a pause without an end needs the moment it is looked at")
    return max(pause.begin, as_of)


def joined_by_reason(stops: Iterable[Stop]) -> list[Stop]:
    """Return the stops with those of the same reason and person joined where they touch or overlap.

    This is what makes a pause that was split in two the same as the whole.
    """
    joined: list[Stop] = []
    for stop in sorted(stops, key=lambda s: (s.reason, s.who, s.begin, s.end)):
        last = joined[-1] if joined else None
        if last is not None and (last.reason, last.who) == (stop.reason, stop.who) and stop.begin <= last.end:
            joined[-1] = last._replace(end=max(last.end, stop.end))
        else:
            joined.append(stop)
    return joined


def stopped_days(stops: Sequence[Stop], calendar: Calendar) -> list[Stop]:
    """Return the stops as positions on a day axis: a day is left out when the clock stands still at its end.

    So the day a pause begins is left out and the day it ends counts, and as many days are left out as lie
    between the two dates. A pause within one day leaves none out.
    """
    days = (
        stop._replace(
            begin=local_moment(calendar, stop.begin).toordinal() - 1,
            end=local_moment(calendar, stop.end).toordinal() - 1,
        )
        for stop in stops
    )
    return [stop for stop in days if stop.begin < stop.end]
