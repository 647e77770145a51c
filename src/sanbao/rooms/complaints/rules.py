"""Which clocks a complaint starts and what meets them; what an answer must say; who may decide."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.errors import Invalid
from sanbao.base.money import LARGEST_CENTS
from sanbao.engines.calendar import (
    Budget,
    Calendar,
    Deadline,
    Step,
    StepCode,
    Unit,
    china_calendar,
    clocks_on,
    deadline,
    explain,
)
from sanbao.rooms.complaints.states import DECISIONS, DEMANDS

LONGEST_WORDS: Final = 5000
LONGEST_NOTE: Final = 200
MOST_FILES: Final = 20
SOON: Final = timedelta(hours=24)
"""How long before a clock runs out the house warns of it."""

# Message ids for the words that pages show instead of codes.
DEMAND_TITLES: Final[Mapping[str, str]] = {
    "refund": "Refund",
    "exchange": "Exchange",
    "repair": "Repair",
    "compensation": "Compensation",
    "apology": "Apology",
    "other": "Something else",
}
DECISION_TITLES: Final[Mapping[str, str]] = {
    "granted": "Granted",
    "partly": "Granted in part",
    "refused": "Not granted",
    "explained": "Explained",
}
STATE_TITLES: Final[Mapping[str, str]] = {
    "filed": "Received",
    "working": "In work",
    "answered": "Case answered",
    "disputed": "Disputed",
    "closed": "Case closed",
    "withdrawn": "Withdrawn",
}
CHANNEL_TITLES: Final[Mapping[str, str]] = {
    "portal": "On the web",
    "phone": "By phone",
    "chat": "By chat",
    "mail": "By e-mail",
    "counter": "At the counter",
    "authority": "Consumer authority",
}
CLOCK_TITLES: Final[Mapping[str, str]] = {
    "acknowledge": "Acknowledgement",
    "first_answer": "First answer by a person",
    "decision": "Decision on the demand",
    "outer_limit": "Legal limit",
    "authority_acceptance": "Decision of the authority on acceptance",
}

ACKNOWLEDGE, FIRST_ANSWER, DECISION = "acknowledge", "first_answer", "decision"
OUTER_LIMIT, AUTHORITY_ACCEPTANCE = "outer_limit", "authority_acceptance"
STARTED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "file": (ACKNOWLEDGE, FIRST_ANSWER, DECISION, OUTER_LIMIT),
    "file_for_authority": (ACKNOWLEDGE, FIRST_ANSWER, DECISION, OUTER_LIMIT, AUTHORITY_ACCEPTANCE),
    "dispute": (DECISION,),
}
MET_BY: Final[Mapping[str, tuple[str, ...]]] = {
    # the receipt with number and dates is the acknowledgement
    "file": (ACKNOWLEDGE,),
    # whoever takes the case tells the owner so: the first answer by a person
    "take": (FIRST_ANSWER,),
    "answer": (FIRST_ANSWER, DECISION, OUTER_LIMIT, AUTHORITY_ACCEPTANCE),
}


def clocks_started(verb: str, channel: str) -> tuple[str, ...]:
    """Return the ids of the clocks that a verb starts for a complaint that came this way."""
    return STARTED_BY["file_for_authority" if (verb, channel) == ("file", "authority") else verb]


@lru_cache(maxsize=32)
def working_calendar(zone: str) -> Calendar:
    """Return the working days and office hours that reply clocks in this zone are counted by."""
    return china_calendar(zone=zone)


def due_from(start: datetime, clock: str, zone: str) -> Deadline:
    """Return when a reply clock that starts now runs out, with its working.

    Raises:
        KeyError: no such clock is in force on that day.
    """
    calendar = working_calendar(zone)
    local_day = start.astimezone(calendar.tz).date()
    return deadline(start, clocks_on(local_day)[clock].budget, calendar)


def read_back(working: Mapping[str, Any]) -> Deadline:
    """Return the deadline that was stored as ``Deadline.plain()``."""
    return Deadline(
        start=datetime.fromisoformat(working["start"]),
        budget=Budget(working["amount"], Unit(working["unit"])),
        due=datetime.fromisoformat(working["due"]),
        last_day=date.fromisoformat(working["last_day"]),
        assumed_years=tuple(working["assumed_years"]),
        standing=working["standing"],
        steps=tuple(_step(step) for step in working["steps"]),
    )


def _step(plain: Mapping[str, Any]) -> Step:
    begin, end = plain["begin"], plain["end"]
    return Step(
        StepCode(plain["code"]),
        date.fromisoformat(plain["first"]),
        date.fromisoformat(plain["last"]),
        plain["amount"],
        plain["name"],
        plain["who"],
        datetime.fromisoformat(begin) if begin else None,
        datetime.fromisoformat(end) if end else None,
    )


def told(working: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """Return a stored deadline's working as sentences in Chinese ("zh…") or English."""
    return tuple(explain(read_back(working), language))


def next_due(open_clocks: Iterable[datetime], last: datetime) -> datetime:
    """Return when the next answer is owed: the earliest open clock, or ``last`` when none is open."""
    return min(open_clocks, default=last)


def may_decide(actor: Actor, outlet: str | None, grant: str = "complaints.handle") -> bool:
    """Tell whether this actor may decide on a complaint about ``outlet``.

    Nobody decides alone on the shop they work for: whoever handles complaints does so everywhere, or at
    another outlet besides the one complained about. A complaint about no outlet is the central desk's.
    """
    if actor.everywhere(grant):
        return True
    return outlet is not None and bool(actor.outlets(grant) - {EVERYWHERE, outlet})


def wording(typed: str, *, field: str, most: int = LONGEST_WORDS) -> str:
    """Return what somebody wrote, without the blanks around it; emoji and rare characters are kept.

    Raises:
        Invalid: empty, too long, or holding a character that no text has (NUL).
    """
    words = typed.strip()
    if not words:
        raise Invalid("Please write a few words here.", field=field)
    if len(words) > most:
        raise Invalid("This text is too long: at most %(most)s characters.", field=field, most=most)
    if "\x00" in words:
        raise Invalid("This text holds a character that cannot be stored.", field=field)
    return words


def demanded(demand: str, cents: int | None) -> int | None:
    """Return the sum that goes with a demand: needed for a compensation, welcome for a refund, else none.

    Raises:
        Invalid: the demand is not one of the list, or a sum is missing or impossible.
    """
    if demand not in DEMANDS:
        raise Invalid(
            "Please say what you want.",
            field="demand",
            remedy="Choose one: refund, exchange, repair, compensation, apology or something else.",
        )
    if demand == "compensation" and not cents:
        raise Invalid(
            "A compensation needs an amount.",
            field="demand_cents",
            remedy="Say how much you ask for, in yuan.",
        )
    if cents is not None and not 0 < cents <= LARGEST_CENTS:
        raise Invalid("This is not a possible amount.", field="demand_cents")
    return cents


def promised_by(decision: str, by_when: date | None, today: date) -> date | None:
    """Return by when the next step of an answer is done; what was granted needs a day.

    Raises:
        Invalid: not a decision, no day where one is needed, a day that is over or more than a year off.
    """
    if decision not in DECISIONS:
        raise Invalid("Please choose a decision.", field="decision")
    if by_when is None and decision in {"granted", "partly"}:
        raise Invalid("Say by which day this will be done.", field="by_when")
    if by_when is not None and not today <= by_when <= today + timedelta(days=366):
        raise Invalid("This day is over, or more than a year away.", field="by_when")
    return by_when


def local_date(at: datetime, zone: str) -> date:
    """Return the calendar day at a moment in a zone."""
    return at.astimezone(working_calendar(zone).tz).date()
