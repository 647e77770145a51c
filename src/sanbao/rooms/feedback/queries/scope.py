"""What a figure is about: a stretch of days, an outlet, an origin; for texts and what was read in them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from sanbao.base.actor import Actor
from sanbao.engines.text import ASPECTS
from sanbao.rooms.feedback.models import Mention, Voice


@dataclass(frozen=True, slots=True)
class Scope:
    """Which texts count. With a first or last day only texts that carry a day can count."""

    since: date | None = None
    until: date | None = None
    outlet: str = ""
    origin: str = ""

    def texts(self, actor: Actor) -> "QuerySet[Any]":
        """Return the visible texts."""
        return Voice.objects.visible_to(actor).filter(self._condition())

    def mentions(self, actor: Actor) -> "QuerySet[Any]":
        """Return what was read in the visible texts."""
        return Mention.objects.visible_to(actor).filter(self._condition())

    def _condition(self) -> Q:
        wanted = Q()
        if self.since:
            wanted &= Q(said_on__gte=self.since)
        if self.until:
            wanted &= Q(said_on__lte=self.until)
        if self.outlet:
            wanted &= Q(outlet_id=self.outlet)
        if self.origin:
            wanted &= Q(origin=self.origin)
        return wanted


def codes_of(scenario: str) -> tuple[str, ...]:
    """Return the aspects of one scenario."""
    return tuple(aspect.code for aspect in ASPECTS if aspect.scenario == scenario)
