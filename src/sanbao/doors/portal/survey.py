"""The question after a visit."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sanbao.base.actor import Actor
from sanbao.doors.portal import forms
from sanbao.doors.portal.asking import owners_only, page, sent
from sanbao.doors.ui.context import tell
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.feedback import services as answering
from sanbao.rooms.repairs import queries as repairs

MEANT = {"yes": True, "no": False}


@require_http_methods(["GET", "POST"])
@owners_only
def survey(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Ask how it was, once."""
    card = feedback.survey(actor, number)
    form = forms.Survey(request.POST or None)
    if sent(request, form, lambda: _answer(actor, number, form)):
        tell(request, _("Thank you. Your words are read, by a person where something went wrong."))
        return redirect("portal:order", number=card.order)
    facts = {"form": form, "survey": card, "row": repairs.order(actor, card.order).row}
    return page(request, "portal/survey.html", facts)


def _answer(actor: Actor, number: str, form: forms.Survey) -> str:
    told = form.cleaned_data
    return answering.answer_survey(
        actor,
        number,
        stars=told["stars"],
        in_time=MEANT.get(told["in_time"]),
        solved=MEANT.get(told["solved"]),
        words=told["words"],
    )
