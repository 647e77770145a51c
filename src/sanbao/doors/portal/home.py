"""The first page, the field on it, and pages that are the same for everybody."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from sanbao.base.ids import tidy_number
from sanbao.doors.actors import actor_of
from sanbao.doors.portal import forms, rights
from sanbao.doors.portal.asking import page
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry.rules import looks_like_imei
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs.states import OPEN

PAGES: Final = {
    "RO": "portal:order",
    "CP": "portal:case",
    "DV": "portal:device",
    "QT": "portal:queue",
    "TH": "portal:thread",
    "SV": "portal:survey",
}
_PHONE: Final = re.compile(r"^\+?[\d\s\-()]{6,20}$")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the field, the three ways in, and what the owner has with us."""
    return _home(request, forms.Find())


@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Go to what was typed: an order, a case, a device's rights, or the sign-in for a phone number."""
    form = forms.Find(request.POST)
    if not form.is_valid():
        return _home(request, form)
    typed = form.cleaned_data["what"]
    number = tidy_number(typed)
    if number is not None and number[:2] in PAGES:
        return redirect(PAGES[number[:2]], number=number)
    if looks_like_imei(typed):
        return rights.start(request, typed)
    if "@" in typed or _PHONE.match(typed):
        return redirect("ui:signin")
    form.add_error(
        "what",
        gettext("This is no IMEI (15 digits), no number of ours (such as RO-…) and no phone number."),
    )
    return _home(request, form)


def _home(request: HttpRequest, form: forms.Find) -> HttpResponse:
    actor = actor_of(request)
    orders = repairs.my_orders(actor, most=20).rows if actor.is_owner else ()
    facts = {
        "form": form,
        "mine": actor.is_owner,
        "demo": None if actor.is_owner else registry.demo_signs(),
        "devices": registry.my_devices(actor) if actor.is_owner else (),
        "orders": [row for row in orders if row.state in OPEN],
        "past": [row for row in orders if row.state not in OPEN][:3],
        "cases": [row for row in complaints.my_cases(actor, most=20).rows if row.next_clock]
        if actor.is_owner
        else (),
    }
    return page(request, "portal/home.html", facts)
