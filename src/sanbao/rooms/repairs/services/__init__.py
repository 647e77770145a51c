"""Everything that changes a repair order. One function, one verb, one transaction."""

from sanbao.rooms.repairs.rules import Intake
from sanbao.rooms.repairs.services.bench import (
    QuoteLine,
    approve,
    assign_engineer,
    await_part,
    clear,
    decline,
    delay,
    finish,
    quote,
    resume,
)
from sanbao.rooms.repairs.services.booking import book_visit, cancel, miss, miss_overdue, move_visit
from sanbao.rooms.repairs.services.handover import hand_back
from sanbao.rooms.repairs.services.intake import WalkIn, accept, walk_in
from sanbao.rooms.repairs.services.mail import announce_mail, deliver, ship_back
from sanbao.rooms.repairs.services.privacy import erase_customer, erase_if_done

__all__ = [
    "Intake",
    "QuoteLine",
    "WalkIn",
    "accept",
    "announce_mail",
    "approve",
    "assign_engineer",
    "await_part",
    "book_visit",
    "cancel",
    "clear",
    "decline",
    "delay",
    "deliver",
    "erase_customer",
    "erase_if_done",
    "finish",
    "hand_back",
    "miss",
    "miss_overdue",
    "move_visit",
    "quote",
    "resume",
    "ship_back",
    "walk_in",
]
