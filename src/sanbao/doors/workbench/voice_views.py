"""Saved views, and what the house points out: alerts with their reason, and how to hear no more of them."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sanbao.base.actor import Actor, require
from sanbao.doors.workbench.asking import once_or_note, page, staff_only
from sanbao.doors.workbench.voice_facets import outlet_names
from sanbao.rooms.feedback import queries, services


@staff_only
def alerts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what moved, the newest first, with what is muted at the end."""
    require(actor, "feedback.see")
    found = queries.alerts(actor, muted=True)
    context = {
        "rows": [row for row in found if row.muted_until is None],
        "muted": [row for row in found if row.muted_until],
        "names": outlet_names(),
        "mute_days": services.MUTE_DAYS,
    }
    return page(request, "workbench/voice_alerts.html", context)


@require_POST
@staff_only
def mute(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Hear no more of what one alert is about, or hear of it again where no days are named."""
    days = request.POST.get("days", "")
    if days.isdecimal() and len(days) < 4:  # noqa: PLR2004 - a number of days
        once_or_note(
            request,
            lambda: services.mute_alert(actor, number, days=int(days)).isoformat(),
            _("You will not hear of this for now."),
        )
    else:
        once_or_note(request, lambda: services.unmute_alert(actor, number), _("You will hear of this again."))
    return redirect("workbench:voice_alerts")


@require_POST
@staff_only
def save(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep the chosen facets under a name."""
    facets = {name: request.POST.get(f"facet_{name}", "") for name in services.FACETS}
    once_or_note(
        request,
        lambda: services.save_view(
            actor,
            title=request.POST.get("title", ""),
            facets=facets,
            shared=request.POST.get("shared") == "yes",
        ),
        _("The view is saved."),
    )
    kept = {name: value for name, value in facets.items() if value}
    return redirect(f"{reverse('workbench:voice')}?{urlencode(kept)}" if kept else "workbench:voice")


@require_POST
@staff_only
def remove(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Forget one's own view."""
    once_or_note(request, lambda: services.remove_view(actor, number), _("The view is gone."))
    return redirect("workbench:voice")


urls: list[URLPattern] = [
    path("voice/alerts/", alerts, name="voice_alerts"),
    path("voice/alerts/<str:number>/mute", mute, name="voice_mute"),
    path("voice/views/save", save, name="voice_save"),
    path("voice/views/<str:number>/remove", remove, name="voice_remove"),
]
"""Included by the voice page's addresses."""
