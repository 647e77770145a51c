"""Session, token or shell → Actor. Time enters the house here."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from sanbao.base.actor import Actor, anonymous, system
from sanbao.rooms.registry import queries


class ActorMiddleware:
    """Puts ``request.actor`` on every request: who asks, now, and what they may. Read once, when needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _from_session(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks. Never fails: somebody unknown is the anonymous actor."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def shell(duty: str = "shell") -> Actor:
    """Return the actor of a command typed on the server: the house itself, now."""
    return system(timezone.now(), duty)


def _from_session(request: HttpRequest) -> Actor:
    now = timezone.now()
    user = request.user
    if not user.is_authenticated:
        return anonymous(now)
    return queries.actor_for(user.pk, now) or anonymous(now)
