"""An owner's own data: seen, changed, downloaded, erased."""

from dataclasses import asdict
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sanbao.base.actor import Actor
from sanbao.doors.actors import leave
from sanbao.doors.portal import forms
from sanbao.doors.portal.asking import owners_only, page, sent
from sanbao.doors.ui.context import tell
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.vault import queries as vault

MOST: Final = 100


@require_http_methods(["GET", "POST"])
@owners_only
def account(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what we know about the owner, and change name and language."""
    me = registry.me(actor)
    first = {"name": me.name, "language": me.language}
    form = forms.Me(request.POST or None, initial=first)
    if sent(request, form, lambda: _change(actor, form)):
        tell(request, _("Saved."))
        return redirect("portal:account")
    facts = {"form": form, "me": me, "devices": registry.my_devices(actor)}
    return page(request, "portal/account.html", facts)


def _change(actor: Actor, form: forms.Me) -> str:
    services.update_me(actor, **form.cleaned_data)
    return registry.me(actor).number


@require_GET
@owners_only
def data(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Hand out everything that every room keeps about the owner, as JSON."""
    del request
    response = JsonResponse(
        gathered(actor), encoder=DjangoJSONEncoder, json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response["Cache-Control"] = "no-store"
    return response


def gathered(actor: Actor) -> dict[str, Any]:
    """Return what the rooms keep about an owner, as plain values."""
    mine = registry.my_data(actor)
    orders, cases = repairs.my_orders(actor, most=MOST).rows, complaints.my_cases(actor, most=MOST).rows
    threads = talks.threads(actor, most=MOST).rows
    subjects = [*(row.number for row in orders), *(row.number for row in cases)]
    subjects += [each["number"] for each in mine["devices"]]
    return {
        **mine,
        "orders": [_order(actor, repairs.order(actor, row.number)) for row in orders],
        "complaints": [asdict(complaints.case(actor, row.number)) for row in cases],
        "conversations": [asdict(talks.thread(actor, row.number)) for row in threads],
        "notices": [asdict(row) for row in talks.notices(actor, most=MOST).rows],
        "files": [asdict(card) for card in vault.files_of(actor, mine["person"]["number"], *subjects)],
    }


def _order(actor: Actor, found: repairs.OrderPage) -> dict[str, Any]:
    row = found.row
    survey = feedback.survey_of(actor, row.number)
    facts = [{"at": fact.at, "event": fact.event, **fact.facts} for fact in found.timeline]
    return {
        "number": row.number,
        "state": row.state,
        "channel": row.channel,
        "outlet": row.outlet,
        "device": row.device,
        "fault": row.fault,
        "words": found.words,
        "intake": asdict(found.intake) if found.intake else None,
        "verdict": {"en": found.verdict.en, "zh": found.verdict.zh} if found.verdict else None,
        "return_address": found.return_address,
        "diagnosis": found.diagnosis,
        "resolution": found.resolution,
        "total_cents": found.total_cents,
        "survey": asdict(survey) if survey else None,
        "log": facts,
    }


@require_http_methods(["GET", "POST"])
@owners_only
def erase(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Ask once more, then take the wish to be erased; it is done when no order is open."""
    if request.method == "POST" and request.POST.get("sure") == "yes":
        services.request_erasure(actor)
        leave(request)
        tell(request, _("We erase your data as soon as no repair of yours is open. You are signed out."))
        return redirect("portal:home")
    asked = request.method == "POST"
    open_orders = [row for row in repairs.my_orders(actor, most=20).rows if row.moves or not row.returned_at]
    facts = {"me": registry.me(actor), "asked": asked, "orders": open_orders}
    return page(request, "portal/erase.html", facts, status=422 if asked else 0)
