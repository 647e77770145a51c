"""Who asks, and how a refusal is shown at its field."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sanbao.base.actor import Actor
from sanbao.base.errors import Invalid, Refusal
from sanbao.doors.actors import actor_of
from sanbao.doors.portal import words
from sanbao.doors.ui.gates import for_owners
from sanbao.doors.ui.once import once
from sanbao.doors.ui.refusals import remedy, said

Rest = ParamSpec("Rest")
Choice = TypeVar("Choice")
ALIKE = {"demand_cents": "amount", "file": "photos", "body": "words"}
"""Where the rooms name a value otherwise than a form does."""
WRONG = 422
"""Status of a page that shows a form again because something on it is wrong."""


def owners_only(
    view: Callable[Concatenate[HttpRequest, Actor, Rest], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view its owner; anybody else is sent to the sign-in and comes back afterwards."""

    @for_owners
    @wraps(view)
    def asked(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        return view(request, actor_of(request), *args, **kwargs)

    return asked


def page(request: HttpRequest, template: str, facts: dict[str, Any], status: int = 0) -> HttpResponse:
    """Draw a page; one whose form was refused says so with its status."""
    forms = [value for value in facts.values() if isinstance(value, BaseForm)]
    wrong = any(form.is_bound and form.errors for form in forms)
    drawn = {"now": actor_of(request).at, "words": words, **facts}
    return render(request, template, drawn, status=status or (WRONG if wrong else 200))


def tried(form: BaseForm, act: Callable[[], str]) -> str:
    """Return what ``act`` gave for a good form, '' where the form now shows what is wrong.

    Raises:
        Refusal: it is about no field of this form.
    """
    if not form.is_valid():
        return ""
    try:
        return act()
    except Refusal as refusal:
        names = (refusal.field, ALIKE.get(refusal.field, ""))
        field = next((name for name in names if name in form.fields), "")
        if not field:
            raise
        form.add_error(field, sentence(refusal))
        return ""


def sent(request: HttpRequest, form: BaseForm, act: Callable[[], str]) -> str:
    """Do what a form asks for, once; '' where the form now shows what is wrong."""
    return tried(form, lambda: once(request, act))


def chosen(request: HttpRequest, name: str, choices: Mapping[str, Choice]) -> Choice:
    """Return what a button stands for.

    Raises:
        Invalid: the form says something that no button says.
    """
    said_so = request.POST.get(name, "")
    if said_so not in choices:
        raise Invalid(field=name)
    return choices[said_so]


def sentence(refusal: Refusal) -> str:
    """Return a refusal with its remedy as one text."""
    return " ".join(part for part in (said(refusal), remedy(refusal)) if part)
