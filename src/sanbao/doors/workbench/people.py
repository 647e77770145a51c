"""A device with everything about it, and an owner with everything of theirs."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sanbao.base.actor import Actor
from sanbao.doors.ui.context import tell
from sanbao.doors.workbench import counter_forms, happened, verdicts
from sanbao.doors.workbench.asking import page, sent, staff_only
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as registering
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs.states import OPEN


@require_http_methods(["GET", "POST"])
@staff_only
def device(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show a device: what its owner may ask for, its orders, its purchases; take a proof of purchase down."""
    card = registry.device(actor, number)
    form = counter_forms.PurchaseForm(request.POST or None)
    if sent(request, form, lambda: _bought(actor, card.number, form)):
        tell(request, _("Put down."))
        return redirect("workbench:device", number=card.number)
    rights = repairs.rights(actor, card.number, on=timezone.localdate(actor.at))
    orders = repairs.by_device(actor, card.number)
    facts = {
        "card": card,
        "rights": [verdicts.shown(each.verdict) for each in rights],
        "orders": orders,
        "running": next((row for row in orders if row.state in OPEN), None),
        "purchases": registry.purchases(actor, card.number),
        "form": form,
        "happened": happened.lines(ledger.timeline(card.number)),
    }
    return page(request, "workbench/device.html", facts)


@require_http_methods(["GET", "POST"])
@staff_only
def second_imei(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Put down or correct the other IMEI of a device."""
    card = registry.device(actor, number)
    form = counter_forms.SecondImeiForm(request.POST or None, initial={"imei": card.second_imei})
    if sent(request, form, lambda: registering.add_second_imei(actor, card.number, **form.cleaned_data)):
        tell(request, _("Put down."))
        return redirect("workbench:device", number=card.number)
    return page(request, "workbench/second_imei.html", {"form": form, "card": card})


def _bought(actor: Actor, number: str, form: Any) -> str:
    registering.add_purchase(actor, number, **form.cleaned_data)
    return number


@require_GET
@staff_only
def person(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show an owner: devices, orders, cases, talks."""
    card = registry.customer(actor, number)
    facts = {
        "card": card,
        "devices": registry.devices_of(actor, card.number),
        "orders": repairs.of_customer(actor, card.number),
        "cases": complaints.all_cases(actor, customer=card.number).rows,
        "threads": talks.threads(actor, customer=card.number).rows,
        "happened": happened.lines(ledger.timeline(card.number)),
    }
    return page(request, "workbench/person.html", facts)
