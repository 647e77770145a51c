"""What somebody undertook because of what customers said."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.feedback.states import ACTION_STATES, UNDERTAKEN
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.registry.models import Staff


class ActionQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Everything for those who see all, otherwise one's outlets' and what holds for all outlets."""
        if actor.everywhere("feedback.see"):
            return self
        mine = actor.outlets("feedback.see") - {EVERYWHERE}
        return self.filter(Q(outlet_id__in=mine) | Q(outlet__isnull=True)) if mine else self.none()


class Action(models.Model):
    """One undertaking against one blamed aspect, at one outlet or (without one) everywhere.

    ``count`` of ``texts`` blamed the aspect in the eight weeks before it was decided: the finding as it was.
    """

    number = models.CharField(max_length=14, unique=True)
    aspect = models.CharField(max_length=2)
    outlet = models.ForeignKey(Outlet, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=400)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=UNDERTAKEN)
    count = models.PositiveIntegerField()
    texts = models.PositiveIntegerField()
    decided_on = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    closing_words = models.CharField(max_length=400, blank=True)
    made_at = models.DateTimeField()

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("state", ACTION_STATES), name="action_state_known"),
            models.CheckConstraint(condition=Q(due_on__gte=models.F("decided_on")), name="action_due_later"),
        )

    def __str__(self) -> str:
        return self.number
