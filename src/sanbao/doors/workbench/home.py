"""The way in, the one search field, and what every page needs: outlet, sign-out, files."""

from pathlib import Path
from typing import Any, Final

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sanbao.base.actor import Actor
from sanbao.base.ids import tidy_number
from sanbao.doors.ui import signin
from sanbao.doors.ui.gates import safe_next
from sanbao.doors.workbench import nav
from sanbao.doors.workbench.asking import page, staff_only, work_at
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as registering
from sanbao.rooms.registry.rules import tidy_imei
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.vault import queries as vault

_PEOPLE_OPENED: Final = 3
"""So many found people are shown with their devices and orders; with more of them the reader chooses."""


@require_GET
@staff_only
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Go to the first page of the rail that is open to this member of staff."""
    first = next(iter(nav.open_entries(actor)), None)
    return redirect(first.name) if first else page(request, "workbench/nothing.html", {})


@require_GET
@staff_only
def search(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Find devices, owners, orders and cases; what a scanner typed leads straight to its one page."""
    typed = request.GET.get("q", "").strip()[:80]
    found = find(actor, typed)
    exact = bool(tidy_number(typed) or tidy_imei(typed))
    addresses = _addresses(found)
    if exact and addresses:
        return redirect(addresses[0])
    return page(request, "workbench/search.html", {"search_value": typed, "typed": typed, **found})


def find(actor: Actor, typed: str) -> dict[str, Any]:
    """Return what an IMEI, number, phone number or name finds, as far as this actor may see it."""
    if not typed:
        return {"devices": (), "people": (), "orders": (), "cases": ()}
    number = tidy_number(typed) or typed
    people = registry.search_people(actor, typed)
    device = registry.find_device(actor, typed)
    orders = repairs.search(actor, typed)
    devices = [device] if device else []
    for each in people if len(people) <= _PEOPLE_OPENED else ():
        devices += [card for card in registry.devices_of(actor, each.number) if card not in devices]
        orders += tuple(row for row in repairs.of_customer(actor, each.number, most=10) if row not in orders)
    return {
        "devices": devices,
        "people": people,
        "orders": orders,
        "cases": complaints.search(actor, number),
    }


def _addresses(found: dict[str, Any]) -> list[str]:
    """Return the pages of what was found; an order or case typed by its number comes before all else."""
    kinds: tuple[tuple[str, str], ...] = (
        ("cases", "workbench:case"),
        ("people", "workbench:person"),
        ("devices", "workbench:device"),
        ("orders", "workbench:order"),
    )
    return [reverse(name, args=[each.number]) for key, name in kinds for each in found[key]]


@require_POST
@staff_only
def reveal(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show a whole phone number, in place where it stood masked; every view is logged with its reason."""
    why = request.GET.get("for", "")[:40] or _("the owner's page")
    phone, email = registering.reveal(actor, number, why)
    shown = phone or email
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(format_html('<a class="num" href="tel:{}">{}</a>', shown, shown))
    return render(request, "workbench/revealed.html", {"shown": shown, "number": number})


@require_POST
@staff_only
def choose_outlet(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Work at another outlet from now on."""
    work_at(request, actor, request.POST.get("outlet", "")[:12])
    return redirect(safe_next(request, request.POST.get("next", "")) or "workbench:home")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session and show where to sign in again."""
    return signin.signout(request)


@require_GET
@staff_only
def file(_request: HttpRequest, actor: Actor, number: str) -> FileResponse:
    """Hand out a file for saving."""
    card, place = vault.open_file(actor, number)
    return handed(place, card.media_type, card.name, attached=True)


@require_GET
@staff_only
def thumb(_request: HttpRequest, actor: Actor, number: str) -> FileResponse:
    """Hand out the small picture of a photo, for showing on a page."""
    card, place = vault.open_thumb(actor, number)
    return handed(place, "image/webp", f"{card.number}.webp", attached=False)


def handed(place: Path, media_type: str, name: str, *, attached: bool) -> FileResponse:
    """Return a file that no browser runs."""
    response = FileResponse(place.open("rb"), as_attachment=attached, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return response
