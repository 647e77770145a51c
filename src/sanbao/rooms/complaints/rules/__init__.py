"""What an answer must say, who may decide, and the words for codes; the clocks are in ``clocks``."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.errors import Invalid
from sanbao.base.money import LARGEST_CENTS
from sanbao.rooms.complaints.rules.clocks import (
    ACKNOWLEDGE,
    AUTHORITY_ACCEPTANCE,
    AUTHORITY_MEDIATION,
    DECISION,
    ESCALATION,
    FIRST_ANSWER,
    MET_BY,
    OUTER_LIMIT,
    PAUSE_REASONS,
    SOON,
    STARTED_BY,
    THEIRS,
    Stood,
    clocks_started,
    due_from,
    is_law,
    late_because,
    latest_end,
    may_hold,
    next_due,
    pausable,
    recounted,
    soon_from,
    told,
    working_calendar,
)
from sanbao.rooms.complaints.states import DECISIONS, DEMANDS

__all__ = [
    "ACKNOWLEDGE",
    "AUTHORITY_ACCEPTANCE",
    "AUTHORITY_MEDIATION",
    "DECISION",
    "ESCALATION",
    "FIRST_ANSWER",
    "MET_BY",
    "OUTER_LIMIT",
    "PAUSE_REASONS",
    "SOON",
    "STARTED_BY",
    "THEIRS",
    "Stood",
    "clocks_started",
    "due_from",
    "is_law",
    "late_because",
    "latest_end",
    "may_hold",
    "next_due",
    "pausable",
    "recounted",
    "soon_from",
    "told",
    "working_calendar",
]

LONGEST_WORDS: Final = 5000
LONGEST_NOTE: Final = 200
LONGEST_ASKED: Final = 300
MOST_FILES: Final = 20

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
    "authority_mediation": "Mediation by the authority",
    "late_first_answer": "First answer, the new date",
    "late_decision": "Decision, the new date",
}
PAUSE_TITLES: Final[Mapping[str, str]] = {
    "owner_answer": "Waiting for the owner's answer",
    "owner_evidence": "Waiting for the owner's evidence",
    "owner_device": "Waiting for the device",
    "expert_test": "Waiting for an expert test",
}
MEDIATION_TITLES: Final[Mapping[str, str]] = {
    "none": "No authority",
    "received": "With the authority",
    "accepted": "The authority mediates",
    "rejected": "Not taken by the authority",
    "mediated": "Settled by mediation",
    "failed": "Mediation without result",
}


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


def day_ends(day: date, zone: str) -> datetime:
    """Return the last second of a calendar day in a zone."""
    return datetime.combine(day, time(23, 59, 59), working_calendar(zone).tz)
