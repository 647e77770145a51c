"""What the repairs room does when it hears of something; safe to run twice."""

from collections.abc import Sequence

from sanbao.base.actor import Actor
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.parts.errors import NotInStock
from sanbao.rooms.repairs import services
from sanbao.rooms.repairs.queries.lists import customer_of, waiting_for


def on_stock_arrived(actor: Actor, fact: Fact) -> None:
    """Let the orders that wait for this part go on, the longest waiting first, as far as the pieces reach."""
    _go_on(actor, fact.facts["outlet"], [fact.subject])


def on_stock_delivered(actor: Actor, fact: Fact) -> None:
    """The same for a whole delivery note."""
    _go_on(actor, fact.subject, list(fact.facts["pieces"]))


def _go_on(actor: Actor, outlet: str, items: Sequence[str]) -> None:
    for number in waiting_for(actor, items=items, outlet=outlet):
        try:
            services.resume(actor, number)
        except NotInStock:
            continue  # it waits for another part as well, or this one went to somebody before it


def on_purchase_added(actor: Actor, fact: Fact) -> None:
    """Work out anew which lines the open repair of this device will cross; what was raised stays raised."""
    services.watch_again(actor, devices=[fact.subject])


def on_policy_changed(actor: Actor, fact: Fact) -> None:
    """Work out anew which lines open repairs will cross, by the packs that count from now on."""
    del fact
    services.watch_again(actor)


def on_customer_erased(actor: Actor, fact: Fact) -> None:
    """Empty the customer's words, signature and addresses."""
    services.erase_customer(actor, fact.subject)


def on_erasure_asked(actor: Actor, fact: Fact) -> None:
    """Erase at once where no order is open; otherwise the end of the last order does it."""
    services.erase_if_done(actor, fact.subject)


def on_order_ended(actor: Actor, fact: Fact) -> None:
    """Carry out an erasure that waited for this order to end."""
    services.erase_if_done(actor, customer_of(actor, fact.subject))
