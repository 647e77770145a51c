"""How often devices come in, from the installation's own orders: counts and the time behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum, Value

from sanbao.rooms.registry.models import Device
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.models import Order
from sanbao.rooms.repairs.states import CANCELLED, MISSED

WINDOW: Final = timedelta(days=3 * 365)
SETTLING: Final = timedelta(days=1)
"""A device becomes known by coming in; that first time says nothing about how often devices do."""
_YEAR: Final = timedelta(days=365.25)
ACCIDENTS: Final = {"screen_cracked": "screen", "liquid": "liquid"}
"""Faults that come from outside, and the word that plans have for them."""


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """Orders by fault among known devices, and the device-years they came from."""

    devices: int
    device_years: float
    orders: Mapping[str, int]


def of_model(product: str, at: datetime) -> ClaimCounts:
    """Return the counts of one model. Three queries."""
    return _counts({"product_id": product}, at)


def of_class(product_class: str, at: datetime) -> ClaimCounts:
    """Return the counts of all models of a class. Three queries."""
    return _counts({"product__product_class": product_class}, at)


def confirmed_accidents(at: datetime) -> tuple[int, int]:
    """Return how many accidents the bench found to be what the owner had said, and how many it looked at."""
    looked = Order.objects.filter(fault__in=tuple(ACCIDENTS), made_at__gte=at - WINDOW).exclude(finding="")
    found = looked.aggregate(
        all=Count("pk"), good=Count("pk", filter=Q(finding__in=("confirmed", rules.DAMAGE)))
    )
    return found["good"], found["all"]


def _began(at: datetime) -> datetime:
    """When orders began to be kept here: before that nothing could be counted."""
    first: datetime | None = Order.objects.order_by("id").values_list("made_at", flat=True).first()
    return at if first is None else min(first, at)


def _counts(which: Mapping[str, Any], at: datetime) -> ClaimCounts:
    since = max(at - WINDOW, _began(at))
    age = ExpressionWrapper(Value(at) - F("known_since"), output_field=DurationField())
    young = Q(known_since__gte=since)
    known = Device.objects.filter(known_since__lte=at, **which).aggregate(
        devices=Count("pk"), old=Count("pk", filter=~young), spent=Sum(age, filter=young)
    )
    spent = (known["spent"] or timedelta()) + known["old"] * (at - since)
    rows = (
        Order.objects.filter(
            made_at__gte=since,
            made_at__lte=at,
            made_at__gt=F("device__known_since") + SETTLING,
            **{f"device__{name}": value for name, value in which.items()},
        )
        .exclude(state__in=(CANCELLED, MISSED))
        .exclude(finding=rules.NO_FAULT_FOUND)
        .order_by()
        .values_list("fault")
        .annotate(n=Count("pk"))
    )
    return ClaimCounts(known["devices"], spent / _YEAR, dict(rows))
