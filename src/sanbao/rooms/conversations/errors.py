"""Refusals that only the conversations room utters."""

from sanbao.base.errors import Invalid, Refusal


class NobodyToCall(Invalid):
    """A call of somebody who gave neither number nor name belongs to nobody."""

    code = "nobody_to_call"
    text = "Nobody can be found for this call."
    remedy = "Choose the customer, or put down at least a phone number or a name."


class NotFailed(Refusal):
    """Only a notice that has failed for good is sent again by hand."""

    code = "not_failed"
    text = "This notice has not failed."
    remedy = "Wait: it is sent, or tried again by itself."
