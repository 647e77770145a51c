"""The complaint desk: the queue by time left, and a case with its lanes, clocks, evidence and answer."""

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.deadlines import strip_days
from sanbao.doors.ui.formats import chinese
from sanbao.doors.workbench import happened, words
from sanbao.doors.workbench.asking import desk, once_or_note, page, sent, staff_only
from sanbao.doors.workbench.fields import Cards, Day, Text, Yuan
from sanbao.doors.workbench.order_forms import Attachment
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.complaints import services as complaining
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.vault import queries as vault
from sanbao.rooms.vault import services as keeping

LANES: Final = ("owner", "outlet", "handler")
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
    """Take, answer or close a case; the owner's own word is put down by whoever heard it."""
    plain = {"take": complaining.take, "accept": complaining.accept, "withdraw": complaining.withdraw}
    if verb in plain:
        once_or_note(request, lambda: str(plain[verb](actor, number)), _("Done."))
        return redirect("workbench:case", number=number)
    kinds: dict[str, type[forms.Form]] = {"answer": AnswerForm, "close": ClosingForm, "dispute": ClosingForm}
    if verb not in kinds:
        raise Missing
    form = kinds[verb](request.POST, auto_id=f"{verb}_%s")
    verbs: dict[str, Callable[..., None]] = {
        "answer": complaining.answer,
        "close": complaining.close,
        "dispute": complaining.dispute,
    }
    if sent(request, form, lambda: _done(verbs[verb](actor, number, **form.cleaned_data), number)):
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


def _show(actor: Actor, found: complaints.CasePage, form: Any) -> str:
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
        "answer": answer,
        "wanting": _wanting(answer),
        "closing": bound.get("close") or ClosingForm(auto_id="close_%s"),
        "disputing": bound.get("dispute") or ClosingForm(auto_id="dispute_%s"),
        "attach": bound.get("attach") or Attachment(auto_id="attach_%s"),
        "wrong": list(bound.values()),
        "lanes": [(lane, [each for each in told if each["lane"] == lane]) for lane in LANES],
        "about": about,
        "files": _files(actor, found),
        **_clock(request, actor, found),
    }
    return page(request, "workbench/case.html", facts)


def _wanting(form: AnswerForm) -> list[str]:
    """Name the parts of the answer that are still missing."""
    if not form.is_bound:
        return [str(form.fields[name].label) for name in SHAPE if form.fields[name].required]
    return [str(form.fields[name].label) for name in SHAPE if name in form.errors]


def _files(actor: Actor, found: complaints.CasePage) -> list[tuple[Any, vault.FileCard | None]]:
    cards = {
        card.number: card
        for card in vault.files_of(actor, found.row.number, found.row.order, found.row.customer)
    }
    return [(each, cards.get(each.file)) for each in found.evidence]


def _clock(request: HttpRequest, actor: Actor, found: complaints.CasePage) -> dict[str, Any]:
    """The working of one clock: the one asked for, else the next to run out, else the legal limit."""
    known = [clock.clock for clock in found.clocks]
    wanted = request.GET.get("clock", "")
    name = wanted if wanted in known else found.row.next_clock or "outer_limit"
    due = complaints.deadline(actor, found.row.number, name)
    local = timezone.localtime(due.due_at)
    return {
        "due": due,
        "days": strip_days(due.steps),
        "due_share": (local.hour * 60 + local.minute) / 1440 or 1.0,
        "explained": due.words_zh if chinese() else due.words_en,
        "today": timezone.localdate(actor.at),
    }
