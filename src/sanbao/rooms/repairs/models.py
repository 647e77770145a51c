"""Repair orders, their quotes and the lines on them."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.engines.policy.lines import LINES
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.parts.models import Item
from sanbao.rooms.registry.models import Customer, Device, Staff
from sanbao.rooms.repairs.rules.reviews import SUBJECTS
from sanbao.rooms.repairs.states import (
    ASKED,
    BOOKED,
    CHANNELS,
    MACHINE,
    OPEN,
    RAISED,
    REMEDY_LIFE,
    REVIEW_LIFE,
)


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

    ``watch`` holds the lines of the law ahead of this repair; ``watch_at`` is when the house has to look
    next, for the rule in ``watch_rule``. An empty watch with a date is one to be worked out anew.
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
    watch = models.JSONField(default=dict)
    watch_at = models.DateTimeField(null=True)
    watch_rule = models.CharField(max_length=24, blank=True)
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
            models.Index(fields=("watch_at", "id"), condition=Q(watch_at__isnull=False), name="order_watch"),
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


class Remedy(models.Model):
    """A right that the house raised by itself when an order crossed a line of the law.

    ``facts`` are the days as they were counted, ``offers`` the remedies open by it, ``working`` the clocks
    of the answer with their steps. ``escalate_at`` is when the next of them runs out unanswered; ``told``
    counts how often that was said. An order crosses each line once.
    """

    number = models.CharField(max_length=14, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="remedies")
    state = models.CharField(max_length=10, default=RAISED)
    line = models.CharField(max_length=10)
    rule = models.CharField(max_length=24)
    pack = models.CharField(max_length=40)
    pack_hash = models.CharField(max_length=64)
    crossed_on = models.DateField()
    facts = models.JSONField(default=dict)
    offers = models.JSONField(default=list)
    chosen = models.CharField(max_length=10, blank=True)
    chosen_at = models.DateTimeField(null=True)
    working = models.JSONField(default=dict)
    raised_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    outer_due_at = models.DateTimeField()
    escalate_at = models.DateTimeField(null=True)
    told = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("state", REMEDY_LIFE.states()), name="remedy_state_known"),
            models.CheckConstraint(condition=known("line", LINES), name="remedy_line_known"),
            models.UniqueConstraint(fields=("order", "rule"), name="remedy_once"),
        )
        indexes = (
            models.Index(fields=("state", "answer_due_at", "id"), name="remedy_queue"),
            models.Index(
                fields=("escalate_at", "id"),
                condition=Q(escalate_at__isnull=False),
                name="remedy_escalate",
            ),
        )

    def __str__(self) -> str:
        return self.number


class ReviewQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """One's own questions; for staff those about outlets whose repairs they may see."""
        if actor.everywhere("repairs.see"):
            return self
        if actor.is_owner:
            return self.filter(customer_id=actor.id)
        return self.filter(outlet_id__in=actor.outlets("repairs.see") - {EVERYWHERE})


class Review(models.Model):
    """A decision that a person is asked to look at again, and what came of it.

    ``before`` is the decision as it stood, ``after`` what it is now; ``corrected`` the facts that were
    wrong. ``decided_by`` is who decided, and so may not answer. A case that somebody typed in has no order.
    """

    number = models.CharField(max_length=14, unique=True)
    about = models.CharField(max_length=8)
    state = models.CharField(max_length=10, default=ASKED)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="reviews")
    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, null=True, related_name="reviews")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="reviews")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, null=True, related_name="reviews")
    words = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    corrected = models.JSONField(default=dict)
    decided_by = models.CharField(max_length=40, blank=True)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    working = models.JSONField(default=dict)
    answer_due_at = models.DateTimeField()
    escalate_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("state", REVIEW_LIFE.states()), name="review_state_known"),
            models.CheckConstraint(condition=known("about", SUBJECTS), name="review_subject_known"),
            models.UniqueConstraint(
                fields=("order",),
                condition=Q(state=ASKED, about="verdict"),
                name="review_one_open_per_verdict",
            ),
            models.UniqueConstraint(
                fields=("remedy",), condition=Q(state=ASKED), name="review_one_open_per_remedy"
            ),
        )
        indexes = (
            models.Index(fields=("state", "answer_due_at", "id"), name="review_queue"),
            models.Index(fields=("customer", "-id"), name="review_customer"),
            models.Index(
                fields=("escalate_at", "id"),
                condition=Q(escalate_at__isnull=False),
                name="review_escalate",
            ),
        )

    def __str__(self) -> str:
        return self.number
