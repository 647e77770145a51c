"""The device goes back into its owner's hands."""

from django.db import transaction

from sanbao.base.actor import Actor
from sanbao.rooms.repairs.services.steps import apply, may, see


@transaction.atomic
def hand_back(actor: Actor, order: str) -> str:
    """Hand the device back at the counter, repaired or as it came.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
    """
    row = see(actor, order)
    move = may(actor, row, "hand_back")
    apply(actor, row, move, {"repaired": row.ready_at is not None, "how": "counter"}, returned_at=actor.at)
    return row.number
