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
