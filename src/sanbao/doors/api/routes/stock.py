"""The shelf of an outlet."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.schemas import Body, Made, Out, Page, limited
from sanbao.rooms.parts import queries, services

router = Router()
_MOST = 100_000


class StockRow(Out):
    """What lies on the shelf, how much of it is kept for orders, and when more comes."""

    item: str
    name_zh: str
    name_en: str
    on_hand: int
    reserved: int
    free: int
    expected_on: date | None


class PiecesIn(Body):
    """Pieces that came."""

    quantity: int = Field(ge=1, le=_MOST)
    note: str = Field("", max_length=200)


class CountIn(Body):
    """Pieces that were counted."""

    counted: int = Field(ge=0, le=_MOST)
    note: str = Field("", max_length=200)


class ExpectIn(Body):
    """The day on which more comes; none where nothing is on order."""

    on: date | None


class DeliveryIn(Body):
    """Everything that was in one parcel: item code → pieces."""

    pieces: dict[str, int] = Field(max_length=200)
    note: str = Field("", max_length=200)


@router.get("/outlets/{code}/stock", response=Page[StockRow], operation_id="list_stock")
def list_stock(request: HttpRequest, code: str, after: str = "", limit: int = 50) -> Any:
    """The shelf, by item code."""
    found = queries.stock_at(actor_of(request), code, after=after, most=limited(limit))
    return {"items": found.rows, "next": found.after}


@router.post("/outlets/{code}/deliveries", response={201: Made}, operation_id="receive_delivery")
@once
def receive_delivery(request: HttpRequest, code: str, body: DeliveryIn) -> dict[str, Any]:
    """Put a whole parcel on the shelf; orders that wait for its parts go on."""
    services.receive_delivery(actor_of(request), outlet=code, **body.dict())
    return {"number": code}


@router.post("/outlets/{code}/stock/{item}/receive", response={201: Made}, operation_id="receive_stock")
@once
def receive_stock(request: HttpRequest, code: str, item: str, body: PiecesIn) -> dict[str, Any]:
    """Put pieces on the shelf; orders that wait for them go on."""
    services.receive(actor_of(request), outlet=code, item=item, **body.dict())
    return {"number": item}


@router.post("/outlets/{code}/stock/{item}/count", response={201: Made}, operation_id="count_stock")
@once
def count_stock(request: HttpRequest, code: str, item: str, body: CountIn) -> dict[str, Any]:
    """Set the shelf right after a count."""
    services.count_stock(actor_of(request), outlet=code, item=item, **body.dict())
    return {"number": item}


@router.post("/outlets/{code}/stock/{item}/expect", response={201: Made}, operation_id="expect_stock")
@once
def expect_stock(request: HttpRequest, code: str, item: str, body: ExpectIn) -> dict[str, Any]:
    """Say when more comes."""
    services.expect(actor_of(request), outlet=code, item=item, on=body.on)
    return {"number": item}
