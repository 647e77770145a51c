"""The API: one object, every route listed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI

from sanbao import __version__
from sanbao.doors.api import described, problems
from sanbao.doors.api.routes import (
    complaints,
    conversations,
    deadlines,
    order_steps,
    outlets,
    people,
    policy,
    queue,
    repairs,
    rights,
    stock,
    voices,
    worth,
)
from sanbao.doors.api.tokens import BearerToken


class Api(NinjaAPI):
    """Ninja's API, described with what the edge and ``once`` add to every route."""

    def get_openapi_schema(self, **where: Any) -> Any:
        """Return the OpenAPI document."""
        return described.complete(super().get_openapi_schema(**where))


api = Api(
    title="Sanbao",
    version="1",
    description=(
        "After-sales service: devices and rights, outlets and appointments, repairs, complaints, "
        f"what customers say. Sanbao {__version__}. Every POST needs an `Idempotency-Key`; "
        "every refusal is a problem document (RFC 9457) whose sentences follow `Accept-Language`."
    ),
    auth=BearerToken(),
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url="/docs",
)
problems.listen(api)
api.add_router("", people.router, tags=["people and things"])
api.add_router("", outlets.router, tags=["outlets"])
api.add_router("", queue.router, tags=["outlets"])
api.add_router("", stock.router, tags=["stock"])
api.add_router("", rights.router, tags=["rights"])
api.add_router("", repairs.router, tags=["repairs"])
api.add_router("", order_steps.router, tags=["repairs"])
api.add_router("", complaints.router, tags=["complaints"])
api.add_router("", deadlines.router, tags=["deadlines"])
api.add_router("", conversations.router, tags=["conversations"])
api.add_router("", voices.router, tags=["feedback"])
api.add_router("", policy.router, tags=["rule packs"])
api.add_router("", worth.router, tags=["plans"])


@csrf_exempt
def nothing_here(request: HttpRequest, path: str = "") -> HttpResponse:
    """Answer an address that the API does not have."""
    del request, path
    return problems.absent()
