"""An order's status page and what its owner can do there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor
from sanbao.doors.portal import booking, forms, rights, steps, words
from sanbao.doors.portal.asking import WRONG, chosen, owners_only, page, sent
from sanbao.doors.ui import remedies as review_words
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.once import once
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.conversations import services as talking
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs import services as repairing
from sanbao.rooms.vault import queries as vault
from sanbao.rooms.vault import services as keeping


@require_GET
@owners_only
def mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List the owner's repairs, newest first."""
    after = request.GET.get("after", "")[:20]
    return page(request, "portal/orders.html", {"list": repairs.my_orders(actor, after=after, most=20)})


@require_GET
@owners_only
def order(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show where a repair stands, what comes next and by when, and what its owner can do."""
    return _page(request, actor, number, forms.Words(), forms.Evidence())


def _page(
    request: HttpRequest, actor: Actor, number: str, message: forms.Words, evidence: forms.Evidence
) -> HttpResponse:
    found = repairs.order(actor, number)
    facts = _standing(actor, found) | {
        "message": message,
        "evidence": evidence,
        "threads": talks.threads_of(actor, found.number),
        "files": vault.files_of(actor, found.number),
        "cases": complaints.cases_of(actor, found.number),
        "rights": review_words.right_cards(actor, found.number),
        "asked": (asked := rights.asked_of(actor, repairs.reviews_of(actor, found.number))),
        "may_ask": not any(each.page.row.about == "verdict" for each in asked if not each.page.after),
        "question": lambda key: rights.Question(auto_id=f"{key}_%s"),
        "review_words": review_words,
    }
    return page(request, "portal/order.html", facts)


def _standing(actor: Actor, found: repairs.OrderPage) -> dict[str, Any]:
    """Return what the part of the page shows that asks again by itself."""
    ahead = found.ticket.ahead if found.ticket else 0
    return {
        "order": found,
        "row": found.row,
        "known": f"{found.state}-{len(found.timeline)}-{ahead}",
        "steps": steps.line(found, actor.at),
        "promise": steps.promise(found),
        "survey": feedback.survey_of(actor, found.number),
        "place": outlets.place(found.row.outlet),
    }


@require_GET
@owners_only
def progress(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Answer with the standing of an order; with nothing while it is what the page shows already."""
    facts = _standing(actor, repairs.order(actor, number))
    if request.GET.get("mark") == facts["known"]:
        return HttpResponse(status=204)
    return page(request, "portal/_progress.html", facts)


@require_POST
@owners_only
def decide(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Say yes or no to the price; a price that has changed meanwhile is never agreed to."""
    seen = request.POST.get("cents", "")
    cents = int(seen[:12]) if seen.isascii() and seen.isdecimal() else None
    answers = {
        "yes": (lambda: repairing.approve(actor, number, cents=cents), _("Agreed. The work begins.")),
        "no": (lambda: repairing.decline(actor, number), _("Declined. It goes back as it came.")),
    }
    verb, told = chosen(request, "answer", answers)
    once(request, verb)
    tell(request, told)
    return redirect("portal:order", number=number)


@require_http_methods(["GET", "POST"])
@owners_only
def move(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Move the visit to another time at the same outlet."""
    found = repairs.order(actor, number)
    form = forms.Visit(request.POST or None)
    if sent(
        request, form, lambda: repairing.move_visit(actor, number, starts_at=form.cleaned_data["starts_at"])
    ):
        tell(request, _("Moved. The old time is free for somebody else."))
        return redirect("portal:order", number=number)
    gone = form.errors.get("starts_at", [""])[0] if form.is_bound else ""
    facts = booking.other_times(request, actor, found.row.outlet) | {
        "order": found,
        "row": found.row,
        "gone": gone,
    }
    return page(request, "portal/move.html", facts, status=WRONG if gone else 0)


@require_http_methods(["GET", "POST"])
@owners_only
def waybill(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Say under which number the parcel comes, or correct it."""
    found = repairs.order(actor, number)
    form = forms.Parcel(request.POST or None, initial={"carrier": found.carrier, "waybill": found.waybill_in})
    if sent(request, form, lambda: repairing.tell_waybill(actor, number, **form.cleaned_data)):
        tell(request, _("Noted. We will tell you when the parcel is here."))
        return redirect("portal:order", number=number)
    facts = {
        "form": form,
        "title": _("Waybill of your parcel"),
        "about": f"{words.order_device(found.row)} · {found.number}",
        "back": reverse("portal:order", args=[number]),
    }
    return page(request, "portal/one_form.html", facts)


@require_POST
@owners_only
def cancel(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Call the order off before the device is here."""
    once(request, lambda: repairing.cancel(actor, number))
    tell(request, _("Called off. You can book again at any time."))
    return redirect("portal:order", number=number)


@require_POST
@owners_only
def write(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Write to the outlet about this order."""
    form = forms.Words(request.POST)
    key = request.POST.get("once", "")[:60]
    if sent(
        request,
        form,
        lambda: talking.write(actor, subject=number, body=form.cleaned_data["words"], key=key).thread,
    ):
        tell(request, _("Sent. A person answers by the end of the next working day."))
        return redirect("portal:order", number=number)
    return _page(request, actor, number, form, forms.Evidence())


@require_POST
@owners_only
def add_file(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Attach a photo or document to this order."""
    repairs.customer_of(actor, number)
    form = forms.Evidence(request.POST, request.FILES)
    if sent(request, form, lambda: _keep(actor, number, form)):
        tell(request, _("Added to the order."))
        return redirect("portal:order", number=number)
    return _page(request, actor, number, forms.Words(), form)


def _keep(actor: Actor, number: str, form: forms.Evidence) -> str:
    told = form.cleaned_data
    return keeping.add_file(
        actor, content=told["file"], name=told["file"].name, subject=number, note=told["note"]
    )


@require_GET
@owners_only
def slip(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show the slip that lies in the parcel, for printing."""
    found = repairs.order(actor, number)
    facts = {"order": found, "row": found.row, "place": outlets.place(found.row.outlet), "paper": "a4"}
    return page(request, "portal/slip.html", facts)


@require_GET
@owners_only
def calendar(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Hand out the visit as a calendar file."""
    found = repairs.order(actor, number)
    card = outlets.booking(actor, found.booking)
    facts = {"order": found, "card": card, "place": outlets.place(found.row.outlet)}
    response = page(request, "portal/visit.ics", facts)
    response["Content-Type"] = "text/calendar; charset=utf-8"
    response["Content-Disposition"] = f'attachment; filename="{found.number}.ics"'
    return response
