"""``Idempotency-Key``: every POST carries one, and the same request twice is done once."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse

from sanbao.base.errors import Refusal
from sanbao.doors.actors import actor_of
from sanbao.rooms.ledger import services as ledger

LONGEST: Final = 80


class KeyNeeded(Refusal):
    """A POST without a key, or with one that is too long."""

    code = "key_needed"
    status = 400
    text = "Every POST needs a header Idempotency-Key of 1 to 80 characters."
    remedy = "Send a fresh random value with each new request, and the same value when you repeat one."


def once(verb: Callable[..., dict[str, Any]]) -> Callable[..., HttpResponse]:
    """Make a POST safe to repeat for 24 hours; the answer to a repetition says so in a header.

    ``verb`` returns the answer as plain values. The key belongs to the token that sent it.

    Raises:
        KeyNeeded, Reused.
    """

    @wraps(verb)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "").strip()
        if not 0 < len(key) <= LONGEST or not key.isprintable():
            raise KeyNeeded(field="Idempotency-Key")
        body = f"{request.path}\n".encode() + request.body
        answer, fresh = ledger.once(
            actor_of(request), f"api:{key}", body, lambda: verb(request, *args, **kwargs)
        )
        return JsonResponse(answer, status=201, headers={} if fresh else {"Idempotency-Replayed": "true"})

    return answered
