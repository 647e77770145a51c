"""Everything that changes outlets, seats and queues. One function, one verb, one transaction."""

from sanbao.rooms.outlets.services.places import (
    OutletFields,
    open_slots,
    put_outlet,
    release_walk_in_seats,
    set_special_day,
)
from sanbao.rooms.outlets.services.queue import call, call_next, leave, serve, serve_order, take_ticket
from sanbao.rooms.outlets.services.seats import (
    book,
    cancel,
    confirm,
    hold,
    keep,
    miss,
    move,
    release_holds,
)

__all__ = [
    "OutletFields",
    "book",
    "call",
    "call_next",
    "cancel",
    "confirm",
    "hold",
    "keep",
    "leave",
    "miss",
    "move",
    "open_slots",
    "put_outlet",
    "release_holds",
    "release_walk_in_seats",
    "serve",
    "serve_order",
    "set_special_day",
    "take_ticket",
]
