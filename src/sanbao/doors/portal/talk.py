"""Questions to a person, and the talks that came of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from sanbao.base.actor import Actor
from sanbao.doors.portal import forms
from sanbao.doors.portal.asking import owners_only, page, sent
from sanbao.doors.ui.context import tell
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.conversations import services as talking


@require_http_methods(["GET", "POST"])
@owners_only
def talk(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a question, and list the talks there are."""
    form = forms.Words(request.POST or None)
    number = sent(request, form, lambda: _write(request, actor, form, ""))
    if number:
        tell(request, _("Sent. A person answers by the end of the next working day."))
        return redirect("portal:thread", number=number)
    after = request.GET.get("after", "")
    return page(request, "portal/talk.html", {"form": form, "list": talks.threads(actor, after, most=20)})


@require_http_methods(["GET", "POST"])
@owners_only
def thread(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show a talk, and take the next message in it."""
    found = talks.thread(actor, number)
    form = forms.Words(request.POST or None)
    if sent(request, form, lambda: _write(request, actor, form, found.row.subject)):
        tell(request, _("Sent. A person answers by the end of the next working day."))
        return redirect("portal:thread", number=number)
    return page(request, "portal/thread.html", {"form": form, "thread": found, "row": found.row})


def _write(request: HttpRequest, actor: Actor, form: forms.Words, subject: str) -> str:
    key = request.POST.get("once", "")[:60]
    return talking.write(actor, subject=subject, body=form.cleaned_data["words"], key=key).thread


@require_GET
@owners_only
def notices(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List what we have told the owner, newest first."""
    after = request.GET.get("after", "")
    return page(request, "portal/notices.html", {"list": talks.notices(actor, after, most=30)})
