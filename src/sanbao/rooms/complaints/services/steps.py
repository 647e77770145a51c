"""What every verb does in the same way: see the case, move it, settle its clocks, write it down."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set, insert_all
from sanbao.base.errors import NotAllowed
from sanbao.base.moves import Move
from sanbao.engines.calendar import Deadline
from sanbao.rooms.complaints import rules
from sanbao.rooms.complaints.errors import OwnOutlet
from sanbao.rooms.complaints.models import OPEN_CLOCK, Case, Clock
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


def step(
    actor: Actor,
    case: Case,
    move: Move,
    *,
    met: Iterable[str] = (),
    stop: bool = False,
    started: dict[str, Deadline] | None = None,
    **changes: Any,
) -> None:
    """Move the case, end and start its clocks. Raises: Overtaken."""
    seen = {"state": case.state, "handler_id": case.handler_id}
    settle(
        actor, case, met=met, stop=stop, started=started, seen=seen, changes={"state": move.target, **changes}
    )


def settle(
    actor: Actor,
    case: Case,
    *,
    seen: dict[str, Any],
    changes: dict[str, Any],
    met: Iterable[str] = (),
    stop: bool = False,
    started: dict[str, Deadline] | None = None,
) -> None:
    """Change the case and what it owes in one: ``met`` clocks end, ``stop`` ends all, ``started`` begin.

    Raises:
        Overtaken.
    """
    running = list(case.clocks.filter(OPEN_CLOCK))
    ending = [clock for clock in running if clock.clock in met]
    left = [] if stop else [clock for clock in running if clock.clock not in met]
    fresh = started or {}
    owed = [*((c.due_at, c.provisional) for c in left), *((d.due, d.provisional) for d in fresh.values())]
    dues: dict[str, Any] = {
        "answer_due_at": rules.next_due((due for due, _ in owed), case.answer_due_at),
        "provisional": any(provisional for _, provisional in owed),
    }
    compare_and_set(case, seen={**seen, "answer_due_at": case.answer_due_at}, changes={**changes, **dues})
    _end(ending, met_at=actor.at)
    if stop:
        _end(running, stopped_at=actor.at)
    start(actor, case, fresh)


def _end(clocks: Sequence[Clock], **mark: datetime) -> None:
    if clocks:
        Clock.objects.filter(OPEN_CLOCK, pk__in=[clock.pk for clock in clocks]).update(**mark)


def start(actor: Actor, case: Case, dues: dict[str, Deadline], met: Sequence[str] = ()) -> None:
    """Let clocks run from now on; those in ``met`` are met already."""
    insert_all(
        [
            Clock(
                case=case,
                clock=clock,
                started_at=actor.at,
                due_at=due.due,
                provisional=due.provisional,
                working=due.plain(),
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
