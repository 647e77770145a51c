"""What the reads of this room return: small frozen values, never rows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list. ``time_left`` is to the next clock, ``legal_time_left`` to the outer limit.

    Both may be negative. ``next_clock`` is empty once nothing is owed. ``paused_for`` is why clocks stand
    still, until ``paused_until`` at the latest; ``level`` is who has to see to it: 0 handler, 1 manager, 2
    brand.
    """

    number: str
    state: str
    channel: str
    demand: str
    demand_cents: int | None
    excerpt: str
    customer: str
    customer_name: str
    outlet: str
    outlet_zh: str
    outlet_en: str
    product_zh: str
    product_en: str
    order: str
    handler: str
    handler_name: str
    filed_at: datetime
    answer_due_at: datetime
    outer_due_at: datetime
    zone: str
    next_clock: str
    provisional: bool
    overdue: bool
    time_left: timedelta
    legal_time_left: timedelta
    level: int
    mediation: str
    paused_for: str
    paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of cases; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[CaseRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class ClockCard:
    """One reply clock: ``running`` while neither met nor stopped, ``late`` when not met in time.

    ``held`` says that it stands still now: ``due_at`` is then the latest date. ``ours`` is not set on the
    clocks that an authority has to keep.
    """

    clock: str
    started_at: datetime
    due_at: datetime
    provisional: bool
    met_at: datetime | None
    stopped_at: datetime | None
    running: bool
    late: bool
    held: bool
    ours: bool


@dataclass(frozen=True, slots=True)
class PauseCard:
    """A time the clocks stood still: why, what is waited for, until when at the latest, who ended it."""

    reason: str
    note: str
    author_name: str
    began_at: datetime
    until: datetime
    ended_at: datetime | None
    ended_by: str


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One clock that somebody was warned of: it runs out soon, or it has (``kind``)."""

    case: str
    clock: str
    kind: str
    due_at: datetime
    zone: str
    level: int
    outlet_zh: str
    outlet_en: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceCard:
    file: str
    note: str
    by_owner: bool
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ReplyCard:
    """One answer in its fixed shape, and what the owner said to it (``""``, ``accepted`` or ``disputed``)."""

    decision: str
    facts_found: str
    rule: str
    next_step: str
    by_when: date | None
    author_name: str
    at: datetime
    view: str
    view_words: str
    view_at: datetime | None


@dataclass(frozen=True, slots=True)
class Promised:
    """The day that the newest answer names for what happens next; ``over`` when it has passed."""

    author_name: str
    at: datetime
    due_at: datetime
    zone: str
    over: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that a page about one case shows. ``moves`` are the verbs open to this reader now.

    ``pausable`` are the reasons for which a clock could stand still now.
    """

    row: CaseRow
    words: str
    closing_words: str
    device: str
    answered_at: datetime | None
    ended_at: datetime | None
    clocks: tuple[ClockCard, ...]
    evidence: tuple[EvidenceCard, ...]
    replies: tuple[ReplyCard, ...]
    moves: tuple[str, ...]
    may_add_evidence: bool
    own_outlet: bool
    pauses: tuple[PauseCard, ...]
    pausable: tuple[str, ...]
    mediation_words: str


@dataclass(frozen=True, slots=True)
class DeadlineCard:
    """A reply clock and its working: as steps for a strip, as sentences in both languages.

    ``source`` is the rule or promise that set it.
    """

    case: str
    clock: str
    started_at: datetime
    due_at: datetime
    last_day: date
    zone: str
    provisional: bool
    met_at: datetime | None
    stopped_at: datetime | None
    steps: tuple[dict[str, Any], ...]
    words_zh: tuple[str, ...]
    words_en: tuple[str, ...]
    source: str
    binding: bool
    held: bool
    late: bool
