"""Who hears which fact: the whole list on one screen.

Handlers are safe to run twice; ``sanbao work`` runs them after the fact is committed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sanbao.base.actor import Actor
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.ledger.services import Handler
from sanbao.rooms.registry import services as registry
from sanbao.rooms.vault import handlers as vault

Duty = Callable[[Actor], object]

HANDLERS: Final[dict[str, Handler]] = {
    "vault.on_customer_erased": vault.on_customer_erased,
}
WIRING: Final[dict[str, tuple[str, ...]]] = {
    "customer.erased": ("vault.on_customer_erased",),
}

DUTIES: Final[dict[str, tuple[timedelta, Duty]]] = {
    "ledger.forget_answers": (timedelta(hours=1), ledger.forget_answers),
    "registry.forget_attempts": (timedelta(hours=6), registry.forget_attempts),
}
"""What happens by the clock: name → how often, and what. A duty is safe to run twice and late."""
