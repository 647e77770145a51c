"""An owner's devices: added, shown with their rights, with their purchase."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sanbao.base.actor import Actor
from sanbao.doors.actors import address_of
from sanbao.doors.portal import forms, words
from sanbao.doors.portal.asking import owners_only, page, sent, tried
from sanbao.doors.portal.verdicts import shown
from sanbao.doors.ui.context import tell
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.vault import queries as vault
from sanbao.rooms.vault import services as keeping


@require_http_methods(["GET", "POST"])
@owners_only
def add(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make a device the owner's own."""
    form = forms.Device(request.POST or None, initial={"imei": request.GET.get("imei", "")[:40]})
    number = tried(
        form, lambda: services.claim_device(actor, address=address_of(request), **form.cleaned_data)
    )
    if number:
        tell(request, _("Added to your devices."))
        return redirect("portal:device", number=number)
    return page(request, "portal/device_add.html", {"form": form})


@require_GET
@owners_only
def device(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show a device: what it is, its rights part by part, its purchase and its repairs."""
    card = registry.device(actor, number)
    on = timezone.localdate(actor.at)
    facts = {
        "device": card,
        "rights": [shown(each.verdict) for each in repairs.rights(actor, number, on=on)],
        "orders": repairs.by_device(actor, number),
        "files": vault.files_of(actor, number),
    }
    return page(request, "portal/device.html", facts)


@require_http_methods(["GET", "POST"])
@owners_only
def second_imei(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Put down the other IMEI of a phone with two SIM cards."""
    card = registry.device(actor, number)
    form = forms.SecondImei(request.POST or None)
    if sent(request, form, lambda: services.add_second_imei(actor, number, **form.cleaned_data)):
        tell(request, _("Put down. Either number finds your device now."))
        return redirect("portal:device", number=number)
    facts = {
        "form": form,
        "title": _("Second IMEI"),
        "about": words.device(card),
        "back": reverse("portal:device", args=[number]),
    }
    return page(request, "portal/one_form.html", facts)


@require_http_methods(["GET", "POST"])
@owners_only
def purchase(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Put down when a device was bought, with a photo of the invoice."""
    card = registry.device(actor, number)
    form = forms.Purchase(request.POST or None, request.FILES or None)
    if sent(request, form, lambda: _put_down(actor, number, form)):
        tell(request, _("Thank you. A clerk checks the proof at your next visit."))
        return redirect("portal:device", number=number)
    return page(request, "portal/purchase.html", {"form": form, "device": card})


def _put_down(actor: Actor, number: str, form: forms.Purchase) -> str:
    told = form.cleaned_data
    photo = told["file"]
    kept = keeping.add_file(actor, content=photo, name=photo.name, subject=number) if photo else ""
    services.add_purchase(
        actor,
        number,
        bought_on=told["bought_on"],
        delivered_on=told["delivered_on"],
        channel=told["channel"],
        price_cents=int((told["price"] or 0) * 100),
        proof=told["proof"],
        proof_file=kept,
    )
    return number
