"""What the complaints room does when it hears of something."""

from sanbao.base.actor import Actor
from sanbao.rooms.complaints import services
from sanbao.rooms.ledger.queries import Fact


def on_thread_answered(actor: Actor, fact: Fact) -> None:
    """Meet the clock of the first answer when a person has written to the owner about the case."""
    subject = fact.facts.get("subject") or ""
    if subject.startswith("CP-"):
        services.meet_first_answer(actor, subject)


def on_customer_erased(actor: Actor, fact: Fact) -> None:
    """Empty an erased customer's words and end their open cases."""
    services.erase_customer(actor, fact.subject)
