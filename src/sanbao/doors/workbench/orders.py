"""An order whole: what is true, what happened, and every step open to whoever looks at it."""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing, NotAllowed
from sanbao.doors.ui import remedies as right_words
from sanbao.doors.ui.context import tell
from sanbao.doors.workbench import happened, order_forms, words
from sanbao.doors.workbench.asking import desk, page, sent, staff_only
from sanbao.doors.workbench.order_steps import STEPS
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs.states import OPEN
from sanbao.rooms.vault import queries as vault
from sanbao.rooms.vault import services as keeping

Form = Any
_ITEMS: Final = {"lines": "items", "item": "items"}


_PAGE: Final = 30


@require_GET
@staff_only
def listed(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List orders of the outlet, newest first, by state."""
    state = request.GET.get("state", "")
    states = (state,) if state in words.STATES else OPEN
    here = desk(request)
    found = repairs.worklist(
        actor, here.code, states=states, after=request.GET.get("after", "")[:20], most=_PAGE
    )
    return page(request, "workbench/orders.html", {"list": found, "state": state})


@require_GET
@staff_only
def order(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show an order with its next steps."""
    return _page(request, actor, number, {})


@require_POST
@staff_only
def step(request: HttpRequest, actor: Actor, number: str, verb: str) -> HttpResponse:
    """Take one step of an order; what is wrong is shown at its field, with everything that was typed."""
    chosen = STEPS.get(verb)
    if chosen is None:
        raise Missing
    found = repairs.order(actor, number)
    form = _form(actor, found, verb, request.POST)
    done = sent(request, form, lambda: chosen.act(actor, number, form), alike=_ITEMS)
    if done:
        tell(request, str(chosen.told))
        return redirect("workbench:order", number=found.number)
    return _page(request, actor, number, {verb: form})


@require_POST
@staff_only
def attach(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Keep a photo or document with an order."""
    found = repairs.order(actor, number)
    form = order_forms.Attachment(request.POST, request.FILES)
    if sent(request, form, lambda: _keep(actor, found, form)):
        tell(request, _("Added to the order."))
        return redirect("workbench:order", number=found.number)
    return _page(request, actor, number, {"attach": form})


def _keep(actor: Actor, found: repairs.OrderPage, form: Form) -> str:
    told = form.cleaned_data
    return keeping.add_file(
        actor,
        content=told["file"],
        name=told["file"].name,
        subject=found.number,
        owner=f"owner:{found.row.customer}",
        outlet=found.row.outlet,
        note=told["note"],
    )


@require_GET
@staff_only
def receipt(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show what is printed when a device is taken in: slip of 80 mm or A4."""
    paper = "a4" if request.GET.get("paper") == "a4" else "slip"
    back = reverse("workbench:order", args=[number])
    facts = {"receipt": repairs.receipt(actor, number), "paper": paper, "back": back}
    return page(request, "workbench/receipt.html", facts)


def open_steps(actor: Actor, found: repairs.OrderPage) -> list[str]:
    """Name the steps this actor may take now, those first that the order waits for."""
    at = found.row.outlet
    open_now = set(found.moves)
    in_house = found.row.ready_at is None and found.state in {
        "accepted",
        "quoted",
        "approved",
        "waiting_part",
    }
    open_now |= {"delay"} if in_house and actor.may("repairs.work", at) else set()
    open_now |= {"assign_engineer"} if in_house and actor.may("repairs.diagnose", at) else set()
    if not found.return_address:
        open_now.discard("ship_back")
    return [name for name in STEPS if name in open_now]


def _form(actor: Actor, found: repairs.OrderPage, verb: str, data: Any = None) -> Form:
    kind, ids = STEPS[verb].form, f"{verb}_%s"
    if kind is order_forms.Diagnosis:
        first = {"finding": found.finding, "diagnosis": found.diagnosis, "items": _usual(actor, found)}
        return kind(data, items=_items(actor, found), initial=first, auto_id=ids)
    if kind is order_forms.Engineer:
        people = registry.colleagues(actor, found.row.outlet, "repairs.work")
        first = {"staff": found.row.engineer or actor.ref.removeprefix("staff:")}
        return kind(data, people=[(each.number, each.name) for each in people], initial=first, auto_id=ids)
    asked = {"cents": found.quote.cents} if found.quote else {}
    return kind(data, initial=asked, auto_id=ids)


def _items(actor: Actor, found: repairs.OrderPage) -> tuple[parts.ItemCard, ...]:
    usual = set(_usual(actor, found))
    every = parts.items(actor.at.date(), product=found.row.product)
    return tuple(sorted(every, key=lambda item: (item.code not in usual, item.kind != "part", item.code)))


def _usual(actor: Actor, found: repairs.OrderPage) -> list[str]:
    if found.lines:
        return [line.item for line in found.lines]
    return [item.code for item in parts.items_for(found.row.product, found.row.fault, actor.at.date())]


def _page(request: HttpRequest, actor: Actor, number: str, bound: dict[str, Form]) -> HttpResponse:
    found = repairs.order(actor, number)
    verbs = open_steps(actor, found)
    forms = {verb: bound.get(verb) or _form(actor, found, verb) for verb in verbs}
    facts = {
        "order": found,
        "row": found.row,
        "steps": STEPS,
        "forms": forms,
        "wrong": list(bound.values()),
        "attach": bound.get("attach") or order_forms.Attachment(),
        "happened": happened.lines(found.timeline),
        "promise": promise(found),
        "diagnosing": bound.get("quote") or forms.get("clear") or forms.get("quote"),
        **_beside(actor, found, forms),
    }
    return page(request, "workbench/order.html", facts)


def _beside(actor: Actor, found: repairs.OrderPage, forms: dict[str, Form]) -> dict[str, Any]:
    """What other rooms know about this order."""
    row, at = found.row, found.row.outlet
    diagnosing = forms.get("clear") or forms.get("quote")
    return {
        "place": outlets.place(at),
        "owner": _owner(actor, row.customer),
        "threads": talks.threads_of(actor, found.number),
        "files": vault.files_of(actor, found.number),
        "cases": complaints.cases_of(actor, found.number),
        "raised": [each.row for each in repairs.remedies_of(actor, found.number)],
        "reviews": repairs.reviews_of(actor, found.number),
        "right_words": right_words,
        "survey": _quiet(lambda: feedback.survey_of(actor, found.number)),
        "items": _items(actor, found) if diagnosing else (),
        "shelf": _shelf(actor, at) if diagnosing and actor.may("parts.see", at) else {},
        "times": outlets.next_free(at, actor.at, actor.at, most=12) if "move_visit" in forms else (),
    }


def _owner(actor: Actor, number: str) -> registry.CustomerCard | None:
    found: registry.CustomerCard | None = _quiet(lambda: registry.customer(actor, number))
    return found


def _quiet(read: Callable[[], Any]) -> Any:
    """Return what was read, None where this actor may not see it: the page is whole without it."""
    try:
        return read()
    except (Missing, NotAllowed):
        return None


def _shelf(actor: Actor, outlet: str) -> dict[str, parts.StockRow]:
    return {row.item: row for row in parts.stock_at(actor, outlet, most=500).rows}


def promise(found: repairs.OrderPage) -> dict[str, Any] | None:
    """Return what the promise chip says; None before a date was promised or after the device is ready."""
    row = found.row
    if row.promised_at is None or row.expected_at is None or row.ready_at is not None:
        return None
    moved = row.expected_at != row.promised_at
    reasons = [str(fact.facts.get("reason", "")) for fact in found.timeline if fact.event == "repair.delayed"]
    return {
        "by": row.expected_at,
        "was": row.promised_at if moved else None,
        "reason": words.delay(reasons[-1]) if moved and reasons else "",
        "made": " ".join(_(each.text) % each.facts for each in found.promise),
    }
