"""How promises are kept, outlet by outlet: a few grouped reads, whatever the number of orders."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles

from django.db.models import Count, F, Q, QuerySet

from sanbao.base.actor import Actor
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.states import IN_HOUSE, WAITING_PART, WORKING

_FEWEST = 2


@dataclass(frozen=True, slots=True)
class PromiseFigure:
    """One outlet: of ``made`` promises that fell due in the time asked about, ``kept`` were kept.

    The rest is how it stands now: devices due by the end of the day asked about, devices whose date has
    passed, devices that wait for a part, devices in the house. ``hours`` are the quartiles from taking in
    to finished (elapsed hours), None for fewer than two finished devices; ``done`` says of how many.
    """

    outlet: str
    outlet_zh: str
    outlet_en: str
    kept: int
    made: int
    due: int
    late: int
    waiting_part: int
    in_house: int
    done: int
    hours: tuple[float, float, float] | None


def promises(actor: Actor, since: datetime, *, today_ends: datetime) -> tuple[PromiseFigure, ...]:
    """Return the outlets this actor may see, by code. A promise counts when the day it names has come.

    The promise is the first date that the owner was told, however often the date moved. Two reads.
    """
    rows = Order.objects.visible_to(actor)
    hours = _hours(rows, since)
    unready = Q(ready_at__isnull=True, state__in=WORKING)
    fell_due = Q(promised_at__gte=since, promised_at__lte=actor.at)
    grouped = (
        rows.filter(fell_due | Q(state__in=IN_HOUSE))
        .values("outlet_id", "outlet__name_zh", "outlet__name_en")
        .annotate(
            made=Count("pk", filter=fell_due),
            kept=Count("pk", filter=fell_due & Q(ready_at__lte=F("promised_at"))),
            due=Count("pk", filter=unready & Q(expected_at__gt=actor.at, expected_at__lte=today_ends)),
            late=Count("pk", filter=unready & Q(expected_at__lte=actor.at)),
            waiting_part=Count("pk", filter=Q(state=WAITING_PART)),
            in_house=Count("pk", filter=Q(state__in=IN_HOUSE)),
        )
        .order_by("outlet_id")
    )
    return tuple(
        PromiseFigure(
            outlet=row["outlet_id"],
            outlet_zh=row["outlet__name_zh"],
            outlet_en=row["outlet__name_en"],
            kept=row["kept"],
            made=row["made"],
            due=row["due"],
            late=row["late"],
            waiting_part=row["waiting_part"],
            in_house=row["in_house"],
            done=len(hours[row["outlet_id"]]),
            hours=_quartiles(hours[row["outlet_id"]]),
        )
        for row in grouped
    )


def _hours(rows: QuerySet[Order], since: datetime) -> dict[str, list[float]]:
    finished = rows.filter(ready_at__gte=since, accepted_at__isnull=False)
    spent: dict[str, list[float]] = defaultdict(list)
    for outlet, taken, ready in finished.values_list("outlet_id", "accepted_at", "ready_at"):
        if taken and ready:
            spent[outlet].append((ready - taken).total_seconds() / 3600)
    return spent


def _quartiles(hours: list[float]) -> tuple[float, float, float] | None:
    if len(hours) < _FEWEST:
        return None
    low, middle, high = quantiles(hours, n=4, method="inclusive")
    return low, middle, high
