"""What the owner says to an answer: accept, dispute, or withdraw the complaint."""

from django.db import transaction

from sanbao.base.actor import Actor
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.models import Case, Reply
from sanbao.rooms.complaints.services.steps import due_from, may_as_owner, record, see, step
from sanbao.rooms.complaints.states import ACCEPTED_VIEW, DISPUTED_VIEW, MACHINE


@transaction.atomic
def accept(actor: Actor, number: str) -> None:
    """End the case: its owner accepts the answer.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    case = see(actor, number)
    may_as_owner(actor, case)
    move = MACHINE.take("accept", case.state)
    step(actor, case, move, stop=True, ended_at=actor.at)
    _view(actor, case, ACCEPTED_VIEW)
    record(actor, case, move.event)


@transaction.atomic
def dispute(actor: Actor, number: str, *, words: str) -> None:
    """Open the case again: its owner does not accept the answer; the clock of the decision starts anew.

    The outer limit stays where the demand put it.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken, Invalid.
    """
    case = see(actor, number)
    may_as_owner(actor, case)
    move = MACHINE.take("dispute", case.state)
    said = rules.wording(words, field="words")
    dues = {
        clock: due_from(actor.at, clock, case.zone, case=case)
        for clock in rules.clocks_started("dispute", case.channel)
    }
    step(actor, case, move, started=dues)
    _view(actor, case, DISPUTED_VIEW, said)
    record(actor, case, move.event, decision_due_at=dues[rules.DECISION].due)


@transaction.atomic
def withdraw(actor: Actor, number: str) -> None:
    """End the case: its owner no longer wants an answer.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    case = see(actor, number)
    may_as_owner(actor, case)
    move = MACHINE.take("withdraw", case.state)
    step(actor, case, move, stop=True, ended_at=actor.at)
    record(actor, case, move.event)


def _view(actor: Actor, case: Case, view: str, words: str = "") -> None:
    newest = case.replies.order_by("-id").values("pk")[:1]
    Reply.objects.filter(pk__in=newest, view="").update(view=view, view_words=words, view_at=actor.at)
