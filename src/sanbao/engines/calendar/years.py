"""One year of a calendar at a time, counted once and kept: working days, and open intervals in seconds."""

from collections.abc import Callable
from datetime import MAXYEAR, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from sanbao.engines.calendar.value import DAY_MINUTES, Calendar, CalendarError, DayTable, NeverOpen, OpenTable

EPOCH = date(1970, 1, 1).toordinal()
DAY_SECONDS = DAY_MINUTES * 60


def day_table(calendar: Calendar, year: int) -> DayTable:
    """Return the working days of ``year``, counted on first use."""
    table = calendar.day_tables.get(year)
    if table is None:
        every = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
        table = DayTable(tuple(n for n in every if calendar.is_working_day(date.fromordinal(n))))
        calendar.day_tables[year] = table
    return table


def open_table(calendar: Calendar, year: int) -> OpenTable:
    """Return the open intervals of the local ``year``, worked out on first use."""
    table = calendar.open_tables.get(year)
    if table is None:
        intervals = [
            interval
            for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
            for interval in seconds_open(calendar, n)
        ]
        lengths = [end - begin for begin, end in intervals]
        through = tuple(accumulate(lengths))
        table = OpenTable(
            tuple(begin for begin, _ in intervals),
            tuple(end for _, end in intervals),
            tuple(total - length for total, length in zip(through, lengths, strict=True)),
            through,
        )
        calendar.open_tables[year] = table
    return table


def seconds_open(calendar: Calendar, ordinal: int) -> list[tuple[int, int]]:
    """Return the open intervals of one local day as UTC seconds.

    A time that daylight saving skips is the moment of the change; of a time that comes twice, the first
    counts.
    """
    spans = calendar.spans_on(date.fromordinal(ordinal))
    if not spans:
        return []
    where = wall_clock(calendar.tz, ordinal)
    intervals = [(where(span.opens), where(span.closes)) for span in spans]
    return [(begin, end) for begin, end in intervals if begin < end]


def wall_clock(tz: ZoneInfo, ordinal: int) -> Callable[[int], int]:
    """Return a function from a wall minute of the day to UTC seconds, cheap where clocks do not change."""
    midnight, next_midnight = day_begins(tz, ordinal), day_begins(tz, ordinal + 1)
    if next_midnight - midnight == DAY_SECONDS:
        return lambda minute: midnight + minute * 60
    return lambda minute: wall_second(tz, ordinal, minute * 60)


def day_begins(tz: ZoneInfo, ordinal: int) -> int:
    """Return the UTC second at which the local day begins."""
    return wall_second(tz, ordinal, 0)


def wall_second(tz: ZoneInfo, ordinal: int, second: int) -> int:
    """Return the UTC second at which the wall clock of that day first shows ``second`` or later."""
    naive = datetime.fromordinal(ordinal) + timedelta(seconds=second)
    wall = (ordinal - EPOCH) * DAY_SECONDS + second
    early = wall - offset_of(naive.replace(tzinfo=tz))
    late = wall - offset_of(naive.replace(tzinfo=tz, fold=1))
    return early if early <= late else moment_of_change(tz, late, early)


def offset_of(moment: datetime) -> int:
    """Return the seconds that the zone is ahead of UTC at ``moment``."""
    offset = moment.utcoffset()
    return int(offset.total_seconds()) if offset else 0


def moment_of_change(tz: ZoneInfo, low: int, high: int) -> int:
    """Return the first UTC second after ``low`` with the offset that holds at ``high``."""
    target = offset_of(datetime.fromtimestamp(high, tz))
    while high - low > 1:
        middle = (low + high) // 2
        if offset_of(datetime.fromtimestamp(middle, tz)) == target:
            high = middle
        else:
            low = middle
    return high


def local_day(calendar: Calendar, moment: datetime) -> date:
    """Return the date that the wall of this place shows at ``moment``.

    Raises:
        CalendarError: the moment has no time zone.
    """
    return aware(moment).astimezone(calendar.tz).date()


def aware(moment: datetime) -> datetime:
    """Return ``moment`` itself.

    Raises:
        CalendarError: it has no time zone.
    """
    if moment.tzinfo is None:
        raise CalendarError("a moment needs a time zone")
    return moment


def second_of(moment: datetime) -> int:
    """Return ``moment`` in whole UTC seconds; parts of a second are dropped.

    Raises:
        CalendarError: the moment has no time zone.
    """
    aware(moment)
    return int(moment.timestamp() // 1)


def local_moment(calendar: Calendar, second: int) -> datetime:
    """Return the local moment of a UTC second."""
    return datetime.fromtimestamp(second, calendar.tz)


def year_of(calendar: Calendar, second: int) -> int:
    """Return the local year of a UTC second."""
    return local_moment(calendar, second).year


def refuse_if_endless(calendar: Calendar, year: int, *, empty: bool) -> None:
    """Leave a search alone that can still find something in ``year`` or later.

    Raises:
        NeverOpen: the year is empty and no dated row lies ahead, so every later year is empty as well.
    """
    latest = calendar.rows[-1].day.year if calendar.rows else year
    if year >= MAXYEAR or (empty and year > latest):
        raise NeverOpen(f"the calendar of {calendar.zone} has no open time or working day left to count")
