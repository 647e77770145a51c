"""Texts that may not come from customers: flagged with reasons, decided on by a person."""

from typing import Self

from django.db import models

from sanbao.base.actor import Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.feedback.models.texts import Voice
from sanbao.rooms.feedback.states import OPEN, SUSPICION_KINDS, SUSPICION_STATES


class SuspicionQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.everywhere("feedback.see") else self.none()


class Suspicion(models.Model):
    """Texts that look made rather than said, and why; nothing is left out before somebody decides.

    ``mark`` makes the same suspicion arise once. A burst is the texts of one origin on one day and has no
    ``head``; any other one is the near copies of ``head``, or that text alone. ``size`` counts its texts.
    """

    number = models.CharField(max_length=14, unique=True)
    kind = models.CharField(max_length=8)
    mark = models.CharField(max_length=40, unique=True)
    origin = models.CharField(max_length=10)
    head = models.ForeignKey(Voice, on_delete=models.CASCADE, null=True, related_name="suspicions")
    day = models.DateField(null=True)
    size = models.PositiveIntegerField()
    reasons = models.JSONField(default=list)
    weight = models.FloatField()
    state = models.CharField(max_length=8, default=OPEN)
    found_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)

    objects = SuspicionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("kind", SUSPICION_KINDS), name="suspicion_kind_known"),
            models.CheckConstraint(condition=known("state", SUSPICION_STATES), name="suspicion_state_known"),
        )
        indexes = (models.Index(fields=("state", "-weight", "-id"), name="suspicion_list"),)

    def __str__(self) -> str:
        return self.number
