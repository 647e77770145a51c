"""Signing in and out: owners by one-time code, staff by password and second factor."""

from typing import Any, Final

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from markupsafe import Markup

from sanbao.base.errors import Refusal
from sanbao.doors.actors import actor_of, address_of, enter, leave
from sanbao.doors.ui.gates import safe_next
from sanbao.doors.ui.jinja import url_or_none
from sanbao.doors.ui.refusals import remedy, said
from sanbao.rooms.registry import queries, services

_ASKED: Final = "signin"
"""Where the session keeps what the owner typed in the first step: never in an address, never in a log."""

_PATIENCE_SECONDS: Final = 15 * 60
"""A sign-in that was begun and not finished is forgotten after this."""


@never_cache
@require_http_methods(["GET", "POST"])
def signin(request: HttpRequest) -> HttpResponse:
    """First step: the privacy notice, then the phone number or e-mail that a code is sent to."""
    onward = safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET":
        if actor_of(request).is_owner:
            return redirect(onward or _home("portal:account", "portal:home"))
        return _first_step(request, onward, {})
    kept = request.session.get(_ASKED, {})
    typed = kept if "again" in request.POST else request.POST
    asked = {"target": typed.get("target", "")[:254], "notice": typed.get("notice", ""), "next": onward}
    if asked["notice"] != queries.notice_version():
        text = gettext("Please read the privacy notice and tick the box first.")
        return _first_step(request, onward, asked, [{"field": "notice", "text": text}], 422)
    try:
        services.request_code(
            actor_of(request),
            target=asked["target"],
            address=address_of(request),
            language=get_language() or "zh-hans",
        )
    except Refusal as refusal:
        return _first_step(request, onward, asked, _errors(refusal), refusal.status)
    request.session[_ASKED] = asked
    request.session.set_expiry(_PATIENCE_SECONDS)
    return redirect("ui:signin_code")


def _first_step(
    request: HttpRequest,
    onward: str,
    asked: dict[str, str],
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "onward": onward,
        "target": asked.get("target", ""),
        "notice": queries.notice_version(),
        "accepted": asked.get("notice") == queries.notice_version(),
        "demo": queries.demo_signs(),
    }
    return _page(request, "ui/signin.html", context, errors, status)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def signin_code(request: HttpRequest) -> HttpResponse:
    """Second step: the six digits, and in."""
    asked = request.session.get(_ASKED)
    if not asked:
        return redirect("ui:signin")
    context = {"target": _masked(asked["target"]), "onward": asked["next"], "demo": queries.demo_signs()}
    if request.method == "GET":
        return _page(request, "ui/signin_code.html", context)
    try:
        account = services.sign_in_code(
            actor_of(request),
            target=asked["target"],
            code=request.POST.get("code", "")[:20],
            address=address_of(request),
            notice_version=asked["notice"],
        )
    except Refusal as refusal:
        return _page(request, "ui/signin_code.html", context, _errors(refusal), refusal.status)
    enter(request, account)
    return redirect(asked["next"] or _home("portal:account", "portal:home"))


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def staff_signin(request: HttpRequest) -> HttpResponse:
    """E-mail, password and second factor of a member of staff, and in."""
    onward = safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    email = request.POST.get("email", "")[:254]
    context = {"onward": onward, "email": email, "demo": queries.demo_signs()}
    if request.method == "GET":
        if actor_of(request).is_staff:
            return redirect(onward or _home("workbench:home"))
        return _page(request, "ui/signin_staff.html", context)
    try:
        account = services.sign_in_staff(
            actor_of(request),
            email=email,
            password=request.POST.get("password", "")[:256],
            code=request.POST.get("code", "")[:40],
            address=address_of(request),
        )
    except Refusal as refusal:
        return _page(request, "ui/signin_staff.html", context, _errors(refusal), refusal.status)
    enter(request, account)
    return redirect(onward or _home("workbench:home"))


@never_cache
@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Behind an invitation or recovery link: password and second factor, then the recovery codes, once."""
    actor = actor_of(request)
    try:
        open_link = queries.joining(token, actor.at)
        context = {"link": open_link, "picture": _picture(open_link.address)}
        if request.method == "GET":
            return _page(request, "ui/signin_join.html", context)
        password = request.POST.get("password", "")[:256]
        if password != request.POST.get("again", "")[:256]:
            text = gettext("The two passwords are not the same.")
            return _page(request, "ui/signin_join.html", context, [{"field": "again", "text": text}], 422)
    except Refusal as refusal:
        return _page(request, "ui/signin_over.html", {"refusal": refusal}, status=refusal.status)
    try:
        codes = services.accept_invitation(
            actor, token=token, password=password, code=request.POST.get("code", "")[:20]
        )
    except Refusal as refusal:
        return _page(request, "ui/signin_join.html", context, _errors(refusal), refusal.status)
    return _page(request, "ui/signin_codes.html", {"link": open_link, "codes": codes})


@require_POST
def signout(request: HttpRequest) -> HttpResponse:
    """End the session and show where to sign in again."""
    staff = actor_of(request).is_staff
    leave(request)
    return redirect("ui:staff_signin" if staff else _home("portal:home", "ui:signin"))


@require_GET
def notice(request: HttpRequest) -> HttpResponse:
    """The privacy notice in force, whole."""
    return render(request, "ui/signin_notice.html", {"notice": queries.notice_version()})


def _picture(address: str) -> Markup:
    """The second factor as a QR code, black on white in both themes so that every camera reads it."""
    code = segno.make(address, error="m")
    return Markup(code.svg_inline(scale=5, border=3, dark="#000", light="#fff"))  # noqa: S704 - drawn by segno


def _masked(target: str) -> str:
    name, at, domain = target.partition("@")
    return f"{name[:1]}***{at}{domain}" if at else f"{target[:3]}****{target[-4:]}"


def _home(*names: str) -> str:
    return next((address for address in map(url_or_none, names) if address), "/")


def _errors(refusal: Refusal) -> list[dict[str, str]]:
    text = " ".join(part for part in (said(refusal), remedy(refusal)) if part)
    return [{"field": refusal.field, "text": text}]


def _page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    wrong = errors or []
    at_field = {error["field"]: error["text"] for error in wrong if error["field"]}
    return render(request, template, context | {"errors": wrong, "at_field": at_field}, status=status)
