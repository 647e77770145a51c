"""Clocks that stand still: paused with a reason, running again by hand, by the owner or at the limit."""

from datetime import datetime

from django.db import IntegrityError, transaction

from sanbao.base.actor import SYSTEM, Actor
from sanbao.base.errors import Invalid, NotAllowed, Overtaken
from sanbao.engines.calendar import Deadline
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.errors import AlreadyPaused, NothingToPause, NotPaused, WithSomebodyElse
from sanbao.rooms.complaints.models import OPEN_CLOCK, Case, Clock, Pause
from sanbao.rooms.complaints.services.steps import Turn, may_decide, record, see, settle, standing, stood
from sanbao.rooms.complaints.states import BY_HANDLER, BY_LIMIT, BY_OWNER, CLOCKS, PAUSED, RUNNING


@transaction.atomic
def pause(actor: Actor, number: str, *, reason: str, note: str) -> None:
    """Let the clocks that this reason may hold stand still, until it ends or its limit comes.

    The owner is told why, and the latest new date. The law's outer limit never moves.

    Raises:
        AlreadyPaused, NothingToPause, WithSomebodyElse, OwnOutlet, NotAllowed, Missing, Overtaken, Invalid.
    """
    case = see(actor, number)
    me = may_decide(actor, case, "complaints.handle")
    if case.handler_id != me:
        raise WithSomebodyElse
    if standing(case) is not None:
        raise AlreadyPaused
    move = CLOCKS.take("pause", RUNNING)
    if reason not in rules.PAUSE_REASONS:
        raise Invalid("Choose what you are waiting for.", field="reason")
    asked = rules.wording(note, field="note", most=rules.LONGEST_ASKED)
    until = rules.latest_end(actor.at, reason, case.zone)
    held = (*stood(case), rules.Stood(reason, actor.at, until))
    moved = _recounted(case, held)
    if not moved:
        raise NothingToPause(reason=reason)
    settle(actor, case, Turn(moved=moved), seen={"state": case.state, "handler_id": me}, changes={})
    try:
        with transaction.atomic():
            Pause.objects.create(
                case=case, reason=reason, note=asked, author_id=me, began_at=actor.at, until=until
            )
    except IntegrityError as twice:
        raise Overtaken from twice
    record(actor, case, move.event, reason=reason, until=until, latest_due_at=_latest(case, moved))


@transaction.atomic
def resume(actor: Actor, number: str) -> None:
    """Let the clocks run again; every due date is counted anew with the time that was left out.

    Raises:
        NotPaused, OwnOutlet, NotAllowed, Missing, Overtaken.
    """
    case = see(actor, number)
    may_decide(actor, case, "complaints.handle")
    found = standing(case)
    if found is None:
        raise NotPaused
    _resume(actor, case, found, BY_HANDLER, actor.at)


@transaction.atomic
def resume_for_owner(actor: Actor, number: str, *, what: str, at: datetime) -> bool:
    """Let the clocks run again from the moment the owner did what they stood still for; tell whether so.

    ``what`` is ``words`` or ``evidence``. Nothing happens where no pause waits for that. Safe to run twice.

    Raises:
        NotAllowed, Overtaken.
    """
    if actor.kind != SYSTEM:
        raise NotAllowed(grant="complaints.handle")
    case = Case.objects.select_related("customer", "order").filter(number=number).first()
    found = standing(case) if case is not None else None
    if case is None or found is None or at < found.began_at:
        return False
    if what not in rules.PAUSE_REASONS[found.reason].ends_by:
        return False
    _resume(actor, case, found, BY_OWNER, at)
    return True


@transaction.atomic
def end_pauses(actor: Actor, most: int = 200) -> int:
    """End every pause whose limit has come, counted to the limit; return how many.

    Raises:
        NotAllowed.
    """
    if actor.kind != SYSTEM and not actor.everywhere("complaints.handle"):
        raise NotAllowed(grant="complaints.handle")
    rows = Pause.objects.filter(ended_at__isnull=True, until__lte=actor.at).order_by("until", "id")
    ended = 0
    for found in rows.select_related("case__customer", "case__order")[:most]:
        try:
            with transaction.atomic():
                _resume(actor, found.case, found, BY_LIMIT, found.until)
        except Overtaken:  # somebody ended it a moment ago
            continue
        ended += 1
    return ended


def _resume(actor: Actor, case: Case, found: Pause, by: str, at: datetime) -> None:
    move = CLOCKS.take("resume", PAUSED)
    end = min(at, found.until)
    moved = _recounted(case, stood(case, {found.pk: end}))
    turn = Turn(moved=moved, ends_pause=by, pause_end=end)
    settle(actor, case, turn, seen={"state": case.state}, changes={})
    record(
        actor, case, move.event, reason=found.reason, by=by, began_at=found.began_at, ended_at=end,
        latest_due_at=_latest(case, moved),
    )  # fmt: skip


def _recounted(case: Case, pauses: tuple[rules.Stood, ...]) -> dict[int, Deadline]:
    """Return the new ends, by key, of the open clocks that these pauses move."""
    open_now = list(Clock.objects.filter(OPEN_CLOCK, case=case))
    again = {c.pk: rules.recounted(c.working, c.clock, case.zone, pauses) for c in open_now}
    before = {clock.pk: clock.due_at for clock in open_now}
    return {key: due for key, due in again.items() if due.due != before[key]}


def _latest(case: Case, moved: dict[int, Deadline]) -> object:
    """Return the new date that the owner is told: when the demand is decided at the latest."""
    return max((due.due for due in moved.values()), default=case.answer_due_at)
