"""The lives of a thread and of a notice."""

from typing import Final

from sanbao.base.moves import Machine, Move

OPEN, WAITING, CLOSED = "open", "waiting", "closed"
THREAD: Final = Machine(
    {
        "answer": Move(frozenset({OPEN, WAITING}), WAITING, "conversations.answer", "thread.answered"),
        "receive": Move(frozenset({OPEN, WAITING, CLOSED}), OPEN, "conversations.write", "thread.received"),
        "close": Move(frozenset({OPEN, WAITING}), CLOSED, "conversations.answer", "thread.closed"),
    }
)
INBOUND, OUTBOUND, NOTE = "in", "out", "note"
DIRECTIONS: Final = frozenset({INBOUND, OUTBOUND, NOTE})
QUEUED, SENT, FAILED = "queued", "sent", "failed"
NOTICE_STATES: Final = frozenset({QUEUED, SENT, FAILED})
THREAD_CHANNELS: Final = frozenset({"portal", "phone", "mail", "chat", "counter"})
