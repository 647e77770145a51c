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
from sanbao.rooms.repairs.services.comparing import compare_packs
from sanbao.rooms.repairs.services.handover import hand_back
from sanbao.rooms.repairs.services.intake import WalkIn, accept, walk_in
from sanbao.rooms.repairs.services.mail import announce_mail, deliver, ship_back, tell_waybill
from sanbao.rooms.repairs.services.privacy import erase_customer, erase_if_done
from sanbao.rooms.repairs.services.remedies import (
    choose_remedy,
    fulfil_remedy,
    grant_remedy,
    refuse_remedy,
    withdraw_remedy,
)
from sanbao.rooms.repairs.services.reviews import (
    ask_case_review,
    ask_remedy_review,
    ask_review,
    overturn,
    uphold,
)
from sanbao.rooms.repairs.services.watch import watch_again, watch_remedies

__all__ = [
    "Intake",
    "QuoteLine",
    "WalkIn",
    "accept",
    "announce_mail",
    "approve",
    "ask_case_review",
    "ask_remedy_review",
    "ask_review",
    "assign_engineer",
    "await_part",
    "book_visit",
    "cancel",
    "choose_remedy",
    "clear",
    "compare_packs",
    "decline",
    "delay",
    "deliver",
    "erase_customer",
    "erase_if_done",
    "finish",
    "fulfil_remedy",
    "grant_remedy",
    "hand_back",
    "miss",
    "miss_overdue",
    "move_visit",
    "overturn",
    "quote",
    "refuse_remedy",
    "resume",
    "ship_back",
    "tell_waybill",
    "uphold",
    "walk_in",
    "watch_again",
    "watch_remedies",
    "withdraw_remedy",
]
