"""Free times, and the seats that are taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sanbao.base.actor import Actor, require
from sanbao.base.kept import KeptRead
from sanbao.rooms.outlets import rules
from sanbao.rooms.outlets.models import Booking, Slot
from sanbao.rooms.outlets.queries.counting import expired, left
from sanbao.rooms.outlets.queries.places import Place, place
from sanbao.rooms.outlets.states import ACTIVE

_MEMORY: Final = timedelta(days=3660)
_STRETCHES: Final = ((0, 2), (2, 5), (7, 7))


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One time and how many seats can still be booked."""

    starts_at: datetime
    ends_at: datetime
    free: int


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day and how many seats can still be booked on it."""

    day: date
    free: int


@dataclass(frozen=True, slots=True)
class BookingCard:
    """A seat taken. ``customer`` and ``order`` are public numbers, empty where there is none."""

    number: str
    outlet: str
    starts_at: datetime
    ends_at: datetime
    state: str
    hold_until: datetime | None
    customer: str
    customer_name: str
    order: str


def free_slots(outlet: str, day: date, at: datetime, *, with_full: bool = False) -> tuple[SlotRow, ...]:
    """The times of a day that can be booked at ``at``; ``with_full`` adds those ahead whose seats are gone.

    Raises:
        Missing: there is no such outlet.
    """
    p = place(outlet)
    if not 0 <= (day - p.day(at)).days <= rules.HORIZON_DAYS:
        return ()
    rows = _slot_rows(p, [day], at)[day]
    return tuple(row for row in rows if row.free or (with_full and row.starts_at > at))


def free_days(outlet: str, at: datetime, *, days: int = 14) -> tuple[DayRow, ...]:
    """The next days with how many seats can still be booked on each, today first.

    Raises:
        Missing: there is no such outlet.
    """
    p = place(outlet)
    ahead = list(rules.days_from(p.day(at), min(days, rules.HORIZON_DAYS)))
    rows = _slot_rows(p, ahead, at)
    return tuple(DayRow(day, sum(row.free for row in rows[day])) for day in ahead)


def next_free(outlet: str, after: datetime, at: datetime, *, most: int = 3) -> tuple[datetime, ...]:
    """The next bookable times from ``after`` on, within two weeks.

    Raises:
        Missing: there is no such outlet.
    """
    p = place(outlet)
    free: list[datetime] = []
    first = p.day(max(after, at))
    # most often the first days are enough, so the others are read only where they are not
    for begin, length in _STRETCHES:
        days = list(rules.days_from(first + timedelta(days=begin), length))
        rows = _slot_rows(p, days, at)
        free += [row.starts_at for day in days for row in rows[day] if row.free and row.starts_at >= after]
        if len(free) >= most:
            break
    return tuple(free[:most])


def _slot_rows(p: Place, days: Sequence[date], at: datetime) -> dict[date, list[SlotRow]]:
    """Every time of the days, booked or not: rows exist only where somebody has booked."""
    times = {day: list(p.times(day)) for day in days}
    every = [time.starts_at for day in days for time in times[day]]
    known = {}
    if every:
        rows = _SLOTS(outlet=p.code, first=min(every), last=max(every), at=at)
        known = {slot.starts_at: slot for slot in rows}
    return {day: [_slot_row(p, time, known.get(time.starts_at), at) for time in times[day]] for day in days}


_SLOTS: Final = KeptRead(
    lambda outlet, first, last, at: Slot.objects.filter(
        outlet_id=outlet, starts_at__range=(first, last)
    ).annotate(over=expired(at)),
    outlet=str,
    first=datetime,
    last=datetime,
    at=datetime,
)


def _slot_row(p: Place, time: rules.Time, slot: Slot | None, at: datetime) -> SlotRow:
    if slot is not None:
        return SlotRow(time.starts_at, time.ends_at, left(slot, at))
    kept = rules.kept_for_walk_ins(p.seats, p.walk_in_share)
    free = rules.seats_left(capacity=p.seats, walk_in=kept, taken=0, starts_at=time.starts_at, at=at)
    return SlotRow(time.starts_at, time.ends_at, free)


def booking(actor: Actor, number: str) -> BookingCard:
    """One booking.

    Raises:
        Missing.
    """
    rows = Booking.objects.select_related("slot", "customer")
    return booking_card(rows.pick(actor, number=number))


def day_list(actor: Actor, outlet: str, day: date) -> tuple[BookingCard, ...]:
    """The appointments of a day at an outlet, by time; cancelled ones are left out.

    Raises:
        Missing: there is no such outlet.
        NotAllowed.
    """
    require(actor, "outlets.see", outlet=outlet)
    p = place(outlet)
    if abs(day - p.day(actor.at)) > _MEMORY:
        return ()
    first = datetime.combine(day, datetime.min.time(), p.calendar.tz)
    rows = Booking.objects.visible_to(actor).filter(
        slot__outlet_id=outlet, slot__starts_at__range=(first, first + timedelta(days=1)), state__in=ACTIVE
    )
    return tuple(
        booking_card(b) for b in rows.select_related("slot", "customer").order_by("slot__starts_at", "id")
    )


def booking_card(b: Booking) -> BookingCard:
    """Return a booking as a plain value."""
    return BookingCard(
        number=b.number,
        outlet=b.slot.outlet_id,
        starts_at=b.slot.starts_at,
        ends_at=b.slot.ends_at,
        state=b.state,
        hold_until=b.hold_until,
        customer=b.customer.number if b.customer else "",
        customer_name=b.customer.name if b.customer else "",
        order=b.order,
    )
