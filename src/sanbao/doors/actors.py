"""Session, token or shell → Actor. Time enters the house here."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.backends import ModelBackend
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from sanbao.base.actor import Actor, anonymous, system
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries

IDLE_SECONDS: Final = 15 * 60
"""A shared counter PC asks staff to sign in again after this long without a request."""

_SEEN: Final = "seen_at"
_NOTE_AFTER_SECONDS: Final = 60
_SHIFT_SECONDS: Final = 12 * 3600
_POLL_HEADER: Final = "X-Poll"
"""Requests that a page makes by itself carry it; they do not count as somebody being there."""


class ActorMiddleware:
    """Puts ``request.actor`` on every request: who asks, now, and what they may. Read once, when needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _from_session(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as a plain value. Never fails: somebody unknown is the anonymous actor."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor.then(actor.at)  # no lazy stand-in, which the rooms could not make a copy of


def shell(duty: str = "shell") -> Actor:
    """Return the actor of a command typed on the server: the house itself, now."""
    return system(timezone.now(), duty)


def worker_silent() -> bool:
    """Tell whether no worker has shown itself lately, for the banner that every frame can carry.

    While the database is away nobody can know; the page that says so must not fall over it.
    """
    try:
        return ledger.is_silent(timezone.now())
    except DatabaseError:
        return True


def address_of(request: HttpRequest) -> str:
    """Return the network address that a request came from.

    Behind the operator's own proxy it is the last address of X-Forwarded-For, which that proxy wrote
    itself; what stands before it anybody could have written.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.TRUST_PROXY else ""
    nearest = forwarded.rsplit(",", 1)[-1].strip()
    return nearest or str(request.META.get("REMOTE_ADDR", ""))


def enter(request: HttpRequest, account_id: int) -> Actor:
    """Start a session for this account and return its actor; whatever session there was before is over.

    The session dies with the password it was opened with. One of staff also dies when nobody used it
    for a while, and after a shift.
    """
    account = ModelBackend().get_user(account_id)
    actor = queries.actor_for(account_id, timezone.now())
    if account is None or actor is None:
        return anonymous(timezone.now())
    request.session.flush()
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    if actor.is_staff:
        request.session[_SEEN] = int(actor.at.timestamp())
        request.session.set_expiry(_SHIFT_SECONDS)
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def leave(request: HttpRequest) -> None:
    """End the session, here and now; nobody is signed in afterwards."""
    logout(request)
    request.actor = anonymous(timezone.now())  # type: ignore[attr-defined]


def _from_session(request: HttpRequest) -> Actor:
    now = timezone.now()
    user = request.user
    if not user.is_authenticated:
        return anonymous(now)
    actor = queries.actor_for(user.pk, now)
    if actor is None or (actor.is_staff and _idle_too_long(request, now)):
        logout(request)
        return anonymous(now)
    return actor


def _idle_too_long(request: HttpRequest, now: datetime) -> bool:
    """Tell whether nobody used this session for too long; keeps the moment at most once a minute."""
    second = int(now.timestamp())
    idle = second - int(request.session.get(_SEEN, 0))
    if idle > IDLE_SECONDS:
        return True
    if idle >= _NOTE_AFTER_SECONDS and _POLL_HEADER not in request.headers:
        request.session[_SEEN] = second
    return False
