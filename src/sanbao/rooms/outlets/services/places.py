"""Outlets, their hours, and the slots that follow from them."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypedDict, Unpack

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Least

from sanbao.base.actor import Actor, require
from sanbao.base.db import insert_all
from sanbao.base.errors import Invalid
from sanbao.base.texts import said
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries, rules
from sanbao.rooms.outlets.models import Booking, Outlet, Slot, SpecialDay, fresh_revision
from sanbao.rooms.outlets.states import CONFIRMED, HELD, OUTLET_KINDS

_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,11}")
_NEEDED: Final = ("kind", "name_zh", "province", "city", "address_zh", "latitude", "longitude")
_TEXTS: Final = {
    "name_zh": 80,
    "name_en": 80,
    "province": 20,
    "city": 20,
    "district": 20,
    "address_zh": 160,
    "address_en": 160,
    "phone": 24,
    "time_zone": 40,
}
_FAR: Final = timedelta(days=3660)
_RANGES: Final = {
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "seats": (1, 200),
    "slot_minutes": (5, 240),
    "walk_in_share": (0, 100),
}


class OutletFields(TypedDict, total=False):
    """What can be said of an outlet; ``hours`` as in the model, money and people not at all."""

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
    hours: Any
    skills: list[str]
    seats: int
    slot_minutes: int
    walk_in_share: int
    takes_mail: bool
    open_since: date | None
    closed_on: date | None


@transaction.atomic
def put_outlet(actor: Actor, *, code: str, **fields: Unpack[OutletFields]) -> str:
    """Open an outlet, or change what is said of one; return its code.

    Fewer seats never take a seat from somebody who has booked it.

    Raises:
        NotAllowed, Invalid.
    """
    require(actor, "outlets.edit", outlet=code)
    values = _checked(code, dict(fields))
    row = Outlet.objects.filter(pk=code).first()
    if row is None:
        _complete(values)
        values.setdefault("name_en", values["name_zh"])
        values.setdefault("hours", [[["10:00", "21:00"]]] * rules.WEEK_DAYS)
        row = Outlet.objects.create(code=code, **values)
        event = "outlet.opened"
    else:
        Outlet.objects.filter(pk=code).update(revision=fresh_revision(), **values)
        row.refresh_from_db()
        event = "outlet.changed"
    _resize(actor, row)
    ledger.append(code, event, actor, **{name: value for name, value in values.items() if name != "phone"})
    return code


def _checked(code: str, values: dict[str, Any]) -> dict[str, Any]:
    if not _CODE.fullmatch(code):
        raise Invalid("An outlet's code is 2 to 12 capital letters, digits or dashes.", field="code")
    for name, most in _TEXTS.items():
        if name in values:
            values[name] = said(values[name], field=name, most=most)
    if values.get("kind", "brand_store") not in OUTLET_KINDS:
        raise Invalid("There is no such kind of outlet.", field="kind")
    for name, (least, most) in _RANGES.items():
        if name in values and not least <= values[name] <= most:
            raise Invalid("This must lie between %(least)s and %(most)s.", field=name, least=least, most=most)
    if "hours" in values:
        values["hours"] = [[list(pair) for pair in day] for day in rules.hours_of(values["hours"])]
    if "time_zone" in values:
        rules.calendar_of(values["time_zone"], ())
    return values


def _complete(values: dict[str, Any]) -> None:
    for name in _NEEDED:
        if values.get(name) in (None, ""):
            raise Invalid("A new outlet needs this.", field=name)


def _resize(actor: Actor, row: Outlet) -> None:
    """Give the slots ahead the outlet's seats, and never fewer than are taken."""
    seats = Greatest(F("booked"), row.seats)
    kept = rules.kept_for_walk_ins(row.seats, row.walk_in_share)
    ahead = Slot.objects.filter(outlet=row, starts_at__gt=actor.at).exclude(capacity=row.seats, walk_in=kept)
    ahead.update(capacity=seats, walk_in=Least(seats, kept))


@transaction.atomic
def set_special_day(actor: Actor, *, outlet: str, day: date, hours: Any, reason: str = "") -> tuple[str, ...]:
    """Let the outlet keep other hours on a day (none: closed); return the bookings that no longer fit.

    Nobody's booking is dropped in silence: those that do not fit stay until somebody moves them.

    Raises:
        NotAllowed, Missing, Invalid.
    """
    require(actor, "outlets.edit", outlet=outlet)
    today = queries.place(outlet).day(actor.at)
    if abs(day - today) > _FAR:
        raise Invalid("This day is too far away.", field="day")
    pairs = rules.day_hours_of(hours)
    why = said(reason, field="reason", most=80)
    SpecialDay.objects.update_or_create(
        outlet_id=outlet,
        day=day,
        defaults={"hours": [list(pair) for pair in pairs], "reason": why},
    )
    Outlet.objects.filter(pk=outlet).update(revision=fresh_revision())
    ledger.append(outlet, "outlet.special_day", actor, day=day, hours=[list(p) for p in pairs])
    p = queries.place(outlet)
    begin = datetime.combine(day, time(), p.calendar.tz)
    fitting = [each.starts_at for each in p.times(day)]
    left_out = Booking.objects.filter(
        slot__outlet_id=outlet,
        slot__starts_at__range=(begin, begin + timedelta(days=1)),
        state__in=(HELD, CONFIRMED),
    ).exclude(slot__starts_at__in=fitting)
    return tuple(left_out.order_by("slot__starts_at", "id").values_list("number", flat=True))


@transaction.atomic
def open_slots(actor: Actor, *, outlet: str, day: date) -> int:  # noqa: ARG001 - a verb takes its actor
    """Make the day's slots from hours and seats; return how many are new. Doing it twice changes nothing.

    No fact: a slot without a booking says nothing that the hours do not say.

    Raises:
        Missing: there is no such outlet.
    """
    return make_slots(queries.place(outlet), day)


def make_slots(p: queries.Place, day: date) -> int:
    """Write the rows of a day's times that are not there yet; return how many there were to write.

    Where the hours changed after somebody booked, an older slot may overlap a new one: the seats
    taken there are taken here too.
    """
    times = list(p.times(day))
    if not times:
        return 0
    around = Slot.objects.filter(
        outlet_id=p.code, starts_at__lt=times[-1].ends_at, ends_at__gt=times[0].starts_at
    )
    old = list(around)
    there = {slot.starts_at for slot in old}
    new = [_slot(p, time, old) for time in times if time.starts_at not in there]
    insert_all(new, only_new=True)
    return len(new)


def _slot(p: queries.Place, time: rules.Time, old: list[Slot]) -> Slot:
    taken = max(
        (s.booked for s in old if s.starts_at < time.ends_at and s.ends_at > time.starts_at), default=0
    )
    seats = max(p.seats - taken, 0)
    kept = min(rules.kept_for_walk_ins(p.seats, p.walk_in_share), seats)
    return Slot(
        outlet_id=p.code, starts_at=time.starts_at, ends_at=time.ends_at, capacity=seats, walk_in=kept
    )


@transaction.atomic
def release_walk_in_seats(actor: Actor) -> int:
    """Open the walk-ins' seats of slots that begin within two hours to bookings; return how many slots.

    Booking looks at the clock itself and does not wait for this. No fact: nothing has happened to anybody.
    """
    soon = (actor.at, actor.at + rules.WALK_IN_RELEASE)
    return Slot.objects.filter(starts_at__range=soon, walk_in__gt=0).update(walk_in=0)
