"""Look-up tables over days: where months end, and where an end goes that falls on rest days."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np

from sanbao.engines.calendar import Calendar, DayKind, Roll
from sanbao.engines.policy.columns import EPOCH, Days, day_number

# Six years of limitation, an extension and more days of repair than any table should hold.
AHEAD = 366 * 12
DAYS_A_YEAR = 366
DAYS_A_WEEK = 7
EPOCH_WEEKDAY = date(1970, 1, 1).weekday()


@dataclass(frozen=True, slots=True)
class DayTables:
    """Tables for the days from ``low``; ``size`` days are covered."""

    calendar: Calendar
    low: int
    size: int
    made: dict[tuple[str, int], Days] = field(default_factory=dict, repr=False)

    def months(self, months: int, day: Days, *, next_day: bool = False) -> Days:
        """Return the corresponding dates months later, or the month's last day (or the day after it)."""
        kind = "next" if next_day else "months"
        table = self._table(kind, months, lambda: self._months(months, next_day=next_day))
        return self._look_up(table, day)

    def roll(self, day: Days, roll: Roll) -> Days:
        """Return the days themselves, or the first later ones that are no rest days."""
        return self._look_up(self._table(str(roll), 0, lambda: self._rolled(roll)), day)

    def _look_up(self, table: Days, day: Days) -> Days:
        # Rows without a day look something up that nobody reads.
        return table[np.clip(day - self.low, 0, self.size - 1)]

    def _table(self, kind: str, amount: int, make: Callable[[], Days]) -> Days:
        found = self.made.get((kind, amount))
        if found is None:
            found = self.made[kind, amount] = make()
        return found

    def _months(self, months: int, *, next_day: bool) -> Days:
        day = np.arange(self.low, self.low + self.size).astype("datetime64[D]")
        month = day.astype("datetime64[M]")
        inside = (day - month.astype("datetime64[D]")).astype(np.int32)
        target = month + months
        first = target.astype("datetime64[D]").astype(np.int64)
        last = (target + 1).astype("datetime64[D]").astype(np.int64) - 1
        wanted = first + inside
        clamped = np.where(wanted > last, last + 1, wanted) if next_day else np.minimum(wanted, last)
        return clamped.astype(np.int32)

    def _rolled(self, roll: Roll) -> Days:
        """The days a period may end on, each looking ahead to the next; rest days are the calendar's."""
        day = np.arange(self.low, self.low + self.size, dtype=np.int32)
        if roll is Roll.NONE:
            return day
        working = sorted(self.calendar.working_weekdays)
        rests = ~np.isin((day + EPOCH_WEEKDAY) % DAYS_A_WEEK, working) & (roll is Roll.REST_DAYS)
        for named, row in self.calendar.legal.items():
            place = day_number(named) - self.low
            if 0 <= place < self.size:
                rests[place] = row.kind is DayKind.OFF
        # Behind the last working day of the table nothing is known, and nobody looks.
        ahead = np.where(rests, np.iinfo(np.int32).max, day)
        found = np.minimum.accumulate(ahead[::-1])[::-1]
        return np.where(found == np.iinfo(np.int32).max, day, found).astype(np.int32)


def tables_for(calendar: Calendar, first: int, last: int) -> DayTables:
    """Return tables that cover the days from ``first`` to ``last`` and what may be counted from them."""
    low = first // DAYS_A_YEAR * DAYS_A_YEAR
    high = -(-(last + AHEAD) // DAYS_A_YEAR) * DAYS_A_YEAR
    low, high = max(low, 1 - EPOCH), min(high, date.max.toordinal() - EPOCH)
    return _tables(calendar, low, high - low)


@lru_cache(maxsize=4)
def _tables(calendar: Calendar, low: int, size: int) -> DayTables:
    return DayTables(calendar, low, size)
