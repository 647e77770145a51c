"""The life of a delivery."""

from datetime import timedelta
from typing import Final

WAITING, DONE, DEAD = "waiting", "done", "dead"
DELIVERY_STATES: Final = frozenset({WAITING, DONE, DEAD})

LEASE: Final = timedelta(seconds=60)
MOST_ATTEMPTS: Final = 10


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after this many failures: 2 s, 4 s, 8 s … at most an hour."""
    return timedelta(seconds=min(2**attempts, 3600))
