"""Outlets for everybody: found by city, words or place, and shown one by one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from sanbao.doors.actors import actor_of
from sanbao.doors.portal import forms
from sanbao.doors.portal.asking import page
from sanbao.rooms.outlets import queries as outlets

MOST = 20


@require_GET
def found(request: HttpRequest) -> HttpResponse:
    """List outlets: is this shop one of ours, where is it, how long is the queue."""
    return page(request, "portal/outlets.html", search(request))


@require_GET
def outlet(request: HttpRequest, code: str) -> HttpResponse:
    """Show one outlet: where it is, when it is open, how long the queue is."""
    row = outlets.outlet(code, actor_of(request).at)
    facts = {"row": row, "days": outlets.free_days(code, actor_of(request).at, days=7)}
    return page(request, "portal/outlet.html", facts)


@require_GET
def queue(request: HttpRequest, number: str) -> HttpResponse:
    """Show how far a queue ticket is from its turn."""
    ticket = outlets.ticket_position(number)
    facts = {"ticket": ticket, "row": outlets.place(ticket.outlet)}
    template = "portal/_queue.html" if request.headers.get("HX-Request") else "portal/queue.html"
    return page(request, template, facts)


def search(request: HttpRequest, *, mail: bool = False) -> dict[str, Any]:
    """Return the outlets a reader looks for, and the cities to choose from."""
    form = forms.Near(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    rows = outlets.near(
        actor_of(request).at,
        latitude=asked.get("latitude"),
        longitude=asked.get("longitude"),
        city=asked.get("city", ""),
        text=asked.get("text", ""),
        mail=mail,
        most=MOST,
    )
    return {"asked": asked, "rows": rows, "cities": outlets.cities()}
