"""Cursor paging: ``?after=…&limit=…``, answered with ``items`` and ``next``."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any, Final

from sanbao.base.errors import Invalid

MOST: Final = 100


def limit_of(limit: int) -> int:
    """Return a page length between 1 and 100."""
    return max(1, min(limit, MOST))


def cursor(*key: Any) -> str:
    """Return an opaque cursor for the last row of a page."""
    return base64.urlsafe_b64encode(json.dumps(key, default=str).encode()).decode().rstrip("=")


def place_of(after: str) -> list[Any]:
    """Return the key inside a cursor.

    Raises:
        Invalid: it was not made by this API.
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    except (binascii.Error, ValueError, UnicodeError) as fault:
        raise Invalid("This cursor was not made by this list.", field="after") from fault
    if not isinstance(key, list):
        raise Invalid("This cursor was not made by this list.", field="after")
    return key


def page(items: Sequence[Any], limit: int, next_cursor: str) -> dict[str, Any]:
    """Return one page; ``next`` is empty on the last one."""
    return {"items": list(items), "next": next_cursor if len(items) >= limit else ""}
