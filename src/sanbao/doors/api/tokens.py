"""Bearer tokens: who a machine acts as."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from sanbao.rooms.registry import queries as registry


class BearerToken(HttpBearer):
    """Puts the token's actor on the request, or refuses with 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the actor of a living token; None otherwise."""
        found = registry.actor_for_token(token, timezone.now())
        if found is None:
            return None
        request.token_number, request.actor = found  # type: ignore[attr-defined]
        return request.actor  # type: ignore[attr-defined]
