"""How complaints were handled, counted from their clocks and answers and not from what people wrote."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q

from sanbao.base.actor import Actor
from sanbao.rooms.complaints.models import Case, Clock, Reply
from sanbao.rooms.feedback.queries.scope import Scope
from sanbao.rooms.feedback.rules import Share, share

DECISION_CLOCK, FIRST_CLOCK = "decision", "first_answer"


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Complaints filed in a scope: kept reply clocks of those that are over, decisions, demands."""

    filed: int
    open: int
    disputed: Share
    first_kept: Share
    decision_kept: Share
    decisions: tuple[tuple[str, int], ...]
    demands: tuple[tuple[str, int], ...]


def case_figures(actor: Actor, scope: Scope | None = None) -> CaseFigures:
    """Return how the complaints of a scope were handled; three queries.

    A clock counts once it is met or its time is over; one that still runs in time says nothing yet.
    """
    cases = _cases(actor, scope or Scope())
    states = cases.values("state", "demand").annotate(n=Count("id")).order_by()
    filed = still_open = 0
    demands: dict[str, int] = {}
    for row in states:
        filed += row["n"]
        still_open += row["n"] if row["state"] in {"filed", "working", "disputed"} else 0
        demands[row["demand"]] = demands.get(row["demand"], 0) + row["n"]
    clocks = {
        row["clock"]: share(row["kept"], row["kept"] + row["late"])
        for row in Clock.objects.filter(case__in=cases)
        .values("clock")
        .annotate(
            kept=Count("id", filter=Q(met_at__lte=F("due_at"))),
            late=Count(
                "id",
                filter=Q(met_at__gt=F("due_at"))
                | Q(met_at__isnull=True, stopped_at__isnull=True, due_at__lt=actor.at),
            ),
        )
        .order_by()
    }
    answers = (
        Reply.objects.filter(case__in=cases)
        .values("decision")
        .annotate(n=Count("id"), disputed=Count("id", filter=Q(view="disputed")))
        .order_by()
    )
    decisions = sorted(((row["decision"], row["n"]) for row in answers), key=lambda each: (-each[1], each[0]))
    return CaseFigures(
        filed,
        still_open,
        share(sum(row["disputed"] for row in answers), sum(row["n"] for row in answers)),
        clocks.get(FIRST_CLOCK, share(0, 0)),
        clocks.get(DECISION_CLOCK, share(0, 0)),
        tuple(decisions),
        tuple(sorted(demands.items(), key=lambda each: (-each[1], each[0]))),
    )


def _cases(actor: Actor, scope: Scope) -> Any:
    cases = Case.objects.visible_to(actor)
    if scope.since:
        cases = cases.filter(filed_at__date__gte=scope.since)
    if scope.until:
        cases = cases.filter(filed_at__date__lte=scope.until)
    return cases.filter(outlet_id=scope.outlet) if scope.outlet else cases
