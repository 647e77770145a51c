"""How a page says no: every refusal of a room becomes a page in the reader's language."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from sanbao.base.errors import Refusal


def said(refusal: Refusal) -> str:
    """Return the refusal's sentence in the reader's language, facts filled in."""
    text = gettext(refusal.text)
    return text % refusal.facts if refusal.facts else text


def remedy(refusal: Refusal) -> str:
    """Return what to do next, in the reader's language; empty where there is nothing to do."""
    return gettext(refusal.remedy) % refusal.facts if refusal.remedy else ""


class RefusalMiddleware:
    """Turns a refusal that no view has shown at its field into a page with the refusal's status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if not isinstance(fault, Refusal):
            return None
        words = {"code": fault.code, "said": said(fault), "remedy": remedy(fault), "status": fault.status}
        return render(request, "ui/refused.html", words, status=fault.status)
