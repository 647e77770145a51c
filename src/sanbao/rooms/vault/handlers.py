"""What the vault does when it hears of something."""

from sanbao.base.actor import Actor
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.vault import services


def on_customer_erased(actor: Actor, fact: Fact) -> None:
    """Erase the files of a customer who was erased."""
    services.erase_files(actor, f"owner:{fact.subject}")
