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
OPEN: Final = frozenset({FILED, WORKING, DISPUTED})
ENDED: Final = frozenset({CLOSED, WITHDRAWN})
DEMANDS: Final = frozenset({"refund", "exchange", "repair", "compensation", "apology", "other"})
DECISIONS: Final = frozenset({"granted", "partly", "refused", "explained"})
CASE_CHANNELS: Final = frozenset({"portal", "phone", "chat", "mail", "counter", "authority"})
ACCEPTED_VIEW, DISPUTED_VIEW = "accepted", "disputed"
VIEWS: Final = frozenset({"", ACCEPTED_VIEW, DISPUTED_VIEW})
