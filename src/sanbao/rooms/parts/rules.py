"""Decisions about stock and prices, on plain values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

SHELF, EXPECTED, NONE = "shelf", "expected", "none"
"""The public words for a part: on the shelf, on its way, or not there."""
_ORDER: Final = {SHELF: 0, EXPECTED: 1, NONE: 2}
CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9._-]{1,31}")
MOST_PIECES: Final = 100_000
SHORTAGE_DAYS: Final = 28
"""How far back a shortage looks for use: four weeks, so that every weekday counts equally."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a part is there, in public words; ``expected_on`` is set for ``expected`` only."""

    state: str
    expected_on: date | None = None


def available(free: int, quantity: int, expected_on: date | None) -> Availability:
    """Return the public word for ``quantity`` pieces where ``free`` lie unpromised."""
    if free >= quantity:
        return Availability(SHELF)
    return Availability(EXPECTED, expected_on) if expected_on else Availability(NONE)


def worst(each: Iterable[Availability]) -> Availability:
    """Return what a repair that needs all of these has to wait for: the latest of them."""
    return max(each, key=lambda a: (_ORDER[a.state], a.expected_on or date.min), default=Availability(SHELF))
