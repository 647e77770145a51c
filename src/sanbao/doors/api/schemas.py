"""The shapes that several routes share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict

from sanbao.base.errors import Invalid
from sanbao.base.money import LARGEST_CENTS

Row = TypeVar("Row")
MOST_CENTS: Final = LARGEST_CENTS
_FURTHEST: Final = 100_000


def limited(limit: int) -> int:
    """Return the length of a page: between 1 and 100."""
    return max(1, min(limit, 100))


def place_of(after: str) -> int:
    """Return where a page begins in a list that only grows at its end.

    Raises:
        Invalid: not a cursor of such a list.
    """
    if after and not (after.isascii() and after.isdecimal() and int(after) <= _FURTHEST):
        raise Invalid("This cursor was not made by this list.", field="after")
    return int(after or 0)


def cut(rows: Sequence[Any], after: str, limit: int) -> dict[str, Any]:
    """Return the page of ``rows`` that begins at ``after``.

    Raises:
        Invalid: see ``place_of``.
    """
    begin = place_of(after)
    end = begin + limited(limit)
    return {"items": rows[begin:end], "next": str(end) if len(rows) > end else ""}


class Body(Schema):
    """What a request may hold: these fields and no others, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    """What an answer holds, read from the plain values of the rooms.

    Not ninja's Schema, whose way to read attributes of Django's models costs more than the list itself.
    """

    model_config = ConfigDict(from_attributes=True)


class Made(Out):
    """The public number of what was made or moved."""

    number: str = Field(examples=["RO-7K3M-9QXT-4"])


class Page(Out, Generic[Row]):
    """One page of a list; send ``next`` back as ``after`` for the following one, until it is empty."""

    items: list[Row]
    next: str = ""


class FactOut(Out):
    """One step of a timeline, as the ledger keeps it."""

    event: str
    at: datetime
    actor: str
    position: int | None
    facts: dict[str, object]
