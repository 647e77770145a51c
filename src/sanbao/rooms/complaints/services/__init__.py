"""Every write of the complaints room: one function, one verb, one transaction."""

from sanbao.rooms.complaints.services.desk import answer, close, take
from sanbao.rooms.complaints.services.filing import add_evidence, file
from sanbao.rooms.complaints.services.owner import accept, dispute, withdraw
from sanbao.rooms.complaints.services.sweeps import erase_customer, meet_first_answer, remind_due

__all__ = [
    "accept",
    "add_evidence",
    "answer",
    "close",
    "dispute",
    "erase_customer",
    "file",
    "meet_first_answer",
    "remind_due",
    "take",
    "withdraw",
]
