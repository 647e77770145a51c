"""Lives of an import batch and of a survey."""

from typing import Final

RUNNING, FINISHED = "running", "finished"
BATCH_STATES: Final = frozenset({RUNNING, FINISHED})
ORIGINS: Final = frozenset({"review", "survey", "complaint", "chat", "call", "social"})
