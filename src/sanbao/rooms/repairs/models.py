"""Repair orders, their quotes and the lines on them."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.parts.models import Item
from sanbao.rooms.registry.models import Customer, Device, Staff
from sanbao.rooms.repairs.states import BOOKED, CHANNELS, MACHINE, OPEN


class OrderQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """One's own orders; for staff the orders of the outlets where they may see repairs."""
        if actor.everywhere("repairs.see"):
            return self
        if actor.is_owner:
            return self.filter(customer_id=actor.id)
        return self.filter(outlet_id__in=actor.outlets("repairs.see") - {EVERYWHERE})


class Order(models.Model):
    """One device in our hands, or on its way there.

    ``verdict`` is the entitlement decision as it was made: remedies, rule ids, pack hashes, facts.
    ``intake`` holds condition, accessories and the owner's consents; an unlock code is never stored.
    ``promised_at`` is the first promise made and is never changed; ``expected_at`` may move. ``promise``
    keeps the steps by which it was worked out. A device is in one open order at most.
    """

    number = models.CharField(max_length=14, unique=True)
    state = models.CharField(max_length=14, default=BOOKED)
    channel = models.CharField(max_length=8)
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="orders")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="orders")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    engineer = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="orders")
    booking = models.CharField(max_length=14, blank=True)
    visit_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=24)
    words = models.TextField(blank=True)
    intake = models.JSONField(default=dict)
    finding = models.CharField(max_length=24, blank=True)
    diagnosis = models.TextField(blank=True)
    resolution = models.TextField(blank=True)
    covered = models.BooleanField(null=True)
    verdict = models.JSONField(default=dict)
    promised_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True)
    promise = models.JSONField(default=list)
    carrier = models.CharField(max_length=24, blank=True)
    waybill_in = models.CharField(max_length=40, blank=True)
    waybill_out = models.CharField(max_length=40, blank=True)
    return_address = models.TextField(blank=True)
    made_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("state", MACHINE.states()), name="order_state_known"),
            models.CheckConstraint(condition=known("channel", CHANNELS), name="order_channel_known"),
            models.UniqueConstraint(
                fields=("device",), condition=known("state", OPEN), name="order_one_open_per_device"
            ),
        )
        indexes = (
            models.Index(fields=("outlet", "state", "-id"), name="order_worklist"),
            models.Index(fields=("customer", "-id"), name="order_customer"),
            models.Index(fields=("device", "-id"), name="order_device"),
            models.Index(fields=("state", "accepted_at"), name="order_sweep"),
        )

    def __str__(self) -> str:
        return self.number


class OfOrderQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(order__in=Order.objects.visible_to(actor))


class Quote(models.Model):
    """A price put before the owner; the newest one counts."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="quotes")
    cents = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    answer = models.CharField(max_length=8, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40, blank=True)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(answer__in=("", "yes", "no")), name="quote_answer_known"),
        )

    def __str__(self) -> str:
        return f"{self.order_id}: {self.cents}"


class Line(models.Model):
    """One part or piece of work of an order, with the price of the day it was put there."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lines")
    quantity = models.PositiveSmallIntegerField(default=1)
    cents = models.PositiveIntegerField(default=0)
    covered = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("order", "item"), name="line_once"),)

    def __str__(self) -> str:
        return f"{self.order_id} {self.item_id}"
