"""What people look at again: saved choices of facets, alerts, and what somebody does not want to hear of."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible
from sanbao.rooms.feedback.models.texts import Voice


class ViewQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """One's own, and those that others share with everybody who may see figures."""
        if not actor.may("feedback.see"):
            return self.none()
        return self.filter(Q(owner=actor.ref) | Q(shared=True))


class View(models.Model):
    """A choice of facets under a name. What it shows depends on who looks."""

    number = models.CharField(max_length=14, unique=True)
    owner = models.CharField(max_length=40)
    title = models.CharField(max_length=60)
    facets = models.JSONField(default=dict)
    shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    objects = ViewQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("owner", "title"), name="voice_view_title_once"),)
        indexes = (models.Index(fields=("shared", "title"), name="voice_view_shared"),)

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class AlertQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        if actor.everywhere("feedback.see"):
            return self
        return self.filter(outlet__in=actor.outlets("feedback.see") - {EVERYWHERE})


class Alert(models.Model):
    """A share moved further than chance would move one of so many: what, where, since when, how sure.

    ``outlet`` is empty for the whole house; ``tally`` names what is counted, as the cells do; ``week`` is
    the Monday of the first other week. ``kind`` says whether one week stood out or the level turned. ``q``
    is the share of false alarms to be expected among alerts as striking as this one.
    """

    number = models.CharField(max_length=14, unique=True)
    outlet = models.CharField(max_length=12, blank=True)
    tally = models.CharField(max_length=20)
    kind = models.CharField(max_length=8)
    week = models.DateField()
    before_count = models.IntegerField()
    before_n = models.IntegerField()
    count = models.IntegerField()
    n = models.IntegerField()
    q = models.FloatField()
    found_at = models.DateTimeField()

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=("turn", "week")), name="voice_alert_kind_known"),
            models.UniqueConstraint(fields=("outlet", "tally", "kind", "week"), name="voice_alert_once"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.tally}"


class MuteQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(owner=actor.ref)


class Mute(models.Model):
    """One person does not want to hear of one thing at one place until a day."""

    owner = models.CharField(max_length=40)
    outlet = models.CharField(max_length=12, blank=True)
    tally = models.CharField(max_length=20)
    until = models.DateField()
    made_at = models.DateTimeField()

    objects = MuteQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("owner", "outlet", "tally"), name="voice_mute_once"),)

    def __str__(self) -> str:
        return f"{self.owner} {self.tally}"


class ThemeQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """Themes are found in the whole house, so only those see them who may see all of it."""
        return self if actor.everywhere("feedback.see") else self.none()


class Theme(models.Model):
    """Sentences about one thing that share a phrase: a problem that has no name yet.

    ``n`` of ``of`` sentences of the last weeks, ``earlier`` of ``earlier_of`` of as many before; ``q`` says
    how likely the change is a false finding. ``start`` and ``end`` mark the sample in its text.
    """

    aspect = models.CharField(max_length=2)
    polarity = models.SmallIntegerField()
    place = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=40)
    n = models.PositiveIntegerField()
    of = models.PositiveIntegerField()
    earlier = models.PositiveIntegerField()
    earlier_of = models.PositiveIntegerField()
    q = models.FloatField()
    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="+")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    found_at = models.DateTimeField()

    objects = ThemeQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("aspect", "polarity", "place"), name="voice_theme_once"),
        )

    def __str__(self) -> str:
        return f"{self.aspect}{self.polarity:+d} {self.label}"


class SampleQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """It holds no words; what of it counts for whom is decided where it is used."""
        return self if actor.may("feedback.see") else self.none()


class Sample(models.Model):
    """The labelled random subset, made small: what people and the program found in each text, by column.

    ``said`` and ``read`` hold one bit for each aspect and direction. ``origins`` are those a subset was drawn
    from; ``stamp`` says from what it was made, so that it is made again only when that has changed.
    """

    columns = models.JSONField(default=dict)
    origins = models.JSONField(default=list)
    stamp = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    objects = SampleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.stamp
