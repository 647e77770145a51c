"""Every write of the complaints room: one function, one verb, one transaction."""

from sanbao.rooms.complaints.services.alerts import send_alerts
from sanbao.rooms.complaints.services.authority import (
    authority_accepted,
    authority_received,
    authority_rejected,
    mediated,
    mediation_failed,
)
from sanbao.rooms.complaints.services.desk import answer, close, take
from sanbao.rooms.complaints.services.filing import add_evidence, file
from sanbao.rooms.complaints.services.owner import accept, dispute, withdraw
from sanbao.rooms.complaints.services.pauses import end_pauses, pause, resume, resume_for_owner
from sanbao.rooms.complaints.services.sweeps import erase_customer, meet_first_answer, remind_due

__all__ = [
    "accept",
    "add_evidence",
    "answer",
    "authority_accepted",
    "authority_received",
    "authority_rejected",
    "close",
    "dispute",
    "end_pauses",
    "erase_customer",
    "file",
    "mediated",
    "mediation_failed",
    "meet_first_answer",
    "pause",
    "remind_due",
    "resume",
    "resume_for_owner",
    "send_alerts",
    "take",
    "withdraw",
]
