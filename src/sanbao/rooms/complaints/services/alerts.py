"""E-mails to staff about clocks: made with the fact, sent outside of every transaction, each once."""

import logging
import uuid
from typing import Final

from django.db import connection, transaction
from django.db.models import F

from sanbao.base.actor import SYSTEM, Actor
from sanbao.base.errors import NotAllowed
from sanbao.rooms.complaints.models import Alert, Case, Clock
from sanbao.rooms.complaints.rules import letters
from sanbao.rooms.complaints.states import HANDLER, MANAGER
from sanbao.rooms.conversations import services as conversations
from sanbao.rooms.registry import queries as registry

_log = logging.getLogger(__name__)
WATCH: Final = "complaints.watch"
"""Who holds this at an outlet is its manager to this room; who holds it everywhere, the brand."""
_MOST_ATTEMPTS: Final = 5


def alert(actor: Actor, case: Case, clock: Clock, kind: str, level: int) -> None:
    """Put down whom a clock is told to; the same person hears of the same clock and kind once."""
    keys = people_for(case, level)
    Alert.objects.bulk_create(
        (Alert(clock=clock, staff_id=key, kind=kind, due_at=actor.at, made_at=actor.at) for key in keys),
        ignore_conflicts=True,
    )


def people_for(case: Case, level: int) -> list[int]:
    """Return the keys of those who have to see to a case: its handler, the outlet's managers, the brand.

    Where nobody stands on a step, the next one up is told.
    """
    if level == HANDLER and case.handler_id is not None:
        return [case.handler_id]
    if level <= MANAGER and case.outlet_id is not None:
        there = registry.holders(WATCH, case.outlet_id)
        if there:
            return there
    return registry.holders(WATCH)


def send_alerts(actor: Actor, most: int = 20) -> int:
    """Send the e-mails that are due; return how many went out.

    Claimed in one transaction, sent in none, marked in another; a failure is tried again later, under the
    same number.

    Raises:
        NotAllowed.
    """
    if actor.kind != SYSTEM:
        raise NotAllowed
    sent = 0
    for each in _claim(actor, most):
        sent += _sent(actor, each)
    return sent


@transaction.atomic
def _claim(actor: Actor, most: int) -> list[Alert]:
    due = Alert.objects.filter(state="queued", due_at__lte=actor.at).order_by("due_at", "id")
    if connection.vendor == "postgresql":
        due = due.select_for_update(skip_locked=True)
    keys = list(due.values_list("pk", flat=True)[:most])
    lease = str(uuid.uuid4())
    Alert.objects.filter(pk__in=keys).update(
        lease=lease, due_at=actor.at + letters.LEASE, attempts=F("attempts") + 1
    )
    return list(
        Alert.objects.filter(lease=lease).select_related("staff", "clock__case__outlet").order_by("pk")
    )


def _sent(actor: Actor, each: Alert) -> bool:
    who, clock = each.staff, each.clock
    subject, text = letters.letter(
        each.kind, clock.clock, clock.case.number, clock.due_at, clock.case.zone, who.language
    )
    mine = Alert.objects.filter(pk=each.pk, lease=each.lease, state="queued")
    try:
        conversations.mail_staff(actor, number=f"AL-{each.pk}", to=who.email, subject=subject, text=text)
    except Exception as fault:  # noqa: BLE001 - whatever a mail server raises is kept for the next try
        _log.warning("alert %s failed: %s", each.pk, type(fault).__name__)
        over = each.attempts >= _MOST_ATTEMPTS
        mine.update(lease="", **({"state": "failed"} if over else {}))
        return False
    return bool(mine.update(state="sent", lease=""))
