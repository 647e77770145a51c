"""What protection plans cost here."""

from django.db import models
from django.db.models import Q

from sanbao.rooms.registry.models.things import Product, PublicQuerySet


class PlanPrice(models.Model):
    """What a plan of the packs costs from a day on, for one product or for all; until the next row.

    ``excess_cents`` is what the owner pays at each claim. The terms of the plan are rules of a pack.
    """

    plan = models.CharField(max_length=24)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, related_name="plan_prices")
    valid_from = models.DateField()
    cents = models.PositiveIntegerField()
    excess_cents = models.PositiveIntegerField(default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("plan", "product", "valid_from"), name="plan_price_once"),
            models.UniqueConstraint(
                fields=("plan", "valid_from"),
                condition=Q(product__isnull=True),
                name="plan_price_once_for_all",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} {self.valid_from}"
