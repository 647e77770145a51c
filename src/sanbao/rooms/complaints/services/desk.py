"""The house at work on a complaint: take, answer, close."""

from datetime import date

from django.db import transaction

from sanbao.base.actor import Actor
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.errors import MediationRuns, WithSomebodyElse
from sanbao.rooms.complaints.models import Reply
from sanbao.rooms.complaints.services.steps import may_decide, record, see, step
from sanbao.rooms.complaints.states import ACCEPTED, MACHINE, WORKING


@transaction.atomic
def take(actor: Actor, number: str) -> None:
    """Make the actor the case's handler; the owner is told so, which meets the clock of the first answer.

    Taking one's own case again changes nothing.

    Raises:
        OwnOutlet, NotAllowed, Missing, IllegalMove, Overtaken.
    """
    case = see(actor, number)
    me = may_decide(actor, case, "complaints.handle")
    move = MACHINE.take("take", case.state)
    if (case.state, case.handler_id) == (WORKING, me):
        return
    before = case.handler_id
    step(actor, case, move, met=rules.MET_BY["take"], handler_id=me)
    record(actor, case, move.event, over=before is not None)


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
    case = see(actor, number)
    me = may_decide(actor, case, "complaints.handle")
    move = MACHINE.take("answer", case.state)
    if case.handler_id not in {None, me}:
        raise WithSomebodyElse
    day = rules.promised_by(decision, by_when, rules.local_date(actor.at, case.zone))
    shape = {
        "facts_found": rules.wording(facts_found, field="facts_found"),
        "rule": rules.wording(rule, field="rule"),
        "next_step": rules.wording(next_step, field="next_step"),
    }
    step(actor, case, move, met=rules.MET_BY["answer"], handler_id=me, answered_at=actor.at)
    Reply.objects.create(case=case, author_id=me, decision=decision, by_when=day, at=actor.at, **shape)
    record(
        actor,
        case,
        move.event,
        decision=decision,
        by_when=day,
        late=actor.at > case.outer_due_at,
        demand=case.demand,
    )


@transaction.atomic
def close(actor: Actor, number: str, *, words: str) -> None:
    """End an answered or disputed case from the house's side, with the reason the owner reads.

    Raises:
        MediationRuns: an authority is mediating.
        OwnOutlet, NotAllowed, Missing, IllegalMove, Overtaken, Invalid.
    """
    case = see(actor, number)
    may_decide(actor, case, "complaints.close")
    move = MACHINE.take("close", case.state)
    if case.mediation == ACCEPTED:
        raise MediationRuns
    said = rules.wording(words, field="words")
    step(actor, case, move, stop=True, ended_at=actor.at, closing_words=said)
    record(actor, case, move.event)
