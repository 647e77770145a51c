"""The counter: who is expected, who waits, and taking a device in from somebody who just came."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.base.ids import tidy_number
from sanbao.doors.ui import remedies as right_words
from sanbao.doors.workbench import counter_forms
from sanbao.doors.workbench.asking import desk, once_or_note, page, sent, staff_only
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.outlets import services as serving
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as registering
from sanbao.rooms.registry.rules import looks_like_imei
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs import services as repairing
from sanbao.rooms.repairs.states import OPEN

TO_HAND_OVER: Final = ("ready", "declined")


@require_GET
@staff_only
def counter(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the scan field, today's appointments, what can be fetched, and the queue."""
    here = desk(request)
    facts: dict[str, Any] = {}
    if here.code:
        today = outlets.place(here.code).day(actor.at)
        facts = {
            "today": today,
            "expected": outlets.day_list(actor, here.code, today),
            "queue": outlets.queue(actor, here.code, today),
            "raised": repairs.remedy_queue(actor, here.code, most=8).rows if actor.may("repairs.see") else (),
            "right_words": right_words,
            "ready": repairs.worklist(actor, here.code, states=TO_HAND_OVER, most=12),
        }
    return page(request, "workbench/counter.html", facts)


@require_GET
@staff_only
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Answer with the queue alone, for a page that asks again by itself."""
    code = desk(request).code
    return page(request, "workbench/_queue.html", {"queue": outlets.queue(actor, code) if code else ()})


@require_GET
@staff_only
def scan(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Go where a scanned or typed IMEI or number leads: the open order, a walk-in, or the search."""
    typed = request.GET.get("q", "").strip()[:80]
    number = tidy_number(typed)
    if number and not number.startswith("DV"):
        return redirect(f"{reverse('workbench:search')}?{urlencode({'q': typed})}")
    card = registry.find_device(actor, typed)
    if card is None:
        names = {"imei": typed} if looks_like_imei(typed) else {}
        target = reverse("workbench:walk_in" if names else "workbench:search")
        return redirect(f"{target}?{urlencode(names or {'q': typed})}")
    running = next((row for row in repairs.by_device(actor, card.number) if row.state in OPEN), None)
    if running:
        return redirect("workbench:order", number=running.number)
    return redirect(f"{reverse('workbench:walk_in')}?{urlencode({'device': card.number})}")


@require_POST
@staff_only
def queue_step(request: HttpRequest, actor: Actor, verb: str) -> HttpResponse:
    """Move the queue: draw a number, call the next, call again, serve, or put down that somebody left."""
    code, ticket = desk(request).code, request.POST.get("ticket", "")[:20]
    steps: dict[str, tuple[Callable[[], Any], str]] = {
        "draw": (lambda: serving.take_ticket(actor, outlet=code), _("Number drawn.")),
        "draw_fast": (lambda: serving.take_ticket(actor, outlet=code, fast=True), _("Number drawn.")),
        "next": (lambda: serving.call_next(actor, outlet=code), _("Called.")),
        "call": (lambda: serving.call(actor, ticket), _("Called.")),
        "serve": (lambda: serving.serve(actor, ticket), _("Being served.")),
        "leave": (lambda: serving.leave(actor, ticket), _("Put down: has left.")),
    }
    if verb not in steps:
        raise Missing
    act, told = steps[verb]
    once_or_note(request, lambda: str(act().number), told)
    return redirect("workbench:counter")


@require_GET
@staff_only
def ticket(request: HttpRequest, _actor: Actor, number: str) -> HttpResponse:
    """Show the slip of a drawn number, for printing."""
    found = outlets.ticket_position(number)
    facts = {
        "ticket": found,
        "place": outlets.place(found.outlet),
        "paper": "slip",
        "back": reverse("workbench:counter"),
    }
    return page(request, "workbench/ticket.html", facts)


@require_http_methods(["GET", "POST"])
@staff_only
def walk_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a device in from somebody without an appointment, and perhaps without a phone."""
    asked = request.POST or request.GET
    card = _device(actor, asked.get("device", "")[:20])
    products = [(each.code, each) for each in registry.products(actor)]
    first = {"imei": request.GET.get("imei", "")[:40], "ticket": request.GET.get("ticket", "")[:20]}
    form = counter_forms.WalkInForm(request.POST or None, initial=first, products=products, device=card)
    here = desk(request)
    number = sent(request, form, lambda: _take_in(actor, here.code, card, form), alike=counter_forms.ALIKE)
    if number:
        return redirect("workbench:receipt", number=number)
    facts = {"form": form, "card": card, "rights": _rights(actor, card)}
    return page(request, "workbench/walk_in.html", facts)


def _device(actor: Actor, number: str) -> registry.DeviceCard | None:
    return registry.find_device(actor, number) if number else None


def _rights(actor: Actor, card: registry.DeviceCard | None) -> Any:
    return repairs.rights(actor, card.number, on=actor.at.date())[:1] if card else ()


def _take_in(
    actor: Actor, outlet: str, card: registry.DeviceCard | None, form: counter_forms.WalkInForm
) -> str:
    """Put down owner, device and purchase as far as they are new, and take the device in; one transaction."""
    told = form.cleaned_data
    who = card.customer if card else ""
    if not who and told["phone"]:
        who = registering.register_customer(actor, name=told["name"], phone=told["phone"])
    device = (
        card.number
        if card
        else registering.add_device(
            actor,
            imei=told["imei"],
            serial=told["serial"],
            product=told["product"] or None,
            customer=who or None,
        )
    )
    if told["bought_on"]:
        registering.add_purchase(
            actor, device, bought_on=told["bought_on"], channel=told["channel"], proof=told["proof"]
        )
    done = repairing.walk_in(
        actor,
        outlet=outlet,
        device=device,
        customer=who,
        name=told["name"],
        fault=told["fault"],
        words=told["words"],
        intake=form.intake(),
        ticket=told["ticket"],
    )
    return done.order
