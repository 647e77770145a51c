"""Work in the house: the board of an outlet, one's own work, and parcels."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from sanbao.base.actor import Actor
from sanbao.doors.workbench.asking import desk, page, staff_only
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.repairs import queries as repairs

COLUMNS: Final = ("accepted", "quoted", "approved", "waiting_part", "ready", "declined")
PARCELS: Final = ("mailed", "ready", "declined", "shipped")


@require_GET
@staff_only
def board(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the devices in the house by what they wait for, the most urgent first."""
    here = desk(request)
    rows = repairs.bench(actor, here.code) if here.code else ()
    columns = [(state, [row for row in rows if row.state == state]) for state in COLUMNS]
    return page(request, "workbench/bench.html", {"columns": columns, "rows": rows})


@require_GET
@staff_only
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what waits for whoever asks: devices given to them, devices nobody has, cases of theirs."""
    here, me = desk(request), actor.ref.removeprefix("staff:")
    rows = repairs.bench(actor, here.code) if here.code and actor.may("repairs.diagnose", here.code) else ()
    cases = complaints.queue(actor, handler=me).rows if actor.may("complaints.handle") else ()
    facts = {
        "own": [row for row in rows if row.engineer == me and row.state not in {"ready", "declined"}],
        "free": [row for row in rows if not row.engineer and row.state in {"accepted", "approved"}],
        "cases": cases,
        "alerts": complaints.alerts(actor),
        "benched": actor.may("repairs.diagnose"),
        "deciding": actor.may("complaints.handle"),
    }
    return page(request, "workbench/mine.html", facts)


@require_GET
@staff_only
def mail(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show parcels: on their way here, to be sent back, on their way back."""
    here = desk(request)
    found = repairs.worklist(actor, here.code, states=PARCELS, most=200).rows
    posted = [row for row in found if row.channel == "mail"]
    lanes: dict[str, list[Any]] = {
        "coming": [row for row in posted if row.state == "mailed"],
        "waiting": [row for row in posted if row.state in {"ready", "declined"}],
        "going": [row for row in posted if row.state == "shipped"],
    }
    return page(request, "workbench/mail.html", lanes)
