"""Texts as they came, what was read in them, and where they came from."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.feedback.states import ASIDES, BATCH_STATES, ORIGINS, RUNNING
from sanbao.rooms.outlets.models import Outlet
from sanbao.rooms.registry.models import Customer, Product


class BatchQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return (
            self if actor.everywhere("feedback.import") or actor.everywhere("feedback.see") else self.none()
        )


class Batch(models.Model):
    """One import. ``read`` always equals ``stored + rejected + duplicates``; ``read`` is also where to go on.

    ``mapping`` tells which column of the file holds which fact; ``source`` keeps apart what two places
    publish in the same words.
    """

    number = models.CharField(max_length=14, unique=True)
    name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    origin = models.CharField(max_length=10, default="review")
    source = models.CharField(max_length=80, blank=True)
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=8, default=RUNNING)
    read = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("state", BATCH_STATES), name="batch_state_known"),
            models.CheckConstraint(
                condition=Q(read=models.F("stored") + models.F("rejected") + models.F("duplicates")),
                name="batch_books_balance",
            ),
        )
        indexes = (
            models.Index(fields=("file_hash",), name="batch_file"),
            models.Index(fields=("id",), condition=Q(state="running"), name="batch_running"),
        )

    def __str__(self) -> str:
        return self.number


class RejectQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(batch__in=Batch.objects.visible_to(actor))


class Reject(models.Model):
    """One row that was not taken: its number as a spreadsheet counts (the header is 1), the column, why."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rejects")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=24)
    value = models.CharField(max_length=120, blank=True)

    objects = RejectQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.batch_id} {self.row}: {self.code}"


class VoiceQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Everything for those who see all, one's outlets' for other staff, one's own for owners."""
        if actor.everywhere("feedback.see"):
            return self
        if actor.is_owner:
            return self.filter(customer_id=actor.id)
        return self.filter(outlet_id__in=actor.outlets("feedback.see") - {EVERYWHERE})


class Voice(models.Model):
    """One text, kept as it came. ``fingerprint`` makes the same row of the same source count once.

    ``subject`` is the public number of what it is about: a repair order or a case.

    ``reader`` is the version of the reader that last read it, empty while it waits to be read.

    ``cluster`` is the key of the first text of its near copies within origin and month, its own where it
    is alone, empty while it waits to be compared. ``counts`` is false for copies and for texts that a
    person left out; ``aside`` says which.
    """

    number = models.CharField(max_length=14)
    origin = models.CharField(max_length=10)
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, db_index=False, related_name="voices"
    )
    external_id = models.CharField(max_length=80, blank=True)
    fingerprint = models.CharField(max_length=32)
    text = models.TextField()
    stars = models.PositiveSmallIntegerField(null=True)
    product_name = models.CharField(max_length=200, blank=True)
    product = models.ForeignKey(
        Product, on_delete=models.SET_NULL, null=True, db_index=False, related_name="voices"
    )
    outlet = models.ForeignKey(
        Outlet, on_delete=models.PROTECT, null=True, db_index=False, related_name="voices"
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, db_index=False, related_name="voices"
    )
    subject = models.CharField(max_length=14, blank=True)
    said_on = models.DateField(null=True)
    stored_at = models.DateTimeField()
    language = models.CharField(max_length=8, blank=True)
    sentiment = models.FloatField(null=True)
    overall = models.SmallIntegerField(null=True)
    demands = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    reader = models.CharField(max_length=24, blank=True)
    cluster = models.BigIntegerField(null=True)
    counts = models.BooleanField(default=True, db_default=True)
    aside = models.CharField(max_length=8, blank=True, default="", db_default="")
    erased_at = models.DateTimeField(null=True)

    objects = VoiceQuerySet.as_manager()

    class Meta:
        # unique by constraint and not by column: the latter brings a second index for LIKE that nobody uses
        constraints = (
            models.CheckConstraint(condition=known("origin", ORIGINS), name="voice_origin_known"),
            models.CheckConstraint(
                condition=Q(counts=True, aside="") | Q(counts=False, aside__in=sorted(ASIDES)),
                name="voice_aside_known",
            ),
            models.UniqueConstraint(fields=("number",), name="voice_number_once"),
            models.UniqueConstraint(fields=("fingerprint",), name="voice_fingerprint_once"),
        )
        indexes = (
            models.Index(fields=("id",), condition=Q(reader=""), name="voice_unread"),
            models.Index(fields=("reader", "id"), name="voice_reader"),
            models.Index(fields=("id",), condition=Q(cluster__isnull=True), name="voice_uncompared"),
            models.Index(fields=("cluster",), condition=Q(cluster__isnull=False), name="voice_cluster"),
            models.Index(fields=("aside", "origin"), condition=Q(counts=False), name="voice_aside"),
            models.Index(
                fields=("outlet", "said_on"), condition=Q(outlet__isnull=False), name="voice_outlet"
            ),
            models.Index(fields=("product",), condition=Q(product__isnull=False), name="voice_product"),
            models.Index(fields=("customer",), condition=Q(customer__isnull=False), name="voice_customer"),
            models.Index(fields=("said_on", "id"), condition=Q(said_on__isnull=False), name="voice_day"),
            models.Index(fields=("subject",), condition=~Q(subject=""), name="voice_subject"),
        )

    def __str__(self) -> str:
        return self.number


class MentionQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("feedback.see"):
            return self
        return self.filter(voice__in=Voice.objects.visible_to(actor))


class Mention(models.Model):
    """One aspect found in a text: where (offsets into the text), which way, how sure.

    ``counts`` is what its text says, kept here so that figures need no join.
    """

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="mentions")
    origin = models.CharField(max_length=10)
    aspect = models.CharField(max_length=2)
    polarity = models.SmallIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    outlet = models.ForeignKey(
        Outlet, on_delete=models.PROTECT, null=True, db_index=False, related_name="mentions"
    )
    said_on = models.DateField(null=True)
    counts = models.BooleanField(default=True, db_default=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=("aspect", "polarity", "said_on"), name="mention_what"),
            models.Index(fields=("outlet", "aspect"), name="mention_where"),
            models.Index(fields=("aspect", "polarity", "-id"), name="mention_newest"),
        )

    def __str__(self) -> str:
        return f"{self.aspect}{self.polarity:+d}"
