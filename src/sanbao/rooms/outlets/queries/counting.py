"""How many seats are gone: the one place where holds that ran out are counted as free."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from sanbao.rooms.outlets import rules
from sanbao.rooms.outlets.models import Booking, Slot
from sanbao.rooms.outlets.states import HELD


def expired(at: datetime) -> Coalesce:
    """How many holds of a slot are over though nobody has swept them up yet."""
    over = Booking.objects.filter(slot=OuterRef("pk"), state=HELD, hold_until__lte=at).order_by()
    return Coalesce(Subquery(over.values("slot").annotate(n=Count("pk")).values("n")), 0)


def full_times(codes: Iterable[str], since: datetime, until: datetime) -> dict[str, set[datetime]]:
    """The times between two moments that nobody can book any more, by outlet."""
    kept_back = Q(starts_at__gt=since + rules.WALK_IN_RELEASE, booked__gte=F("capacity") - F("walk_in"))
    rows = Slot.objects.filter(
        Q(booked__gte=F("capacity")) | kept_back, outlet_id__in=codes, starts_at__range=(since, until)
    ).annotate(over=expired(since))
    full: dict[str, set[datetime]] = defaultdict(set)
    for slot in rows:
        if not left(slot, since):
            full[slot.outlet_id].add(slot.starts_at)
    return full


def left(slot: Slot, at: datetime) -> int:
    """How many seats of a slot, read together with ``over``, can still be booked."""
    return rules.seats_left(
        capacity=slot.capacity,
        walk_in=slot.walk_in,
        taken=slot.booked - int(slot.over),  # type: ignore[attr-defined]  # annotated by ``expired``
        starts_at=slot.starts_at,
        at=at,
    )
