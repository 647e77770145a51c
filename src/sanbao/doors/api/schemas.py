"""The shapes that several routes share."""

from datetime import datetime
from typing import Generic, TypeVar

from ninja import Field, Schema

Row = TypeVar("Row")


class Made(Schema):
    """The public number of what was made or moved."""

    number: str = Field(examples=["RO-7K3M-9QXT-4"])


class Page(Schema, Generic[Row]):
    """One page of a list; send ``next`` back as ``after`` for the following one, until it is empty."""

    items: list[Row]
    next: str = ""


class FactOut(Schema):
    """One step of a timeline, as the ledger keeps it."""

    event: str
    at: datetime
    actor: str
    position: int | None
    facts: dict[str, object]
