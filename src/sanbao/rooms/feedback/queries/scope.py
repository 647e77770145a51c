"""What a figure is about: days, an outlet, a product, an origin; for texts and what was read in them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.engines.text import ASPECTS
from sanbao.rooms.feedback.adapters.cube import Where
from sanbao.rooms.feedback.models import Mention, Voice


@dataclass(frozen=True, slots=True)
class Scope:
    """Which texts count. With a first or last day only texts that carry a day can count.

    Copies of a text and texts that a person left out do not count; they are kept, and lists show them.
    """

    since: date | None = None
    until: date | None = None
    outlet: str = ""
    origin: str = ""
    product: str = ""

    def texts(self, actor: Actor) -> "QuerySet[Any]":
        """Return the visible texts that count."""
        return self.kept(actor).filter(counts=True)

    def kept(self, actor: Actor) -> "QuerySet[Any]":
        """Return the visible texts, those that do not count with the others."""
        rows = Voice.objects.visible_to(actor).filter(self._condition())
        return rows.filter(product_id=self.product) if self.product else rows

    def mentions(self, actor: Actor) -> "QuerySet[Any]":
        """Return what was read in the visible texts that count."""
        rows = Mention.objects.visible_to(actor).filter(self._condition(), counts=True)
        return rows.filter(voice__product_id=self.product) if self.product else rows

    def cells(self, actor: Actor) -> Where:
        """Return the counted cells of the visible texts."""
        own = None
        if not actor.everywhere("feedback.see"):
            own = tuple(sorted(actor.outlets("feedback.see") - {EVERYWHERE}))
        if self.outlet:
            own = (self.outlet,) if own is None or self.outlet in own else ()
        return Where(self.since, self.until, own, self.product, self.origin)

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
