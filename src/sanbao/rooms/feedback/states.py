"""Lives of an import batch and of a survey."""

from typing import Final

from sanbao.base.moves import Machine, Move

RUNNING, FINISHED = "running", "finished"
BATCH_STATES: Final = frozenset({RUNNING, FINISHED})
ORIGINS: Final = frozenset({"review", "survey", "complaint", "chat", "call", "social"})

COPY, LEFT_OUT = "copy", "left_out"
ASIDES: Final = frozenset({COPY, LEFT_OUT})
"""Why a text does not count: it says again what another one said, or a person left it out."""

WAITING, SPLIT, SETTLED, UNREADABLE = "waiting", "split", "settled", "unreadable"
LESSON_STATES: Final = frozenset({WAITING, SPLIT, SETTLED, UNREADABLE})
"""Of a text on the labelling list: readers are awaited, they disagree, labels stand, nobody can tell."""
RANDOM, ACTIVE, WRONG = "random", "active", "wrong"
DRAWS: Final = frozenset({RANDOM, ACTIVE, WRONG})

OPEN, KEPT = "open", "kept"
SUSPICION_STATES: Final = frozenset({OPEN, KEPT, LEFT_OUT})
COPIES, BURST, STARS, PROMO = "copies", "burst", "stars", "promo"
SUSPICION_KINDS: Final = frozenset({COPIES, BURST, STARS, PROMO})

UNDERTAKEN, DONE, DROPPED = "undertaken", "done", "dropped"
ACTIONS: Final = Machine(
    {
        "finish": Move(frozenset({UNDERTAKEN}), DONE, "feedback.act", "action.done"),
        "drop": Move(frozenset({UNDERTAKEN}), DROPPED, "feedback.act", "action.dropped"),
        "hand_on": Move(frozenset({UNDERTAKEN}), UNDERTAKEN, "feedback.act", "action.handed_on"),
    }
)
ACTION_STATES: Final = frozenset({UNDERTAKEN, DONE, DROPPED})
