"""The question after a visit: for its owner, and for whoever holds the link that was sent."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sanbao.base.actor import Actor
from sanbao.doors.actors import actor_of, address_of
from sanbao.doors.portal import forms
from sanbao.doors.portal.asking import owners_only, page, sent
from sanbao.doors.ui.context import tell
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.feedback import services as answering
from sanbao.rooms.registry import services as registry
from sanbao.rooms.repairs import queries as repairs

MEANT = {"yes": True, "no": False}


@require_http_methods(["GET", "POST"])
@owners_only
def survey(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Ask how it was, once."""
    card = feedback.survey(actor, number)
    form = forms.Survey(request.POST or None)
    if sent(request, form, lambda: answering.answer_survey(actor, number, **_told(form))):
        tell(request, _("Thank you. Your words are read, by a person where something went wrong."))
        return redirect("portal:order", number=card.order)
    facts = {"form": form, "survey": card, "row": repairs.order(actor, card.order).row}
    return page(request, "portal/survey.html", facts)


@require_http_methods(["GET", "POST"])
def linked(request: HttpRequest, token: str) -> HttpResponse:
    """Ask how it was without a sign-in; the link in the address is all it takes, so it is kept to itself."""
    actor = actor_of(request)
    registry.count_attempt(actor, "survey", address_of(request))
    card = feedback.survey_by_link(actor, token)
    form = forms.Survey(request.POST or None)
    if sent(request, form, lambda: answering.answer_by_link(actor, token, **_told(form))):
        return redirect("portal:linked_survey", token=token)
    facts = {"form": form, "survey": card, "token": token}
    answer = page(request, "portal/survey_linked.html", facts)
    add_never_cache_headers(answer)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _told(form: forms.Survey) -> dict[str, Any]:
    told = form.cleaned_data
    return {
        "stars": told["stars"],
        "in_time": MEANT.get(told["in_time"]),
        "solved": MEANT.get(told["solved"]),
        "words": told["words"],
    }
