"""People teach the reader: texts on the labelling list, what readers found, objections, versions."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import Actor
from sanbao.base.db import Visible, known
from sanbao.rooms.feedback.models.texts import Voice
from sanbao.rooms.feedback.states import DRAWS, LESSON_STATES, WAITING


class FrameQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.everywhere("feedback.see") else self.none()


class Frame(models.Model):
    """How the random subset of one origin is drawn: every text whose fingerprint is not above ``edge``.

    ``rate`` is the edge as a share of all fingerprints: the probability of every text, also of later ones.
    ``population`` and ``size`` are those of the last drawing.
    """

    origin = models.CharField(max_length=10, unique=True)
    edge = models.CharField(max_length=32)
    rate = models.FloatField()
    population = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=40)

    objects = FrameQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.origin} {self.rate:.4f}"


class OfVoice(Visible):
    """Rows that belong to a text are seen by those who may see the text."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("feedback.see"):
            return self
        return self.filter(voice__in=Voice.objects.visible_to(actor)) if actor.is_staff else self.none()


class Lesson(models.Model):
    """A text on the labelling list: why it is there, how many readers it wants, and what stands in the end.

    ``rank`` orders the list, the smallest first. ``held_out`` texts are never given out for training.
    ``aspects`` are code, polarity, start and end; ``reader`` is the version that had read it when drawn.
    """

    voice = models.OneToOneField(Voice, on_delete=models.CASCADE, related_name="lesson")
    drawn = models.CharField(max_length=8)
    why = models.JSONField(default=list)
    frame = models.ForeignKey(
        Frame, on_delete=models.PROTECT, null=True, db_index=False, related_name="lessons"
    )
    probability = models.FloatField(null=True)
    rank = models.FloatField()
    held_out = models.BooleanField(default=False)
    readers = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, default=WAITING)
    reader = models.CharField(max_length=24, blank=True)
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=40)
    aspects = models.JSONField(default=list)
    demands = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    overall = models.SmallIntegerField(null=True)
    settled_by = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True)

    objects = OfVoice.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=known("drawn", DRAWS), name="lesson_draw_known"),
            models.CheckConstraint(condition=known("state", LESSON_STATES), name="lesson_state_known"),
            models.CheckConstraint(
                condition=Q(state="settled", overall__isnull=False)
                | (~Q(state="settled") & Q(overall__isnull=True)),
                name="lesson_settled_is_judged",
            ),
        )
        indexes = (
            models.Index(fields=("rank", "id"), condition=Q(state="waiting"), name="lesson_waiting"),
            models.Index(fields=("state", "id"), name="lesson_state"),
            models.Index(fields=("frame",), condition=Q(frame__isnull=False), name="lesson_frame"),
        )

    def __str__(self) -> str:
        return f"{self.drawn} {self.voice_id}"


class LabelQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(lesson__in=Lesson.objects.visible_to(actor))


class Label(models.Model):
    """What one reader found in one text, without having seen what others found."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="labels")
    reader = models.CharField(max_length=40)
    aspects = models.JSONField(default=list)
    demands = models.JSONField(default=list)
    flags = models.JSONField(default=list)
    overall = models.SmallIntegerField(default=0)
    unreadable = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    objects = LabelQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("lesson", "reader"), name="label_once"),)
        indexes = (models.Index(fields=("reader", "-id"), name="label_reader"),)

    def __str__(self) -> str:
        return f"{self.reader} {self.lesson_id}"


class Objection(models.Model):
    """Somebody says that a quoted sentence was read wrongly; ``right`` is the aspect it should have had."""

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="objections")
    aspect = models.CharField(max_length=2)
    polarity = models.SmallIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    right = models.CharField(max_length=2, blank=True)
    right_polarity = models.SmallIntegerField(null=True)
    reader = models.CharField(max_length=24)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    objects = OfVoice.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("voice", "aspect", "polarity", "made_by"), name="objection_once"),
        )
        indexes = (models.Index(fields=("aspect", "polarity"), name="objection_what"),)

    def __str__(self) -> str:
        return f"{self.aspect}{self.polarity:+d} {self.voice_id}"


class ModelQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.may("feedback.see") else self.none()


class Model(models.Model):
    """A version of the reader's weights that lies beside the data, or the shipped one. At most one is active.

    ``measured`` holds its figures on this installation's own held-out labels and how many those were.
    ``before`` is the version that was active until this one was: where rolling back leads.
    """

    version = models.CharField(max_length=24, unique=True)
    shipped = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    card = models.JSONField(default=dict)
    measured = models.JSONField(default=dict)
    measured_at = models.DateTimeField(null=True)
    installed_by = models.CharField(max_length=40)
    installed_at = models.DateTimeField()
    active = models.BooleanField(default=False)
    activated_by = models.CharField(max_length=40, blank=True)
    activated_at = models.DateTimeField(null=True)
    before = models.CharField(max_length=24, blank=True)

    objects = ModelQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("active",), condition=Q(active=True), name="model_one_active"),
        )

    def __str__(self) -> str:
        return self.version
