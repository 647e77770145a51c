"""Who hears which fact: the whole list on one screen.

Handlers are safe to run twice; ``sanbao work`` runs them after the fact is committed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sanbao.base.actor import Actor
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.ledger.services import Handler

Duty = Callable[[Actor], object]

HANDLERS: Final[dict[str, Handler]] = {}
WIRING: Final[dict[str, tuple[str, ...]]] = {}

DUTIES: Final[dict[str, tuple[timedelta, Duty]]] = {
    "ledger.forget_answers": (timedelta(hours=1), ledger.forget_answers),
}
"""What happens by the clock: name → how often, and what. A duty is safe to run twice and late."""
