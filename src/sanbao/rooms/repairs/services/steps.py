"""The four steps of every verb on an order: see, may, decide, apply."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sanbao.base.actor import SYSTEM, Actor, require
from sanbao.base.db import compare_and_set
from sanbao.base.ids import tidy_number
from sanbao.base.moves import Move
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.parts import services as stock
from sanbao.rooms.parts.errors import NotInStock
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.rules.watch import stepped
from sanbao.rooms.repairs.states import MACHINE, OWNER_MOVES


def see(actor: Actor, number: str, *related: str) -> Order:
    """Return the order, with what it points at where ``related`` names it, if this actor may see it.

    Raises:
        Missing.
    """
    rows = Order.objects.select_related(*related) if related else Order.objects.all()
    order: Order = rows.pick(actor, number=tidy_number(number) or number)
    return order


def may(actor: Actor, order: Order, name: str) -> Move:
    """Return the move if it starts from here and this actor may make it: by grant, or as the owner.

    Raises:
        IllegalMove, NotAllowed.
    """
    move = MACHINE.take(name, order.state)
    if not (actor.is_owner and name in OWNER_MOVES):
        require(actor, move.grant, outlet=order.outlet_id)
    return move


def apply(
    actor: Actor,
    order: Order,
    move: Move,
    facts: dict[str, Any] | None = None,
    seen: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Make the move and record it, both or neither; the lines of the law ahead move along.

    Raises:
        Overtaken: somebody else changed the order first.
    """
    ahead = changes.get("watch", order.watch)
    watched = stepped(ahead, move.target, actor.at) if ahead else {}
    changes = {"state": move.target, **changes, **watched}
    compare_and_set(order, seen={"state": order.state} | (seen or {}), changes=changes)
    ledger.append(order.number, move.event, actor, outlet=order.outlet_id, **(facts or {}))


def on_behalf(actor: Actor) -> Actor:
    """Return the house acting for this actor, under whose name it stays in the ledger.

    Whoever may make a move here need not hold the grants of the lower rooms whose seats, tickets and
    parts the move takes along: the move's own grant covers them.
    """
    return replace(actor, kind=SYSTEM)


def today(actor: Actor, outlet: str) -> date:
    """Return the date on the outlet's wall."""
    return outlets.place(outlet).day(actor.at)


def keep_parts(actor: Actor, order: str, outlet: str, wanted: Mapping[str, int]) -> list[str]:
    """Keep these parts (code → pieces) for an order; return the codes of those that are not on the shelf."""
    missing = []
    for item, quantity in sorted(wanted.items()):
        try:
            stock.reserve(on_behalf(actor), order=order, outlet=outlet, item=item, quantity=quantity)
        except NotInStock:
            missing.append(item)
    return missing
