"""Rights that the house raised and decisions to look at again: the queue, one of each, and every answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.ui import remedies as words
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.dues import dues
from sanbao.doors.workbench.asking import desk, page, sent, staff_only
from sanbao.doors.workbench.fields import Day, Text, Yes
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs import services as repairing
from sanbao.rooms.repairs.rules import remedies as rules

Form = Any
ENDED: Final = ("refused", "fulfilled", "withdrawn")
_PAGE: Final = 30


class Granting(forms.Form):
    """Yes to a right."""

    in_stock = Yes(label=gettext_lazy("The same model can be had"), initial=True)


class Reasoned(forms.Form):
    """A no, or a review's answer, with its reason."""

    reason = Text(
        label=gettext_lazy("Why"),
        rows=3,
        most=rules.LONGEST_REASON,
        help_text=gettext_lazy("The owner reads this. Name the rule and the fact."),
    )


class Withdrawal(Reasoned):
    """A right taken back."""

    cause = forms.ChoiceField(label=gettext_lazy("What has changed"))
    field_order = ("cause", "reason")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        cause: Any = self.fields["cause"]
        cause.choices = [(code, _(text)) for code, text in rules.WITHDRAWALS.items()]


class Choosing(forms.Form):
    """Which remedy it shall be, on the owner's signed word."""

    remedy = forms.CharField(max_length=12)


class Nothing(forms.Form):
    """A step that needs no words."""


class Overturning(Reasoned):
    """A decision made anew: facts put right, or remedies named."""

    fault_kind = forms.ChoiceField(label=gettext_lazy("What is wrong, as the rules call it"), required=False)
    purchased_on = Day(label=gettext_lazy("Day of purchase"), required=False)
    delivered_on = Day(label=gettext_lazy("Day of delivery"), required=False)
    proof_of_purchase = forms.ChoiceField(label=gettext_lazy("Proof of purchase"), required=False)
    remedies_now = forms.MultipleChoiceField(
        label=gettext_lazy("Or: what the owner gets, on your own word"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = (
        "fault_kind", "purchased_on", "delivered_on", "proof_of_purchase", "remedies_now", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        blank = [("", _("as it is"))]
        named_fields: dict[str, Any] = self.fields
        named_fields["fault_kind"].choices = [*blank, *words.FAULT_KINDS.items()]
        named_fields["proof_of_purchase"].choices = [*blank, *words.PROOFS.items()]
        named_fields["remedies_now"].choices = [
            (code, words.remedy_word(code)) for code in ("repair", "exchange", "refund")
        ]

    def corrected(self) -> dict[str, Any]:
        """Return the facts that were put right."""
        names = ("fault_kind", "purchased_on", "delivered_on", "proof_of_purchase")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


@dataclass(frozen=True, slots=True)
class Step:
    """One answer: its words, its form and the verb behind it."""

    label: str | Promise
    icon: str
    told: str | Promise
    form: type[forms.Form]
    act: Callable[[Actor, str, Form], str]
    kind: str = "primary"


RIGHT_STEPS: Final[Mapping[str, Step]] = {
    "grant_remedy": Step(
        pgettext_lazy("right", "Grant it"),
        "check",
        gettext_lazy("Granted. The owner is told and chooses."),
        Granting,
        lambda actor, number, form: repairing.grant_remedy(
            actor, number, in_stock=form.cleaned_data["in_stock"]
        ),
    ),
    "choose_remedy": Step(
        gettext_lazy("The owner has chosen"),
        "hand",
        gettext_lazy("The choice is put down."),
        Choosing,
        lambda actor, number, form: repairing.choose_remedy(actor, number, **form.cleaned_data),
        kind="secondary",
    ),
    "fulfil_remedy": Step(
        gettext_lazy("The owner has it"),
        "circle-check",
        gettext_lazy("Done. The clock stops."),
        Nothing,
        lambda actor, number, _form: repairing.fulfil_remedy(actor, number),
    ),
    "refuse_remedy": Step(
        gettext_lazy("Do not grant it"),
        "x",
        gettext_lazy("Refused. The owner reads why and may ask another person."),
        Reasoned,
        lambda actor, number, form: repairing.refuse_remedy(actor, number, **form.cleaned_data),
        kind="danger",
    ),
    "withdraw_remedy": Step(
        gettext_lazy("Take it back"),
        "undo-2",
        gettext_lazy("Taken back. The owner reads why."),
        Withdrawal,
        lambda actor, number, form: repairing.withdraw_remedy(actor, number, **form.cleaned_data),
        kind="secondary",
    ),
    "ask_review": Step(
        gettext_lazy("Ask another person, on the owner's word"),
        "user-round-check",
        gettext_lazy("Another person is asked."),
        Nothing,
        lambda actor, number, _form: repairing.ask_remedy_review(actor, number),
        kind="secondary",
    ),
}
REVIEW_STEPS: Final[Mapping[str, Step]] = {
    "uphold": Step(
        gettext_lazy("Leave the decision as it is"),
        "check",
        gettext_lazy("The decision stays. The owner is told why."),
        Reasoned,
        lambda actor, number, form: repairing.uphold(actor, number, **form.cleaned_data),
        kind="secondary",
    ),
    "overturn": Step(
        gettext_lazy("Decide anew"),
        "undo-2",
        gettext_lazy("Decided anew. The owner is told."),
        Overturning,
        lambda actor, number, form: repairing.overturn(
            actor,
            number,
            reason=form.cleaned_data["reason"],
            corrected=form.corrected(),
            remedies_now=form.cleaned_data["remedies_now"],
        ),
    ),
}
_ALIKE: Final = {"remedies": "remedies_now"}


@require_GET
@staff_only
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List raised rights or reviews, the earliest date of an answer first."""
    here, view = desk(request).code, request.GET.get("view", "")
    after = request.GET.get("after", "")[:20]
    reviews, ended = view.startswith("reviews"), view.endswith("ended")
    facts: dict[str, Any] = {"view": view, "right_words": words, "list": None, "reviews": None}
    states: tuple[str, ...]
    if reviews:
        states = ("upheld", "overturned") if ended else ("asked",)
        facts["reviews"] = repairs.review_queue(actor, here, states=states, after=after, most=_PAGE)
    else:
        states = ENDED if ended else ("raised", "granted")
        facts["list"] = repairs.remedy_queue(actor, here, states=states, after=after, most=_PAGE)
    return page(request, "workbench/rights.html", facts)


@require_GET
@staff_only
def right(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show a raised right with its answers."""
    return _right(request, actor, number, {})


@require_POST
@staff_only
def right_step(request: HttpRequest, actor: Actor, number: str, verb: str) -> HttpResponse:
    """Answer a raised right; what is wrong is shown at its field."""
    found = RIGHT_STEPS.get(verb)
    if found is None:
        raise Missing
    form = found.form(request.POST, auto_id=f"{verb}_%s")
    if sent(request, form, lambda: found.act(actor, number, form)):
        tell(request, str(found.told))
        return redirect("workbench:right", number=number)
    return _right(request, actor, number, {verb: form})


def _right(request: HttpRequest, actor: Actor, number: str, bound: dict[str, Form]) -> HttpResponse:
    card = words.right_card(actor, repairs.remedy(actor, number))
    facts = {
        "right": card,
        "right_words": words,
        "row": card.page.row,
        "steps": RIGHT_STEPS,
        "forms": _open(RIGHT_STEPS, card.moves, bound),
        "wrong": list(bound.values()),
        "order": repairs.order(actor, card.page.row.order),
    }
    return page(request, "workbench/right.html", facts)


@require_GET
@staff_only
def review(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show a review: the decision, its facts, what the owner says, and the two answers."""
    return _review(request, actor, number, {})


@require_POST
@staff_only
def review_step(request: HttpRequest, actor: Actor, number: str, verb: str) -> HttpResponse:
    """Answer a review; what is wrong is shown at its field."""
    found = REVIEW_STEPS.get(verb)
    if found is None:
        raise Missing
    form = found.form(request.POST, auto_id=f"{verb}_%s")
    if sent(request, form, lambda: found.act(actor, number, form), alike=_ALIKE):
        tell(request, str(found.told))
        return redirect("workbench:review", number=number)
    return _review(request, actor, number, {verb: form})


def _review(request: HttpRequest, actor: Actor, number: str, bound: dict[str, Form]) -> HttpResponse:
    found = repairs.review(actor, number)
    facts = {
        "review": found,
        "right_words": words,
        "row": found.row,
        "steps": REVIEW_STEPS,
        "forms": _open(REVIEW_STEPS, found.row.moves, bound),
        "wrong": list(bound.values()),
        "dues": dues(actor, found.number),
    }
    return page(request, "workbench/review.html", facts)


def _open(steps: Mapping[str, Step], moves: tuple[str, ...], bound: dict[str, Form]) -> dict[str, Form]:
    return {
        verb: bound.get(verb) or step.form(auto_id=f"{verb}_%s")
        for verb, step in steps.items()
        if verb in moves
    }


@require_POST
@staff_only
def ask(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Ask for a review of an order's decision, on the owner's word."""
    form = Nothing(request.POST)
    made = sent(request, form, lambda: repairing.ask_review(actor, number))
    if made:
        tell(request, _("A person who did not decide is asked."))
        return redirect("workbench:review", number=made)
    tell(request, " ".join(str(each) for each in form.non_field_errors()), "bad")
    return redirect("workbench:order", number=number)


@require_GET
@staff_only
def again(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Derive the decision of an order again, by the packs of that day and by those of today."""
    facts = {
        "again": repairs.derive_again(actor, number),
        "order": repairs.order(actor, number),
        "right_words": words,
    }
    return page(request, "workbench/again.html", facts)
