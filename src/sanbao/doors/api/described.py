"""What ninja does not know about our routes, written into its OpenAPI document."""

from typing import Any, Final

from sanbao.doors.api.once import LONGEST
from sanbao.doors.api.problems import MEDIA_TYPE, Problem

_KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": (
        "A fresh random value for each new request, the same one when a request is repeated. Kept for "
        "24 hours per token; a repetition is answered with `Idempotency-Replayed: true`."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
}
_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_ANYWHERE: Final = {
    "400": "The request cannot be read.",
    "401": "No valid token.",
    "403": "The token may not do this.",
    "404": "Unknown, or hidden from this token.",
    "422": "A value is not what its field needs.",
    "503": "The database is away for a moment.",
}
_WRITES: Final = {"409": "Not possible in the present state.", "413": "Too long.", "415": "Not JSON."}


def complete(document: Any) -> Any:
    """Add the key of every POST and the problems that every route may answer with."""
    document["components"]["schemas"]["Problem"] = Problem.json_schema()
    for path in document["paths"].values():
        for method, operation in path.items():
            writes = method == "post"
            if writes:
                operation.setdefault("parameters", []).append(_KEY)
            refusals = {**_ANYWHERE, **(_WRITES if writes else {})}
            operation["responses"] = {
                **{str(code): said for code, said in operation["responses"].items() if int(code) < 400},  # noqa: PLR2004
                **{code: _problem(said) for code, said in refusals.items()},
            }
    return document


def _problem(said: str) -> dict[str, Any]:
    return {"description": said, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}}
