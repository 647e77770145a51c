"""Texts counted beforehand: by day, outlet, product and origin, so that a page need not count a million."""

from typing import Final, Self

from django.db import models

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible
from sanbao.engines.text import CODES, DEMANDS, FLAGS, SCENARIOS

ALL: Final = "*"
"""Stands for every outlet, or every product."""
UNDATED: Final = 0
"""The day of texts that carry none."""
BOTH_WAYS: Final = tuple(
    f"{name}_{way}" for name in ("service", *SCENARIOS, *(code.lower() for code in CODES)) for way in "pm"
)
TALLIES: Final = (
    "read", "copies", "left_out", "praise", "blame", *BOTH_WAYS,
    *(f"demand_{name}" for name in DEMANDS), *(f"flag_{name}" for name in FLAGS),
)  # fmt: skip
"""What is counted: texts read that count, those that do not and why, then texts that hold each thing; ``_p``
praises it, ``_m`` blames it. Every text counts at most once in each, so sums over cells are exact."""


class CellQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("feedback.see"):
            return self
        return self.filter(outlet__in=actor.outlets("feedback.see") - {EVERYWHERE})


class Cell(models.Model):
    """Texts of one day, outlet, product and origin; ``*`` stands for all outlets or all products.

    ``day`` counts from 1 January of the year 1, so that ``(day - 1) / 7`` counts weeks from Monday. An empty
    outlet or product is unknown.
    """

    outlet = models.CharField(max_length=12)
    product = models.CharField(max_length=40)
    day = models.IntegerField()
    origin = models.CharField(max_length=10)

    objects = CellQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("outlet", "product", "day", "origin"), name="cell_once"),
        )

    def __str__(self) -> str:
        return f"{self.outlet} {self.product} {self.day} {self.origin}"


for _name in TALLIES:
    Cell.add_to_class(_name, models.IntegerField(default=0))


class Mix(models.Model):
    """Texts of one month, outlet, product and origin, and which of them praise or blame the service.

    ``month`` is year times twelve plus month less one; -1 without a day. Outlets are compared by it.
    """

    outlet = models.CharField(max_length=12)
    product = models.CharField(max_length=40)
    origin = models.CharField(max_length=10)
    month = models.IntegerField()
    read = models.IntegerField(default=0)
    service_p = models.IntegerField(default=0)
    service_m = models.IntegerField(default=0)

    objects = CellQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("outlet", "product", "origin", "month"), name="mix_once"),
        )

    def __str__(self) -> str:
        return f"{self.outlet} {self.product} {self.origin} {self.month}"
