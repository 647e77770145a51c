"""Reactions to what happened in other rooms, and the duties of the worker. All are safe to run twice."""

from typing import Final

from sanbao.base.actor import Actor
from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.adapters.reader import load_reader
from sanbao.rooms.ledger.queries import Fact

_STEP: Final = 500
_STEPS: Final = 4


def on_repair_returned(actor: Actor, fact: Fact) -> None:
    """Ask the owner how it was."""
    services.send_survey(actor, fact.subject)


def on_complaint_filed(actor: Actor, fact: Fact) -> None:
    """Keep the words of the complaint among the texts."""
    services.add_complaint_words(actor, fact.subject)


def on_customer_erased(actor: Actor, fact: Fact) -> None:
    """Empty what this person wrote."""
    services.erase_voices(actor, fact.subject)


def read_waiting(actor: Actor) -> int:
    """Read texts that wait, each step a transaction; at most 2,000, so that facts need not wait."""
    done = 0
    for _step in range(_STEPS):
        read = services.read_unread(actor, load_reader(), most=_STEP)
        done += read
        if read < _STEP:
            break
    return done


def continue_imports(actor: Actor) -> int:
    """Carry the imports of uploaded files on."""
    return services.continue_imports(actor)
