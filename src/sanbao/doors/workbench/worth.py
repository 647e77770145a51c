"""Plan advice at the desk: the same honest answer an owner gets, and what plans cost here."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sanbao.base.actor import Actor, require
from sanbao.base.money import cents_of
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.worth import Shown, WorthForm, on_sale, shown
from sanbao.doors.workbench.asking import page, sent, staff_only, tried
from sanbao.doors.workbench.fields import Day, Yuan
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as registering
from sanbao.rooms.repairs import queries as repairs


class PriceForm(forms.Form):
    """What a plan costs, for one model or for all."""

    plan = forms.ChoiceField(label=gettext_lazy("Plan"))
    product = forms.ChoiceField(label=gettext_lazy("Model"), required=False)
    price = Yuan(label=gettext_lazy("Price in yuan"))
    excess = Yuan(label=gettext_lazy("Own share of each claim, in yuan"), required=False)
    valid_from = Day(label=gettext_lazy("Counts from"))


@require_http_methods(["GET", "POST"])
@staff_only
def plans(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Answer whether a plan pays; whoever keeps the catalogue also sets what plans cost."""
    require(actor, "registry.search")
    models = on_sale(registry.products(actor))
    asked = WorthForm(request.GET if "product" in request.GET else None, products=models)
    found: list[Shown] = []
    answered = bool(tried(asked, lambda: _answer(actor, asked, found)))
    form = _price_form(request, actor, models)
    if form is not None and sent(request, form, lambda: _price(actor, form), alike={"cents": "price"}):
        tell(request, _("Kept."))
        return redirect("workbench:worth")
    facts = {
        "asked": asked,
        "plans": found if answered else None,
        "form": form,
        "prices": registry.all_plan_prices(),
        "named": dict(models),
        "wrong": (asked,),
    }
    return page(request, "workbench/worth.html", facts)


def _answer(actor: Actor, form: WorthForm, found: list[Shown]) -> str:
    advice = repairs.worth_of_plans(actor, form.cleaned_data["product"], form.way())
    found.extend(shown(each) for each in advice)
    return "answered"


def _price_form(request: HttpRequest, actor: Actor, models: list[tuple[str, str]]) -> PriceForm | None:
    if not actor.everywhere("registry.catalogue"):
        if request.method == "POST":
            require(actor, "registry.catalogue", outlet="*")
        return None
    today = timezone.localdate(actor.at)
    form = PriceForm(request.POST or None, initial={"valid_from": today.isoformat()})
    form.fields["plan"].choices = [(each, each) for each in registry.plans_on(today)]  # type: ignore[attr-defined]
    form.fields["product"].choices = [("", _("All models")), *models]  # type: ignore[attr-defined]
    return form


def _price(actor: Actor, form: PriceForm) -> str:
    told = form.cleaned_data
    registering.put_plan_price(
        actor,
        plan=told["plan"],
        product=told["product"],
        valid_from=told["valid_from"],
        cents=cents_of(str(told["price"])),
        excess_cents=cents_of(str(told["excess"] or 0)),
    )
    return "kept"


urls = [path("plans", plans, name="worth")]
