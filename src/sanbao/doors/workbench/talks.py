"""Calls, the inbox and single talks; and a visit booked for somebody on the telephone."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.ui.context import tell
from sanbao.doors.workbench import counter_forms, order_forms, words
from sanbao.doors.workbench.asking import desk, once_or_note, page, sent, staff_only
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.conversations import services as talking
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as registering
from sanbao.rooms.repairs import services as repairing

_DAYS = 10


@require_GET
@staff_only
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the talks in which the house owes an answer, the earliest due first; or all of them."""
    every, after = request.GET.get("view") == "all", request.GET.get("after", "")[:60]
    found = talks.threads(actor, after) if every else talks.inbox(actor, after, outlet=desk(request).code)
    return page(request, "workbench/inbox.html", {"list": found, "every": every})


@require_GET
@staff_only
def thread(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show one talk with the ways to answer it."""
    return _thread(request, actor, number, {})


@require_POST
@staff_only
def say(request: HttpRequest, actor: Actor, number: str, verb: str) -> HttpResponse:
    """Answer the customer, or leave a note that only staff see, or close the talk."""
    if verb == "close":
        once_or_note(request, lambda: str(talking.close(actor, number)), _("Closed."))
        return redirect("workbench:thread", number=number)
    verbs = {"answer": talking.answer, "note": talking.note}
    if verb not in verbs:
        raise Missing
    form = order_forms.Message(request.POST, auto_id=f"{verb}_%s")
    if sent(request, form, lambda: verbs[verb](actor, number, body=form.cleaned_data["body"])):
        tell(request, _("Sent to the customer.") if verb == "answer" else _("Noted. Only staff see it."))
        return redirect("workbench:thread", number=number)
    return _thread(request, actor, number, {verb: form})


def _thread(request: HttpRequest, actor: Actor, number: str, bound: dict[str, Any]) -> HttpResponse:
    found = talks.thread(actor, number)
    said: list[dict[str, Any]] = [{"kind": "message", "at": each.at, "it": each} for each in found.messages]
    rung: list[dict[str, Any]] = [{"kind": "call", "at": each.started_at, "it": each} for each in found.calls]
    facts = {
        "thread": found,
        "row": found.row,
        "entries": sorted([*said, *rung], key=lambda entry: entry["at"]),
        "answer": bound.get("answer") or order_forms.Message(auto_id="answer_%s"),
        "note_form": bound.get("note") or order_forms.Message(auto_id="note_%s"),
        "wrong": list(bound.values()),
        "owner": registry.customer(actor, found.row.customer) if actor.may("registry.search") else None,
    }
    return page(request, "workbench/thread.html", facts)


@require_GET
@staff_only
def calls(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List calls, newest first."""
    found = talks.calls(actor, request.GET.get("after", "")[:20])
    return page(request, "workbench/calls.html", {"list": found})


@require_http_methods(["GET", "POST"])
@staff_only
def log(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Log a call; the caller is found by number as it is typed."""
    asked = request.GET
    first = {
        "customer": asked.get("customer", "")[:20],
        "subject": asked.get("order", "")[:20],
        "phone": asked.get("phone", "")[:30],
    }
    form = counter_forms.CallForm(request.POST or None, initial=first)
    number = sent(request, form, lambda: _log(actor, form), alike={"customer": "phone", "seconds": "minutes"})
    if number and "book" in request.POST:
        return redirect(f"{reverse('workbench:book')}?customer={talks.thread(actor, number).row.customer}")
    if number:
        tell(request, _("Logged."))
        return redirect("workbench:thread", number=number)
    typed = form["customer"].value() or form["phone"].value() or form["name"].value() or ""
    people = registry.search_people(actor, str(typed)[:80], most=6) if typed else ()
    facts = {"form": form, "people": people, "customer": form["customer"].value() or ""}
    return page(request, "workbench/call_new.html", facts)


def _log(actor: Actor, form: Any) -> str:
    told = form.cleaned_data
    return talking.log_call(
        actor,
        customer=told["customer"],
        phone=told["phone"],
        name=told["name"],
        inbound=told["inbound"] == "in",
        seconds=(told["minutes"] or 0) * 60,
        recording_consent={"yes": True, "no": False}.get(told["recorded"]),
        summary=told["summary"],
        subject=told["subject"],
        follow_up=told["follow_up"],
    )


@require_GET
@staff_only
def callers(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Answer with the people whom a number or name finds, while the agent types."""
    typed = (request.GET.get("phone") or request.GET.get("name") or "").strip()[:80]
    people = registry.search_people(actor, typed, most=6) if len(typed) > 1 else ()
    return page(request, "workbench/_callers.html", {"people": people})


@require_http_methods(["GET", "POST"])
@staff_only
def book(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Book a visit for somebody: device, fault, outlet, day, time."""
    asked = request.POST or request.GET
    owner = registry.customer(actor, asked.get("customer", "")[:20])
    card = registry.find_device(actor, asked.get("device", "")[:20]) if asked.get("device") else None
    places = [(place.code, f"{place.city} · {words.named(place)}") for place in outlets.places()]
    code = asked.get("outlet", "") if asked.get("outlet") in dict(places) else desk(request).code
    form = counter_forms.BookForm(
        request.POST if request.method == "POST" else None,
        places=places,
        device=card,
        products=[(each.code, each) for each in registry.products(actor)],
        initial={"customer": owner.number, "outlet": code, "fault": asked.get("fault", "")},
    )
    number = sent(request, form, lambda: _book(actor, owner.number, card, form), alike=counter_forms.ALIKE)
    if number:
        tell(request, _("Booked. The owner is told."))
        return redirect("workbench:order", number=number)
    facts = {"form": form, "owner": owner, "card": card, "places": places, "code": code}
    facts |= {
        "devices": registry.devices_of(actor, owner.number),
        **_times(actor, code, asked.get("day", "")),
    }
    return page(request, "workbench/book.html", facts)


def _times(actor: Actor, code: str, wanted: str) -> dict[str, Any]:
    if not code:
        return {"days": (), "times": (), "day": None}
    days = outlets.free_days(code, actor.at, days=_DAYS)
    known = {each.day.isoformat(): each.day for each in days}
    day: date = known.get(wanted) or next((each.day for each in days if each.free), days[0].day)
    return {"days": days, "times": outlets.free_slots(code, day, actor.at), "day": day}


def _book(actor: Actor, customer: str, card: registry.DeviceCard | None, form: Any) -> str:
    told = form.cleaned_data
    device = (
        card.number
        if card
        else registering.add_device(
            actor,
            imei=told["imei"],
            serial=told["serial"],
            product=told["product"] or None,
            customer=customer,
        )
    )
    return repairing.book_visit(
        actor,
        device=device,
        customer=customer,
        outlet=told["outlet"],
        starts_at=told["starts_at"],
        fault=told["fault"],
        words=told["words"],
        channel="phone",
    )
