"""The way to a booking: device, fault, rights and ways, outlet, time, review. Each step is an address."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Refusal
from sanbao.doors.portal import forms, words
from sanbao.doors.portal.asking import WRONG, owners_only, page, sent, sentence
from sanbao.doors.portal.outlets import search
from sanbao.doors.portal.verdicts import shown, strip
from sanbao.doors.ui.context import tell
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as people
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs import services as repairing

DAYS: Final = 14
CHOICES: Final = ("device", "fault", "way", "outlet", "day", "at")
Facts = dict[str, Any]


@require_GET
@owners_only
def book(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the first step that has not been taken yet."""
    template, facts = _step(request, actor, _draft(request))
    return page(request, template, facts)


def onto(draft: Facts, base: str = "portal:book", **changes: Any) -> str:
    """Return the address of the way with some choices changed; '' takes one back."""
    merged = {
        name: _plain(value) for name, value in {**draft, **changes}.items() if name in CHOICES and value
    }
    return f"{reverse(base)}?{urlencode(merged)}"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _draft(request: HttpRequest) -> Facts:
    form = forms.Draft(request.GET)
    form.is_valid()
    return {name: form.cleaned_data.get(name) or "" for name in form.fields} | {"onto": onto}


def _step(request: HttpRequest, actor: Actor, draft: Facts) -> tuple[str, Facts]:
    """Return template and facts of the first step whose answer is missing."""
    if not draft["device"]:
        devices = registry.my_devices(actor)
        return "portal/book_device.html", {"draft": draft, "devices": devices, "step": 0}
    draft["card"] = registry.device(actor, draft["device"])
    if draft["fault"] not in repairs.FAULTS:
        return "portal/book_fault.html", {"draft": draft, "step": 1}
    facts: Facts = {"draft": draft} | _means(actor, draft)
    if not draft["way"]:
        return "portal/book_way.html", facts | {"step": 2}
    if not draft["outlet"]:
        return "portal/book_outlet.html", facts | _places(request, draft, facts["items"]) | {"step": 3}
    template, more = _last_steps(actor, draft)
    return template, facts | {"row": outlets.outlet(draft["outlet"], actor.at)} | more


def _last_steps(actor: Actor, draft: Facts) -> tuple[str, Facts]:
    if draft["way"] == "mail":
        form = forms.Mail(initial={"name": registry.me(actor).name})
        return "portal/book_mail.html", {"form": form, "step": 4}
    if not draft["at"]:
        return "portal/book_time.html", _times(actor, draft) | {"step": 4}
    visit = forms.Visit(initial={"starts_at": stamp(draft["at"]), "name": registry.me(actor).name})
    return "portal/book_review.html", {"form": visit, "step": 5, "at": draft["at"]}


def _means(actor: Actor, draft: Facts) -> Facts:
    """Return what the fault costs by right, and the parts that usually mend it."""
    on = timezone.localdate(actor.at)
    (right,) = repairs.rights(actor, draft["device"], on=on, fault=draft["fault"])
    product = draft["card"].product
    items = parts.items_for(product.code, draft["fault"], on) if product else ()
    prices = [item.cents for item in items if item.cents is not None]
    return {
        "verdict": shown(right.verdict),
        "strip": strip(right.verdict),
        "decided": right.verdict.decided,
        "free": right.verdict.covered,
        "items": items,
        "price": sum(prices) if prices else None,
        "fault": words.fault(draft["fault"]),
        "centres": outlets.near(actor.at, mail=True, most=1),
    }


def _places(request: HttpRequest, draft: Facts, items: tuple[parts.ItemCard, ...]) -> Facts:
    asked = search(request, mail=draft["way"] == "mail")
    needed = [item.code for item in items if item.kind == "part"]
    codes = [row.place.code for row in asked["rows"]]
    there = parts.availability(needed, codes) if needed else {}
    return asked | {"there": there}


def _times(actor: Actor, draft: Facts) -> Facts:
    days = outlets.free_days(draft["outlet"], actor.at, days=DAYS)
    first = next((row.day for row in days if row.free), days[0].day)
    chosen = draft["day"] if isinstance(draft["day"], date) else first
    slots = outlets.free_slots(draft["outlet"], chosen, actor.at, with_full=True)
    return {"days": days, "chosen": chosen, "slots": [(row, stamp(row.starts_at)) for row in slots]}


def stamp(at: datetime) -> str:
    """Return a moment as an address carries it."""
    return f"{at.astimezone(tz=UTC):%Y-%m-%dT%H:%MZ}"


@require_POST
@owners_only
def visit(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Book the visit that was reviewed; a time that is gone is refused with the next free ones."""
    draft, form = _draft(request), forms.Visit(request.POST)
    try:
        number = sent(request, form, lambda: _book(actor, draft, form.cleaned_data))
    except Refusal as refusal:
        if refusal.field not in {"device", "outlet"}:
            raise
        return _refused(request, actor, draft, refusal)
    if number:
        tell(request, _("Booked. We look forward to your visit."))
        return redirect("portal:order", number=number)
    gone = form.errors.get("starts_at", [""])[0]
    template, facts = _step(request, actor, draft | ({"at": ""} if gone else {}))
    facts |= {"form": form, "gone": gone, "next": _next(actor, draft["outlet"], request)}
    return page(request, template, facts, status=WRONG)


def _book(actor: Actor, draft: Facts, told: Facts) -> str:
    if told["name"]:
        people.update_me(actor, name=told["name"])
    return repairing.book_visit(
        actor,
        device=draft["device"],
        customer=registry.me(actor).number,
        outlet=draft["outlet"],
        starts_at=told["starts_at"],
        fault=draft["fault"],
        words=told["words"],
    )


def _next(actor: Actor, outlet: str, request: HttpRequest) -> list[tuple[datetime, str]]:
    """Return the next free times around the one that was wanted."""
    form = forms.Draft({"at": request.POST.get("starts_at", "")})
    form.is_valid()
    wanted = form.cleaned_data.get("at") or actor.at
    after = max(wanted - timedelta(hours=2), actor.at)
    return [(at, stamp(at)) for at in outlets.next_free(outlet, after, actor.at, most=4)]


def _refused(request: HttpRequest, actor: Actor, draft: Facts, refusal: Refusal) -> HttpResponse:
    draft["way"] = ""
    template, facts = _step(request, actor, draft)
    facts |= {"refused": sentence(refusal), "other": str(refusal.facts.get("order", ""))}
    return page(request, template, facts, status=refusal.status)


@require_POST
@owners_only
def mail(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Announce a parcel; its number and the slip come next."""
    draft, form = _draft(request), forms.Mail(request.POST)
    try:
        number = sent(request, form, lambda: _announce(actor, draft, form.cleaned_data))
    except Refusal as refusal:
        if refusal.field not in {"device", "outlet"}:
            raise
        return _refused(request, actor, draft, refusal)
    if number:
        tell(request, _("Announced. Print the slip or write the number on the parcel."))
        return redirect("portal:order", number=number)
    template, facts = _step(request, actor, draft)
    return page(request, template, facts | {"form": form})


def _announce(actor: Actor, draft: Facts, told: Facts) -> str:
    people.update_me(actor, name=told["name"])
    return repairing.announce_mail(
        actor,
        device=draft["device"],
        customer=registry.me(actor).number,
        outlet=draft["outlet"],
        fault=draft["fault"],
        return_address=told["return_address"],
        words=told["words"],
        carrier=told["carrier"],
        waybill=told["waybill"],
    )


def other_times(request: HttpRequest, actor: Actor, outlet: str) -> Facts:
    """Return the days and times of an outlet to choose another one from."""
    draft = _draft(request) | {"outlet": outlet}
    return _times(actor, draft) | {"draft": draft}
