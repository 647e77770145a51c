"""Writes about protection plans: what they cost."""

from datetime import date

from django.db import transaction

from sanbao.base.actor import Actor
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.base.money import LARGEST_CENTS
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry.models import PlanPrice, Product
from sanbao.rooms.registry.queries.plans import plans_on


@transaction.atomic
def put_plan_price(
    actor: Actor, *, plan: str, valid_from: date, cents: int, excess_cents: int = 0, product: str = ""
) -> None:
    """Say what a plan of the packs costs from a day on, for one product or, without one, for all.

    Raises:
        NotAllowed: the catalogue is not held everywhere.
        Missing: no such product.
        Invalid: no pack has such a plan, or no such amount.
    """
    if not actor.everywhere("registry.catalogue"):
        raise NotAllowed(grant="registry.catalogue")
    if product and not Product.objects.filter(pk=product[:24]).exists():
        raise Missing(field="product", product=product[:24])
    if plan not in plans_on(valid_from):
        raise Invalid("No pack that counts on this day has such a plan.", field="plan")
    for field, amount in (("cents", cents), ("excess_cents", excess_cents)):
        if not 0 <= amount <= LARGEST_CENTS:
            raise Invalid("This is no amount of money.", field=field)
    PlanPrice.objects.update_or_create(
        plan=plan,
        product_id=product or None,
        valid_from=valid_from,
        defaults={"cents": cents, "excess_cents": excess_cents},
    )
    ledger.append(
        f"plan:{plan}",
        "plan.priced",
        actor,
        product=product,
        valid_from=valid_from,
        cents=cents,
        excess_cents=excess_cents,
    )
