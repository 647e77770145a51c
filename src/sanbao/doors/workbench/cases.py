"""The complaint desk: the queue by time left, and a case with its lanes, clocks, evidence and answer."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.ui import remedies as right_words
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.dues import dues
from sanbao.doors.workbench import happened, words
from sanbao.doors.workbench.asking import desk, once_or_note, page, sent, staff_only
from sanbao.doors.workbench.fields import Cards, Day, Text, Yuan
from sanbao.doors.workbench.order_forms import Attachment
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.complaints import services as complaining
from sanbao.rooms.complaints.rules.cards import CasePage
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.vault import queries as vault
from sanbao.rooms.vault import services as keeping

LANES: Final = ("owner", "outlet", "handler")
NOTED: Final = ("authority_rejected", "mediated", "mediation_failed")
SHAPE: Final = ("decision", "facts_found", "rule", "next_step", "by_when")


class AnswerForm(forms.Form):
    """The answer in its fixed shape."""

    decision = Cards(label=gettext_lazy("Decision"))
    facts_found = Text(label=gettext_lazy("What we found"), rows=3, most=4000)
    rule = Text(label=gettext_lazy("The rule it rests on"), rows=2, most=4000)
    next_step = Text(label=gettext_lazy("What happens next"), rows=2, most=4000)
    by_when = Day(label=gettext_lazy("By when"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = [(code, words.decision(code)) for code in complaints.DECISION_TITLES]
        self.fields["decision"].choices = chosen  # type: ignore[attr-defined]


class ClosingForm(forms.Form):
    """Why a case is closed from our side; the owner reads it."""

    words = Text(label=gettext_lazy("Why it is closed; the owner reads this"), rows=2)


class PauseForm(forms.Form):
    """Why the clocks are to stand still, and what is asked of the owner."""

    reason = Cards(label=gettext_lazy("What are you waiting for?"))
    note = Text(label=gettext_lazy("What exactly; the owner reads this"), rows=2, most=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = [(code, words.pause(code)) for code in complaints.PAUSE_TITLES]
        self.fields["reason"].choices = chosen  # type: ignore[attr-defined]


class FilingForm(forms.Form):
    """A complaint put down for somebody."""

    order = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    customer = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    channel = Cards(label=gettext_lazy("How it came in"), initial="counter")
    demand = Cards(label=gettext_lazy("What they want"))
    amount = Yuan(
        label=gettext_lazy("Amount in yuan"), required=False, help_text=gettext_lazy("For compensation.")
    )
    words = Text(label=gettext_lazy("In their words"), rows=4, most=4000)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        channels = [
            (code, words.case_channel(code)) for code in complaints.CHANNEL_TITLES if code != "portal"
        ]
        demands = [(code, words.demand(code)) for code in complaints.DEMAND_TITLES]
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]
        self.fields["demand"].choices = demands  # type: ignore[attr-defined]


PLAIN: Final[dict[str, Callable[..., None]]] = {
    "take": complaining.take,
    "accept": complaining.accept,
    "withdraw": complaining.withdraw,
    "resume": complaining.resume,
    "authority_received": complaining.authority_received,
    "authority_accepted": complaining.authority_accepted,
}
WORDED: Final[dict[str, tuple[type[forms.Form], Callable[..., None]]]] = {
    "answer": (AnswerForm, complaining.answer),
    "close": (ClosingForm, complaining.close),
    "dispute": (ClosingForm, complaining.dispute),
    "pause": (PauseForm, complaining.pause),
    "authority_rejected": (ClosingForm, complaining.authority_rejected),
    "mediated": (ClosingForm, complaining.mediated),
    "mediation_failed": (ClosingForm, complaining.mediation_failed),
}
"""The steps that need no words, and those that do."""


@require_GET
@staff_only
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List open cases by the time left; or all of them, newest first."""
    view, after = request.GET.get("view", ""), request.GET.get("after", "")[:60]
    whose = {"mine": actor.ref.removeprefix("staff:"), "nobody": "none"}.get(view, "")
    if view == "all":
        found = complaints.all_cases(actor, after, most=30)
    else:
        found = complaints.queue(actor, after, most=30, outlet=desk(request).code, handler=whose)
    return page(request, "workbench/cases.html", {"list": found, "view": view})


@require_GET
@staff_only
def case(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show a case whole."""
    return _page(request, actor, number, {})


@require_POST
@staff_only
def step(request: HttpRequest, actor: Actor, number: str, verb: str) -> HttpResponse:
    """Do one step of a case; what owner or authority did is put down by whoever heard it."""
    if verb in PLAIN:
        once_or_note(request, lambda: str(PLAIN[verb](actor, number)), _("Done."))
        return redirect("workbench:case", number=number)
    if verb not in WORDED:
        raise Missing
    kind, act = WORDED[verb]
    form = kind(request.POST, auto_id=f"{verb}_%s")
    if sent(request, form, lambda: _done(act(actor, number, **form.cleaned_data), number)):
        tell(request, _("Answered. The owner is told.") if verb == "answer" else _("Done."))
        return redirect("workbench:case", number=number)
    return _page(request, actor, number, {verb: form})


def _done(_nothing: None, number: str) -> str:
    return number


@require_POST
@staff_only
def add_evidence(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Keep a photo or document as evidence of a case."""
    found = complaints.case(actor, number)
    form = Attachment(request.POST, request.FILES)
    if sent(request, form, lambda: _show(actor, found, form)):
        tell(request, _("Added to the case."))
        return redirect("workbench:case", number=number)
    return _page(request, actor, number, {"attach": form})


def _show(actor: Actor, found: CasePage, form: Any) -> str:
    told, row = form.cleaned_data, found.row
    number = keeping.add_file(
        actor,
        content=told["file"],
        name=told["file"].name,
        subject=row.number,
        owner=f"owner:{row.customer}",
        outlet=row.outlet,
        note=told["note"],
    )
    complaining.add_evidence(actor, row.number, file=number, note=told["note"])
    return number


@require_http_methods(["GET", "POST"])
@staff_only
def new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Put a complaint down for somebody, about an order or about the whole service."""
    asked = request.POST or request.GET
    order = asked.get("order", "")[:20]
    about = repairs.order(actor, order).row if order else None
    customer = about.customer if about else asked.get("customer", "")[:20]
    owner = registry.customer(actor, customer)
    form = FilingForm(request.POST or None, initial={"order": order, "customer": customer})
    number = sent(
        request, form, lambda: _file(actor, customer, order, form), alike={"demand_cents": "amount"}
    )
    if number:
        tell(request, _("Put down. Its clocks run."))
        seen = any(row.number == number for row in complaints.search(actor, number))
        return (
            redirect("workbench:case", number=number) if seen else redirect("workbench:order", number=order)
        )
    return page(request, "workbench/case_new.html", {"form": form, "about": about, "owner": owner})


def _file(actor: Actor, customer: str, order: str, form: FilingForm) -> str:
    told = form.cleaned_data
    return complaining.file(
        actor,
        customer=customer,
        order=order,
        demand=told["demand"],
        words=told["words"],
        channel=told["channel"],
        demand_cents=None if told["amount"] is None else int(told["amount"] * 100),
    )


def _page(request: HttpRequest, actor: Actor, number: str, bound: dict[str, Any]) -> HttpResponse:
    found = complaints.case(actor, number)
    row = found.row
    told = happened.lines(ledger.timeline(*filter(None, (row.number, row.order))), but="notice.")
    about = repairs.order(actor, row.order) if row.order and actor.may("repairs.see", row.outlet) else None
    answer = bound.get("answer") or AnswerForm(auto_id="answer_%s")
    facts = {
        "case": found,
        "row": row,
        "mine": row.handler == actor.ref.removeprefix("staff:"),
        "answer": answer,
        "wanting": _wanting(answer),
        "closing": bound.get("close") or ClosingForm(auto_id="close_%s"),
        "disputing": bound.get("dispute") or ClosingForm(auto_id="dispute_%s"),
        "pausing": bound.get("pause") or _pausing(found),
        "noting": [(verb, bound.get(verb) or ClosingForm(auto_id=f"{verb}_%s")) for verb in NOTED],
        "pause": next((each for each in found.pauses if each.ended_at is None), None),
        "attach": bound.get("attach") or Attachment(auto_id="attach_%s"),
        "wrong": list(bound.values()),
        "lanes": [(lane, [each for each in told if each["lane"] == lane]) for lane in LANES],
        "about": about,
        "raised": [each.row for each in repairs.remedies_of(actor, row.order)] if about else (),
        "right_words": right_words,
        "files": _files(actor, found),
        "dues": dues(actor, row.number),
        "chosen": request.GET.get("clock") or row.next_clock or "outer_limit",
    }
    return page(request, "workbench/case.html", facts)


def _wanting(form: AnswerForm) -> list[str]:
    """Name the parts of the answer that are still missing."""
    if not form.is_bound:
        return [str(form.fields[name].label) for name in SHAPE if form.fields[name].required]
    return [str(form.fields[name].label) for name in SHAPE if name in form.errors]


def _files(actor: Actor, found: CasePage) -> list[tuple[Any, vault.FileCard | None]]:
    cards = {
        card.number: card
        for card in vault.files_of(actor, found.row.number, found.row.order, found.row.customer)
    }
    return [(each, cards.get(each.file)) for each in found.evidence]


def _pausing(found: CasePage) -> PauseForm:
    """Return the form for a pause with the reasons that could hold a clock of this case now."""
    form = PauseForm(auto_id="pause_%s")
    form.fields["reason"].choices = [  # type: ignore[attr-defined]
        (code, words.pause(code)) for code in found.pausable
    ]
    return form
