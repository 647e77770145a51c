"""The last answer: what somebody reads when nothing else could be said, by door and by kind of fault."""

import sys
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sanbao.doors.api.edge import ROOT
from sanbao.doors.api.problems import absent, problem
from sanbao.doors.ui import views

_RETRY_SECONDS: Final = "5"


def failed(request: HttpRequest) -> HttpResponse:
    """Answer after a fault of ours: 503 with a time to come back while the database is away, else 500.

    Django calls it while the fault is still being handled. A connection that broke is dropped at the
    end of the request and a fresh one opened by the next, so nothing has to be restarted.
    """
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    status = 503 if away else 500
    if not request.path_info.startswith(ROOT):
        response = views.failed(request)
        response.status_code = status
    elif away:
        response = problem(
            status, "away", _("The database does not answer."), remedy=_("Try again in a moment.")
        )
    else:
        response = problem(status, "failed", _("Something broke here; nothing was saved."))
    if away:
        response["Retry-After"] = _RETRY_SECONDS
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that does not exist, or not for this reader: the two look the same."""
    if request.path_info.startswith(ROOT):
        return absent()
    return views.not_found(request, exception)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that the web server's rules do not let in."""
    del exception
    if request.path_info.startswith(ROOT):
        return problem(400, "bad_request", _("This request cannot be read."))
    return HttpResponse(
        _("This request cannot be read."), status=400, content_type="text/plain; charset=utf-8"
    )
