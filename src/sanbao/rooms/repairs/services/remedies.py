"""A right that the house raised: answered by a person, chosen by its owner, carried out, or taken back."""

from typing import Any

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set
from sanbao.base.errors import IllegalMove, Invalid
from sanbao.base.ids import tidy_number
from sanbao.base.moves import Move
from sanbao.engines.policy.lines import NO_STOCK
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.repairs.models import Remedy
from sanbao.rooms.repairs.rules import remedies as rules
from sanbao.rooms.repairs.states import REMEDY_LIFE, REMEDY_OPEN


def see_remedy(actor: Actor, number: str) -> Remedy:
    """Return the right with its order, if this actor may see it.

    Raises:
        Missing.
    """
    rows = Remedy.objects.select_related("order__customer")
    found: Remedy = rows.pick(actor, number=tidy_number(number) or number)
    return found


def _may(actor: Actor, remedy: Remedy, name: str) -> Move:
    move = REMEDY_LIFE.take(name, remedy.state)
    require(actor, move.grant, outlet=remedy.order.outlet_id)
    return move


def settle_remedy(
    actor: Actor, remedy: Remedy, move: Move, facts: dict[str, Any] | None = None, **changes: Any
) -> None:
    """Make the move and record it, both or neither.

    Raises:
        Overtaken: somebody else was first.
    """
    seen = {"state": remedy.state, "chosen": remedy.chosen}
    compare_and_set(remedy, seen=seen, changes={"state": move.target, **changes})
    _record(actor, remedy, move.event, **(facts or {}))


def _record(actor: Actor, remedy: Remedy, event: str, **facts: Any) -> None:
    about = {"remedy": remedy.number, "rule": remedy.rule, "outlet": remedy.order.outlet_id}
    ledger.append(remedy.order.number, event, actor, **about, **facts)


@transaction.atomic
def grant_remedy(actor: Actor, number: str, *, in_stock: bool = True) -> str:
    """Say yes to the right; which of its remedies is the owner's to choose.

    ``in_stock`` tells whether the same model can be had: without it the exchange becomes money. A choice
    that is no longer open is put before the owner again. The law's clock runs on until it is carried out.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = see_remedy(actor, number)
    move = _may(actor, row, "grant_remedy")
    instead = [offer for offer in row.offers if offer["when"] == NO_STOCK]
    left = [offer for offer in row.offers if offer not in instead] if in_stock or not instead else instead
    names = {offer["remedy"] for offer in left}
    chosen = row.chosen if row.chosen in names else ""
    settle_remedy(
        actor,
        row,
        move,
        {"chosen": chosen or None, "offers": sorted(names), "in_stock": in_stock},
        offers=left,
        chosen=chosen,
        answered_at=actor.at,
        answered_by=actor.ref,
        escalate_at=row.outer_due_at if row.outer_due_at > actor.at else None,
    )
    return row.number


@transaction.atomic
def refuse_remedy(actor: Actor, number: str, *, reason: str) -> str:
    """Say no to the right and why; its owner may ask another person to look at that.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken.
    """
    row = see_remedy(actor, number)
    move = _may(actor, row, "refuse_remedy")
    why = rules.reason_of(reason)
    settle_remedy(actor, row, move, reason=why, answered_at=actor.at, answered_by=actor.ref, escalate_at=None)
    return row.number


@transaction.atomic
def choose_remedy(actor: Actor, number: str, *, remedy: str) -> str:
    """Put down which remedy its owner wants; owners choose for themselves, a clerk on their signed word.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken.
    """
    row = see_remedy(actor, number)
    if not (actor.is_owner and row.order.customer_id == actor.id):
        require(actor, "repairs.answer", outlet=row.order.outlet_id)
    if row.state not in REMEDY_OPEN:
        raise IllegalMove(move="choose_remedy", state=row.state)
    wanted = rules.offered(row.offers, remedy)
    if wanted == row.chosen:
        return row.number
    seen = {"state": row.state, "chosen": row.chosen}
    compare_and_set(row, seen=seen, changes={"chosen": wanted, "chosen_at": actor.at})
    by = "owner" if actor.is_owner else "signed"
    _record(actor, row, "remedy.chosen", chosen=wanted, on_word=by)
    return row.number


@transaction.atomic
def fulfil_remedy(actor: Actor, number: str) -> str:
    """Say that the owner has what was chosen.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken.
    """
    row = see_remedy(actor, number)
    move = _may(actor, row, "fulfil_remedy")
    names = sorted({offer["remedy"] for offer in row.offers})
    chosen = row.chosen or (names[0] if len(names) == 1 else "")
    if not chosen:
        raise Invalid(
            "The owner has not chosen yet.", field="remedy", remedy="Ask the owner which it shall be."
        )
    settle_remedy(actor, row, move, {"chosen": chosen}, chosen=chosen, ended_at=actor.at, escalate_at=None)
    return row.number


@transaction.atomic
def withdraw_remedy(actor: Actor, number: str, *, cause: str, reason: str) -> str:
    """Take a raised right back, because a fact behind it was wrong or it has no object any more; say why.

    Raises:
        Missing, NotAllowed, IllegalMove, Invalid, Overtaken.
    """
    row = see_remedy(actor, number)
    move = _may(actor, row, "withdraw_remedy")
    if cause not in rules.WITHDRAWALS:
        raise Invalid("Choose the reason from the list.", field="cause")
    why = rules.reason_of(reason)
    settle_remedy(
        actor,
        row,
        move,
        {"cause": cause},
        reason=why,
        answered_at=actor.at,
        answered_by=actor.ref,
        ended_at=actor.at,
        escalate_at=None,
    )
    return row.number
