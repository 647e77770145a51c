"""Where a request enters the API: too long, not JSON or not text is refused before any route sees it."""

import json
import re
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from sanbao.doors.api.problems import MEDIA_TYPE, problem

ROOT: Final = "/api/"
_WRITES: Final = frozenset({"POST", "PUT", "PATCH"})
_SUSPECT: Final = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class ApiEdge:
    """Keeps every answer under ``/api/`` in one form. Other doors are not touched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        response = _unfit(request) or self.get_response(request)
        if response.status_code == 405 and response["Content-Type"] != MEDIA_TYPE:  # noqa: PLR2004
            allowed = ", ".join(sorted(response.get("Allow", "").split(", ")))
            response = problem(
                405, "method", _("This address takes: %(allowed)s.") % {"allowed": allowed or "–"}
            )
            response["Allow"] = allowed
        return response


def _unfit(request: HttpRequest) -> HttpResponse | None:
    if "\x00" in request.path_info or any("\x00" in v for vs in request.GET.lists() for v in (vs[0], *vs[1])):
        return _nul()
    if request.method not in _WRITES:
        return None
    told = request.META.get("CONTENT_LENGTH") or "0"
    length = int(told) if told.isdecimal() else 0
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if length > most:
        text = _("A request may be at most %(most)s KB long; send it in parts.")
        return problem(413, "too_long", text % {"most": most // 1024})
    if length and request.content_type != "application/json":
        text = _("Send JSON, with the header Content-Type: application/json.")
        return problem(415, "media_type", text, field="Content-Type")
    return _nul() if _SUSPECT.search(request.body) and not _is_text(request.body) else None


def _nul() -> HttpResponse:
    return problem(422, "invalid", _("There is a character in it that no text holds: NUL or half a pair."))


def _is_text(body: bytes) -> bool:
    """Tell whether every string of a JSON document can be stored; one that is no JSON fails later."""
    try:
        plain = json.dumps(json.loads(body), ensure_ascii=False)
        plain.encode()
    except UnicodeEncodeError:
        return False
    except (ValueError, RecursionError):
        return True
    # dumps writes the control character NUL, and nothing else, in this way; a backslash before it is text
    return re.search(r"(?<!\\)(?:\\\\)*\\u0000", plain) is None
