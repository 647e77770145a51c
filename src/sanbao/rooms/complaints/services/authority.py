"""What an authority does with a complaint, put down as it is heard: its clocks start and end with it."""

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.models import Case
from sanbao.rooms.complaints.services.steps import Turn, due_from, record, see, settle
from sanbao.rooms.complaints.states import CLOSED, ENDED, MEDIATION


@transaction.atomic
def authority_received(actor: Actor, number: str) -> None:
    """Note that an authority has this complaint; its seven working days begin.

    Raises:
        NotAllowed, Missing, IllegalMove, Overtaken.
    """
    case = _may(actor, number)
    move = MEDIATION.take("authority_received", case.mediation)
    dues = {clock: due_from(actor.at, clock, case.zone) for clock in rules.STARTED_BY["authority_received"]}
    _settle(actor, case, Turn(started=dues), mediation=move.target, authority_at=actor.at)
    record(actor, case, move.event, due_at=dues[rules.AUTHORITY_ACCEPTANCE].due)


@transaction.atomic
def authority_accepted(actor: Actor, number: str) -> None:
    """Note that the authority mediates; its limit is counted by the order in force when it got the matter.

    Raises:
        NotAllowed, Missing, IllegalMove, Overtaken.
    """
    case = _may(actor, number)
    move = MEDIATION.take("authority_accepted", case.mediation)
    dues = {
        clock: due_from(actor.at, clock, case.zone, received=case.authority_at, case=case)
        for clock in rules.STARTED_BY["authority_accepted"]
    }
    turn = Turn(met=rules.MET_BY["authority_accepted"], started=dues)
    _settle(actor, case, turn, mediation=move.target)
    record(actor, case, move.event, latest_due_at=dues[rules.AUTHORITY_MEDIATION].due)


@transaction.atomic
def authority_rejected(actor: Actor, number: str, *, words: str) -> None:
    """Note that the authority does not take the matter, and why.

    Raises:
        NotAllowed, Missing, IllegalMove, Overtaken, Invalid.
    """
    case = _may(actor, number)
    move = MEDIATION.take("authority_rejected", case.mediation)
    said = rules.wording(words, field="words")
    turn = Turn(met=rules.MET_BY["authority_rejected"])
    _settle(actor, case, turn, mediation=move.target, mediation_words=said)
    record(actor, case, move.event)


@transaction.atomic
def mediated(actor: Actor, number: str, *, words: str) -> None:
    """Note what both sides agreed on before the authority; the case ends with it.

    Raises:
        NotAllowed, Missing, IllegalMove, Overtaken, Invalid.
    """
    case = _may(actor, number)
    move = MEDIATION.take("mediated", case.mediation)
    said = rules.wording(words, field="words")
    ends = {} if case.state in ENDED else {"state": CLOSED, "ended_at": actor.at}
    turn = Turn(met=rules.MET_BY["mediated"], stop=True)
    _settle(actor, case, turn, mediation=move.target, mediation_words=said, **ends)
    record(actor, case, move.event)


@transaction.atomic
def mediation_failed(actor: Actor, number: str, *, words: str) -> None:
    """Note that the mediation ended without an agreement; the owner is told where to go next.

    Raises:
        NotAllowed, Missing, IllegalMove, Overtaken, Invalid.
    """
    case = _may(actor, number)
    move = MEDIATION.take("mediation_failed", case.mediation)
    said = rules.wording(words, field="words")
    turn = Turn(met=rules.MET_BY["mediation_failed"])
    _settle(actor, case, turn, mediation=move.target, mediation_words=said)
    record(actor, case, move.event)


def _may(actor: Actor, number: str) -> Case:
    """Return the case: what an authority did may be put down by whoever handles complaints there."""
    case = see(actor, number)
    require(actor, "complaints.handle", outlet=case.outlet_id)
    return case


def _settle(actor: Actor, case: Case, turn: Turn, **changes: object) -> None:
    seen = {"state": case.state, "mediation": case.mediation}
    settle(actor, case, turn, seen=seen, changes=changes)
