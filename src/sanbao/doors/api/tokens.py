"""Bearer tokens: who a machine acts as."""

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from sanbao.base.actor import Actor
from sanbao.rooms.registry import queries as registry


class BearerToken(HttpBearer):
    """Puts the token's actor on the request, or refuses with 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the actor of a living token; None otherwise."""
        found = registry.actor_for_token(token, timezone.now())
        if found is not None:
            request.actor = found  # type: ignore[attr-defined]
        return found
