"""Reads of protection plans: which there are, and what they cost."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from sanbao.rooms.registry.models import PlanPrice
from sanbao.rooms.registry.queries.publications import packs_on


@dataclass(frozen=True, slots=True)
class PlanPriceCard:
    """What a plan costs from a day on. ``product`` is empty for a price that holds for all."""

    plan: str
    product: str
    valid_from: date
    cents: int
    excess_cents: int


def plans_on(day: date) -> tuple[str, ...]:
    """Return the plans that the packs in force on a day know, by name. One query."""
    kinds = {"cover", "plan-period"}
    rules = (rule for pack in packs_on(day) for rule in pack.rules if rule.kind in kinds)
    return tuple(sorted({plan for rule in rules if rule.valid_from <= day for plan in rule.plans}))


def plan_prices(product: str, day: date) -> dict[str, PlanPriceCard]:
    """Return what each plan costs for a product on a day; a price of its own goes before one for all.

    A plan without a price is not sold. One query.
    """
    rows = PlanPrice.objects.filter(Q(product_id=product) | Q(product_id=None), valid_from__lte=day)
    found: dict[str, PlanPriceCard] = {}
    for row in rows.order_by("valid_from", "id"):
        known = found.get(row.plan)
        if known is None or row.product_id or not known.product:
            found[row.plan] = _card(row)
    return dict(sorted(found.items()))


def all_plan_prices() -> tuple[PlanPriceCard, ...]:
    """Return every price of every plan, newest first. One query."""
    return tuple(_card(row) for row in PlanPrice.objects.order_by("plan", "-valid_from", "product_id"))


def _card(row: PlanPrice) -> PlanPriceCard:
    return PlanPriceCard(row.plan, row.product_id or "", row.valid_from, row.cents, row.excess_cents)
