"""Complaint cases, their evidence, clocks and answers."""

from typing import Final, Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.complaints.states import (
    ALERT_STATES,
    ANSWERED,
    CASE_CHANNELS,
    DECISIONS,
    DEMANDS,
    FILED,
    HANDLER,
    MACHINE,
    MEDIATION,
    NO_AUTHORITY,
    OVERDUE,
    PAUSE_ENDS,
    SOON,
    VIEWS,
)
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.registry.models import Customer, Device, Staff
from sanbao.rooms.repairs.models import Order

OPEN_CLOCK: Final = Q(met_at__isnull=True, stopped_at__isnull=True)
"""The clocks that still run."""


class CaseQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """One's own; for staff the cases about the outlets where they may see complaints."""
        if actor.everywhere("complaints.see"):
            return self
        if actor.is_owner:
            return self.filter(customer_id=actor.id)
        return self.filter(outlet_id__in=actor.outlets("complaints.see") - {EVERYWHERE})


class Case(models.Model):
    """One complaint with a demand. ``answer_due_at`` is the next open clock, ``outer_due_at`` the law's.

    While nothing is owed, ``answer_due_at`` keeps the last clock that ran. ``provisional`` is set while an
    open clock runs through a year without a published calendar; ``zone`` is where its days are counted.
    ``level`` says who has to see to it (handler, manager, brand) and only rises; ``revision`` is new after
    every change, so that two of them never pass each other. ``mediation`` is what an authority does.
    """

    number = models.CharField(max_length=14, unique=True)
    state = models.CharField(max_length=10, default=FILED)
    channel = models.CharField(max_length=10)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="cases")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, related_name="cases")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="cases")
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, null=True, related_name="cases")
    handler = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="cases")
    demand = models.CharField(max_length=14)
    demand_cents = models.PositiveIntegerField(null=True)
    words = models.TextField()
    closing_words = models.TextField(blank=True)
    zone = models.CharField(max_length=40)
    filed_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    outer_due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    level = models.PositiveSmallIntegerField(default=HANDLER)
    revision = models.PositiveIntegerField(default=0)
    mediation = models.CharField(max_length=10, default=NO_AUTHORITY)
    mediation_words = models.TextField(blank=True)
    authority_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("state", MACHINE.states()), name="case_state_known"),
            models.CheckConstraint(condition=known("demand", DEMANDS), name="case_demand_known"),
            models.CheckConstraint(condition=known("channel", CASE_CHANNELS), name="case_channel_known"),
            models.CheckConstraint(
                condition=known("mediation", MEDIATION.states()), name="case_mediation_known"
            ),
            models.CheckConstraint(
                condition=~Q(demand="compensation") | Q(demand_cents__gt=0), name="case_sum_is_named"
            ),
        )
        indexes = (
            models.Index(
                fields=("answer_due_at", "id"),
                # as the queue asks for them: SQLite finds no list of words again in what a query is given
                condition=Q(ended_at__isnull=True) & ~Q(state=ANSWERED),
                name="case_queue",
            ),
            models.Index(fields=("customer", "-id"), name="case_customer"),
            models.Index(fields=("order", "-id"), name="case_order"),
        )

    def __str__(self) -> str:
        return self.number


class OfCaseQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(case__in=Case.objects.visible_to(actor))


class OfClockQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(clock__case__in=Case.objects.visible_to(actor))


class Clock(models.Model):
    """One reply clock of a case: when it is due, how that was worked out, when it was met.

    ``working`` is the whole deadline as the calendar engine told it. ``stopped_at`` ends a clock that
    nobody has to meet any more. ``soon_at`` and ``overdue_at`` say when the house warned of it.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks")
    clock = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    working = models.JSONField(default=dict)
    met_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    soon_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("case", "clock"),
                condition=OPEN_CLOCK,
                name="clock_runs_once",
            ),
        )
        indexes = (
            models.Index(fields=("case", "clock"), name="clock_of_case"),
            models.Index(
                fields=("due_at", "id"),
                condition=OPEN_CLOCK & Q(overdue_at__isnull=True),
                name="clock_sweep",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock}"

    @property
    def running(self) -> bool:
        return self.met_at is None and self.stopped_at is None


class Pause(models.Model):
    """A time in which the pausable clocks of a case stand still, why, and until when at the latest.

    ``note`` says what is waited for; the owner reads it. ``ended_by`` is empty while it stands.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(max_length=24)
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="pauses")
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=8, blank=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("case",), condition=Q(ended_at__isnull=True), name="pause_stands_once"
            ),
            models.CheckConstraint(condition=known("ended_by", PAUSE_ENDS), name="pause_end_known"),
        )
        indexes = (
            models.Index(fields=("until", "id"), condition=Q(ended_at__isnull=True), name="pause_sweep"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"


class Alert(models.Model):
    """One e-mail to a member of staff about one clock: that it runs out soon, or that it has.

    ``lease`` marks who is sending it now.
    """

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="alerts")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default="queued")
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=36, blank=True)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()

    objects = OfClockQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("clock", "kind", "staff"), name="alert_once"),
            models.CheckConstraint(condition=known("kind", (SOON, OVERDUE)), name="alert_kind_known"),
            models.CheckConstraint(condition=known("state", ALERT_STATES), name="alert_state_known"),
        )
        indexes = (models.Index(fields=("due_at", "id"), condition=Q(state="queued"), name="alert_queued"),)

    def __str__(self) -> str:
        return f"{self.clock_id} {self.kind}"


class Evidence(models.Model):
    """Something shown for a case: a file of the vault, by its public number."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    file = models.CharField(max_length=14)
    note = models.CharField(max_length=200, blank=True)
    added_by = models.CharField(max_length=40)
    added_at = models.DateTimeField()

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "file"), name="evidence_once"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.file}"


class Reply(models.Model):
    """An answer in its fixed shape: facts found, rule, decision, what happens next, by when.

    ``view`` is what the owner said to it: accepted, or disputed in their own words.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="replies")
    decision = models.CharField(max_length=10)
    facts_found = models.TextField()
    rule = models.TextField()
    next_step = models.TextField()
    by_when = models.DateField(null=True)
    at = models.DateTimeField()
    view = models.CharField(max_length=8, blank=True)
    view_words = models.TextField(blank=True)
    view_at = models.DateTimeField(null=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("decision", DECISIONS), name="reply_decision_known"),
            models.CheckConstraint(condition=known("view", VIEWS), name="reply_view_known"),
        )
        indexes = (models.Index(fields=("case", "-id"), name="reply_of_case"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.decision}"
