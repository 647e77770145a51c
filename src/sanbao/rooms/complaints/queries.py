"""Every read of the complaints room: the queue by time left, a case whole, a clock and its working."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models import OuterRef, Q, Subquery
from django.utils.dateparse import parse_datetime

from sanbao.base.actor import Actor
from sanbao.base.errors import Invalid, Missing
from sanbao.base.ids import tidy_number
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.models import OPEN_CLOCK, Case, Clock, Evidence, Reply
from sanbao.rooms.complaints.states import ENDED, MACHINE, OPEN

EXCERPT: Final = 120
DEMAND_TITLES = rules.DEMAND_TITLES
DECISION_TITLES = rules.DECISION_TITLES
STATE_TITLES = rules.STATE_TITLES
CHANNEL_TITLES = rules.CHANNEL_TITLES
CLOCK_TITLES = rules.CLOCK_TITLES
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of a list. ``time_left`` is to the next clock, ``legal_time_left`` to the outer limit.

    Both may be negative. ``next_clock`` is empty once nothing is owed.
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


@dataclass(frozen=True, slots=True)
class CaseList:
    """One page of cases; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[CaseRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class ClockCard:
    """One reply clock: ``running`` while neither met nor stopped, ``late`` when not met in time."""

    clock: str
    started_at: datetime
    due_at: datetime
    provisional: bool
    met_at: datetime | None
    stopped_at: datetime | None
    running: bool
    late: bool


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
class CasePage:
    """All that a page about one case shows. ``moves`` are the verbs open to this reader now."""

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


@dataclass(frozen=True, slots=True)
class DeadlineCard:
    """A reply clock and its working: as steps for a strip, as sentences in both languages."""

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


def queue(actor: Actor, after: str = "", *, most: int = 50, outlet: str = "", handler: str = "") -> CaseList:
    """Return the open cases with the least time left to their next clock first; one query.

    What is overdue comes before everything else, longest first. ``handler`` is a staff number, or ``none``.

    Raises:
        Invalid: ``after`` did not come from this list.
    """
    rows = Case.objects.visible_to(actor).filter(state__in=OPEN)
    if outlet:
        rows = rows.filter(outlet_id=_typed(outlet))
    if handler:
        rows = rows.filter(
            **({"handler__isnull": True} if handler == "none" else {"handler__number": _typed(handler)})
        )
    if after:
        due, key = _place(after)
        rows = rows.filter(Q(answer_due_at__gt=due) | Q(answer_due_at=due, pk__gt=key))
    most = min(most, MOST)
    found = list(_with_names(rows).order_by("answer_due_at", "pk")[: most + 1])
    last = found[most - 1] if len(found) > most else None
    cursor = f"{last.answer_due_at.isoformat()}~{last.pk}" if last else ""
    return CaseList(tuple(_row(actor, case) for case in found[:most]), cursor)


def my_cases(actor: Actor, after: str = "", *, most: int = 50) -> CaseList:
    """Return the owner's own cases, newest first; one query. Nobody else has any.

    Raises:
        Invalid: ``after`` did not come from this list.
    """
    rows = Case.objects.visible_to(actor) if actor.is_owner else Case.objects.none()
    return _newest(actor, rows, after, most)


def all_cases(
    actor: Actor, after: str = "", *, most: int = 50, states: Sequence[str] = (), customer: str = ""
) -> CaseList:
    """Return the cases this actor may see, newest first, ended ones too; one query.

    Raises:
        Invalid: ``after`` did not come from this list.
    """
    rows = Case.objects.visible_to(actor)
    if states:
        rows = rows.filter(state__in=states)
    if customer:
        rows = rows.filter(customer__number=_typed(customer))
    return _newest(actor, rows, after, most)


def cases_of(actor: Actor, order: str) -> tuple[CaseRow, ...]:
    """Return the visible cases about one repair order, newest first; one query."""
    rows = _with_names(Case.objects.visible_to(actor).filter(order__number=_typed(order))).order_by("-pk")
    return tuple(_row(actor, case) for case in rows[:MOST])


def search(actor: Actor, text: str, *, most: int = 20) -> tuple[CaseRow, ...]:
    """Return the visible cases whose number is what somebody typed; for the one search field. One query."""
    number = tidy_number(text)
    if number is None:
        return ()
    rows = _with_names(Case.objects.visible_to(actor).filter(number=number))
    return tuple(_row(actor, case) for case in rows[:most])


def case(actor: Actor, number: str) -> CasePage:
    """Return one case whole, in four queries.

    Raises:
        Missing: there is none, or the actor may not see it.
    """
    found: Case = _with_names(Case.objects.all()).pick(actor, number=number)
    clocks = Clock.objects.filter(case=found).order_by("due_at", "pk")
    evidence = Evidence.objects.filter(case=found).order_by("pk")
    replies = Reply.objects.filter(case=found).select_related("author").order_by("pk")
    return CasePage(
        row=_row(actor, found),
        words=found.words,
        closing_words=found.closing_words,
        device=found.device.number if found.device else "",
        answered_at=found.answered_at,
        ended_at=found.ended_at,
        clocks=tuple(_clock(actor, clock) for clock in clocks),
        evidence=tuple(_shown(found, piece) for piece in evidence),
        replies=tuple(_reply(reply) for reply in replies),
        moves=_moves(actor, found),
        may_add_evidence=_may_add(actor, found),
        own_outlet=actor.may("complaints.handle", found.outlet_id)
        and not rules.may_decide(actor, found.outlet_id),
    )


def deadline(actor: Actor, number: str, clock: str) -> DeadlineCard:
    """Return the newest clock of this name with its working, in two queries.

    Raises:
        Missing: no such case for this actor, or no such clock.
    """
    found: Case = Case.objects.pick(actor, number=number)
    row = Clock.objects.filter(case=found, clock=_typed(clock)).order_by("-pk").first()
    if row is None:
        raise Missing(field="clock")
    return DeadlineCard(
        case=found.number,
        clock=row.clock,
        started_at=row.started_at,
        due_at=row.due_at,
        last_day=date.fromisoformat(row.working["last_day"]),
        zone=found.zone,
        provisional=row.provisional,
        met_at=row.met_at,
        stopped_at=row.stopped_at,
        steps=tuple(row.working["steps"]),
        words_zh=rules.told(row.working, "zh"),
        words_en=rules.told(row.working, "en"),
    )


def outlet_load(actor: Actor) -> dict[str, int]:
    """Return how many open cases each visible outlet has; one query."""
    codes = Case.objects.visible_to(actor).filter(state__in=OPEN).values_list("outlet_id", flat=True)
    load: dict[str, int] = {}
    for code in codes:
        load[code or ""] = load.get(code or "", 0) + 1
    return load


# from rows to values


def _typed(text: str) -> str:
    """Return what somebody typed as something to look for: NUL, which no text holds, finds nothing."""
    return text.replace("\x00", "\ufffd")


def _with_names(rows: Any) -> Any:
    running = Clock.objects.filter(OPEN_CLOCK, case=OuterRef("pk")).order_by("due_at", "pk")
    return rows.select_related("customer", "outlet", "device__product", "order", "handler").annotate(
        next_clock=Subquery(running.values("clock")[:1])
    )


def _newest(actor: Actor, rows: Any, after: str, most: int) -> CaseList:
    if after:
        if not (after.isascii() and after.isdecimal()):
            raise Invalid("This page of the list does not exist.", field="after")
        rows = rows.filter(pk__lt=int(after[:18]))
    most = min(most, MOST)
    found = list(_with_names(rows).order_by("-pk")[: most + 1])
    cursor = str(found[most - 1].pk) if len(found) > most else ""
    return CaseList(tuple(_row(actor, each) for each in found[:most]), cursor)


def _place(after: str) -> tuple[datetime, int]:
    moment, _, key = after.partition("~")
    try:
        due = parse_datetime(moment.replace(" ", "+"))
        place = int(key[:18])
    except ValueError as unread:
        raise Invalid("This page of the list does not exist.", field="after") from unread
    if due is None or due.tzinfo is None:
        raise Invalid("This page of the list does not exist.", field="after")
    return due, place


def _row(actor: Actor, found: Any) -> CaseRow:
    product = found.device.product if found.device else None
    owed = found.state in OPEN
    return CaseRow(
        number=found.number,
        state=found.state,
        channel=found.channel,
        demand=found.demand,
        demand_cents=found.demand_cents,
        excerpt=found.words[:EXCERPT],
        customer=found.customer.number,
        customer_name=found.customer.name,
        outlet=found.outlet_id or "",
        outlet_zh=found.outlet.name_zh if found.outlet else "",
        outlet_en=found.outlet.name_en if found.outlet else "",
        product_zh=product.name_zh if product else "",
        product_en=product.name_en if product else "",
        order=found.order.number if found.order else "",
        handler=found.handler.number if found.handler else "",
        handler_name=found.handler.name if found.handler else "",
        filed_at=found.filed_at,
        answer_due_at=found.answer_due_at,
        outer_due_at=found.outer_due_at,
        zone=found.zone,
        next_clock=found.next_clock or "",
        provisional=found.provisional,
        overdue=owed and found.answer_due_at < actor.at,
        time_left=found.answer_due_at - actor.at,
        legal_time_left=found.outer_due_at - actor.at,
    )


def _clock(actor: Actor, clock: Clock) -> ClockCard:
    running = clock.met_at is None and clock.stopped_at is None
    # due times are whole seconds, the last one still in time
    settled = (clock.met_at or actor.at).replace(microsecond=0)
    late = settled > clock.due_at and (running or clock.met_at is not None)
    return ClockCard(
        clock.clock, clock.started_at, clock.due_at, clock.provisional, clock.met_at, clock.stopped_at,
        running, late,
    )  # fmt: skip


def _shown(found: Case, piece: Evidence) -> EvidenceCard:
    by_owner = piece.added_by == f"owner:{found.customer.number}"
    return EvidenceCard(piece.file, piece.note, by_owner, piece.added_at)


def _reply(reply: Reply) -> ReplyCard:
    return ReplyCard(
        decision=reply.decision,
        facts_found=reply.facts_found,
        rule=reply.rule,
        next_step=reply.next_step,
        by_when=reply.by_when,
        author_name=reply.author.name,
        at=reply.at,
        view=reply.view,
        view_words=reply.view_words,
        view_at=reply.view_at,
    )


def _moves(actor: Actor, found: Case) -> tuple[str, ...]:
    held = actor.all_grants(found.outlet_id or "")
    decides = {
        g
        for g in ("complaints.handle", "complaints.close")
        if not rules.may_decide(actor, found.outlet_id, g)
    }
    if actor.is_owner and found.customer_id == actor.id:
        held |= {"complaints.own"}
    return tuple(MACHINE.open_from(found.state, frozenset(held) - decides))


def _may_add(actor: Actor, found: Case) -> bool:
    if found.state in ENDED:
        return False
    staff = {"complaints.file", "complaints.handle"}
    return actor.is_owner or bool(staff & actor.all_grants(found.outlet_id or ""))
