"""Who hears which fact: the whole list on one screen.

Handlers are safe to run twice; ``sanbao work`` runs them after the fact is committed.
"""

from typing import Final

from sanbao.rooms.ledger.services import Handler

HANDLERS: Final[dict[str, Handler]] = {}
WIRING: Final[dict[str, tuple[str, ...]]] = {}
