"""The reply clocks of a complaint as data: what starts them, how long they run, and who says so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sanbao.engines.calendar.budget import Budget, Ending, Roll, days, minutes, working_days


class Confidence(StrEnum):
    """How sure a figure is: read in the official text, in a second hand, from memory, or our own promise."""

    VERIFIED = "V"
    SECONDARY = "S"
    MEMORY = "M"
    DESIGN = "design"


class Begins(StrEnum):
    """The event that starts a clock."""

    RECEIVED = "received"  # the complaint reached the firm
    DEMANDED = "demanded"  # the customer named a demand
    AUTHORITY_RECEIVED = "authority_received"  # an authority received the complaint
    AUTHORITY_ACCEPTED = "authority_accepted"  # an authority accepted it for mediation
    OVERDUE = "overdue"  # another clock ran out and the firm named a new date


@dataclass(frozen=True, slots=True)
class ReplyClock:
    """One clock. ``binding`` means a law sets it; ``pausable`` whether a pause may stop it at all.

    In force from ``valid_from`` up to and including ``valid_until``; None is open.
    """

    id: str
    begins: Begins
    budget: Budget
    source: str
    confidence: Confidence
    binding: bool
    pausable: bool
    valid_from: date | None = None
    valid_until: date | None = None

    def in_force(self, day: date) -> bool:
        """Say whether the clock applies to what began on ``day``."""
        since = self.valid_from is None or self.valid_from <= day
        return since and (self.valid_until is None or day <= self.valid_until)


# No clock rolls over rest days: where a reading is open, the firm bears the doubt and the end is early.
CLOCKS: tuple[ReplyClock, ...] = (
    ReplyClock(
        id="acknowledge",
        begins=Begins.RECEIVED,
        budget=minutes(0),
        source="ISO 10002:2018, clause 7: acknowledged at once",
        confidence=Confidence.SECONDARY,
        binding=False,
        pausable=False,
    ),
    ReplyClock(
        id="first_answer",
        begins=Begins.RECEIVED,
        budget=working_days(1, ending=Ending.CLOSE),
        source="own promise: first answer by a person",
        confidence=Confidence.DESIGN,
        binding=False,
        pausable=False,
    ),
    ReplyClock(
        id="decision",
        begins=Begins.RECEIVED,
        budget=days(7, roll=Roll.NONE),
        source="own promise: decision on the demand",
        confidence=Confidence.DESIGN,
        binding=False,
        pausable=True,
    ),
    ReplyClock(
        id="outer_limit",
        begins=Begins.DEMANDED,
        budget=days(15, roll=Roll.NONE),
        source="侵害消费者权益行为处罚办法 8, 9: later than 15 days is wilful delay",
        confidence=Confidence.VERIFIED,
        binding=True,
        pausable=False,
    ),
    ReplyClock(
        id="authority_acceptance",
        begins=Begins.AUTHORITY_RECEIVED,
        budget=working_days(7),
        source="消费者权益保护法 46",
        confidence=Confidence.VERIFIED,
        binding=True,
        pausable=False,
    ),
    ReplyClock(
        id="authority_mediation",
        begins=Begins.AUTHORITY_ACCEPTED,
        budget=working_days(45),
        source="市场监督管理投诉举报处理暂行办法 (SAMR Order 20) 20, 21: time for tests is not counted",
        confidence=Confidence.VERIFIED,
        binding=True,
        pausable=True,
        valid_from=date(2020, 1, 1),
        valid_until=date(2026, 4, 14),
    ),
    ReplyClock(
        id="authority_mediation",
        begins=Begins.AUTHORITY_ACCEPTED,
        budget=days(60, roll=Roll.NONE),
        source="市场监督管理投诉举报处理办法 (SAMR Order 121) 23: time for tests is not counted",
        confidence=Confidence.SECONDARY,
        binding=True,
        pausable=True,
        valid_from=date(2026, 4, 15),
    ),
    ReplyClock(
        id="late_first_answer",
        begins=Begins.OVERDUE,
        budget=working_days(1, ending=Ending.CLOSE),
        source="own promise: after a missed first answer",
        confidence=Confidence.DESIGN,
        binding=False,
        pausable=False,
    ),
    ReplyClock(
        id="late_decision",
        begins=Begins.OVERDUE,
        budget=working_days(2, ending=Ending.CLOSE),
        source="own promise: after a missed decision",
        confidence=Confidence.DESIGN,
        binding=False,
        pausable=False,
    ),
)


@dataclass(frozen=True, slots=True)
class PauseReason:
    """Why clocks may stand still: which of them, for how long at most, and what ends it by itself.

    ``ends_by`` names what the customer does: ``words`` (writes to us) or ``evidence`` (shows something).
    """

    code: str
    clocks: frozenset[str]
    longest: Budget
    ends_by: frozenset[str]
    source: str
    confidence: Confidence


PAUSES: tuple[PauseReason, ...] = (
    PauseReason(
        code="owner_answer",
        clocks=frozenset({"decision"}),
        longest=days(7, roll=Roll.NONE),
        ends_by=frozenset({"words", "evidence"}),
        source="own promise: only the customer can answer the question",
        confidence=Confidence.DESIGN,
    ),
    PauseReason(
        code="owner_evidence",
        clocks=frozenset({"decision"}),
        longest=days(7, roll=Roll.NONE),
        ends_by=frozenset({"evidence"}),
        source="own promise: only the customer can show it",
        confidence=Confidence.DESIGN,
    ),
    PauseReason(
        code="owner_device",
        clocks=frozenset({"decision"}),
        longest=days(10, roll=Roll.NONE),
        ends_by=frozenset(),
        source="own promise: nothing can be found before the device is here",
        confidence=Confidence.DESIGN,
    ),
    PauseReason(
        code="expert_test",
        clocks=frozenset({"decision", "authority_mediation"}),
        longest=days(60, roll=Roll.NONE),
        ends_by=frozenset(),
        source="消费者权益保护法实施条例 46: time for tests is not counted",
        confidence=Confidence.MEMORY,
    ),
)


def clocks_on(day: date, clocks: Iterable[ReplyClock] = CLOCKS) -> dict[str, ReplyClock]:
    """Return the clocks by id that apply to what began on ``day``.

    The day that decides on the mediation clock is the one on which the complaint was *received*.
    """
    return {clock.id: clock for clock in clocks if clock.in_force(day)}


def pause_reasons(clock: ReplyClock) -> tuple[PauseReason, ...]:
    """Return what may stop this clock; nothing may where it is not pausable."""
    return tuple(reason for reason in PAUSES if clock.pausable and clock.id in reason.clocks)
