"""Two addresses for those who watch: is the process alive, and can it serve?"""

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from sanbao.rooms.ledger import queries as ledger


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer while the process lives; touches nothing else."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503; says how the worker is doing."""
    del request
    try:
        state = ledger.health(timezone.now())
    except (DatabaseError, InterfaceError):
        return JsonResponse({"database": "away"}, status=503)
    words = {
        "database": "ok",
        "worker": "silent" if state.silent else "ok",
        "waiting": state.waiting + state.unplaced,
        "dead": state.dead,
    }
    return JsonResponse(words)
