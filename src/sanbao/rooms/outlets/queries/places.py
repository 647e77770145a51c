"""Places as plain values: found by distance, city or word, with what a list shows of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from django.db import connection
from django.db.models import Count
from numpy.typing import NDArray

from sanbao.base.errors import Missing
from sanbao.engines.calendar import Calendar, closes_at, next_opening
from sanbao.rooms.outlets import rules
from sanbao.rooms.outlets.models import Outlet, SpecialDay, Ticket
from sanbao.rooms.outlets.queries.counting import full_times
from sanbao.rooms.outlets.states import WAITING

_EARTH_KM: Final = 6371.0088
_DAYS_AHEAD: Final = 7


@dataclass(frozen=True, slots=True)
class Place:
    """An outlet as plain values with its doors as a calendar."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    province: str
    city: str
    district: str
    address_zh: str
    address_en: str
    latitude: float
    longitude: float
    phone: str
    time_zone: str
    hours: tuple[rules.Pairs, ...]
    special: Mapping[date, rules.Pairs]
    skills: tuple[str, ...]
    seats: int
    slot_minutes: int
    walk_in_share: int
    takes_mail: bool
    open_since: date | None
    closed_on: date | None
    calendar: Calendar

    def day(self, at: datetime) -> date:
        """The date on the outlet's wall at a moment."""
        return at.astimezone(self.calendar.tz).date()

    def serves(self, day: date) -> bool:
        """Tell whether the outlet is in business on ``day``; the last day still counts."""
        return (self.open_since is None or self.open_since <= day) and (
            self.closed_on is None or day <= self.closed_on
        )

    def times(self, day: date) -> Iterator[rules.Time]:
        """The bookable times of a day by opening hours alone."""
        if self.serves(day):
            yield from rules.slot_times(day, self.calendar, self.slot_minutes)


@dataclass(frozen=True, slots=True)
class OutletRow:
    """An outlet and how it stands at one moment.

    ``distance_km`` is None where no point was given to measure from; ``open_till`` is None when shut, and
    ``opens_at`` None when it is open or never opens again; ``next_free`` looks seven days ahead.
    """

    place: Place
    distance_km: float | None
    open_till: datetime | None
    opens_at: datetime | None
    next_free: datetime | None
    waiting: int
    wait_minutes: int


@dataclass(frozen=True, slots=True)
class CityRow:
    """A city with outlets."""

    province: str
    city: str
    outlets: int


@dataclass(frozen=True, slots=True)
class _Atlas:
    """All outlets and their directions from the middle of the earth, as unit vectors."""

    key: tuple[int, int]
    places: tuple[Place, ...]
    by_code: Mapping[str, Place]
    vectors: NDArray[np.float64]


_kept: list[_Atlas] = []


def _atlas() -> _Atlas:
    """Return all outlets, read again only when the table has changed. One short read when it has not."""
    with connection.cursor() as cursor:
        # asked with every verb, so without the cost of building a query
        cursor.execute("SELECT COUNT(*), COALESCE(SUM(revision), 0) FROM outlets_outlet")
        count, total = cursor.fetchone()
    key = (int(count), int(total))
    if _kept and _kept[-1].key == key:
        return _kept[-1]
    days: dict[str, dict[date, rules.Pairs]] = defaultdict(dict)
    for code, day, hours in SpecialDay.objects.values_list("outlet_id", "day", "hours"):
        days[code][day] = rules.day_hours_of(hours)
    places = tuple(_place(row, days.get(row.code, {})) for row in Outlet.objects.order_by("code"))
    points = np.array([(p.latitude, p.longitude) for p in places], dtype=np.float64).reshape(-1, 2)
    atlas = _Atlas(key, places, {p.code: p for p in places}, _directions(points))
    _kept[:] = [atlas]
    return atlas


def _place(row: Outlet, special: Mapping[date, rules.Pairs]) -> Place:
    return Place(
        code=row.code,
        kind=row.kind,
        name_zh=row.name_zh,
        name_en=row.name_en,
        province=row.province,
        city=row.city,
        district=row.district,
        address_zh=row.address_zh,
        address_en=row.address_en,
        latitude=row.latitude,
        longitude=row.longitude,
        phone=row.phone,
        time_zone=row.time_zone,
        hours=tuple(rules.day_hours_of(day) for day in row.hours),
        special=special,
        skills=tuple(row.skills),
        seats=row.seats,
        slot_minutes=row.slot_minutes,
        walk_in_share=row.walk_in_share,
        takes_mail=row.takes_mail,
        open_since=row.open_since,
        closed_on=row.closed_on,
        calendar=rules.calendar_of(row.time_zone, row.hours, special),
    )


def _directions(points: NDArray[np.float64]) -> NDArray[np.float64]:
    latitude, longitude = np.radians(points[:, 0]), np.radians(points[:, 1])
    across = np.cos(latitude)
    return np.stack((across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)), axis=1)


def _kilometres(atlas: _Atlas, latitude: float, longitude: float) -> NDArray[np.float64]:
    """Great-circle distances, exact for near and far: by the chord, not by the cosine."""
    chord = np.linalg.norm(atlas.vectors - _directions(np.array([[latitude, longitude]])), axis=1)
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.clip(chord / 2, 0, 1)), dtype=np.float64)


def place(code: str) -> Place:
    """Return one outlet as plain values.

    Raises:
        Missing: there is none under this code.
    """
    try:
        return _atlas().by_code[code]
    except KeyError as absent:
        raise Missing(field="outlet", outlet=code[:20]) from absent


def places() -> tuple[Place, ...]:
    """Every outlet, by code."""
    return _atlas().places


def near(
    at: datetime,
    *,
    latitude: float | None = None,
    longitude: float | None = None,
    city: str = "",
    text: str = "",
    skill: str = "",
    mail: bool = False,
    most: int = 20,
) -> tuple[OutletRow, ...]:
    """The outlets that fit, nearest first where a point is given, otherwise by city and code.

    ``text`` is looked for in names, places and addresses. At most three reads while no outlet changes.
    """
    atlas = _atlas()
    wanted = text.strip().casefold()
    fits = [
        n
        for n, p in enumerate(atlas.places)
        if p.serves(p.day(at))
        and (not city or p.city == city)
        and (not skill or skill in p.skills)
        and (not mail or p.takes_mail)
        and (not wanted or wanted in _words_of(p))
    ]
    if latitude is None or longitude is None:
        chosen: list[tuple[Place, float | None]] = [(atlas.places[n], None) for n in fits[:most]]
    else:
        far = _kilometres(atlas, latitude, longitude)
        chosen = [(atlas.places[n], float(far[n])) for n in sorted(fits, key=lambda n: far[n])[:most]]
    return _rows(chosen, at)


def _words_of(p: Place) -> str:
    names = (p.code, p.name_zh, p.name_en, p.province, p.city, p.district, p.address_zh, p.address_en)
    return " ".join(names).casefold()


def _rows(chosen: Sequence[tuple[Place, float | None]], at: datetime) -> tuple[OutletRow, ...]:
    codes = [p.code for p, _ in chosen]
    if not codes:
        return ()
    full = full_times(codes, at, at + timedelta(days=_DAYS_AHEAD + 1))
    waiting = _people_waiting(codes, at)
    return tuple(_row(p, far, at, full[p.code], waiting[p.code, p.day(at)]) for p, far in chosen)


def _row(p: Place, far: float | None, at: datetime, full: set[datetime], waiting: int) -> OutletRow:
    till = closes_at(at, p.calendar)
    free = (
        time.starts_at
        for day in rules.days_from(p.day(at), _DAYS_AHEAD)
        for time in p.times(day)
        if time.starts_at > at and time.starts_at not in full
    )
    return OutletRow(
        place=p,
        distance_km=None if far is None else round(far, 1),
        open_till=till,
        opens_at=None if till else next_opening(at, p.calendar),
        next_free=next(free, None),
        waiting=waiting,
        wait_minutes=rules.wait_minutes(waiting, seats=p.seats, minutes=p.slot_minutes),
    )


def _people_waiting(codes: Iterable[str], at: datetime) -> Counter[tuple[str, date]]:
    """Whoever waits, by outlet and day; the days around ``at`` cover every time zone."""
    today = at.date()
    rows = (
        Ticket.objects.filter(
            outlet_id__in=codes,
            state=WAITING,
            day__range=(today - timedelta(days=1), today + timedelta(days=1)),
        )
        .values_list("outlet_id", "day")
        .annotate(n=Count("pk"))
    )
    return Counter({(code, day): n for code, day, n in rows})


def cities() -> tuple[CityRow, ...]:
    """Every city with an outlet, by province, with how many."""
    rows = Outlet.objects.values("province", "city").annotate(n=Count("code")).order_by("province", "city")
    return tuple(CityRow(row["province"], row["city"], row["n"]) for row in rows)


def outlet(code: str, at: datetime) -> OutletRow:
    """One outlet and how it stands at a moment.

    Raises:
        Missing: there is none under this code.
    """
    (row,) = _rows([(place(code), None)], at)
    return row


def calendar_for(code: str) -> Calendar:
    """The doors of one outlet, for whoever counts in its time.

    Raises:
        Missing: there is none under this code.
    """
    return place(code).calendar


def is_open(code: str, at: datetime) -> bool:
    """Tell whether the door is open at a moment.

    Raises:
        Missing: there is no such outlet.
    """
    return closes_at(at, calendar_for(code)) is not None
