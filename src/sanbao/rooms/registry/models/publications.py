"""Rule packs that count here: their texts by hash, who put them into force, and what was seen before."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from sanbao.base.actor import Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.registry.models.staff import Staff
from sanbao.rooms.registry.models.things import PublicQuerySet
from sanbao.rooms.registry.states import PACK_ORIGINS, PROPOSED, PUBLICATION, PUBLISHED, SET_UP


class PolicyQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Those who put packs into force, and those who read the ledger."""
        seen = actor.everywhere("registry.publish_policy") or actor.everywhere("ledger.read")
        return self if seen else self.none()


class PackText(models.Model):
    """The text of a pack under the hash of its content, kept for ever: decisions name the hash."""

    hash = models.CharField(max_length=64, primary_key=True)
    pack = models.CharField(max_length=60)
    text = models.TextField()
    kept_at = models.DateTimeField()

    objects = PublicQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.pack} {self.hash[:8]}"


class Publication(models.Model):
    """One text of a pack on its way into force, in force, or taken back.

    What counts on a day is the last published one that is valid from that day or earlier. Two different
    people stand behind it, but for those that the installation began with.
    """

    number = models.CharField(max_length=14, unique=True)
    pack = models.CharField(max_length=60)
    family = models.CharField(max_length=10)
    jurisdiction = models.CharField(max_length=12)
    version = models.CharField(max_length=24)
    text = models.ForeignKey(PackText, on_delete=models.PROTECT, related_name="publications")
    state = models.CharField(max_length=10, default=PROPOSED)
    origin = models.CharField(max_length=8)
    note = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=known("state", PUBLICATION.states()), name="publication_state_known"
            ),
            models.CheckConstraint(condition=known("origin", PACK_ORIGINS), name="publication_origin_known"),
            models.CheckConstraint(
                condition=~Q(state=PUBLISHED)
                | Q(origin=SET_UP)
                | (
                    Q(proposed_by__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("proposed_by"))
                ),
                name="publication_has_two_people",
            ),
            models.UniqueConstraint(
                fields=("pack", "valid_from"), condition=Q(state=PUBLISHED), name="publication_once_a_day"
            ),
            models.UniqueConstraint(
                fields=("text",), condition=Q(state=PROPOSED), name="publication_proposed_once"
            ),
        )
        indexes = (models.Index(fields=("state", "valid_from", "id"), name="publication_in_force"),)

    def __str__(self) -> str:
        return self.number


class OfPublicationQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(publication__in=Publication.objects.visible_to(actor))


class Comparison(models.Model):
    """What one person saw before a pack went live: open cases read, and how many would change.

    ``base`` stands for all packs it was held against. ``unread`` are cases that lack the facts for a verdict.
    """

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="comparisons")
    seen_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    base = models.CharField(max_length=64)
    at = models.DateTimeField()
    orders = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    worked = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    orders_changed = models.PositiveIntegerField(default=0)
    cases_changed = models.PositiveIntegerField(default=0)
    worked_changed = models.PositiveIntegerField(default=0)

    objects = OfPublicationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("publication", "seen_by"), name="comparison_once_a_person"),
        )

    def __str__(self) -> str:
        return f"{self.publication_id} by {self.seen_by_id}"


class OfComparisonQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(comparison__in=Comparison.objects.visible_to(actor))


class Difference(models.Model):
    """One open case that comes out otherwise: what it is now, what it would be, and by which rules."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=6)
    subject = models.CharField(max_length=80)
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)
    because = models.JSONField(default=list)

    objects = OfComparisonQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("comparison", "kind", "id"), name="difference_page"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class WorkedCase(models.Model):
    """A case that the house keeps to try packs on; ``facts`` are the columns of ``sanbao rights``."""

    name = models.CharField(max_length=60, primary_key=True)
    facts = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    objects = PolicyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
