"""The life of a reservation, and the reasons for which stock moves."""

from typing import Final

from sanbao.base.moves import Machine, Move

HELD, USED, RELEASED = "held", "used", "released"
RESERVATION: Final = Machine(
    {
        "use": Move(frozenset({HELD}), USED, "parts.use", "part.used"),
        "release": Move(frozenset({HELD}), RELEASED, "parts.reserve", "part.released"),
    }
)
REASONS: Final = frozenset({"received", "used", "counted", "sent", "returned", "defective"})
ITEM_KINDS: Final = frozenset({"part", "labour"})
