"""What happens to complaints without a person: warnings, first answers noticed, erasure."""

from django.db import transaction
from django.db.models import Q

from sanbao.base.actor import SYSTEM, Actor, require
from sanbao.base.db import lock_rows
from sanbao.base.errors import NotAllowed
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.models import OPEN_CLOCK, Case, Clock, Evidence, Reply
from sanbao.rooms.complaints.services.steps import record, settle, step
from sanbao.rooms.complaints.states import ENDED, MACHINE, OPEN


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
    settle(actor, case, met=rules.MET_BY["take"], seen={"state": case.state}, changes={})
    record(actor, case, "complaint.first_answered")


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
            record(actor, cases[clock.case_id], event, clock=clock.clock, due_at=clock.due_at)
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
            step(actor, case, MACHINE.take("withdraw", case.state), stop=True, ended_at=actor.at)
            record(actor, case, "complaint.withdrawn", erased=True)
    keys = [case.pk for case in cases]
    Case.objects.filter(pk__in=keys).update(words="", closing_words="")
    Evidence.objects.filter(case__in=keys).update(note="")
    Reply.objects.filter(case__in=keys).update(facts_found="", next_step="", view_words="")
    return len(keys)
