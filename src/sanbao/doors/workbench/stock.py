"""Parts: the shelf of an outlet, what is missing, what arrives."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.ui.context import tell
from sanbao.doors.workbench.asking import desk, page, sent, staff_only
from sanbao.doors.workbench.fields import Day
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.parts import services as stock


class Arrived(forms.Form):
    """Parts that came in."""

    item = forms.CharField(label=gettext_lazy("Item code"), max_length=32)
    quantity = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=10_000)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class Expected(forms.Form):
    """A delivery that is on its way."""

    item = forms.CharField(label=gettext_lazy("Item code"), max_length=32)
    on = Day(label=gettext_lazy("Expected on"))


class Counted(forms.Form):
    """What was found on the shelf."""

    item = forms.CharField(label=gettext_lazy("Item code"), max_length=32)
    counted = forms.IntegerField(label=gettext_lazy("Pieces on the shelf"), min_value=0, max_value=100_000)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


KINDS: dict[str, type[forms.Form]] = {"receive": Arrived, "expect": Expected, "count": Counted}


@require_GET
@staff_only
def shelf(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the shelf of the outlet, or what is missing everywhere."""
    return _page(request, actor, {})


@require_POST
@staff_only
def step(request: HttpRequest, actor: Actor, verb: str) -> HttpResponse:
    """Book parts in, put down what is expected, or what was counted."""
    if verb not in KINDS:
        raise Missing
    here = desk(request).code
    form = KINDS[verb](request.POST, auto_id=f"{verb}_%s")
    verbs = {"receive": stock.receive, "expect": stock.expect, "count": stock.count_stock}
    act: Any = verbs[verb]
    if sent(request, form, lambda: str(act(actor, outlet=here, **form.cleaned_data) or here)):
        tell(request, _("Put down."))
        return redirect("workbench:parts")
    return _page(request, actor, {verb: form})


def _page(request: HttpRequest, actor: Actor, bound: dict[str, forms.Form]) -> HttpResponse:
    here = desk(request).code
    after = request.GET.get("after", "")[:32]
    given = {"item": request.GET.get("item", "")[:32]}
    facts = {
        "list": parts.stock_at(actor, here, after=after) if here else None,
        "short": [row for row in parts.shortage(actor) if not here or row.outlet == here],
        "forms": {
            verb: bound.get(verb) or kind(initial=given, auto_id=f"{verb}_%s") for verb, kind in KINDS.items()
        },
        "opened": next(iter(bound), "receive" if given["item"] else ""),
        "wrong": list(bound.values()),
    }
    return page(request, "workbench/parts.html", facts)
