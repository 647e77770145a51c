"""Surveys: asked once after a service, answered once."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible
from sanbao.rooms.repairs.models import Order


class SurveyQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("feedback.see"):
            return self
        if actor.is_owner:
            return self.filter(order__customer_id=actor.id)
        return self.filter(order__outlet_id__in=actor.outlets("feedback.see") - {EVERYWHERE})


class Survey(models.Model):
    """The question after a visit: at most one per order.

    ``link_hash`` belongs to the link that was sent with it, which is itself kept nowhere; none where no
    link was sent.
    """

    number = models.CharField(max_length=14, unique=True)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="survey")
    link_hash = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - NULL lets many have none
    sent_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    stars = models.PositiveSmallIntegerField(null=True)
    in_time = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__range=(1, 5)), name="survey_stars_range"
            ),
        )

    def __str__(self) -> str:
        return self.number
