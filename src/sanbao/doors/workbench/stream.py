"""The stream of texts: what looks made rather than said, decided on by a person; readings called wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor, require
from sanbao.doors.workbench.asking import once_or_note, page, staff_only
from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.queries import stream
from sanbao.rooms.feedback.states import KEPT, LEFT_OUT, OPEN


@require_GET
@staff_only
def suspicious(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List texts that look like templates, bursts or advertising, with the reasons."""
    require(actor, "feedback.see", outlet="*")
    state = request.GET.get("state", OPEN)
    state = state if state in {OPEN, KEPT, LEFT_OUT} else OPEN
    facts = {
        "state": state,
        "found": stream.suspicions(actor, state=state, after=request.GET.get("after", "")[:10]),
        "out": stream.left_out(actor),
    }
    return page(request, "workbench/suspicious.html", facts)


@require_http_methods(["GET", "POST"])
@staff_only
def suspicion(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show one suspicion with its texts; keep them or leave them out, with a reason."""
    if request.method == "POST":
        leave, why = request.POST.get("decision") == LEFT_OUT, request.POST.get("why", "")
        once_or_note(
            request,
            lambda: str(services.decide_suspicion(actor, number, leave_out=leave, why=why)),
            _("Left out of every figure; the texts stay stored.")
            if leave
            else _("They stay in the figures."),
        )
        return redirect("workbench:suspicion", number=number)
    require(actor, "feedback.see", outlet="*")
    facts = {"found": stream.suspicion(actor, number), "judge": actor.may("feedback.judge", "*")}
    return page(request, "workbench/suspicion.html", facts)


@require_POST
@staff_only
def object_to(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Say that a quoted sentence was read wrongly."""
    sign = {"1": 1, "-1": -1}.get(request.POST.get("polarity", ""), 0)
    right, _space, way = request.POST.get("right", "")[:6].partition(" ")
    once_or_note(
        request,
        lambda: services.object_to(
            actor,
            number,
            aspect=request.POST.get("aspect", "")[:2],
            polarity=sign,
            right=right,
            right_polarity={"1": 1, "-1": -1}.get(way),
        ),
        _("Thank you. Somebody will read this text first."),
    )
    target = request.POST.get("next", "")[:500]
    if url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return redirect(target)
    return redirect("workbench:text", number=number)


urls: list[URLPattern] = [
    path("voice/suspicious/", suspicious, name="suspicious"),
    path("voice/suspicious/<str:number>", suspicion, name="suspicion"),
    path("voice/texts/<str:number>/wrong", object_to, name="object"),
]
"""Included by the workbench's addresses."""
