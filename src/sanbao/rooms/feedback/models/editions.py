"""Reports that were kept as they were on a day, and the sentences that stand in them."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import Actor
from sanbao.base.db import Visible
from sanbao.rooms.feedback.models.texts import Voice


class EditionQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("feedback.report"):
            return self
        return self.filter(made_by=actor.ref) if actor.may("feedback.report") else self.none()


class Edition(models.Model):
    """One report as it was. ``record`` holds everything but its sentences, which are passages.

    ``hash`` is the SHA-256 of the whole record on the day it was made. ``monthly`` editions are made by the
    house, one for each month; ``since`` and ``until`` are empty where a report had no such edge.
    """

    number = models.CharField(max_length=14, unique=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    monthly = models.BooleanField(default=False)
    record = models.JSONField()
    hash = models.CharField(max_length=64)
    texts = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("since",), condition=Q(monthly=True), name="edition_once_a_month"
            ),
        )

    def __str__(self) -> str:
        return self.number


class PassageQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(edition__in=Edition.objects.visible_to(actor))


class Passage(models.Model):
    """One sentence of an edition. Its words go when their writer is erased; its place stays."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="passages")
    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="passages")
    part = models.CharField(max_length=3)
    place = models.PositiveSmallIntegerField()
    record = models.JSONField()
    erased = models.BooleanField(default=False)

    objects = PassageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("edition", "part", "place"), name="passage_one_per_place"),
        )

    def __str__(self) -> str:
        return f"{self.part}{self.place}"
