"""Four ways to measure time along one line of whole numbers, each with a measure and its inverse.

A position on a day axis is an ordinal and means *the end of that day*, so that the day of the event is behind
it; a position on a second axis is a UTC second. ``measure`` counts units between two positions; ``advance``
finds the first position that has the amount behind it.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sanbao.engines.calendar.value import Calendar
from sanbao.engines.calendar.years import day_table, open_table, refuse_if_endless, year_of


class Axis(Protocol):
    def measure(self, begin: int, end: int) -> int:
        """Return the units between two positions, ``begin`` not counted and ``end`` counted."""
        ...

    def advance(self, begin: int, amount: int) -> int:
        """Return the first position with ``amount`` units between ``begin`` and itself."""
        ...


class Plain:
    """Every day, or every second, counts."""

    def measure(self, begin: int, end: int) -> int:
        return end - begin

    def advance(self, begin: int, amount: int) -> int:
        return begin + amount


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Working days of a calendar, over ordinals."""

    calendar: Calendar

    def measure(self, begin: int, end: int) -> int:
        first, last = date.fromordinal(begin).year, date.fromordinal(end).year
        whole_years = sum(len(day_table(self.calendar, year).working) for year in range(first, last))
        return whole_years + self.so_far(last, end) - self.so_far(first, begin)

    def so_far(self, year: int, ordinal: int) -> int:
        return bisect_right(day_table(self.calendar, year).working, ordinal)

    def advance(self, begin: int, amount: int) -> int:
        if amount == 0:
            return begin
        year = date.fromordinal(begin).year
        left = amount + self.so_far(year, begin)
        while left > len(working := day_table(self.calendar, year).working):
            refuse_if_endless(self.calendar, year, empty=not working)
            left -= len(working)
            year += 1
        return working[left - 1]


@dataclass(frozen=True, slots=True)
class OpenSeconds:
    """Seconds with the door open, over UTC seconds."""

    calendar: Calendar

    def measure(self, begin: int, end: int) -> int:
        first, last = year_of(self.calendar, begin), year_of(self.calendar, end)
        whole_years = sum(open_table(self.calendar, year).total for year in range(first, last))
        return whole_years + self.so_far(last, end) - self.so_far(first, begin)

    def so_far(self, year: int, second: int) -> int:
        table = open_table(self.calendar, year)
        place = bisect_right(table.begins, second) - 1
        if place < 0:
            return 0
        return table.before[place] + min(second, table.ends[place]) - table.begins[place]

    def advance(self, begin: int, amount: int) -> int:
        if amount == 0:
            return begin
        year = year_of(self.calendar, begin)
        left = amount + self.so_far(year, begin)
        while left > (table := open_table(self.calendar, year)).total:
            refuse_if_endless(self.calendar, year, empty=table.total == 0)
            left -= table.total
            year += 1
        place = bisect_left(table.through, left)
        return table.begins[place] + left - table.before[place]
