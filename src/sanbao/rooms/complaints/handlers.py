"""What the complaints room does when it hears of something."""

from sanbao.base.actor import Actor
from sanbao.rooms.complaints import services
from sanbao.rooms.ledger.queries import Fact


def on_thread_answered(actor: Actor, fact: Fact) -> None:
    """Meet the clock of the first answer when a person has written to the owner about the case."""
    subject = fact.facts.get("subject") or ""
    if subject.startswith("CP-"):
        services.meet_first_answer(actor, subject)


def on_owner_wrote(actor: Actor, fact: Fact) -> None:
    """Let the clocks of a case run again when its owner has written what they stood still for."""
    subject = fact.facts.get("subject") or ""
    if subject.startswith("CP-"):
        services.resume_for_owner(actor, subject, what="words", at=fact.at)


def on_evidence_added(actor: Actor, fact: Fact) -> None:
    """Let the clocks of a case run again when its owner has shown what they stood still for."""
    if fact.actor.startswith("owner:"):
        services.resume_for_owner(actor, fact.subject, what="evidence", at=fact.at)


def on_customer_erased(actor: Actor, fact: Fact) -> None:
    """Empty an erased customer's words and end their open cases."""
    services.erase_customer(actor, fact.subject)
