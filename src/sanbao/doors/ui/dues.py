"""Every due time of the product with its working: one list of what a public number owes or grants, and why.

A page draws a ``Due`` with the macros of ``ui/_due.html``; the API hands out the same values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.ui import formats
from sanbao.doors.ui.deadlines import strip_days
from sanbao.doors.ui.strips import Day
from sanbao.engines.calendar import (
    CLOCKS,
    TERMS,
    as_record,
    china_calendar,
    counted,
    explain,
    read_back,
)
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.complaints.rules.cards import DeadlineCard, Promised
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.feedback import queries as feedback
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.repairs import queries as repairs

RUNNING, HELD, LATE, KEPT, OVER = "running", "held", "late", "kept", "over"
Steps = tuple[dict[str, Any], ...]
Lines = tuple[str, ...]
TITLES: Final[Mapping[str, str | Promise]] = {
    "acknowledge": _("We confirm that we have it"),
    "first_answer": _("A person answers for the first time"),
    "decision": _("We decide on your demand"),
    "outer_limit": _("The law's last day for our answer"),
    "authority_acceptance": _("The authority decides whether it takes the case"),
    "authority_mediation": _("The authority ends its mediation"),
    "late_first_answer": _("The new date for a first answer"),
    "late_decision": _("The new date for our decision"),
    "next_step": _("What we promised in our answer is done"),
    "promise": _("The device is ready: the promised date"),
    "expected": _("The device is ready: the date as it stands now"),
    "quote": _("The price holds until then"),
    "repair_guarantee": _("The guarantee on the repair ends"),
    "answer": _("A person answers your message"),
    "hold": _("The time is kept free for you"),
    "survey": _("The survey can be answered"),
}
SOURCES: Final[Mapping[str, str | Promise]] = {
    "acknowledge": _("Good practice of complaint handling: ISO 10002"),
    "first_answer": _("Our own promise: a person answers within one working day"),
    "decision": _("Our own promise: we decide within 7 days"),
    "outer_limit": _(
        "Measures against infringing consumer rights, Art. 8: later than 15 days is wilful delay"
    ),
    "authority_acceptance": _("Consumer Rights Protection Law, Art. 46"),
    "authority_mediation": _("Rules on complaints to market authorities; time for tests is not counted"),
    "late_first_answer": _("Our own promise after a missed first answer: one working day"),
    "late_decision": _("Our own promise after a missed decision: two working days"),
    "next_step": _("The day that our answer names"),
    "promise": _("Our promise at hand-in, worked out from the work and what was ahead of it"),
    "expected": _("Our newest date; the first promise still counts in our figures"),
    "quote": _("Our own promise: a price holds for 14 days"),
    "repair_guarantee": _("Rules on repairing phones: normal use for 30 days or more after a repair"),
    "answer": _("Our own promise: a person answers within one working day"),
    "hold": _("Our own promise: a time is kept free for 5 minutes while you decide"),
    "survey": _("Our own promise: 30 days"),
}
SHIPPED: Final = frozenset({*(rule.source for rule in CLOCKS), *(term.source for term in TERMS.values()), ""})
"""The sources that have words above; an installation that set a date itself says so in its own."""


@dataclass(frozen=True, slots=True)
class Due:
    """One due time, whatever it belongs to. ``state`` is running, held (stands still), late, kept or over.

    ``binding`` means a law sets it. ``days`` are for the strip; ``words_zh`` and ``words_en`` the working.
    """

    subject: str
    clock: str
    due_at: datetime
    started_at: datetime | None
    zone: str
    state: str
    provisional: bool
    binding: bool
    source: str
    steps: Steps
    words_zh: Lines
    words_en: Lines

    @property
    def title(self) -> str:
        return str(TITLES.get(self.clock, self.clock))

    @property
    def words(self) -> Lines:
        return self.words_zh if formats.chinese() else self.words_en

    @property
    def said_by(self) -> str:
        return str(SOURCES.get(self.clock, self.source)) if self.source in SHIPPED else self.source

    @property
    def days(self) -> list[Day]:
        return strip_days(self.steps)

    @property
    def last_day(self) -> date:
        return self._local.date()

    @property
    def share(self) -> float:
        return (self._local.hour * 60 + self._local.minute) / 1440 or 1.0

    @property
    def _local(self) -> datetime:
        return self.due_at.astimezone(ZoneInfo(self.zone))


def dues(actor: Actor, subject: str) -> tuple[Due, ...]:
    """Return every due time of a public number that this actor may see, in the order they began.

    Raises:
        Missing: nothing of this kind, or hidden from the actor.
    """
    known = KINDS.get(subject[:2].upper())
    if known is None:
        raise Missing(field="subject")
    return known(actor, subject.upper())


def due(actor: Actor, subject: str, clock: str) -> Due:
    """Return the newest due time of this name.

    Raises:
        Missing.
    """
    found = [each for each in dues(actor, subject) if each.clock == clock]
    if not found:
        raise Missing(field="clock")
    return found[-1]


def of_case(actor: Actor, number: str) -> tuple[Due, ...]:
    """Return the reply clocks of a complaint, and the day that its newest answer names."""
    clocks = complaints.deadlines(actor, number)
    named = complaints.promised(actor, number)
    return (*(_clock(each) for each in clocks), *([_named(number, named)] if named else []))


def _clock(each: DeadlineCard) -> Due:
    settled = KEPT if each.met_at else OVER if each.stopped_at else ""
    return Due(
        subject=each.case,
        clock=each.clock,
        due_at=each.due_at,
        started_at=each.started_at,
        zone=each.zone,
        state=LATE if each.late else settled or (HELD if each.held else RUNNING),
        provisional=each.provisional,
        binding=each.binding,
        source=each.source,
        steps=each.steps,
        words_zh=each.words_zh,
        words_en=each.words_en,
    )


def _named(number: str, named: Promised) -> Due:
    return Due(
        subject=number,
        clock="next_step",
        due_at=named.due_at,
        started_at=named.at,
        zone=named.zone,
        state=LATE if named.over else RUNNING,
        provisional=False,
        binding=False,
        source="",
        steps=(),
        **_both(lambda: (
            gettext("%(who)s named this day in the answer of %(when)s.")
            % {"who": named.author_name, "when": formats.moment(named.at, zone=named.zone)},
            gettext("The day counts to its end, 24:00."),
        )),
    )  # fmt: skip


def of_order(actor: Actor, number: str) -> tuple[Due, ...]:
    """Return the dates of a repair: the promise, the date as it stands, the price, the repair guarantee."""
    page = repairs.order(actor, number)
    row, place = page.row, outlets.place(page.row.outlet)
    done = row.ready_at or row.returned_at
    found: list[Due] = []
    if row.promised_at is not None:
        told = _both(lambda: tuple(str(gettext(each.text)) % each.facts for each in page.promise))
        found.append(_date(actor, row.number, "promise", row.promised_at, place, done, row.accepted_at, told))
    if row.expected_at is not None and row.expected_at != row.promised_at:
        moved = [fact for fact in page.timeline if fact.event == "repair.delayed"]
        told = _both(lambda: _moved(moved, place.time_zone))
        since = moved[-1].at if moved else row.accepted_at
        found.append(_date(actor, row.number, "expected", row.expected_at, place, done, since, told))
    if page.quote is not None:
        state = KEPT if page.quote.answer else RUNNING if page.quote.open else OVER
        found.append(_term(row.number, "quote", page.quote.made_at, place.time_zone, state))
    if row.state == "returned" and row.returned_at is not None:
        guarantee = _term(row.number, "repair_guarantee", row.returned_at, place.time_zone, RUNNING)
        over = guarantee.due_at < actor.at
        found.append(guarantee if not over else _with_state(guarantee, OVER))
    return tuple(found)


def _moved(facts: list[Any], zone: str) -> Lines:
    return tuple(
        gettext("%(when)s: moved to %(new)s; reason: %(reason)s.")
        % {
            "when": formats.moment(fact.at, zone=zone, short=True),
            "new": formats.moment(datetime.fromisoformat(str(fact.facts["expected_at"])), zone=zone),
            "reason": gettext(repairs.DELAYS.get(str(fact.facts.get("reason")), "–")),
        }
        for fact in facts
    )


def _date(
    actor: Actor, number: str, clock: str, at: datetime, place: Any, done: datetime | None,
    since: datetime | None, told: dict[str, Lines],
) -> Due:  # fmt: skip
    late = (done or actor.at) > at
    state = LATE if late else KEPT if done else RUNNING
    return Due(
        number, clock, at, since, place.time_zone, state, provisional=False, binding=False, source="",
        steps=(), **told,
    )  # fmt: skip


def of_thread(actor: Actor, number: str) -> tuple[Due, ...]:
    """Return when a message must be answered; nothing while nothing is owed."""
    working = talks.deadline(actor, number)
    if working is None:
        return ()
    record = as_record(working, clock="answer", source="own promise: first answer by a person")
    late = working.missed(actor.at)
    return (_record(number, record, str(working.due.tzinfo), LATE if late else RUNNING),)


def of_booking(actor: Actor, number: str) -> tuple[Due, ...]:
    """Return until when a time is kept free that is not confirmed yet."""
    card = outlets.booking(actor, number)
    if card.hold_until is None:
        return ()
    zone, term = outlets.place(card.outlet).time_zone, "hold"
    over = card.hold_until <= actor.at
    start = card.hold_until - counted_length(term)
    return (_term(number, term, start, zone, OVER if over else RUNNING),)


def of_survey(actor: Actor, number: str) -> tuple[Due, ...]:
    """Return until when a survey can be answered."""
    card = feedback.survey(actor, number)
    state = KEPT if card.answered_at else RUNNING if card.open else OVER
    return (_term(number, "survey", card.sent_at, formats.OUTLET_ZONE, state),)


def of_remedy(actor: Actor, number: str) -> tuple[Due, ...]:
    """Return until when a raised right must be answered, and the law's last day for it."""
    page = repairs.remedy(actor, number)
    row = page.row
    over = row.state in {"fulfilled", "withdrawn", "refused"}
    return (
        _answer(actor, row.number, page.working["first_answer"], row.zone, row.answered_at, settled=over),
        _answer(actor, row.number, page.working["outer_limit"], row.zone, None, settled=over, binding=True),
    )


def of_review(actor: Actor, number: str) -> tuple[Due, ...]:
    """Return until when a person answers who was asked to look at a decision again."""
    page = repairs.review(actor, number)
    zone = str(read_back(page.working["first_answer"]).due.tzinfo or formats.OUTLET_ZONE)
    if "/" not in zone:
        zone = formats.OUTLET_ZONE
    return (_answer(actor, page.number, page.working["first_answer"], zone, page.row.answered_at),)


def _answer(
    actor: Actor, number: str, record: Mapping[str, Any], zone: str, answered_at: datetime | None,
    *, settled: bool = False, binding: bool = False,
) -> Due:  # fmt: skip
    due_at = read_back(record).due
    late = (answered_at or actor.at) > due_at
    state = LATE if late and not (settled and answered_at is None) else KEPT if answered_at else RUNNING
    made = _record(number, record, zone, OVER if settled and state == RUNNING else state)
    values = {name: getattr(made, name) for name in Due.__slots__}
    return Due(**{**values, "binding": binding})


KINDS: Final[dict[str, Callable[[Actor, str], tuple[Due, ...]]]] = {
    "CP": of_case,
    "RO": of_order,
    "TH": of_thread,
    "BK": of_booking,
    "SV": of_survey,
    "RM": of_remedy,
    "RV": of_review,
}
"""Which public numbers have due times, by their first two letters."""


def counted_length(term: str) -> Any:
    """Return how long a term of elapsed time is."""
    start = datetime(2026, 1, 1, tzinfo=ZoneInfo(formats.OUTLET_ZONE))
    return read_back(counted(term, start, china_calendar())).due - start


def _term(number: str, term: str, start: datetime, zone: str, state: str) -> Due:
    return _record(number, counted(term, start, china_calendar(zone=zone)), zone, state)


def _record(number: str, record: Mapping[str, Any], zone: str, state: str) -> Due:
    known = read_back(record)
    return Due(
        subject=number,
        clock=str(record["clock"]),
        due_at=known.due,
        started_at=known.start,
        zone=zone,
        state=state,
        provisional=known.provisional,
        binding=record["clock"] in TERMS and TERMS[record["clock"]].binding,
        source=str(record["source"]),
        steps=tuple(record["steps"]),
        words_zh=tuple(explain(known, "zh")),
        words_en=tuple(explain(known, "en")),
    )


def _with_state(each: Due, state: str) -> Due:
    values = {name: getattr(each, name) for name in Due.__slots__}
    return Due(**{**values, "state": state})


def _both(told: Callable[[], Lines]) -> dict[str, Lines]:
    """Return what is told in both languages, as the API hands it out."""
    with override("zh-hans"):
        chinese = told()
    with override("en"):
        english = told()
    return {"words_zh": chinese, "words_en": english}
