"""Complaints: filed with one demand, followed with every date explained, answered by their owner."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor
from sanbao.doors.portal import case_steps, forms, words
from sanbao.doors.portal.asking import WRONG, chosen, owners_only, page, sent
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.dues import RUNNING, Due, dues
from sanbao.doors.ui.once import once
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.complaints import services as complaining
from sanbao.rooms.complaints.rules.cards import CasePage
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.conversations import services as talking
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.vault import queries as vault
from sanbao.rooms.vault import services as keeping


@require_http_methods(["GET", "POST"])
@owners_only
def complain(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a complaint: what happened, the one demand, files."""
    orders = [(row.number, _order_words(row)) for row in repairs.my_orders(actor, most=20).rows]
    first = {"order": request.GET.get("order", "")[:20]}
    form = forms.Complaint(request.POST or None, request.FILES or None, orders=orders, initial=first)
    number = sent(request, form, lambda: _file(actor, form))
    if number:
        tell(request, _("Received. Keep the number %(number)s.") % {"number": number})
        return redirect("portal:case", number=number)
    return page(
        request, "portal/complain.html", {"form": form, "cases": complaints.my_cases(actor, most=20).rows}
    )


def _order_words(row: repairs.OrderRow) -> str:
    return f"{words.order_device(row)} · {words.fault(row.fault)} · {row.number}"


def _file(actor: Actor, form: forms.Complaint) -> str:
    told = form.cleaned_data
    me = registry.me(actor)
    subject = told["order"] or me.number
    kept = [keeping.add_file(actor, content=each, name=each.name, subject=subject) for each in told["photos"]]
    amount = told["amount"]
    return complaining.file(
        actor,
        demand=told["demand"],
        words=told["words"],
        demand_cents=int(amount * 100) if amount is not None else None,
        order=told["order"],
        files=kept,
    )


@require_GET
@owners_only
def case(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show a case: its stages, every clock with its working, answers, and what its owner can say."""
    return _page(request, actor, number)


def _page(
    request: HttpRequest,
    actor: Actor,
    number: str,
    *,
    dispute: forms.Words | None = None,
    evidence: forms.Evidence | None = None,
    message: forms.Words | None = None,
) -> HttpResponse:
    found = complaints.case(actor, number)
    clocks = dues(actor, found.row.number)
    owed = _next(clocks, found)
    facts = {
        "case": found,
        "row": found.row,
        "due": owed,
        "dues": clocks,
        "steps": case_steps.line(found, ledger.timeline(found.row.number), owed),
        "pause": next((each for each in found.pauses if each.ended_at is None), None),
        "files": vault.files(actor, [piece.file for piece in found.evidence]),
        "threads": talks.threads_of(actor, found.row.number),
        "dispute": dispute or forms.Words(auto_id="dispute_%s"),
        "evidence": evidence or forms.Evidence(),
        "message": message or forms.Words(auto_id="message_%s"),
    }
    return page(request, "portal/case.html", facts)


def _next(clocks: tuple[Due, ...], found: CasePage) -> Due | None:
    """Return what is owed next: after a missed date the new one, else the clock that runs out first, else the
    day that the answer names.
    """
    wanted = found.row.next_clock or "next_step"
    new = (each for each in clocks if each.clock == f"late_{wanted}" and each.state == RUNNING)
    return next(new, None) or next((each for each in reversed(clocks) if each.clock == wanted), None)


@require_POST
@owners_only
def view(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Accept or withdraw; the case ends."""
    verbs: dict[str, tuple[Callable[..., None], str]] = {
        "accept": (complaining.accept, _("Thank you. The case is closed; everything stays visible here.")),
        "withdraw": (complaining.withdraw, _("Withdrawn. You can complain again at any time.")),
    }
    verb, told = chosen(request, "view", verbs)
    once(request, lambda: _done(verb, actor, number))
    tell(request, told)
    return redirect("portal:case", number=number)


def _done(verb: Callable[..., None], actor: Actor, number: str, **told: str) -> str:
    verb(actor, number, **told)
    return number


@require_POST
@owners_only
def dispute(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Say why the answer is not right; the case is opened again and its clock starts anew."""
    form = forms.Words(request.POST, auto_id="dispute_%s")
    if sent(
        request, form, lambda: _done(complaining.dispute, actor, number, words=form.cleaned_data["words"])
    ):
        tell(request, _("We look again. The new date is on this page."))
        return redirect("portal:case", number=number)
    return _page(request, actor, number, dispute=form)


@require_POST
@owners_only
def write(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Write to whoever has the case in hand."""
    form = forms.Words(request.POST, auto_id="message_%s")
    key = request.POST.get("once", "")[:60]
    if sent(
        request,
        form,
        lambda: talking.write(actor, subject=number, body=form.cleaned_data["words"], key=key).thread,
    ):
        tell(request, _("Sent. A person answers by the end of the next working day."))
        return redirect("portal:case", number=number)
    return _page(request, actor, number, message=form)


@require_POST
@owners_only
def add_evidence(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Add a photo or document to a case that is open."""
    complaints.case(actor, number)
    form = forms.Evidence(request.POST, request.FILES)
    if sent(request, form, lambda: _keep(actor, number, form)):
        tell(request, _("Added to the case."))
        return redirect("portal:case", number=number)
    response = _page(request, actor, number, evidence=form)
    response.status_code = WRONG
    return response


def _keep(actor: Actor, number: str, form: forms.Evidence) -> str:
    told = form.cleaned_data
    kept = keeping.add_file(
        actor, content=told["file"], name=told["file"].name, subject=number, note=told["note"]
    )
    complaining.add_evidence(actor, number, file=kept, note=told["note"])
    return kept
