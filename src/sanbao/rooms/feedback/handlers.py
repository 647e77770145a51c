"""Reactions to what happened in other rooms, and the duties of the worker. All are safe to run twice."""

from typing import Final

from sanbao.base.actor import Actor
from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.queries.versions import current_reader
from sanbao.rooms.ledger.queries import Fact

_STEP: Final = 500
_STEPS: Final = 4
_MONTHS: Final = 10
_COMPARED: Final = 20_000


def on_repair_returned(actor: Actor, fact: Fact) -> None:
    """Tell the owner that the device is back, and ask how it was."""
    services.send_survey(actor, fact.subject)


def on_complaint_filed(actor: Actor, fact: Fact) -> None:
    """Keep the words of the complaint among the texts."""
    services.add_complaint_words(actor, fact.subject)


def on_complaint_disputed(actor: Actor, fact: Fact) -> None:
    """Keep what was said against the answer among the texts."""
    services.add_dispute_words(actor, fact.subject)


def on_thread_closed(actor: Actor, fact: Fact) -> None:
    """Keep what the customer wrote; of an erased one nothing is left."""
    if not fact.facts.get("erased"):
        services.add_talk(actor, fact.subject)


def on_thread_called(actor: Actor, fact: Fact) -> None:
    """Keep the note of the call among the texts."""
    services.add_call_notes(actor, fact.subject)


def on_customer_erased(actor: Actor, fact: Fact) -> None:
    """Empty what this person wrote."""
    services.erase_voices(actor, fact.subject)


def read_waiting(actor: Actor) -> int:
    """Read texts that wait, each step a transaction; at most 2,000, so that facts need not wait.

    Texts that nobody has read come first; then those that another version of the model has read.
    """
    version, reader = current_reader()
    done = 0
    for _step in range(_STEPS):
        read = services.read_unread(actor, reader, most=_STEP, version=version)
        done += read
        if read < _STEP:
            break
    return done or services.read_again(actor, reader, most=_STEP, version=version)


def keep_monthly(actor: Actor) -> str:
    """Keep the report of the last month once it is over."""
    return services.keep_monthly(actor)


def compare_waiting(actor: Actor) -> int:
    """Hold new texts against those of their month; at most 20,000 or ten months at a time."""
    done = 0
    for _month in range(_MONTHS):
        compared = services.compare_waiting(actor)
        done += compared
        if not compared or done >= _COMPARED:
            break
    return done


def extend_random(actor: Actor) -> int:
    """Keep the random subset a random one of everything, also of what is new."""
    return services.extend_random(actor)


def continue_imports(actor: Actor) -> int:
    """Carry the imports of uploaded files on."""
    return services.continue_imports(actor)
