"""Steps of an order beside its main way: visits and dates that move, parts awaited, parcels, engineers."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router

from sanbao.doors.actors import actor_of
from sanbao.doors.api.once import once
from sanbao.doors.api.schemas import Body, Made
from sanbao.rooms.repairs import queries, services

router = Router()


class TimeIn(Body):
    """Another time for a visit."""

    starts_at: datetime


class WaybillIn(Body):
    """Under which number a parcel comes to us."""

    carrier: str = Field(max_length=24)
    waybill: str = Field(max_length=40)


class WaitIn(Body):
    """When the part should be here; without a date the shelf's own is taken."""

    expected_at: datetime | None = None


class DelayIn(Body):
    """A new date, and why; the owner is told both."""

    expected_at: datetime
    reason: str = Field(max_length=16, examples=list(queries.DELAYS))


class EngineerIn(Body):
    """Who does the work."""

    staff: str = Field(max_length=20, examples=["ST-0000-0001-7"])


@router.post("/repairs/{number}/move-visit", response={201: Made}, operation_id="move_visit")
@once
def move_visit(request: HttpRequest, number: str, body: TimeIn) -> dict[str, Any]:
    """Move a visit; the old seat is free again, and a full time is refused with the next free ones."""
    return {"number": services.move_visit(actor_of(request), number, starts_at=body.starts_at)}


@router.post("/repairs/{number}/miss", response={201: Made}, operation_id="miss_visit")
@once
def miss_visit(request: HttpRequest, number: str) -> dict[str, Any]:
    """Put down that nobody came."""
    return {"number": services.miss(actor_of(request), number)}


@router.post("/repairs/{number}/waybill", response={201: Made}, operation_id="tell_waybill")
@once
def tell_waybill(request: HttpRequest, number: str, body: WaybillIn) -> dict[str, Any]:
    """Put down or correct under which number the parcel comes, until it is here."""
    return {"number": services.tell_waybill(actor_of(request), number, **body.dict())}


@router.post("/repairs/{number}/await-part", response={201: Made}, operation_id="await_part")
@once
def await_part(request: HttpRequest, number: str, body: WaitIn) -> dict[str, Any]:
    """Wait for a part that is not on the shelf."""
    return {"number": services.await_part(actor_of(request), number, expected_at=body.expected_at)}


@router.post("/repairs/{number}/resume", response={201: Made}, operation_id="resume_repair")
@once
def resume(request: HttpRequest, number: str) -> dict[str, Any]:
    """Go on with the work."""
    return {"number": services.resume(actor_of(request), number)}


@router.post("/repairs/{number}/delay", response={201: Made}, operation_id="delay_repair")
@once
def delay(request: HttpRequest, number: str, body: DelayIn) -> dict[str, Any]:
    """Move the date that the owner was told."""
    return {"number": services.delay(actor_of(request), number, **body.dict())}


@router.post("/repairs/{number}/engineer", response={201: Made}, operation_id="assign_engineer")
@once
def assign_engineer(request: HttpRequest, number: str, body: EngineerIn) -> dict[str, Any]:
    """Give an order to an engineer of its outlet."""
    return {"number": services.assign_engineer(actor_of(request), number, staff=body.staff)}
