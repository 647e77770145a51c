"""The life of a complaint case."""

from typing import Final

from sanbao.base.moves import Machine, Move

FILED, WORKING, ANSWERED, DISPUTED, CLOSED, WITHDRAWN = (
    "filed",
    "working",
    "answered",
    "disputed",
    "closed",
    "withdrawn",
)
MACHINE: Final = Machine(
    {
        "take": Move(frozenset({FILED, WORKING, DISPUTED}), WORKING, "complaints.handle", "complaint.taken"),
        "answer": Move(
            frozenset({FILED, WORKING, DISPUTED}), ANSWERED, "complaints.handle", "complaint.answered"
        ),
        "accept": Move(frozenset({ANSWERED}), CLOSED, "complaints.own", "complaint.accepted"),
        "dispute": Move(frozenset({ANSWERED}), DISPUTED, "complaints.own", "complaint.disputed"),
        "withdraw": Move(
            frozenset({FILED, WORKING, ANSWERED, DISPUTED}),
            WITHDRAWN,
            "complaints.own",
            "complaint.withdrawn",
        ),
        "close": Move(frozenset({ANSWERED, DISPUTED}), CLOSED, "complaints.close", "complaint.closed"),
    }
)
RUNNING, PAUSED = "running", "paused"
CLOCKS: Final = Machine(
    {
        "pause": Move(frozenset({RUNNING}), PAUSED, "complaints.handle", "complaint.paused"),
        "resume": Move(frozenset({PAUSED}), RUNNING, "complaints.handle", "complaint.resumed"),
    }
)
"""The pausable clocks of one case, together."""
NO_AUTHORITY, RECEIVED, ACCEPTED, REJECTED, MEDIATED, FAILED = (
    "none",
    "received",
    "accepted",
    "rejected",
    "mediated",
    "failed",
)
MEDIATION: Final = Machine(
    {
        "authority_received": Move(
            frozenset({NO_AUTHORITY}), RECEIVED, "complaints.handle", "complaint.authority_received"
        ),
        "authority_accepted": Move(
            frozenset({RECEIVED}), ACCEPTED, "complaints.handle", "complaint.authority_accepted"
        ),
        "authority_rejected": Move(
            frozenset({RECEIVED}), REJECTED, "complaints.handle", "complaint.authority_rejected"
        ),
        "mediated": Move(frozenset({ACCEPTED}), MEDIATED, "complaints.handle", "complaint.mediated"),
        "mediation_failed": Move(
            frozenset({ACCEPTED}), FAILED, "complaints.handle", "complaint.mediation_failed"
        ),
    }
)
HANDLER, MANAGER, BRAND = 0, 1, 2
"""Who has to see to it that a case is answered: its handler, the outlet's manager, the brand."""
BY_HANDLER, BY_OWNER, BY_LIMIT, BY_CASE = "handler", "owner", "limit", "case"
PAUSE_ENDS: Final = frozenset({"", BY_HANDLER, BY_OWNER, BY_LIMIT, BY_CASE})
"""What ended a pause: its handler, the owner's answer, its limit, or the case itself going on."""
SOON, OVERDUE = "soon", "overdue"
ALERT_STATES: Final = frozenset({"queued", "sent", "failed"})
OPEN: Final = frozenset({FILED, WORKING, DISPUTED})
ENDED: Final = frozenset({CLOSED, WITHDRAWN})
DEMANDS: Final = frozenset({"refund", "exchange", "repair", "compensation", "apology", "other"})
DECISIONS: Final = frozenset({"granted", "partly", "refused", "explained"})
CASE_CHANNELS: Final = frozenset({"portal", "phone", "chat", "mail", "counter", "authority"})
ACCEPTED_VIEW, DISPUTED_VIEW = "accepted", "disputed"
VIEWS: Final = frozenset({"", ACCEPTED_VIEW, DISPUTED_VIEW})
