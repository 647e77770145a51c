"""Complaints: filed with one demand, followed with every date explained, answered by their owner."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor
from sanbao.doors.portal import forms, words
from sanbao.doors.portal.asking import WRONG, chosen, owners_only, page, sent
from sanbao.doors.ui import formats
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.deadlines import strip_days
from sanbao.doors.ui.once import once
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.complaints import services as complaining
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.vault import queries as vault
from sanbao.rooms.vault import services as keeping

STAGES: Final = ("filed", "working", "answered", "closed")
CURRENT: Final = {"filed": 1, "working": 2, "disputed": 2, "answered": 3}
"""Which stage somebody has to bring to its end; an ended case has none."""


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
    return _page(request, actor, number, forms.Words(), forms.Evidence())


def _page(
    request: HttpRequest, actor: Actor, number: str, dispute: forms.Words, evidence: forms.Evidence
) -> HttpResponse:
    found = complaints.case(actor, number)
    due = complaints.deadline(actor, number, found.row.next_clock or "decision")
    facts = {
        "case": found,
        "row": found.row,
        "stages": _stages(found),
        "due": due,
        "due_words": due.words_zh if formats.chinese() else due.words_en,
        "days": strip_days(due.steps),
        "today": timezone.localdate(actor.at),
        "files": vault.files(actor, [piece.file for piece in found.evidence]),
        "notes": [],
        "dispute": dispute,
        "evidence": evidence,
    }
    return page(request, "portal/case.html", facts)


def _stages(found: complaints.CasePage) -> list[dict[str, Any]]:
    """Return the stages of a case; the current one is what somebody is to do next, and by when."""
    row = found.row
    place = CURRENT.get(row.state, len(STAGES))
    at = {"filed": row.filed_at, "answered": found.answered_at, "closed": found.ended_at}
    due = formats.moment(row.answer_due_at, zone=row.zone, short=True) if row.next_clock else ""
    names = {
        "filed": _("We have it"),
        "working": _("Waiting for a person to take it") if place == 1 else _("A person is working on it"),
        "answered": _("Answer"),
        "closed": words.CASE_STATES[row.state] if found.ended_at else _("Your word on it"),
    }
    return [
        {
            "name": names[stage],
            "state": "done" if index < place else "current" if index == place else "next",
            "at": at.get(stage) if index < place else None,
            "text": row.handler_name if stage == "working" else "",
            "by": due if index == place else "",
            "stuck": index == place and row.overdue,
        }
        for index, stage in enumerate(STAGES)
    ]


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
    form = forms.Words(request.POST)
    if sent(
        request, form, lambda: _done(complaining.dispute, actor, number, words=form.cleaned_data["words"])
    ):
        tell(request, _("We look again. The new date is on this page."))
        return redirect("portal:case", number=number)
    return _page(request, actor, number, form, forms.Evidence())


@require_POST
@owners_only
def add_evidence(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Add a photo or document to a case that is open."""
    complaints.case(actor, number)
    form = forms.Evidence(request.POST, request.FILES)
    if sent(request, form, lambda: _keep(actor, number, form)):
        tell(request, _("Added to the case."))
        return redirect("portal:case", number=number)
    response = _page(request, actor, number, forms.Words(), form)
    response.status_code = WRONG
    return response


def _keep(actor: Actor, number: str, form: forms.Evidence) -> str:
    told = form.cleaned_data
    kept = keeping.add_file(
        actor, content=told["file"], name=told["file"].name, subject=number, note=told["note"]
    )
    complaining.add_evidence(actor, number, file=kept, note=told["note"])
    return kept
