"""The lives of a thread and of a notice."""

from datetime import timedelta
from typing import Final

from sanbao.base.moves import Machine, Move

OPEN, WAITING, CLOSED = "open", "waiting", "closed"
"""The house owes an answer; the customer has one; nobody waits."""
THREAD: Final = Machine(
    {
        "answer": Move(frozenset({OPEN, WAITING}), WAITING, "conversations.answer", "thread.answered"),
        "receive": Move(frozenset({OPEN, WAITING, CLOSED}), OPEN, "conversations.write", "thread.received"),
        "log_call": Move(frozenset({OPEN, WAITING, CLOSED}), WAITING, "conversations.call", "thread.called"),
        "close": Move(frozenset({OPEN, WAITING}), CLOSED, "conversations.answer", "thread.closed"),
    }
)
INBOUND, OUTBOUND, NOTE = "in", "out", "note"
DIRECTIONS: Final = frozenset({INBOUND, OUTBOUND, NOTE})
THREAD_CHANNELS: Final = frozenset({"portal", "phone", "mail", "chat", "counter"})

QUEUED, SENT, FAILED, DROPPED = "queued", "sent", "failed", "dropped"
NOTICE_STATES: Final = frozenset({QUEUED, SENT, FAILED, DROPPED})
"""Dropped: the customer was erased before it went out."""
SMS, MAIL, PORTAL = "sms", "mail", "portal"
NOTICE_CHANNELS: Final = frozenset({SMS, MAIL, PORTAL})

LEASE: Final = timedelta(minutes=10)
"""Longer than the slowest batch of letters takes: fifty at the gateway's time limit."""
MOST_ATTEMPTS: Final = 8


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after this many failures: 1 min, 2 min, 4 min … at most six hours."""
    return timedelta(minutes=min(2 ** (attempts - 1), 360))
