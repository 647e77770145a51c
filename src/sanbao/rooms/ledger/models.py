"""Facts, the deliveries of facts to handlers, and the answers given to request keys."""

from typing import Self

from django.db import models

from sanbao.base.actor import Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.ledger.states import DELIVERY_STATES, WAITING


class EntryQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """All entries for those who audit; nobody else reads the ledger without a subject."""
        return self if actor.everywhere("ledger.read") else self.none()


class Entry(models.Model):
    """One fact. Never changed; erasing a person empties ``facts`` and ``salt`` and leaves the rest.

    ``position`` is the dense place in the log, given after commit by the sequencer; ``id`` only
    keeps rows apart (keys are taken before commit, leave gaps and appear out of order).
    """

    position = models.BigIntegerField(null=True, unique=True)
    subject = models.CharField(max_length=40)
    event = models.CharField(max_length=60)
    actor = models.CharField(max_length=40)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=16, null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("subject", "id"), name="entry_subject"),
            models.Index(fields=("event", "at"), name="entry_event"),
            models.Index(fields=("id",), condition=models.Q(position__isnull=True), name="entry_unplaced"),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.event}"


class DeliveryQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.everywhere("ledger.deliveries") else self.none()


class Delivery(models.Model):
    """One fact on its way to one handler."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.CharField(max_length=80)
    state = models.CharField(max_length=8, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease = models.CharField(max_length=36, blank=True)
    fault = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("entry", "handler"), name="delivery_once"),
            models.CheckConstraint(condition=known("state", DELIVERY_STATES), name="delivery_state_known"),
        )
        indexes = (
            models.Index(fields=("due_at", "id"), condition=models.Q(state="waiting"), name="delivery_due"),
            models.Index(fields=("id",), condition=models.Q(state="dead"), name="delivery_dead"),
        )

    def __str__(self) -> str:
        return f"{self.handler} ← {self.entry_id}"


class AnswerQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(actor=actor.ref)


class Answer(models.Model):
    """The first answer given to a request key, so that the same request again gets the same answer."""

    actor = models.CharField(max_length=40)
    key = models.CharField(max_length=100)
    body_hash = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("actor", "key"), name="answer_once"),)
        indexes = (models.Index(fields=("at",), name="answer_at"),)

    def __str__(self) -> str:
        return self.key


class Pulse(models.Model):
    """When a machine of the house last showed that it is alive."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    objects = Visible.as_manager()

    def __str__(self) -> str:
        return self.name
