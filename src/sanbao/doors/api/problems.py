"""How the API says no: RFC 9457 problem details, everywhere the same."""

from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sanbao.base.errors import Refusal
from sanbao.doors.ui.refusals import remedy, said

MEDIA_TYPE: Final = "application/problem+json"


class Problem(Schema):
    """What every refusal of the API looks like. ``code`` is stable, the sentences are for people."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str = ""
    remedy: str = ""
    field: str = ""
    facts: dict[str, Any] = {}
    errors: list[dict[str, Any]] = []


def problem(status: int, code: str, detail: str = "", **more: Any) -> HttpResponse:
    """Return a problem as a response."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return JsonResponse({**body, **more}, status=status, content_type=MEDIA_TYPE)


def refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    """Answer with a room's refusal, in the caller's language."""
    del request
    facts = {"facts": refusal.facts} if refusal.facts else {}
    return problem(
        refusal.status, refusal.code, said(refusal), remedy=remedy(refusal), field=refusal.field, **facts
    )


def absent() -> HttpResponse:
    """Answer for what does not exist."""
    return problem(404, "missing", _("There is nothing here."))


def listen(api: NinjaAPI) -> None:
    """Make every way to fail end in a problem document."""

    def unsigned(request: HttpRequest, fault: Any) -> HttpResponse:
        del request, fault
        response = problem(401, "not_signed_in", _("A valid token is needed: Authorization: Bearer …"))
        response["WWW-Authenticate"] = 'Bearer realm="sanbao"'
        return response

    def invalid(request: HttpRequest, fault: Any) -> HttpResponse:
        del request
        errors = [{"where": [str(p) for p in e["loc"]], "what": e["msg"]} for e in fault.errors]
        field = errors[0]["where"][-1] if errors else ""
        return problem(
            422,
            "invalid",
            _("The request does not have the form that is asked for."),
            field=field,
            errors=errors,
        )

    def missing(request: HttpRequest, fault: Any) -> HttpResponse:
        del request, fault
        return absent()

    def http(request: HttpRequest, fault: Any) -> HttpResponse:
        del request
        return problem(fault.status_code, "bad_request", _(str(fault)))

    api.add_exception_handler(Refusal, refused)
    api.add_exception_handler(AuthenticationError, unsigned)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(Http404, missing)
    api.add_exception_handler(HttpError, http)
