"""Rights without a sign-in: what somebody types is judged and forgotten."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from sanbao.doors.actors import actor_of, address_of
from sanbao.doors.portal import forms, words
from sanbao.doors.portal.asking import page
from sanbao.doors.portal.verdicts import shown
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services
from sanbao.rooms.repairs import queries as repairs


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
    (answer,) = repairs.rights_for(bought, on=told["fault_on"] or on, fault=told["fault"])
    facts = {
        "form": form,
        "answer": shown(answer.verdict),
        "model": model,
        "fault": told["fault"],
        "items": parts.items_for(model.code, told["fault"], on) if model else (),
    }
    return page(request, "portal/rights.html", facts)


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
