"""Places, free times, seats, the queue."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.schemas import Body, Made, Out, Page, cut, place_of
from sanbao.rooms.outlets import queries, services

router = Router()


class PlaceOut(Out):
    """A place."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    province: str
    city: str
    district: str
    address_zh: str
    latitude: float
    longitude: float
    phone: str
    time_zone: str
    takes_mail: bool


class OutletOut(Out):
    """An outlet and how it stands now."""

    place: PlaceOut
    distance_km: float | None
    open_till: datetime | None
    opens_at: datetime | None
    next_free: datetime | None
    waiting: int
    wait_minutes: int


class SlotOut(Out):
    """A time that can be booked."""

    starts_at: datetime
    ends_at: datetime
    free: int


class BookingIn(Body):
    """A seat to take."""

    starts_at: datetime
    customer: str = Field("", max_length=20)


class TicketIn(Body):
    """Somebody who joins the queue; ``fast`` is for advice and for jobs done while they wait."""

    customer: str = Field("", max_length=20)
    fast: bool = False


class TicketOut(Out):
    """A place in the queue."""

    number: str
    count: int


class NearIn(Schema):
    """Where to look."""

    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    city: str = Field("", max_length=40)
    text: str = Field("", max_length=80)
    mail: bool = False
    after: str = Field("", max_length=8)
    limit: int = Field(20, ge=1, le=100)


@router.get("/outlets", response=Page[OutletOut], operation_id="list_outlets")
def list_outlets(request: HttpRequest, where: Query[NearIn]) -> Any:
    """Outlets that fit, nearest first where a point is given."""
    rows = queries.near(
        actor_of(request).at,
        latitude=where.latitude,
        longitude=where.longitude,
        city=where.city,
        text=where.text,
        mail=where.mail,
        most=place_of(where.after) + where.limit + 1,
    )
    return cut(rows, where.after, where.limit)


@router.get("/outlets/{code}", response=OutletOut, operation_id="get_outlet")
def get_outlet(request: HttpRequest, code: str) -> Any:
    """One outlet."""
    return queries.outlet(code, actor_of(request).at)


@router.get("/outlets/{code}/slots", response=Page[SlotOut], operation_id="list_slots")
def list_slots(request: HttpRequest, code: str, day: date, after: str = "", limit: int = 100) -> Any:
    """The times of a day that can still be booked."""
    return cut(queries.free_slots(code, day, actor_of(request).at), after, limit)


@router.post("/outlets/{code}/bookings", response={201: Made}, operation_id="book_seat")
@once
def book_seat(request: HttpRequest, code: str, body: BookingIn) -> dict[str, Any]:
    """Take a seat; a full time is refused with the next free ones."""
    made = services.book(actor_of(request), outlet=code, starts_at=body.starts_at, customer=body.customer)
    return {"number": made}


@router.post("/bookings/{number}/cancel", response={201: Made}, operation_id="cancel_booking")
@once
def cancel_booking(request: HttpRequest, number: str) -> dict[str, Any]:
    """Give a seat back."""
    return {"number": services.cancel(actor_of(request), number)}


@router.post("/outlets/{code}/tickets", response={201: TicketOut}, operation_id="take_ticket")
@once
def take_ticket(request: HttpRequest, code: str, body: TicketIn) -> dict[str, Any]:
    """Join the queue of an outlet."""
    card = services.take_ticket(actor_of(request), outlet=code, customer=body.customer, fast=body.fast)
    return {"number": card.number, "count": card.count}
