"""Is a plan worth it: an honest answer without a sign-in, with the whole calculation."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from sanbao.doors.actors import actor_of, address_of
from sanbao.doors.portal.asking import page, tried
from sanbao.doors.ui.worth import Shown, WorthForm, on_sale, shown
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services
from sanbao.rooms.repairs import queries as repairs


@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """Ask for model and way of use, and answer for every plan that is sold for it."""
    actor = actor_of(request)
    form = WorthForm(request.GET or None, products=on_sale(registry.products(actor)))
    found: list[Shown] = []

    def answer() -> str:
        services.count_attempt(actor, "coverage", address_of(request))
        advice = repairs.worth_of_plans(actor, form.cleaned_data["product"], form.way())
        found.extend(shown(each) for each in advice)
        return "answered"

    answered = bool(tried(form, answer))
    return page(request, "portal/worth.html", {"form": form, "plans": found if answered else None})
