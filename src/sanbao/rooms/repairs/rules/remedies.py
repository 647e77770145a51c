"""What a crossed line opens, who answers by when, and what an answer must say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from sanbao.base.errors import Invalid
from sanbao.base.money import share_of
from sanbao.base.texts import said
from sanbao.engines.calendar import Calendar, Deadline, as_record, china_calendar, clocks_on, deadline
from sanbao.engines.policy.lines import GUARANTEE, LOANER, PARTS, REPAIRER, REPEAT

ANSWER, LIMIT = "first_answer", "outer_limit"
"""The clocks of an answer: a person's word within a working day, and the law's fifteen days."""
LONGEST_REASON: Final = 1000
FEWEST_LETTERS: Final = 4

# Message ids for the words that pages show instead of codes.
LINE_TITLES: Final[Mapping[str, str]] = {
    REPEAT: "Repaired twice and still not right",
    GUARANTEE: "The repaired fault came back",
    LOANER: "The repair takes longer than promised by law: a device on loan",
    REPAIRER: "With the repairer for too long",
    PARTS: "Waiting for parts for too long",
}
REMEDY_TITLES: Final[Mapping[str, str]] = {
    "exchange": "A new device in exchange",
    "refund": "Money back",
    "repair": "Repaired again, free of charge",
    "loaner": "A device on loan",
    "price-cut": "A lower price",
}
CONDITIONS: Final[Mapping[str, str]] = {
    "exchange_refused": "instead of the exchange, less a part for each day of use",
    "no_stock": "if the same model is not available",
}
WITHDRAWALS: Final[Mapping[str, str]] = {
    "fact_corrected": "A fact was wrong and has been corrected",
    "ended": "The owner has the repaired device and wants nothing more",
    "twice": "The same right was raised for this case before",
}
"""Why a raised right is taken back; never free text alone."""


def answer_clocks(at: datetime, zone: str) -> dict[str, Deadline]:
    """Return when an answer is owed and when the law calls it delay, counted in this zone."""
    return _clocks(at, zone)


@lru_cache(maxsize=256)
def _clocks(at: datetime, zone: str) -> dict[str, Deadline]:
    calendar = _calendar(zone)
    known = clocks_on(at.astimezone(calendar.tz).date())
    return {name: deadline(at, known[name].budget, calendar) for name in (ANSWER, LIMIT)}


@lru_cache(maxsize=32)
def _calendar(zone: str) -> Calendar:
    return china_calendar(zone=zone)


def records(at: datetime, dues: Mapping[str, Deadline]) -> dict[str, Any]:
    """Return the clocks with their working and who set them, as JSON can hold them."""
    known = clocks_on(at.date())
    return {name: as_record(due, clock=name, source=known[name].source) for name, due in dues.items()}


def with_sums(offers: Sequence[Mapping[str, Any]], price_cents: int | None) -> list[dict[str, Any]]:
    """Return the offers with the sum of a refund where price and share are known."""
    return [
        {
            **offer,
            "cents": share_of(price_cents, Decimal(offer["share"]))
            if price_cents and offer["share"] is not None and offer["remedy"] == "refund"
            else None,
        }
        for offer in offers
    ]


def offered(offers: Sequence[Mapping[str, Any]], remedy: str) -> str:
    """Return the remedy if it is one of those offered.

    Raises:
        Invalid.
    """
    if remedy not in {offer["remedy"] for offer in offers}:
        raise Invalid("This right does not offer that.", field="remedy", remedy="Choose one of those listed.")
    return remedy


def reason_of(typed: str, *, field: str = "reason") -> str:
    """Return a reason in a person's words.

    Raises:
        Invalid: nothing that could be called a reason, or too much of it.
    """
    plain = said(typed, field=field, most=LONGEST_REASON)
    if len(plain) < FEWEST_LETTERS:
        raise Invalid("Give the reason in a sentence that its reader can follow.", field=field)
    return plain
