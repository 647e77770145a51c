"""Which clocks run, what starts, meets, holds and follows them, and how their end is counted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sanbao.engines.calendar import (
    CLOCKS,
    PAUSES,
    Calendar,
    Deadline,
    Pause,
    PauseReason,
    ReplyClock,
    as_record,
    china_calendar,
    clocks_on,
    deadline,
    explain,
    pause_reasons,
    read_back,
)
from sanbao.rooms.complaints.states import BRAND, MANAGER

ACKNOWLEDGE, FIRST_ANSWER, DECISION = "acknowledge", "first_answer", "decision"
OUTER_LIMIT, AUTHORITY_ACCEPTANCE = "outer_limit", "authority_acceptance"
AUTHORITY_MEDIATION = "authority_mediation"
LATE_FIRST_ANSWER, LATE_DECISION = "late_first_answer", "late_decision"
THEIRS: Final = frozenset({AUTHORITY_ACCEPTANCE, AUTHORITY_MEDIATION})
"""The clocks that an authority has to keep: shown and watched, but nothing that the house owes."""
STARTED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "file": (ACKNOWLEDGE, FIRST_ANSWER, DECISION, OUTER_LIMIT),
    "file_for_authority": (ACKNOWLEDGE, FIRST_ANSWER, DECISION, OUTER_LIMIT, AUTHORITY_ACCEPTANCE),
    "dispute": (DECISION,),
    "authority_received": (AUTHORITY_ACCEPTANCE,),
    "authority_accepted": (AUTHORITY_MEDIATION,),
}
MET_BY: Final[Mapping[str, tuple[str, ...]]] = {
    # the receipt with number and dates is the acknowledgement
    "file": (ACKNOWLEDGE,),
    # whoever takes the case tells the owner so: the first answer by a person
    "take": (FIRST_ANSWER, LATE_FIRST_ANSWER),
    "answer": (FIRST_ANSWER, LATE_FIRST_ANSWER, DECISION, LATE_DECISION, OUTER_LIMIT),
    "authority_accepted": (AUTHORITY_ACCEPTANCE,),
    "authority_rejected": (AUTHORITY_ACCEPTANCE,),
    "mediated": (AUTHORITY_MEDIATION, FIRST_ANSWER, LATE_FIRST_ANSWER, DECISION, LATE_DECISION, OUTER_LIMIT),
    "mediation_failed": (AUTHORITY_MEDIATION,),
}


@dataclass(frozen=True, slots=True)
class Late:
    """What a missed clock brings about: who has to see to it now, and the clock of the new date."""

    level: int
    then: str = ""


ESCALATION: Final[Mapping[str, Late]] = {
    FIRST_ANSWER: Late(MANAGER, LATE_FIRST_ANSWER),
    LATE_FIRST_ANSWER: Late(BRAND),
    DECISION: Late(MANAGER, LATE_DECISION),
    LATE_DECISION: Late(BRAND),
    OUTER_LIMIT: Late(BRAND, LATE_DECISION),
}
"""A clock that is not here is an authority's: its end is noted, and nobody is blamed for it."""
PAUSE_REASONS: Final[Mapping[str, PauseReason]] = {reason.code: reason for reason in PAUSES}
SOON: Final = timedelta(hours=24)
"""How long before a clock runs out the house warns of it; half of its time where that is shorter."""


@dataclass(frozen=True, slots=True)
class Stood:
    """A pause of a case as the count needs it; ``end`` is when it ended, or its limit while it stands."""

    reason: str
    begin: datetime
    end: datetime


def clocks_started(verb: str, channel: str) -> tuple[str, ...]:
    """Return the ids of the clocks that a verb starts for a complaint that came this way."""
    return STARTED_BY["file_for_authority" if (verb, channel) == ("file", "authority") else verb]


@lru_cache(maxsize=32)
def working_calendar(zone: str) -> Calendar:
    """Return the working days and office hours that reply clocks in this zone are counted by."""
    return china_calendar(zone=zone)


def due_from(
    start: datetime,
    clock: str,
    zone: str,
    *,
    clocks: Iterable[ReplyClock] = CLOCKS,
    received: datetime | None = None,
    pauses: Sequence[Stood] = (),
) -> Deadline:
    """Return when a reply clock that starts now runs out, with its working.

    ``received`` is when the matter came in, where that and not the start says which rule is in force.

    Raises:
        KeyError: no such clock is in force on that day.
    """
    calendar = working_calendar(zone)
    local_day = (received or start).astimezone(calendar.tz).date()
    rule = clocks_on(local_day, clocks)[clock]
    return deadline(start, rule.budget, calendar, _held(rule, pauses))


def record_of(due: Deadline, clock: str, clocks: Iterable[ReplyClock] = CLOCKS) -> dict[str, Any]:
    """Return a clock's deadline for keeping, with the rule or promise that set it."""
    source = next((rule.source for rule in clocks if rule.id == clock and rule.budget == due.budget), "")
    return as_record(due, clock=clock, source=source)


def recounted(record: Mapping[str, Any], clock: str, zone: str, pauses: Sequence[Stood]) -> Deadline:
    """Return a kept deadline counted again with these pauses: same start, same budget, same calendar."""
    known = read_back(record)
    rule = next(rule for rule in CLOCKS if rule.id == clock)
    return deadline(known.start, known.budget, working_calendar(zone), _held(rule, pauses))


def _held(rule: ReplyClock, pauses: Sequence[Stood]) -> list[Pause]:
    codes = {reason.code for reason in pause_reasons(rule)}
    return [Pause(each.begin, each.end, each.reason) for each in pauses if each.reason in codes]


def may_hold(reason: str, clock: str) -> bool:
    """Tell whether this reason lets this clock stand still."""
    return any(found.code == reason for rule in CLOCKS if rule.id == clock for found in pause_reasons(rule))


def pausable(clocks: Iterable[str]) -> tuple[str, ...]:
    """Return the reasons for which one of these clocks may stand still."""
    names = tuple(clocks)
    return tuple(code for code in PAUSE_REASONS if any(may_hold(code, name) for name in names))


def is_law(clock: str) -> bool:
    """Tell whether a law sets this clock."""
    return any(rule.binding for rule in CLOCKS if rule.id == clock)


def latest_end(at: datetime, reason: str, zone: str) -> datetime:
    """Return when a pause for this reason is over by itself."""
    return deadline(at, PAUSE_REASONS[reason].longest, working_calendar(zone)).due


def soon_from(started: datetime, due: datetime) -> datetime:
    """Return from when on the house warns of a clock: a day before its end, or half of its time."""
    return due - min(SOON, (due - started) / 2)


def late_because(*, taken: bool) -> str:
    """Return why an answer is late, as a code: nobody has taken the case, or the facts are still checked."""
    return "checking" if taken else "untaken"


def told(working: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """Return a stored deadline's working as sentences in Chinese ("zh…") or English."""
    return tuple(explain(read_back(working), language))


def next_due(open_clocks: Iterable[datetime], last: datetime) -> datetime:
    """Return when the next answer is owed: the earliest open clock, or ``last`` when none is open."""
    return min(open_clocks, default=last)
