"""Who asks and where they work, and how a refusal is shown at its field."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.errors import Missing, NotAllowed, Refusal
from sanbao.doors.actors import IDLE_SECONDS, actor_of
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.gates import for_staff
from sanbao.doors.ui.once import once
from sanbao.doors.ui.refusals import remedy, said
from sanbao.doors.workbench import nav, words
from sanbao.rooms.outlets import queries as outlets

Rest = ParamSpec("Rest")
View = Callable[..., Any]
WRONG: Final = 422
"""Status of a page that shows a form again because something on it is wrong."""
_OUTLET: Final = "outlet"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody works now. ``code`` is empty for those who work for all outlets and chose none."""

    code: str
    name: str
    options: tuple[tuple[str, str], ...]
    all: bool


def guarded(view: View) -> View:
    """Let staff pass and give the frame its rail; others are sent to the sign-in and come back."""

    @for_staff
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        actor = actor_of(request)
        desk = SimpleLazyObject(lambda: desk_of(request, actor))
        request.desk = desk  # type: ignore[attr-defined]
        request.outlet_name = SimpleLazyObject(lambda: desk.name)  # type: ignore[attr-defined]
        request.nav = nav.sections(actor, request.path)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return asked


def staff_only(view: Callable[Concatenate[HttpRequest, Actor, Rest], HttpResponseBase]) -> View:
    """Give the view its member of staff."""

    @guarded
    @wraps(view)
    def asked(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponseBase:
        return view(request, actor_of(request), *args, **kwargs)

    return asked


def desk_of(request: HttpRequest, actor: Actor) -> Desk:
    """Return the outlet that is worked at: named in the address, chosen in the session, or the only one."""
    own = {code for code in actor.grants if code != EVERYWHERE}
    everywhere = EVERYWHERE in actor.grants
    places = [place for place in outlets.places() if everywhere or place.code in own]
    named = tuple((place.code, words.named(place)) for place in places)
    chosen = request.GET.get(_OUTLET) or str(request.session.get(_OUTLET, ""))
    first = "" if everywhere or not named else named[0][0]
    code = chosen if chosen in dict(named) else first
    return Desk(code, dict(named).get(code, ""), named, everywhere)


def desk(request: HttpRequest) -> Desk:
    """Return where this request's member of staff works."""
    found: Desk = request.desk  # type: ignore[attr-defined]
    return found


def work_at(request: HttpRequest, actor: Actor, code: str) -> None:
    """Work at this outlet from now on; one that is not the actor's is left alone."""
    if code in dict(desk_of(request, actor).options) or not code:
        request.session[_OUTLET] = code


def page(request: HttpRequest, template: str, facts: dict[str, Any], status: int = 0) -> HttpResponse:
    """Draw a page; one whose form was refused says so with its status."""
    given = [*facts.values(), *facts.get("wrong", ())]
    wrong = [form for form in given if isinstance(form, BaseForm) and form.is_bound and form.errors]
    code = status or (max(getattr(form, "refused", WRONG) for form in wrong) if wrong else 200)
    actor = actor_of(request)
    drawn = {
        "now": actor.at,
        "words": words,
        "may": actor.may,
        "desk": desk(request),
        "timeout_seconds": IDLE_SECONDS,
        **facts,
    }
    return render(request, template, drawn, status=code)


def tried(form: BaseForm, act: Callable[[], str], *, alike: dict[str, str] | None = None) -> str:
    """Return what ``act`` gave for a good form, '' where the form now shows what is wrong.

    ``alike`` names the form's field for a field of the service that is called otherwise.

    Raises:
        Missing, NotAllowed: about no field of this form.
    """
    if not form.is_valid():
        return ""
    try:
        return act()
    except Refusal as refusal:
        field = (alike or {}).get(refusal.field, refusal.field)
        if field not in form.fields and isinstance(refusal, Missing | NotAllowed):
            raise
        form.add_error(field if field in form.fields else None, sentence(refusal))
        form.refused = refusal.status  # type: ignore[attr-defined]
        return ""


def sent(
    request: HttpRequest, form: BaseForm, act: Callable[[], str], *, alike: dict[str, str] | None = None
) -> str:
    """Do what a form asks for, once; '' where the form now shows what is wrong."""
    return tried(form, lambda: once(request, act), alike=alike)


def once_or_note(request: HttpRequest, act: Callable[[], str], told: str) -> None:
    """Do a step that has no form, once; a refusal becomes a notice on the page the reader comes back to.

    Raises:
        Missing, NotAllowed.
    """
    try:
        once(request, act)
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        tell(request, sentence(refusal), "bad")
    else:
        tell(request, told)


def sentence(refusal: Refusal) -> str:
    """Return a refusal with its remedy as one text."""
    return " ".join(part for part in (said(refusal), remedy(refusal)) if part)
