"""The lives of a booking and of a queue ticket."""

from typing import Final

from sanbao.base.moves import Machine, Move

HELD, CONFIRMED, KEPT, MISSED, CANCELLED = "held", "confirmed", "kept", "missed", "cancelled"
ACTIVE: Final = frozenset({HELD, CONFIRMED, KEPT, MISSED})
"""States that use a seat of the slot: a seat is given back only by cancelling, or when a hold runs out."""

BOOKING: Final = Machine(
    {
        "confirm": Move(frozenset({HELD}), CONFIRMED, "outlets.book", "booking.confirmed"),
        "keep": Move(frozenset({HELD, CONFIRMED}), KEPT, "outlets.serve", "booking.kept"),
        "miss": Move(frozenset({CONFIRMED}), MISSED, "outlets.serve", "booking.missed"),
        "cancel": Move(frozenset({HELD, CONFIRMED}), CANCELLED, "outlets.book", "booking.cancelled"),
        "move": Move(frozenset({CONFIRMED}), CONFIRMED, "outlets.book", "booking.moved"),
    }
)
OWNER_MOVES: Final = frozenset({"confirm", "cancel", "move"})
"""What somebody may do with the own booking without any grant."""

WAITING, CALLED, SERVED, LEFT = "waiting", "called", "served", "left"
TICKET: Final = Machine(
    {
        "call": Move(frozenset({WAITING, CALLED}), CALLED, "outlets.serve", "ticket.called"),
        "serve": Move(frozenset({WAITING, CALLED}), SERVED, "outlets.serve", "ticket.served"),
        "leave": Move(frozenset({WAITING, CALLED}), LEFT, "outlets.serve", "ticket.left"),
    }
)
USUAL, FAST = "usual", "fast"
LANES: Final = frozenset({USUAL, FAST})
"""Fast is for what is short: advice, or a job done while somebody waits, its part on the shelf."""
OWNER_TICKET_MOVES: Final = frozenset({"leave"})
OUTLET_KINDS: Final = frozenset({"brand_store", "authorised", "centre"})
