"""Every write of the complaints room: file, show evidence, take, answer, accept, dispute, withdraw, close."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from sanbao.base.actor import SYSTEM, Actor, require
from sanbao.base.db import compare_and_set, lock_rows
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.base.ids import new_number
from sanbao.base.moves import Move
from sanbao.engines.calendar import Deadline
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.errors import OwnOutlet, WithSomebodyElse
from sanbao.rooms.complaints.models import OPEN_CLOCK, Case, Clock, Evidence, Reply
from sanbao.rooms.complaints.states import (
    ACCEPTED_VIEW,
    CASE_CHANNELS,
    DISPUTED_VIEW,
    ENDED,
    MACHINE,
    OPEN,
    WITHDRAWN,
    WORKING,
)
from sanbao.rooms.ledger.services import append
from sanbao.rooms.vault import queries as vault


@transaction.atomic
def file(
    actor: Actor,
    *,
    demand: str,
    words: str,
    customer: str = "",
    demand_cents: int | None = None,
    device: str = "",
    order: str = "",
    outlet: str = "",
    channel: str = "portal",
    files: Sequence[str] = (),
) -> str:
    """Put down a complaint with its demand and start its reply clocks; return its number.

    Owners file for themselves and leave ``customer`` out. Device and outlet follow from the order where
    they are not given. Days are counted in the outlet's zone, or the installation's without an outlet.

    Raises:
        Missing: a number that the actor may not see; ``field`` says which.
        NotAllowed, Invalid.
    """
    about = _about(actor, customer=customer, device=device, order=order, outlet=outlet)
    if not actor.is_owner:
        require(actor, "complaints.file", outlet=about["outlet"] and about["outlet"].pk)
    cents = rules.demanded(demand, demand_cents)
    said = rules.wording(words, field="words")
    if channel not in CASE_CHANNELS or (actor.is_owner and channel == "authority"):
        raise Invalid(field="channel")
    shown = _shown(actor, f"owner:{about['customer'].number}", files)
    zone = about["outlet"].time_zone if about["outlet"] else settings.TIME_ZONE
    dues = {clock: rules.due_from(actor.at, clock, zone) for clock in rules.clocks_started("file", channel)}
    running = {clock: due for clock, due in dues.items() if clock not in rules.MET_BY["file"]}

    case = Case.objects.create(
        number=new_number("CP"),
        channel=channel,
        demand=demand,
        demand_cents=cents,
        words=said,
        zone=zone,
        filed_at=actor.at,
        answer_due_at=min(due.due for due in running.values()),
        outer_due_at=dues[rules.OUTER_LIMIT].due,
        provisional=any(due.provisional for due in running.values()),
        **about,
    )
    _start(actor, case, dues, met=rules.MET_BY["file"])
    Evidence.objects.bulk_create(
        Evidence(case=case, file=number, added_by=actor.ref, added_at=actor.at) for number in shown
    )
    _record(
        actor,
        case,
        "complaint.filed",
        demand=demand,
        demand_cents=cents,
        channel=channel,
        device=device or None,
        files=len(shown),
        decision_due_at=dues[rules.DECISION].due,
        outer_due_at=case.outer_due_at,
        provisional=case.provisional,
    )
    return case.number


@transaction.atomic
def add_evidence(actor: Actor, number: str, *, file: str, note: str = "") -> None:
    """Attach a file of the vault to a case that has not ended; the same file twice is there once.

    Raises:
        Missing, NotAllowed, Invalid.
    """
    case = _see(actor, number)
    if not actor.is_owner and not actor.may("complaints.handle", case.outlet_id):
        require(actor, "complaints.file", outlet=case.outlet_id)
    if case.state in ENDED:
        raise Invalid(
            "This complaint has ended.", field="file", remedy="File a new one if there is more to say."
        )
    _shown(actor, f"owner:{case.customer.number}", (file,))
    try:
        with transaction.atomic():
            Evidence.objects.create(
                case=case, file=file, note=note.strip()[:200], added_by=actor.ref, added_at=actor.at
            )
    except IntegrityError:
        return
    _record(actor, case, "complaint.evidence_added", file=file)


@transaction.atomic
def take(actor: Actor, number: str) -> None:
    """Make the actor the case's handler; the owner is told so, which meets the clock of the first answer.

    Taking one's own case again changes nothing.

    Raises:
        OwnOutlet, NotAllowed, Missing, IllegalMove, Overtaken.
    """
    case = _see(actor, number)
    _may_decide(actor, case, "complaints.handle")
    move = MACHINE.take("take", case.state)
    if (case.state, case.handler_id) == (WORKING, actor.id):
        return
    before = case.handler_id
    _step(actor, case, move, met=rules.MET_BY["take"], handler_id=actor.id)
    _record(actor, case, move.event, over=before is not None)


@transaction.atomic
def answer(
    actor: Actor,
    number: str,
    *,
    decision: str,
    facts_found: str,
    rule: str,
    next_step: str,
    by_when: date | None = None,
) -> None:
    """Answer the demand in the fixed shape; this meets every open clock of the case.

    Raises:
        WithSomebodyElse: another handler has it; take it over first.
        OwnOutlet, NotAllowed, Missing, IllegalMove, Overtaken, Invalid.
    """
    case = _see(actor, number)
    _may_decide(actor, case, "complaints.handle")
    move = MACHINE.take("answer", case.state)
    if case.handler_id not in {None, actor.id}:
        raise WithSomebodyElse
    day = rules.promised_by(decision, by_when, rules.local_date(actor.at, case.zone))
    shape = {
        "facts_found": rules.wording(facts_found, field="facts_found"),
        "rule": rules.wording(rule, field="rule"),
        "next_step": rules.wording(next_step, field="next_step"),
    }
    _step(actor, case, move, met=rules.MET_BY["answer"], handler_id=actor.id, answered_at=actor.at)
    Reply.objects.create(case=case, author_id=actor.id, decision=decision, by_when=day, at=actor.at, **shape)
    _record(
        actor,
        case,
        move.event,
        decision=decision,
        by_when=day,
        late=actor.at > case.outer_due_at,
        demand=case.demand,
    )


@transaction.atomic
def accept(actor: Actor, number: str) -> None:
    """End the case: its owner accepts the answer.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    case = _see(actor, number)
    _may_as_owner(actor, case)
    move = MACHINE.take("accept", case.state)
    _step(actor, case, move, stop=True, ended_at=actor.at)
    _view(actor, case, ACCEPTED_VIEW)
    _record(actor, case, move.event)


@transaction.atomic
def dispute(actor: Actor, number: str, *, words: str) -> None:
    """Open the case again: its owner does not accept the answer; the clock of the decision starts anew.

    The outer limit stays where the demand put it.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken, Invalid.
    """
    case = _see(actor, number)
    _may_as_owner(actor, case)
    move = MACHINE.take("dispute", case.state)
    said = rules.wording(words, field="words")
    dues = {
        clock: rules.due_from(actor.at, clock, case.zone)
        for clock in rules.clocks_started("dispute", case.channel)
    }
    _step(actor, case, move, started=dues)
    _view(actor, case, DISPUTED_VIEW, said)
    _record(actor, case, move.event, decision_due_at=dues[rules.DECISION].due)


@transaction.atomic
def withdraw(actor: Actor, number: str) -> None:
    """End the case: its owner no longer wants an answer.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    case = _see(actor, number)
    _may_as_owner(actor, case)
    move = MACHINE.take("withdraw", case.state)
    _step(actor, case, move, stop=True, ended_at=actor.at)
    _record(actor, case, move.event)


@transaction.atomic
def close(actor: Actor, number: str, *, words: str) -> None:
    """End an answered or disputed case from the house's side, with the reason the owner reads.

    Raises:
        OwnOutlet, NotAllowed, Missing, IllegalMove, Overtaken, Invalid.
    """
    case = _see(actor, number)
    _may_decide(actor, case, "complaints.close")
    move = MACHINE.take("close", case.state)
    said = rules.wording(words, field="words")
    _step(actor, case, move, stop=True, ended_at=actor.at, closing_words=said)
    _record(actor, case, move.event)


@transaction.atomic
def meet_first_answer(actor: Actor, number: str) -> None:
    """Meet the clock of the first answer: a person has written to the owner about the case.

    Changes nothing where that clock no longer runs or there is no such case.

    Raises:
        NotAllowed, Overtaken.
    """
    require(actor, "complaints.handle")
    case = Case.objects.visible_to(actor).filter(number=number, state__in=OPEN).first()
    if case is None or not case.clocks.filter(OPEN_CLOCK, clock=rules.FIRST_ANSWER).exists():
        return
    _settle(actor, case, met=rules.MET_BY["take"], seen={"state": case.state}, changes={})
    _record(actor, case, "complaint.first_answered")


@transaction.atomic
def remind_due(actor: Actor, most: int = 500) -> int:
    """Say once of each clock that it runs out within a day, and once that it has; return how many facts.

    A clock found when it is already over gets only the second fact.

    Raises:
        NotAllowed.
    """
    if actor.kind != SYSTEM and not actor.everywhere("complaints.handle"):
        raise NotAllowed(grant="complaints.handle")
    late = Q(due_at__lt=actor.at)
    soon = Q(due_at__lte=actor.at + rules.SOON, soon_at__isnull=True)
    rows = Clock.objects.filter(OPEN_CLOCK, late | soon, overdue_at__isnull=True, case__state__in=OPEN)
    chosen = rows.order_by("due_at", "id").values_list("pk", flat=True)[:most]
    held: list[Clock] = lock_rows(Clock.objects.filter(pk__in=list(chosen)))
    about = Case.objects.select_related("customer", "order").filter(pk__in={c.case_id for c in held})
    cases = {case.pk: case for case in about}
    told = 0
    for clock in held:
        over = clock.due_at < actor.at
        mark = {"overdue_at" if over else "soon_at": actor.at}
        fresh = Clock.objects.filter(OPEN_CLOCK, pk=clock.pk, **{f"{name}__isnull": True for name in mark})
        if fresh.update(**mark):
            event = "complaint.overdue" if over else "complaint.due_soon"
            _record(actor, cases[clock.case_id], event, clock=clock.clock, due_at=clock.due_at)
            told += 1
    return told


@transaction.atomic
def erase_customer(actor: Actor, customer: str) -> int:
    """Empty what an erased customer wrote and end their open cases; return how many cases were touched.

    Demand, moments, decision and clocks stay: they hold nothing of the person. Safe to run twice.
    """
    if actor.kind != SYSTEM:
        require(actor, "registry.erase")
    cases = lock_rows(Case.objects.filter(customer__number=customer))
    for case in cases:
        if case.state not in ENDED:
            _step(actor, case, MACHINE.take("withdraw", case.state), stop=True, ended_at=actor.at)
            _record(actor, case, "complaint.withdrawn", erased=True)
    keys = [case.pk for case in cases]
    Case.objects.filter(pk__in=keys).update(words="", closing_words="")
    Evidence.objects.filter(case__in=keys).update(note="")
    Reply.objects.filter(case__in=keys).update(facts_found="", next_step="", view_words="")
    return len(keys)


# what every verb does in the same way


def _see(actor: Actor, number: str) -> Case:
    case: Case = Case.objects.select_related("customer", "order").pick(actor, number=number)
    return case


def _about(actor: Actor, *, customer: str, device: str, order: str, outlet: str) -> dict[str, Any]:
    """Return the rows a new case points to, all visible to the actor and all of one customer."""
    if not actor.is_owner and not customer:
        raise Invalid("Say whose complaint this is.", field="customer")
    who = _row(actor, "customer", **({"pk": actor.id} if actor.is_owner else {"number": customer}))
    if customer and who.number != customer:
        raise Missing(field="customer")
    repair = _row(actor, "order", number=order) if order else None
    thing = _row(actor, "device", number=device) if device else repair and repair.device
    place = _row(actor, "outlet", pk=outlet) if outlet else repair and repair.outlet
    if repair is not None and repair.customer_id != who.pk:
        raise Missing(field="order")
    if thing is not None and thing.customer_id not in {None, who.pk}:
        raise Missing(field="device")
    return {"customer": who, "order": repair, "device": thing, "outlet": place}


def _row(actor: Actor, field: str, **key: Any) -> Any:
    """Return the row of a lower room that a case may point to, as that room lets the actor see it."""
    model: Any = Case._meta.get_field(field).related_model
    try:
        return model.objects.pick(actor, **key)
    except Missing as unseen:
        raise Missing(field=field) from unseen


def _shown(actor: Actor, owner: str, files: Iterable[str]) -> tuple[str, ...]:
    """Return the numbers of vault files that belong to the owner of the case."""
    numbers = tuple(dict.fromkeys(files))
    if len(numbers) > rules.MOST_FILES:
        raise Invalid("At most %(most)s files at a time.", field="files", most=rules.MOST_FILES)
    if any(card.owner != owner for card in vault.files(actor, numbers)):
        raise Missing(field="files")
    return numbers


def _may_decide(actor: Actor, case: Case, grant: str) -> None:
    require(actor, grant, outlet=case.outlet_id)
    if not actor.is_staff:
        raise NotAllowed(grant=grant)
    if not rules.may_decide(actor, case.outlet_id, grant):
        raise OwnOutlet(outlet=case.outlet_id)


def _may_as_owner(actor: Actor, case: Case) -> None:
    """Owners need no grant for their own case; staff with ``complaints.own`` pass on the owner's word."""
    if not (actor.is_owner and case.customer_id == actor.id):
        require(actor, "complaints.own", outlet=case.outlet_id)


def _step(
    actor: Actor,
    case: Case,
    move: Move,
    *,
    met: Iterable[str] = (),
    stop: bool = False,
    started: dict[str, Deadline] | None = None,
    **changes: Any,
) -> None:
    """Move the case, end and start its clocks; refused whole where somebody else was first."""
    seen = {"state": case.state, "handler_id": case.handler_id}
    _settle(
        actor, case, met=met, stop=stop, started=started, seen=seen, changes={"state": move.target, **changes}
    )


def _settle(
    actor: Actor,
    case: Case,
    *,
    seen: dict[str, Any],
    changes: dict[str, Any],
    met: Iterable[str] = (),
    stop: bool = False,
    started: dict[str, Deadline] | None = None,
) -> None:
    running = list(case.clocks.filter(OPEN_CLOCK))
    ending = [clock for clock in running if clock.clock in met]
    left = [] if stop else [clock for clock in running if clock.clock not in met]
    fresh = started or {}
    owed = [*((c.due_at, c.provisional) for c in left), *((d.due, d.provisional) for d in fresh.values())]
    dues: dict[str, Any] = {
        "answer_due_at": rules.next_due((due for due, _ in owed), case.answer_due_at),
        "provisional": any(provisional for _, provisional in owed),
    }
    compare_and_set(case, seen={**seen, "answer_due_at": case.answer_due_at}, changes={**changes, **dues})
    _end(ending, met_at=actor.at)
    if stop:
        _end(running, stopped_at=actor.at)
    _start(actor, case, fresh)


def _end(clocks: Sequence[Clock], **mark: datetime) -> None:
    if clocks:
        Clock.objects.filter(OPEN_CLOCK, pk__in=[clock.pk for clock in clocks]).update(**mark)


def _start(actor: Actor, case: Case, dues: dict[str, Deadline], met: Sequence[str] = ()) -> None:
    Clock.objects.bulk_create(
        Clock(
            case=case,
            clock=clock,
            started_at=actor.at,
            due_at=due.due,
            provisional=due.provisional,
            working=due.plain(),
            met_at=actor.at if clock in met else None,
        )
        for clock, due in dues.items()
    )


def _view(actor: Actor, case: Case, view: str, words: str = "") -> None:
    newest = case.replies.order_by("-id").values_list("pk", flat=True).first()
    Reply.objects.filter(pk=newest, view="").update(view=view, view_words=words, view_at=actor.at)


def _record(actor: Actor, case: Case, event: str, **facts: Any) -> None:
    append(
        case.number,
        event,
        actor,
        customer=case.customer.number,
        outlet=case.outlet_id,
        zone=case.zone,
        order=case.order.number if case.order else None,
        **facts,
    )
