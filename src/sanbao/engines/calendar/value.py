"""What a calendar is: a zone, weekly hours, dated exceptions, and the years somebody has published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

HOUR_MINUTES = 60
DAY_MINUTES = 24 * HOUR_MINUTES
MONDAY_TO_FRIDAY = frozenset(range(5))


class CalendarError(ValueError):
    """A calendar, a budget or a pause that contradicts itself."""

    code = "calendar_invalid"


class NeverOpen(CalendarError):
    """The budget asks for open time or working days, and the calendar has none left to give."""

    code = "calendar_never_open"


class Span(NamedTuple):
    """One opening interval on the wall clock, in minutes after midnight; 1440 is 24:00."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{self.opens // 60:02}:{self.opens % 60:02}-{self.closes // 60:02}:{self.closes % 60:02}"


Spans = tuple[Span, ...]
Week = tuple[Spans, Spans, Spans, Spans, Spans, Spans, Spans]
CLOSED: Spans = ()


class DayKind(StrEnum):
    """What a dated row says: a rest day, a make-up working day, or other opening hours."""

    OFF = "off"
    WORK = "work"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class DayRow:
    """One dated exception: a row of an importable table, with the source that says so.

    ``hours`` belongs to rows of kind HOURS only; no spans means closed all day. A date may have one OFF or
    WORK row (is it a working day?) and one HOURS row (when is the door open?).
    """

    day: date
    kind: DayKind
    name: str = ""
    source: str = ""
    hours: Spans = CLOSED


@dataclass(frozen=True, slots=True)
class DayTable:
    """One year seen in days, as ordinals, so that counting needs no loop over days."""

    working: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenTable:
    """One local year seen in open intervals, in UTC seconds; ``before`` sums what is open before each."""

    begins: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    through: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.through[-1] if self.through else 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours and working days of one place.

    A *working day* is a weekday of ``working_weekdays`` unless a row says otherwise. An office keeps rest
    days (``keeps_rest_days``): it is closed on them, and on a make-up day whose weekday has no hours it opens
    for ``make_up_hours``. A shop does not: only its own HOURS rows change its doors, while legal days are
    still counted by the working days.

    ``published`` names the years whose rows are final; None says that no year needs publishing.
    """

    zone: str
    week: Week
    rows: tuple[DayRow, ...] = ()
    published: frozenset[int] | None = None
    working_weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    keeps_rest_days: bool = True
    make_up_hours: Spans = CLOSED
    tz: ZoneInfo = field(init=False, repr=False, compare=False)
    legal: Mapping[date, DayRow] = field(init=False, repr=False, compare=False)
    special: Mapping[date, DayRow] = field(init=False, repr=False, compare=False)
    # Filled on demand and derivable from the rest, hence no part of the value.
    day_tables: dict[int, DayTable] = field(init=False, repr=False, compare=False, default_factory=dict)
    open_tables: dict[int, OpenTable] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "tz", ZoneInfo(self.zone))
        except (ZoneInfoNotFoundError, ValueError) as unknown:
            raise CalendarError(f"unknown time zone {self.zone!r}") from unknown
        rows = tuple(
            sorted(set(self.rows), key=lambda row: (row.day, row.kind, row.source, row.name, row.hours))
        )
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "legal", one_row_a_day(r for r in rows if r.kind is not DayKind.HOURS))
        object.__setattr__(self, "special", one_row_a_day(r for r in rows if r.kind is DayKind.HOURS))

    def is_working_day(self, day: date) -> bool:
        """Say whether the law counts ``day`` as a working day here."""
        row = self.legal.get(day)
        if row is None:
            return day.weekday() in self.working_weekdays
        return row.kind is DayKind.WORK

    def is_provisional(self, year: int) -> bool:
        """Say whether nobody has published the rest days of ``year`` yet."""
        return self.published is not None and year not in self.published

    def spans_on(self, day: date) -> Spans:
        """Return the opening spans of ``day`` on the wall clock, in order and apart from each other."""
        special = self.special.get(day)
        if special is not None:
            return special.hours
        usual = self.week[day.weekday()]
        if not self.keeps_rest_days:
            return usual
        row = self.legal.get(day)
        if row is None:
            return usual
        if row.kind is DayKind.OFF:
            return CLOSED
        return usual or self.make_up_hours


def one_row_a_day(rows: Iterable[DayRow]) -> dict[date, DayRow]:
    """Return the rows by date; of rows that agree, the first is kept.

    Raises:
        CalendarError: two rows say different things about the same date.
    """
    by_day: dict[date, DayRow] = {}
    for row in rows:
        kept = by_day.setdefault(row.day, row)
        if (kept.kind, kept.hours) != (row.kind, row.hours):
            raise CalendarError(f"two rows of the calendar contradict each other on {row.day.isoformat()}")
    return by_day


def span(opens: str | time, closes: str | time) -> Span:
    """Return one opening span from two wall times; a closing time of 24:00 is midnight at the end of the day.

    Raises:
        CalendarError: not a time of day, or it closes before it opens (a night is two spans on two days).
    """
    made = Span(wall_minute(opens), wall_minute(closes))
    if made.opens >= made.closes:
        raise CalendarError(f"{made} closes before it opens")
    return made


def wall_minute(moment: str | time) -> int:
    """Return the minutes after midnight of a wall time such as "09:30" or "24:00".

    Raises:
        CalendarError: not a time of day in whole minutes.
    """
    if isinstance(moment, time):
        return moment.hour * 60 + moment.minute
    hour, _, minute = moment.strip().partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and int(minute) < HOUR_MINUTES):
        raise CalendarError(f"{moment!r} is not a time of day")
    total = int(hour) * 60 + int(minute)
    if total > DAY_MINUTES:
        raise CalendarError(f"{moment!r} is not a time of day")
    return total


def tidy(spans: Iterable[Span]) -> Spans:
    """Return the spans in order, with those that touch or overlap joined into one."""
    joined: list[Span] = []
    for each in sorted(spans):
        if joined and each.opens <= joined[-1].closes:
            joined[-1] = Span(joined[-1].opens, max(joined[-1].closes, each.closes))
        else:
            joined.append(each)
    return tuple(joined)
