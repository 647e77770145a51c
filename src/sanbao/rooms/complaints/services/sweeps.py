"""What happens to complaints without a person: warnings, first answers noticed, erasure."""

from django.db import transaction
from django.db.models import Q

from sanbao.base.actor import SYSTEM, Actor, require
from sanbao.base.db import lock_rows
from sanbao.base.errors import NotAllowed
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.models import OPEN_CLOCK, Case, Clock, Evidence, Pause, Reply
from sanbao.rooms.complaints.services.alerts import alert
from sanbao.rooms.complaints.services.steps import Turn, due_from, record, settle, step
from sanbao.rooms.complaints.states import ACCEPTED, ENDED, MACHINE, OPEN, OVERDUE, SOON


@transaction.atomic
def meet_first_answer(actor: Actor, number: str) -> None:
    """Meet the clock of the first answer: a person has written to the owner about the case.

    Changes nothing where that clock no longer runs or there is no such case.

    Raises:
        NotAllowed, Overtaken.
    """
    require(actor, "complaints.handle")
    case = Case.objects.visible_to(actor).filter(number=number, state__in=OPEN).first()
    if case is None or not case.clocks.filter(OPEN_CLOCK, clock__in=rules.MET_BY["take"]).exists():
        return
    settle(actor, case, Turn(met=rules.MET_BY["take"]), seen={"state": case.state}, changes={})
    record(actor, case, "complaint.first_answered")


def remind_due(actor: Actor, most: int = 500) -> int:
    """Say once of each clock that it runs out soon, and once that it has; return how many facts.

    Soon is a day before, or half of the clock's time. A clock found when it is already over gets only the
    second fact: the case then rises to whoever has to see to it now, the owner's new date starts to run,
    and both sides are told. One transaction per case: what somebody changes meanwhile waits for the next
    sweep.

    Raises:
        NotAllowed.
    """
    if actor.kind != SYSTEM and not actor.everywhere("complaints.handle"):
        raise NotAllowed(grant="complaints.handle")
    told = 0
    for key in _cases_with_due(actor, most):
        with transaction.atomic():
            held: list[Case] = lock_rows(Case.objects.filter(pk=key))
            told += sum(_warned(actor, case) for case in held)
    return told


def _cases_with_due(actor: Actor, most: int) -> list[int]:
    """Return the keys of the cases with a clock to warn of, the longest overdue first."""
    late = Q(due_at__lt=actor.at)
    soon = Q(due_at__lte=actor.at + rules.SOON, soon_at__isnull=True)
    rows = Clock.objects.filter(OPEN_CLOCK, late | soon, overdue_at__isnull=True)
    rows = rows.filter(Q(case__state__in=OPEN) | Q(case__mediation=ACCEPTED))
    return list(dict.fromkeys(rows.order_by("due_at", "id").values_list("case_id", flat=True)[:most]))


def _warned(actor: Actor, case: Case) -> int:
    """Warn of every clock of a held case that needs it; return how many."""
    told = 0
    for clock in case.clocks.filter(OPEN_CLOCK, overdue_at__isnull=True).order_by("due_at", "pk"):
        if clock.due_at < actor.at:
            run_out(actor, case, clock)
            told += 1
        elif clock.soon_at is None and rules.soon_from(clock.started_at, clock.due_at) <= actor.at:
            Clock.objects.filter(pk=clock.pk).update(soon_at=actor.at)
            alert(actor, case, clock, SOON, case.level)
            record(
                actor, case, "complaint.due_soon", clock=clock.clock, due_at=clock.due_at, level=case.level
            )
            told += 1
    return told


def run_out(actor: Actor, case: Case, clock: Clock) -> None:
    """Write down that a clock has run out, and do what follows by the table.

    The owner is told why and the new date; where the house owed nothing (an authority's clock), the fact
    alone is kept.

    Raises:
        Overtaken.
    """
    late = rules.ESCALATION.get(clock.clock)
    Clock.objects.filter(pk=clock.pk).update(overdue_at=actor.at)
    facts = {"clock": clock.clock, "due_at": clock.due_at}
    if late is None:
        alert(actor, case, clock, OVERDUE, case.level)
        record(actor, case, "complaint.overdue", **facts, level=case.level)
        return
    level = max(case.level, late.level)
    running = case.clocks.filter(OPEN_CLOCK, clock=late.then).first() if late.then else None
    fresh = {late.then: due_from(actor.at, late.then, case.zone)} if late.then and running is None else {}
    settle(actor, case, Turn(started=fresh), seen={"state": case.state}, changes={"level": level})
    new = running.due_at if running else fresh[late.then].due if fresh else None
    alert(actor, case, clock, OVERDUE, level)
    because = rules.late_because(taken=case.handler_id is not None)
    record(actor, case, "complaint.overdue", **facts, level=level, because=because, new_due_at=new)


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
            step(actor, case, MACHINE.take("withdraw", case.state), stop=True, ended_at=actor.at)
            record(actor, case, "complaint.withdrawn", erased=True)
    keys = [case.pk for case in cases]
    Case.objects.filter(pk__in=keys).update(words="", closing_words="", mediation_words="")
    Pause.objects.filter(case__in=keys).update(note="")
    Evidence.objects.filter(case__in=keys).update(note="")
    Reply.objects.filter(case__in=keys).update(facts_found="", next_step="", view_words="")
    return len(keys)
