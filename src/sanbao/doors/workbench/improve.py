"""Closing the loop: what was undertaken because of what customers said, and whether it helped."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Missing
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.formats import chinese
from sanbao.doors.workbench.asking import desk, page, sent, staff_only
from sanbao.doors.workbench.fields import Day, Text
from sanbao.engines.text import ASPECTS
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.registry import queries as registry


class Undertaking(forms.Form):
    """Who does what by when, against what."""

    aspect = forms.ChoiceField(label=gettext_lazy("What is blamed"))
    outlet = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    what = Text(label=gettext_lazy("What will be done"), most=400, rows=2)
    person = forms.ChoiceField(label=gettext_lazy("Who does it"))
    due_on = Day(label=gettext_lazy("By when"))

    def __init__(self, *args: Any, request: HttpRequest, actor: Actor, **options: Any) -> None:
        super().__init__(*args, **options)
        here = desk(request)
        everywhere: list[tuple[str, str]] = []
        if actor.everywhere("feedback.act"):
            everywhere = [("", _("All outlets"))]
        offered = [each for each in here.options if actor.may("feedback.act", each[0])]
        self.choose("aspect", [(a.code, a.zh if chinese() else a.en) for a in ASPECTS])
        self.choose("outlet", everywhere + offered)
        self.choose("person", _people(actor))

    def choose(self, name: str, options: list[tuple[str, str]]) -> None:
        """Offer these options, code and words."""
        self.fields[name] = forms.ChoiceField(
            label=self.fields[name].label, required=self.fields[name].required, choices=options
        )


class Finish(forms.Form):
    """Since when it is done."""

    done_on = Day(label=gettext_lazy("Done on"))
    words = Text(label=gettext_lazy("What was done"), most=400, rows=2, required=False)


class Drop(forms.Form):
    """Why it is given up."""

    words = Text(label=gettext_lazy("Why it is given up"), most=400, rows=2)


class HandOn(forms.Form):
    """To whom, until when."""

    person = forms.ChoiceField(label=gettext_lazy("Who does it"))
    due_on = Day(label=gettext_lazy("By when"))


KINDS: Final[dict[str, type[forms.Form]]] = {"finish": Finish, "drop": Drop, "hand_on": HandOn}
_VERBS: Final[dict[str, Callable[..., None]]] = {
    "finish": services.finish_action,
    "drop": services.drop_action,
    "hand_on": services.hand_on_action,
}


@require_GET
@staff_only
def actions(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what was undertaken, what is late, and what helped."""
    found = queries.actions(actor, today=_today(actor), after=request.GET.get("after", ""))
    return page(
        request, "workbench/actions.html", {"found": found, "today": _today(actor), **_names(request)}
    )


@staff_only
def undertake(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Write a new action down, usually from a finding that fills the form in."""
    require(actor, "feedback.act")
    given = {name: request.GET.get(name, "")[:12] for name in ("aspect", "outlet")}
    data = request.POST if request.method == "POST" else None
    form = Undertaking(data, initial=given, request=request, actor=actor)
    today = _today(actor)
    if data is not None:
        made = sent(request, form, lambda: services.undertake(actor, today=today, **form.cleaned_data))
        if made:
            tell(request, _("Written down. The figures are compared from the day it is done."))
            return redirect("workbench:action", number=made)
    return page(request, "workbench/action_new.html", {"form": form})


@require_GET
@staff_only
def action(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show one action with what changed since."""
    return _page(request, actor, number, {})


@require_POST
@staff_only
def step(request: HttpRequest, actor: Actor, number: str, verb: str) -> HttpResponse:
    """Finish an action, drop it, or hand it on."""
    if verb not in KINDS:
        raise Missing
    form = _form(verb, actor, request.POST)
    days = {} if verb == "drop" else {"today": _today(actor)}

    def act() -> str:
        _VERBS[verb](actor, number, **form.cleaned_data, **days)
        return number

    if sent(request, form, act):
        tell(request, _("Put down."))
        return redirect("workbench:action", number=number)
    return _page(request, actor, number, {verb: form})


def _page(request: HttpRequest, actor: Actor, number: str, bound: dict[str, forms.Form]) -> HttpResponse:
    found = queries.action(actor, number, today=_today(actor))
    facts = {
        "action": found,
        "today": _today(actor),
        "forms": {verb: bound.get(verb) or _form(verb, actor) for verb in KINDS if verb in found.moves},
        "opened": next(iter(bound), ""),
        "wrong": list(bound.values()),
        **_names(request),
    }
    return page(request, "workbench/action.html", facts)


def _form(verb: str, actor: Actor, data: Any = None) -> forms.Form:
    initial = {"done_on": _today(actor)} if verb == "finish" else {}
    form = KINDS[verb](data, initial=initial, auto_id=f"{verb}_%s")
    if verb == "hand_on":
        form.fields["person"] = forms.ChoiceField(label=form.fields["person"].label, choices=_people(actor))
    return form


def _people(actor: Actor) -> list[tuple[str, str]]:
    return [(each.number, each.name) for each in registry.staff_list(actor)]


def _names(request: HttpRequest) -> dict[str, Any]:
    aspects = {a.code: a.zh if chinese() else a.en for a in ASPECTS}
    return {"aspects": aspects, "places": dict(desk(request).options)}


def _today(actor: Actor) -> date:
    return timezone.localdate(actor.at)


urls: list[URLPattern] = [
    path("actions/", actions, name="actions"),
    path("actions/new/", undertake, name="action_new"),
    path("actions/<str:number>/", action, name="action"),
    path("actions/<str:number>/<str:verb>/", step, name="action_step"),
]
"""Included by the workbench's addresses."""
