"""What every verb does in the same way: see the case, move it, settle its clocks, write it down."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set, insert_all
from sanbao.base.errors import NotAllowed
from sanbao.base.moves import Move
from sanbao.engines.calendar import Deadline
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.adapters.promises import reply_clocks
from sanbao.rooms.complaints.errors import OwnOutlet
from sanbao.rooms.complaints.models import OPEN_CLOCK, Case, Clock, Pause
from sanbao.rooms.complaints.rules.clocks import record_of
from sanbao.rooms.complaints.states import BY_CASE
from sanbao.rooms.ledger.services import append


def see(actor: Actor, number: str) -> Case:
    """Return the case as it is now. Raises: Missing."""
    case: Case = Case.objects.select_related("customer", "order").pick(actor, number=number)
    return case


def may_decide(actor: Actor, case: Case, grant: str) -> int:
    """Return the key of the member of staff who may do this to the case.

    Raises:
        OwnOutlet, NotAllowed.
    """
    require(actor, grant, outlet=case.outlet_id)
    if not actor.is_staff or actor.id is None:
        raise NotAllowed(grant=grant)
    if not rules.may_decide(actor, case.outlet_id, grant):
        raise OwnOutlet(outlet=case.outlet_id)
    return actor.id


def may_as_owner(actor: Actor, case: Case) -> None:
    """Pass for the case's owner, who needs no grant, and for staff who pass on the owner's word.

    Raises:
        NotAllowed.
    """
    if not (actor.is_owner and case.customer_id == actor.id):
        require(actor, "complaints.own", outlet=case.outlet_id)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one verb does to the clocks of a case.

    ``met`` end because they were kept, ``stop`` ends all, ``started`` begin now, ``moved`` (by key) end at
    another moment than before. ``ends_pause`` says by whose doing a standing pause is over, ``pause_end``
    since when.
    """

    met: Iterable[str] = ()
    stop: bool = False
    started: Mapping[str, Deadline] = field(default_factory=dict)
    moved: Mapping[int, Deadline] = field(default_factory=dict)
    ends_pause: str = ""
    pause_end: datetime | None = None


def due_from(
    start: datetime, clock: str, zone: str, *, received: datetime | None = None, case: Case | None = None
) -> Deadline:
    """Return when a clock of this installation that starts now runs out.

    With a case, its pauses that have not ended hold the clock as well.
    """
    held = stood(case) if case is not None else ()
    return rules.due_from(start, clock, zone, clocks=reply_clocks(), received=received, pauses=held)


def stood(case: Case, ended: Mapping[int, datetime] | None = None) -> tuple[rules.Stood, ...]:
    """Return the pauses of a case for counting; ``ended`` names ends that are about to be written."""
    ends = ended or {}
    rows = Pause.objects.filter(case=case).order_by("began_at", "pk")
    return tuple(
        rules.Stood(each.reason, each.began_at, ends.get(each.pk) or each.ended_at or each.until)
        for each in rows
    )


def standing(case: Case) -> Pause | None:
    """Return the pause in which the case's clocks stand still, if any."""
    found: Pause | None = Pause.objects.filter(case=case, ended_at__isnull=True).first()
    return found


def step(
    actor: Actor,
    case: Case,
    move: Move,
    *,
    met: Iterable[str] = (),
    stop: bool = False,
    started: Mapping[str, Deadline] | None = None,
    **changes: Any,
) -> None:
    """Move the case, end and start its clocks. Raises: Overtaken."""
    seen = {"state": case.state, "handler_id": case.handler_id}
    turn = Turn(met=met, stop=stop, started=started or {})
    settle(actor, case, turn, seen=seen, changes={"state": move.target, **changes})


def settle(actor: Actor, case: Case, turn: Turn, *, seen: dict[str, Any], changes: dict[str, Any]) -> None:
    """Change the case and what it owes in one.

    A pause that no running clock heeds any more ends with the case's own step.

    Raises:
        Overtaken.
    """
    running = list(case.clocks.filter(OPEN_CLOCK))
    ending = [clock for clock in running if clock.clock in set(turn.met)]
    left = [] if turn.stop else [clock for clock in running if clock not in ending]
    pause = standing(case)
    ids = {clock.clock for clock in left} | set(turn.started)
    heeded = pause is not None and any(rules.may_hold(pause.reason, clock) for clock in ids)
    owed = [
        *((turn.moved[c.pk].due, turn.moved[c.pk].provisional) if c.pk in turn.moved
          else (c.due_at, c.provisional) for c in left if c.clock not in rules.THEIRS),
        *((d.due, d.provisional) for name, d in turn.started.items() if name not in rules.THEIRS),
    ]  # fmt: skip
    dues: dict[str, Any] = {
        "answer_due_at": rules.next_due((due for due, _ in owed), case.answer_due_at),
        "provisional": any(provisional for _, provisional in owed),
        "revision": case.revision + 1,
    }
    compare_and_set(case, seen={**seen, "revision": case.revision}, changes={**changes, **dues})
    _end(ending, met_at=actor.at)
    if turn.stop:
        _end(running, stopped_at=actor.at)
    _move(turn.moved)
    if pause is not None and (turn.ends_pause or not heeded):
        Pause.objects.filter(pk=pause.pk, ended_at__isnull=True).update(
            ended_at=turn.pause_end or min(actor.at, pause.until), ended_by=turn.ends_pause or BY_CASE
        )
    start(actor, case, turn.started)


def _end(clocks: Sequence[Clock], **mark: datetime) -> None:
    if clocks:
        Clock.objects.filter(OPEN_CLOCK, pk__in=[clock.pk for clock in clocks]).update(**mark)


def _move(moved: Mapping[int, Deadline]) -> None:
    rows = Clock.objects.filter(OPEN_CLOCK, pk__in=list(moved))
    for row in rows:
        due = moved[row.pk]
        fresh = {**record_of(due, row.clock), "source": row.working.get("source", "")}
        # a clock that ends later than it was warned of is warned of anew
        warned = {"soon_at": None} if row.overdue_at is None else {}
        Clock.objects.filter(pk=row.pk).update(
            due_at=due.due, provisional=due.provisional, working=fresh, **warned
        )


def start(actor: Actor, case: Case, dues: Mapping[str, Deadline], met: Sequence[str] = ()) -> None:
    """Let clocks run from now on; those in ``met`` are met already."""
    clocks = reply_clocks()
    insert_all(
        [
            Clock(
                case=case,
                clock=clock,
                started_at=actor.at,
                due_at=due.due,
                provisional=due.provisional,
                working=record_of(due, clock, clocks),
                met_at=actor.at if clock in met else None,
            )
            for clock, due in dues.items()
        ]
    )


def record(actor: Actor, case: Case, event: str, **facts: Any) -> None:
    """Write the one fact of a change, with what those who hear of it need to know of the case."""
    append(
        case.number,
        event,
        actor,
        customer=case.customer.number,
        outlet=case.outlet_id,
        zone=case.zone,
        order=case.order.number if case.order else None,
        **facts,
    )
