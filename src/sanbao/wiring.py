"""Who hears which fact: the whole list on one screen.

Handlers are safe to run twice; ``sanbao work`` runs them after the fact is committed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sanbao.base.actor import Actor
from sanbao.rooms.complaints import handlers as complaints
from sanbao.rooms.complaints import services as complaint_services
from sanbao.rooms.conversations import handlers as conversations
from sanbao.rooms.conversations import services as conversation_services
from sanbao.rooms.feedback import handlers as feedback
from sanbao.rooms.feedback import services as feedback_services
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.ledger.services import Handler
from sanbao.rooms.outlets import services as outlets
from sanbao.rooms.registry import services as registry
from sanbao.rooms.repairs import handlers as repairs
from sanbao.rooms.repairs import services as repair_services
from sanbao.rooms.vault import handlers as vault

Duty = Callable[[Actor], object]

HANDLERS: Final[dict[str, Handler]] = {
    "complaints.on_customer_erased": complaints.on_customer_erased,
    "complaints.on_evidence_added": complaints.on_evidence_added,
    "complaints.on_owner_wrote": complaints.on_owner_wrote,
    "complaints.on_thread_answered": complaints.on_thread_answered,
    "conversations.on_complaint_event": conversations.on_complaint_event,
    "conversations.on_customer_erased": conversations.on_customer_erased,
    "conversations.on_repair_event": conversations.on_repair_event,
    "conversations.on_remedy_event": conversations.on_remedy_event,
    "conversations.on_thread_answered": conversations.on_thread_answered,
    "conversations.on_ticket_called": conversations.on_ticket_called,
    "feedback.on_complaint_disputed": feedback.on_complaint_disputed,
    "feedback.on_complaint_filed": feedback.on_complaint_filed,
    "feedback.on_customer_erased": feedback.on_customer_erased,
    "feedback.on_repair_returned": feedback.on_repair_returned,
    "feedback.on_thread_called": feedback.on_thread_called,
    "feedback.on_thread_closed": feedback.on_thread_closed,
    "vault.on_customer_erased": vault.on_customer_erased,
    "repairs.on_stock_arrived": repairs.on_stock_arrived,
    "repairs.on_stock_delivered": repairs.on_stock_delivered,
    "repairs.on_customer_erased": repairs.on_customer_erased,
    "repairs.on_erasure_asked": repairs.on_erasure_asked,
    "repairs.on_order_ended": repairs.on_order_ended,
    "repairs.on_purchase_added": repairs.on_purchase_added,
    "repairs.on_policy_changed": repairs.on_policy_changed,
}
WIRING: Final[dict[str, tuple[str, ...]]] = {
    "complaint.filed": ("feedback.on_complaint_filed", "conversations.on_complaint_event"),
    "customer.erased": (
        "vault.on_customer_erased",
        "repairs.on_customer_erased",
        "feedback.on_customer_erased",
        "conversations.on_customer_erased",
        "complaints.on_customer_erased",
    ),
    "customer.erasure_asked": ("repairs.on_erasure_asked",),
    "purchase.added": ("repairs.on_purchase_added",),
    "policy.published": ("repairs.on_policy_changed",),
    "policy.withdrawn": ("repairs.on_policy_changed",),
    "stock.arrived": ("repairs.on_stock_arrived",),
    "stock.delivered": ("repairs.on_stock_delivered",),
    "repair.returned": (
        "repairs.on_order_ended",
        "feedback.on_repair_returned",
    ),
    "repair.cancelled": ("repairs.on_order_ended", "conversations.on_repair_event"),
    "repair.missed": ("repairs.on_order_ended",),
    "repair.booked": ("conversations.on_repair_event",),
    "repair.mailed": ("conversations.on_repair_event",),
    "repair.visit_moved": ("conversations.on_repair_event",),
    "repair.accepted": ("conversations.on_repair_event",),
    "repair.quoted": ("conversations.on_repair_event",),
    "repair.waiting_part": ("conversations.on_repair_event",),
    "repair.delayed": ("conversations.on_repair_event",),
    "repair.ready": ("conversations.on_repair_event",),
    "repair.shipped": ("conversations.on_repair_event",),
    "complaint.disputed": ("feedback.on_complaint_disputed",),
    "remedy.raised": ("conversations.on_remedy_event",),
    "remedy.granted": ("conversations.on_remedy_event",),
    "remedy.allowed": ("conversations.on_remedy_event",),
    "remedy.refused": ("conversations.on_remedy_event",),
    "remedy.withdrawn": ("conversations.on_remedy_event",),
    "review.upheld": ("conversations.on_remedy_event",),
    "review.overturned": ("conversations.on_remedy_event",),
    "complaint.taken": ("conversations.on_complaint_event",),
    "complaint.answered": ("conversations.on_complaint_event",),
    "complaint.closed": ("conversations.on_complaint_event",),
    "complaint.paused": ("conversations.on_complaint_event",),
    "complaint.resumed": ("conversations.on_complaint_event",),
    "complaint.overdue": ("conversations.on_complaint_event",),
    "complaint.authority_accepted": ("conversations.on_complaint_event",),
    "complaint.mediated": ("conversations.on_complaint_event",),
    "complaint.mediation_failed": ("conversations.on_complaint_event",),
    "complaint.evidence_added": ("complaints.on_evidence_added",),
    "thread.received": ("complaints.on_owner_wrote",),
    "ticket.called": ("conversations.on_ticket_called",),
    "thread.called": ("feedback.on_thread_called",),
    "thread.closed": ("feedback.on_thread_closed",),
    "thread.answered": ("conversations.on_thread_answered", "complaints.on_thread_answered"),
}

DUTIES: Final[dict[str, tuple[timedelta, Duty]]] = {
    "complaints.end_pauses": (timedelta(minutes=1), complaint_services.end_pauses),
    "complaints.remind_due": (timedelta(minutes=1), complaint_services.remind_due),
    "complaints.send_alerts": (timedelta(seconds=10), complaint_services.send_alerts),
    "conversations.send_due": (timedelta(seconds=2), conversation_services.send_due),
    "feedback.compare_waiting": (timedelta(minutes=1), feedback.compare_waiting),
    "feedback.extend_random": (timedelta(minutes=10), feedback.extend_random),
    "feedback.continue_imports": (timedelta(seconds=2), feedback.continue_imports),
    "feedback.keep_monthly": (timedelta(hours=1), feedback.keep_monthly),
    "feedback.read_waiting": (timedelta(seconds=2), feedback.read_waiting),
    "feedback.find_themes": (timedelta(hours=1), feedback_services.find_themes),
    "feedback.take_sample": (timedelta(minutes=10), feedback_services.take_sample),
    "feedback.watch_voices": (timedelta(hours=1), feedback_services.watch_voices),
    "outlets.release_holds": (timedelta(minutes=1), outlets.release_holds),
    "outlets.release_walk_in_seats": (timedelta(minutes=10), outlets.release_walk_in_seats),
    "repairs.watch_remedies": (timedelta(seconds=10), repair_services.watch_remedies),
    "repairs.miss_overdue": (timedelta(hours=1), repair_services.miss_overdue),
    "ledger.forget_answers": (timedelta(hours=1), ledger.forget_answers),
    "registry.forget_attempts": (timedelta(hours=6), registry.forget_attempts),
}
"""What happens by the clock: name → how often, and what. A duty is safe to run twice and late."""
