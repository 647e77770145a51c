"""The page of one due time: how it is counted, and the other dates of the same thing."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.ui.dues import dues
from sanbao.doors.workbench.asking import page, staff_only

HOMES: Final = {"CP": "workbench:case", "RO": "workbench:order", "TH": "workbench:thread"}
"""The page of what a due time belongs to, by the first letters of its number."""


@require_GET
@staff_only
def deadline(request: HttpRequest, actor: Actor, subject: str, clock: str) -> HttpResponse:
    """Show the working of one due time, and of every other of the same number."""
    found = dues(actor, subject)
    chosen = [each for each in found if each.clock == clock]
    if not chosen:
        raise Missing(field="clock")
    home = HOMES.get(subject[:2].upper())
    facts = {
        "due": chosen[-1],
        "others": [each for each in found if each is not chosen[-1]],
        "back": reverse(home, args=[chosen[-1].subject]) if home else "",
    }
    return page(request, "workbench/deadline.html", facts)
