"""The life of a repair order, as one table."""

from typing import Final

from sanbao.base.moves import Machine, Move

BOOKED, MAILED, ACCEPTED, QUOTED, APPROVED = "booked", "mailed", "accepted", "quoted", "approved"
WAITING_PART, READY, DECLINED, SHIPPED = "waiting_part", "ready", "declined", "shipped"
RETURNED, CANCELLED, MISSED = "returned", "cancelled", "missed"

MACHINE: Final = Machine(
    {
        "accept": Move(frozenset({BOOKED, MAILED}), ACCEPTED, "repairs.accept", "repair.accepted"),
        "move_visit": Move(frozenset({BOOKED}), BOOKED, "repairs.book", "repair.visit_moved"),
        "tell_waybill": Move(frozenset({MAILED}), MAILED, "repairs.book", "repair.waybill_told"),
        "cancel": Move(frozenset({BOOKED, MAILED}), CANCELLED, "repairs.book", "repair.cancelled"),
        "miss": Move(frozenset({BOOKED}), MISSED, "repairs.accept", "repair.missed"),
        "clear": Move(frozenset({ACCEPTED}), APPROVED, "repairs.diagnose", "repair.diagnosed"),
        "quote": Move(frozenset({ACCEPTED, QUOTED}), QUOTED, "repairs.diagnose", "repair.quoted"),
        "approve": Move(frozenset({QUOTED}), APPROVED, "repairs.answer", "repair.approved"),
        "decline": Move(frozenset({QUOTED}), DECLINED, "repairs.answer", "repair.declined"),
        "await_part": Move(frozenset({APPROVED}), WAITING_PART, "repairs.work", "repair.waiting_part"),
        "resume": Move(frozenset({WAITING_PART}), APPROVED, "repairs.work", "repair.resumed"),
        "finish": Move(frozenset({APPROVED}), READY, "repairs.work", "repair.ready"),
        "hand_back": Move(frozenset({READY, DECLINED}), RETURNED, "repairs.accept", "repair.returned"),
        "ship_back": Move(frozenset({READY, DECLINED}), SHIPPED, "repairs.accept", "repair.shipped"),
        "deliver": Move(frozenset({SHIPPED}), RETURNED, "repairs.accept", "repair.returned"),
    }
)
OWNER_MOVES: Final = frozenset({"move_visit", "tell_waybill", "cancel", "approve", "decline"})
"""What owners may do with their own orders without any grant; said once, here."""
OPEN: Final = frozenset({BOOKED, MAILED, ACCEPTED, QUOTED, APPROVED, WAITING_PART, READY, DECLINED, SHIPPED})
IN_HOUSE: Final = frozenset({ACCEPTED, QUOTED, APPROVED, WAITING_PART, READY, DECLINED})
"""States in which the device is with us."""
WORKING: Final = frozenset({ACCEPTED, APPROVED, WAITING_PART})
"""States in which it is our turn, not the owner's."""
ENDED: Final = frozenset({RETURNED, CANCELLED, MISSED})
CHANNELS: Final = frozenset({"visit", "walk_in", "mail", "phone"})

RAISED, GRANTED, REFUSED, FULFILLED, WITHDRAWN = "raised", "granted", "refused", "fulfilled", "withdrawn"
REMEDY_LIFE: Final = Machine(
    {
        "grant_remedy": Move(frozenset({RAISED}), GRANTED, "repairs.remedy", "remedy.granted"),
        "refuse_remedy": Move(frozenset({RAISED}), REFUSED, "repairs.remedy", "remedy.refused"),
        "allow_remedy": Move(frozenset({REFUSED}), GRANTED, "repairs.review", "remedy.allowed"),
        "fulfil_remedy": Move(frozenset({GRANTED}), FULFILLED, "repairs.remedy", "remedy.fulfilled"),
        "withdraw_remedy": Move(
            frozenset({RAISED, GRANTED}), WITHDRAWN, "repairs.remedy", "remedy.withdrawn"
        ),
    }
)
"""The life of a right that the house raised by itself."""
REMEDY_OPEN: Final = frozenset({RAISED, GRANTED})
ASKED, UPHELD, OVERTURNED = "asked", "upheld", "overturned"
REVIEW_LIFE: Final = Machine(
    {
        "uphold": Move(frozenset({ASKED}), UPHELD, "repairs.review", "review.upheld"),
        "overturn": Move(frozenset({ASKED}), OVERTURNED, "repairs.review", "review.overturned"),
    }
)
"""The life of a question to a person: was this decided rightly?"""
AFTER_REVIEW: Final = Machine(
    {
        "reopen": Move(frozenset({QUOTED, DECLINED}), ACCEPTED, "repairs.review", "repair.reopened"),
    }
)
"""What an overturned decision does to an order that waits for a price, or has none left to wait for."""
