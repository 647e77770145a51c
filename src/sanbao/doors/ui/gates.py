"""Who may pass: pages that need an owner or a member of staff send everybody else to sign in first."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from sanbao.base.actor import Actor
from sanbao.doors.actors import actor_of

View = Callable[..., HttpResponse]


def for_owners(view: View) -> View:
    """Let owners pass; send others to sign in and back here afterwards."""
    return _gate(view, "ui:signin", lambda actor: actor.is_owner)


def for_staff(view: View) -> View:
    """Let staff pass; send others to sign in and back here afterwards."""
    return _gate(view, "ui:staff_signin", lambda actor: actor.is_staff)


def _gate(view: View, sign_in: str, welcome: Callable[[Actor], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if welcome(actor_of(request)):
            return view(request, *args, **kwargs)
        return _to_sign_in(request, reverse(sign_in))

    return guarded


def _to_sign_in(request: HttpRequest, address: str) -> HttpResponse:
    """Redirect; a fragment asked for by htmx makes the whole page go there."""
    fragment = request.headers.get("HX-Request") == "true"
    back = request.headers.get("HX-Current-URL", "") if fragment else request.get_full_path()
    if fragment or request.method != "GET":
        back = safe_next(request, back) if fragment else ""
    target = f"{address}?{urlencode({'next': back})}" if back else address
    if fragment:
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Return an address of this site to go on to, or nothing for any other."""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""
