"""Look-up tables over days: where months end, and where an end goes that falls on rest days."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np

from sanbao.engines.calendar import Calendar, Roll, is_rest_day
from sanbao.engines.policy.columns import EPOCH, Days

# Six years of limitation, an extension and more days of repair than any table should hold.
AHEAD = 366 * 12
DAYS_A_YEAR = 366


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
        table = np.arange(self.low, self.low + self.size, dtype=np.int32)
        for place in range(self.size - 2, -1, -1):
            if is_rest_day(date.fromordinal(EPOCH + self.low + place), self.calendar, roll):
                table[place] = table[place + 1]
        return table


def tables_for(calendar: Calendar, first: int, last: int) -> DayTables:
    """Return tables that cover the days from ``first`` to ``last`` and what may be counted from them."""
    low = first // DAYS_A_YEAR * DAYS_A_YEAR
    high = -(-(last + AHEAD) // DAYS_A_YEAR) * DAYS_A_YEAR
    low, high = max(low, 1 - EPOCH), min(high, date.max.toordinal() - EPOCH)
    return _tables(calendar, low, high - low)


@lru_cache(maxsize=4)
def _tables(calendar: Calendar, low: int, size: int) -> DayTables:
    return DayTables(calendar, low, size)
