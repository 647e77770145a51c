"""Refusals that only the complaints room utters."""

from sanbao.base.errors import NotAllowed, Refusal


class OwnOutlet(NotAllowed):
    """The complaint is about the only outlet this member of staff works for."""

    code = "own_outlet"
    text = "This complaint is about your own outlet, so somebody from elsewhere decides on it."
    remedy = "Leave it to the complaint desk; you can still add evidence and answer their questions."


class WithSomebodyElse(Refusal):
    """Another handler has the case in hand."""

    code = "with_somebody_else"
    text = "Somebody else is working on this complaint."
    remedy = "Take the case over first, then answer."


class NothingToPause(Refusal):
    """No clock of the case may stand still for this reason, or none of them would end later."""

    code = "nothing_to_pause"
    text = "No clock of this case may stand still for this reason."
    remedy = "The law's last day never moves; answer with what is known by then."


class AlreadyPaused(Refusal):
    """The case's clocks stand still already."""

    code = "already_paused"
    text = "The clocks of this case stand still already."
    remedy = "End this pause first."


class NotPaused(Refusal):
    """No clock of the case stands still."""

    code = "not_paused"
    text = "The clocks of this case are running."


class MediationRuns(Refusal):
    """An authority is mediating; the case cannot be closed from the house's side."""

    code = "mediation_runs"
    text = "An authority is mediating this case, so it stays open."
    remedy = "Put down how the mediation ended first."
