"""Items that are charged, their dated prices, and the stock of parts."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.parts.states import HELD, ITEM_KINDS, REASONS, RESERVATION
from sanbao.rooms.registry.models import Product


class CatalogueQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Items and prices are public: the owner sees what a repair costs."""
        return self.all()


class Item(models.Model):
    """A part or a piece of work that can stand on a quote. ``faults`` are the fault codes it mends."""

    code = models.CharField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=6)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    policy_part = models.CharField(max_length=16, default="main")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, null=True, related_name="items")
    faults = models.JSONField(default=list)
    minutes = models.PositiveSmallIntegerField(default=0)

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=known("kind", ITEM_KINDS), name="item_kind_known"),)

    def __str__(self) -> str:
        return self.code


class Price(models.Model):
    """What an item costs from a day on, taxes included; until the next row."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="prices")
    valid_from = models.DateField()
    cents = models.PositiveIntegerField()

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "valid_from"), name="price_once"),)

    def __str__(self) -> str:
        return f"{self.item_id} {self.valid_from}"


class AtOutletQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("parts.see"):
            return self
        return self.filter(outlet_id__in=actor.outlets("parts.see") - {EVERYWHERE})


class Stock(models.Model):
    """How many of a part lie at an outlet, and how many of them are kept for somebody."""

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="stock")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="stock")
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)
    expected_on = models.DateField(null=True)

    objects = AtOutletQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("outlet", "item"), name="stock_once"),
            models.CheckConstraint(
                condition=Q(reserved__lte=F("on_hand")), name="stock_never_promised_twice"
            ),
        )

    def __str__(self) -> str:
        return f"{self.item_id}@{self.outlet_id}"


class Movement(models.Model):
    """Why stock changed; the sum of the movements is the stock."""

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="movements")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="movements")
    quantity = models.IntegerField()
    reason = models.CharField(max_length=10)
    order = models.CharField(max_length=14, blank=True)
    note = models.CharField(max_length=120, blank=True)
    by = models.CharField(max_length=40)
    at = models.DateTimeField()

    objects = AtOutletQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("reason", REASONS), name="movement_reason_known"),
        )
        indexes = (models.Index(fields=("outlet", "item", "id"), name="movement_where"),)

    def __str__(self) -> str:
        return f"{self.item_id} {self.quantity:+d}"


class Reservation(models.Model):
    """A part kept for an order, by the order's public number."""

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="reservations")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="reservations")
    order = models.CharField(max_length=14)
    quantity = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=8, default=HELD)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = AtOutletQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=known("state", RESERVATION.states()), name="reservation_state_known"
            ),
            models.UniqueConstraint(
                fields=("order", "item"), condition=Q(state="held"), name="reservation_once_per_order"
            ),
        )
        indexes = (models.Index(fields=("order",), name="reservation_order"),)

    def __str__(self) -> str:
        return f"{self.item_id} for {self.order}"
