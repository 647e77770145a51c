"""Rights without a sign-in: what somebody types is judged and forgotten."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from sanbao.base.actor import Actor
from sanbao.doors.actors import actor_of, address_of
from sanbao.doors.portal import forms, words
from sanbao.doors.portal.asking import owners_only, page, sent
from sanbao.doors.portal.verdicts import shown
from sanbao.doors.ui import remedies as review_words
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.dues import Due, dues
from sanbao.doors.ui.once import once
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs import services as repairing

_KEPT: Final = "case_to_ask"


class Question(django_forms.Form):
    """What an owner says to the person who looks again."""

    words = forms.Text(
        label=gettext_lazy("What was overlooked?"),
        rows=3,
        required=False,
        help_text=gettext_lazy("What happened, in your words. Whoever decided is not the one who answers."),
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A review with the dates of its answer."""

    page: repairs.ReviewPage
    dues: tuple[Due, ...]


def asked_of(actor: Actor, pages: tuple[repairs.ReviewPage, ...]) -> list[Asked]:
    """Return reviews with the dates of their answers."""
    return [Asked(each, dues(actor, each.number)) for each in pages]


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Ask for model, purchase and fault, and answer with the verdict and the rule behind it."""
    products = registry.products(actor_of(request))
    form = forms.Rights(request.POST or None, products=_named(products))
    if not form.is_valid():
        return page(request, "portal/rights.html", {"form": form, "answer": None})
    actor = actor_of(request)
    services.count_attempt(actor, "coverage", address_of(request))
    told, on = form.cleaned_data, timezone.localdate(actor.at)
    model, bought = _bought(told, products)
    if "ask" in request.POST:
        case = {"on": told["fault_on"] or on, "fault": told["fault"], **asdict(bought)}
        request.session[_KEPT] = {name: _plain(value) for name, value in case.items()}
        return redirect("portal:rights_ask")
    (answer,) = repairs.rights_for(bought, on=told["fault_on"] or on, fault=told["fault"])
    facts = {
        "form": form,
        "answer": shown(answer.verdict),
        "model": model,
        "fault": told["fault"],
        "items": parts.items_for(model.code, told["fault"], on) if model else (),
    }
    return page(request, "portal/rights.html", facts)


def _bought(told: dict[str, Any], products: tuple[registry.ProductCard, ...]) -> tuple[Any, repairs.Bought]:
    model = registry.public_coverage(told["imei"]) if told["imei"] else None
    model = model or next((each for each in products if each.code == told["product"]), None)
    bought = repairs.Bought(
        product_class=model.product_class if model else "phone",
        bought_on=told["bought_on"],
        delivered_on=told["delivered_on"],
        channel=told["channel"],
        proof=told["proof"],
        price_cents=model.price_cents if model else None,
    )
    return model, bought


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@require_http_methods(["GET", "POST"])
@owners_only
def ask(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask a person to look at a case that was typed in; it is kept from here on, with who asks."""
    kept: dict[str, Any] = request.session.get(_KEPT) or {}
    question = Question(request.POST or None)
    mine = asked_of(actor, tuple(each for each in repairs.my_reviews(actor) if each.row.about == "case"))
    facts = {"question": question, "mine": mine, "answer": None, "review_words": review_words}
    if not kept:
        return page(request, "portal/rights_ask.html", facts)
    case = {name: _read(name, value) for name, value in kept.items()}
    on, fault = case.pop("on"), case.pop("fault")
    bought = repairs.Bought(**case)

    def act() -> str:
        services.count_attempt(actor, "coverage", address_of(request))
        words_said = question.cleaned_data["words"]
        return repairing.ask_case_review(actor, bought=bought, on=on, fault=fault, words=words_said)

    if sent(request, question, act):
        del request.session[_KEPT]
        tell(request, _("A person looks at it and answers by the end of the next working day."))
        return redirect("portal:rights_ask")
    (answer,) = repairs.rights_for(bought, on=on, fault=fault)
    return page(request, "portal/rights_ask.html", facts | {"answer": shown(answer.verdict), "fault": fault})


def _read(name: str, value: Any) -> Any:
    days = {"on", "bought_on", "delivered_on", "made_on"}
    return date.fromisoformat(value) if name in days and value else value


@require_POST
@owners_only
def ask_order(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Ask a person to look again at who pays for a repair."""
    return _ask(request, number, lambda said: repairing.ask_review(actor, number, words=said))


@require_POST
@owners_only
def ask_right(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Ask another person to look at a right that was refused."""
    order = repairs.remedy(actor, number).row.order
    return _ask(request, order, lambda said: repairing.ask_remedy_review(actor, number, words=said))


def _ask(request: HttpRequest, order: str, act: Any) -> HttpResponse:
    question = Question(request.POST)
    if question.is_valid():
        once(request, lambda: act(question.cleaned_data["words"]))
        tell(request, _("A person looks at it and answers by the end of the next working day."))
    else:
        tell(request, _("That was too long. Say it a little shorter."), "bad")
    return redirect("portal:order", number=order)


@require_POST
@owners_only
def choose(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Say which remedy it shall be."""
    order = repairs.remedy(actor, number).row.order
    once(request, lambda: repairing.choose_remedy(actor, number, remedy=request.POST.get("remedy", "")[:12]))
    tell(request, _("Noted. The outlet sees your choice now."))
    return redirect("portal:order", number=order)


def start(request: HttpRequest, imei: str) -> HttpResponse:
    """Show the check with an IMEI typed elsewhere, and the model it stands for."""
    services.count_attempt(actor_of(request), "coverage", address_of(request))
    model = registry.public_coverage(imei)
    first = {"imei": imei, "product": model.code if model else ""}
    products = registry.products(actor_of(request))
    form = forms.Rights(initial=first, products=_named(products))
    return page(request, "portal/rights.html", {"form": form, "answer": None, "model": model})


def _named(products: tuple[registry.ProductCard, ...]) -> list[tuple[str, str]]:
    return [(each.code, words.named(each)) for each in products if each.retired_on is None]
