"""Every read of the complaints room: the queue by time left, a case whole, a clock and its working."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db.models import OuterRef, Q, Subquery
from django.utils.dateparse import parse_datetime

from sanbao.base.actor import Actor
from sanbao.base.errors import Invalid, Missing
from sanbao.base.ids import tidy_number
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.models import OPEN_CLOCK, Alert, Case, Clock, Evidence, Pause, Reply
from sanbao.rooms.complaints.rules.cards import (
    AlertRow,
    CaseList,
    CasePage,
    CaseRow,
    ClockCard,
    DeadlineCard,
    EvidenceCard,
    PauseCard,
    Promised,
    ReplyCard,
)
from sanbao.rooms.complaints.states import ANSWERED, ENDED, MACHINE, MEDIATION, OPEN, OVERDUE, WORKING

EXCERPT: Final = 120
DEMAND_TITLES = rules.DEMAND_TITLES
DECISION_TITLES = rules.DECISION_TITLES
STATE_TITLES = rules.STATE_TITLES
CHANNEL_TITLES = rules.CHANNEL_TITLES
CLOCK_TITLES = rules.CLOCK_TITLES
PAUSE_TITLES = rules.PAUSE_TITLES
MEDIATION_TITLES = rules.MEDIATION_TITLES
MOST: Final = 100


def queue(actor: Actor, after: str = "", *, most: int = 50, outlet: str = "", handler: str = "") -> CaseList:
    """Return the open cases with the least time left to their next clock first; one query.

    What is overdue comes before everything else, longest first. ``handler`` is a staff number, or ``none``.

    Raises:
        Invalid: ``after`` did not come from this list.
    """
    rows = Case.objects.visible_to(actor).filter(ended_at__isnull=True).exclude(state=ANSWERED)
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
    found = list(_listed(rows).order_by("answer_due_at", "pk")[: most + 1])
    last = found[most - 1] if len(found) > most else None
    cursor = f"{last.answer_due_at.isoformat()}~{last.pk}" if last else ""
    return CaseList(tuple(_row(actor, case) for case in found[:most]), cursor)


def matters(actor: Actor, after: int = 0) -> list[tuple[Any, ...]]:
    """Return key, number, order, device and moment of filing of the next thousand open cases, by key."""
    rows = Case.objects.visible_to(actor).filter(state__in=OPEN, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", "number", "order__number", "device__number", "filed_at")[:1000])


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
    rows = _listed(Case.objects.visible_to(actor).filter(order__number=_typed(order))).order_by("-pk")
    return tuple(_row(actor, case) for case in rows[:MOST])


def search(actor: Actor, text: str, *, most: int = 20) -> tuple[CaseRow, ...]:
    """Return the visible cases whose number is what somebody typed; for the one search field. One query."""
    number = tidy_number(text)
    if number is None:
        return ()
    rows = _listed(Case.objects.visible_to(actor).filter(number=number))
    return tuple(_row(actor, case) for case in rows[:most])


def case(actor: Actor, number: str) -> CasePage:
    """Return one case whole, in five queries.

    Raises:
        Missing: there is none, or the actor may not see it.
    """
    found: Case = _with_names(Case.objects.all()).pick(actor, number=number)
    clocks = Clock.objects.filter(case=found).order_by("due_at", "pk")
    evidence = Evidence.objects.filter(case=found).order_by("pk")
    replies = Reply.objects.filter(case=found).select_related("author").order_by("pk")
    pauses = Pause.objects.filter(case=found).select_related("author").order_by("pk")
    cards = tuple(_clock(actor, clock, found) for clock in clocks)
    return CasePage(
        row=_row(actor, found),
        words=found.words,
        closing_words=found.closing_words,
        device=found.device.number if found.device else "",
        answered_at=found.answered_at,
        ended_at=found.ended_at,
        clocks=cards,
        evidence=tuple(_shown(found, piece) for piece in evidence),
        replies=tuple(_reply(reply) for reply in replies),
        moves=_moves(actor, found),
        may_add_evidence=_may_add(actor, found),
        own_outlet=actor.may("complaints.handle", found.outlet_id)
        and not rules.may_decide(actor, found.outlet_id),
        pauses=tuple(
            PauseCard(p.reason, p.note, p.author.name, p.began_at, p.until, p.ended_at, p.ended_by)
            for p in pauses
        ),
        pausable=rules.pausable(card.clock for card in cards if card.running),
        mediation_words=found.mediation_words,
    )


def alerts(actor: Actor, *, most: int = 30) -> tuple[AlertRow, ...]:
    """Return the running clocks that this member of staff was warned of, the longest overdue first.

    One line for each clock; it goes when the clock is met. One query.
    """
    rows = Alert.objects.filter(staff_id=(actor.is_staff and actor.id) or 0)
    rows = rows.filter(clock__met_at__isnull=True, clock__stopped_at__isnull=True)
    rows = rows.select_related("clock__case__outlet").order_by("clock__due_at", "kind", "pk")
    shown = {row.clock_id: row for row in rows[: 2 * most] if row.kind == OVERDUE or not row.clock.overdue_at}
    return tuple(_alert(row) for row in list(shown.values())[:most])


def deadlines(actor: Actor, number: str) -> tuple[DeadlineCard, ...]:
    """Return every clock of a case with its working, in the order they began; two queries.

    Raises:
        Missing: no such case for this actor.
    """
    found = _with_pause(Case.objects.all()).pick(actor, number=number)
    rows = Clock.objects.filter(case=found).order_by("started_at", "pk")
    return tuple(_deadline(actor, found, row) for row in rows)


def deadline(actor: Actor, number: str, clock: str) -> DeadlineCard:
    """Return the newest clock of this name with its working, in two queries.

    Raises:
        Missing: no such case for this actor, or no such clock.
    """
    found = _with_pause(Case.objects.all()).pick(actor, number=number)
    row = Clock.objects.filter(case=found, clock=_typed(clock)).order_by("-pk").first()
    if row is None:
        raise Missing(field="clock")
    return _deadline(actor, found, row)


def promised(actor: Actor, number: str) -> Promised | None:
    """Return the day that a case's newest answer names, None where it names none; two queries.

    Raises:
        Missing: no such case for this actor.
    """
    found: Case = Case.objects.pick(actor, number=number)
    newest = Reply.objects.filter(case=found).select_related("author").order_by("-pk").first()
    if newest is None or newest.by_when is None:
        return None
    due = rules.day_ends(newest.by_when, found.zone)
    return Promised(newest.author.name, newest.at, due, found.zone, due < actor.at)


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


_COLUMNS: Final = (
    "number", "state", "channel", "demand", "demand_cents", "words", "filed_at", "answer_due_at", "level",
    "outer_due_at", "zone", "provisional", "mediation", "customer__number", "customer__name", "order__number",
    "outlet__name_zh", "outlet__name_en", "device__product__name_zh", "device__product__name_en",
    "handler__number", "handler__name",
)  # fmt: skip


def _listed(rows: Any) -> Any:
    return _with_names(rows).only(*_COLUMNS)


def _with_pause(rows: Any) -> Any:
    stands = Pause.objects.filter(case=OuterRef("pk"), ended_at__isnull=True).order_by()
    return rows.annotate(
        paused_for=Subquery(stands.values("reason")[:1]), paused_until=Subquery(stands.values("until")[:1])
    )


def _with_names(rows: Any) -> Any:
    running = Clock.objects.filter(OPEN_CLOCK, case=OuterRef("pk")).exclude(clock__in=rules.THEIRS)
    running = running.order_by("due_at", "pk")
    rows = _with_pause(rows)
    return rows.select_related("customer", "outlet", "device__product", "order", "handler").annotate(
        next_clock=Subquery(running.values("clock")[:1])
    )


def _newest(actor: Actor, rows: Any, after: str, most: int) -> CaseList:
    if after:
        if not (after.isascii() and after.isdecimal()):
            raise Invalid("This page of the list does not exist.", field="after")
        rows = rows.filter(pk__lt=int(after[:18]))
    most = min(most, MOST)
    found = list(_listed(rows).order_by("-pk")[: most + 1])
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
        level=found.level,
        mediation=found.mediation,
        paused_for=found.paused_for or "",
        paused_until=found.paused_until,
    )


def _clock(actor: Actor, clock: Clock, case: Any) -> ClockCard:
    return ClockCard(
        clock=clock.clock,
        started_at=clock.started_at,
        due_at=clock.due_at,
        provisional=clock.provisional,
        met_at=clock.met_at,
        stopped_at=clock.stopped_at,
        running=clock.running,
        late=_late(actor, clock),
        held=clock.running and rules.may_hold(case.paused_for or "", clock.clock),
        ours=clock.clock not in rules.THEIRS,
    )


def _late(actor: Actor, clock: Clock) -> bool:
    # due times are whole seconds, the last one still in time
    settled = (clock.met_at or actor.at).replace(microsecond=0)
    return settled > clock.due_at and (clock.running or clock.met_at is not None)


def _deadline(actor: Actor, case: Any, row: Clock) -> DeadlineCard:
    return DeadlineCard(
        case=case.number,
        clock=row.clock,
        started_at=row.started_at,
        due_at=row.due_at,
        last_day=date.fromisoformat(row.working["last_day"]),
        zone=case.zone,
        provisional=row.provisional,
        met_at=row.met_at,
        stopped_at=row.stopped_at,
        steps=tuple(row.working["steps"]),
        words_zh=rules.told(row.working, "zh"),
        words_en=rules.told(row.working, "en"),
        source=row.working.get("source", ""),
        binding=rules.is_law(row.clock),
        held=row.running and rules.may_hold(case.paused_for or "", row.clock),
        late=_late(actor, row),
    )


def _alert(row: Alert) -> AlertRow:
    case = row.clock.case
    place = case.outlet
    return AlertRow(
        case.number, row.clock.clock, row.kind, row.clock.due_at, case.zone, case.level,
        place.name_zh if place else "", place.name_en if place else "", row.made_at,
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


def _moves(actor: Actor, found: Any) -> tuple[str, ...]:
    held = actor.all_grants(found.outlet_id or "")
    decides = {
        g
        for g in ("complaints.handle", "complaints.close")
        if not rules.may_decide(actor, found.outlet_id, g)
    }
    if actor.is_owner and found.customer_id == actor.id:
        held |= {"complaints.own"}
    grants = frozenset(held) - decides
    turns = ("resume",) if found.paused_for else ("pause",)
    mine = actor.is_staff and found.handler_id == actor.id and "complaints.handle" in grants
    open_now = rules.pausable(["decision"] * (found.state == WORKING)) or found.mediation == "accepted"
    return (
        *MACHINE.open_from(found.state, grants),
        *(turns if mine and open_now else ()),
        *(MEDIATION.open_from(found.mediation, frozenset(held)) if found.state not in ENDED else ()),
    )


def _may_add(actor: Actor, found: Case) -> bool:
    if found.state in ENDED:
        return False
    staff = {"complaints.file", "complaints.handle"}
    return actor.is_owner or bool(staff & actor.all_grants(found.outlet_id or ""))
