"""Reads of saved views, and of alerts as one person should see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sanbao.base.actor import Actor
from sanbao.engines.counting import Estimate, difference, wilson
from sanbao.rooms.feedback.models import Alert, Mute, Theme, View
from sanbao.rooms.feedback.rules import FEW, Quote, quote

MOST = 50
FALSE_FINDINGS = 0.05
"""So many of the themes that are said to have changed may be chance."""


@dataclass(frozen=True, slots=True)
class ViewCard:
    """A saved choice of facets; ``own`` can be removed."""

    number: str
    title: str
    facets: Mapping[str, str]
    shared: bool
    own: bool


@dataclass(frozen=True, slots=True)
class AlertCard:
    """A share that moved: ``name`` said ``polarity`` ways at ``outlet`` (all without one) since ``week``.

    ``muted_until`` is the day until which this reader does not want to hear of it.
    """

    number: str
    outlet: str
    name: str
    polarity: int
    kind: str
    week: date
    before: Estimate
    after: Estimate
    change: Estimate
    q: float
    found_at: datetime
    muted_until: date | None


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """A phrase that many sentences about one thing share: how many lately and before, and one of them.

    ``change`` is None where there are too few to tell; ``stands_out`` where it is more than chance among so
    many.
    """

    aspect: str
    polarity: int
    label: str
    share: Estimate
    count: int
    change: Estimate | None
    stands_out: bool
    voice: str
    quote: Quote
    found_at: datetime


def themes(actor: Actor, codes: Sequence[str], ways: Sequence[int], *, most: int) -> tuple[ThemeCard, ...]:
    """Return the themes of these aspects, those that changed first, then by how often; one query."""
    rows = Theme.objects.visible_to(actor).filter(aspect__in=codes, polarity__in=ways)
    cards = [_theme(row) for row in rows.select_related("voice").order_by("aspect", "polarity", "place")]
    cards.sort(key=lambda card: (not card.stands_out, -card.count))
    return tuple(card for card in cards if card.quote.span)[:most]


def _theme(row: Theme) -> ThemeCard:
    now, before = wilson(row.n, row.of), wilson(row.earlier, row.earlier_of)
    told = min(row.of, row.earlier_of) >= FEW
    shown = quote(row.voice.text, row.start, row.end, around=40)
    return ThemeCard(
        row.aspect,
        row.polarity,
        row.label,
        now,
        row.n,
        difference(now, before) if told else None,
        told and row.q < FALSE_FINDINGS,
        row.voice.number,
        shown,
        row.found_at,
    )


def views(actor: Actor) -> tuple[ViewCard, ...]:
    """Return the reader's own views and those shared with them, by title; one query."""
    rows = View.objects.visible_to(actor).order_by("title", "id")[: 2 * MOST]
    return tuple(ViewCard(r.number, r.title, r.facets, r.shared, r.owner == actor.ref) for r in rows)


def view(actor: Actor, number: str) -> ViewCard:
    """Return one saved view.

    Raises:
        Missing.
    """
    row: View = View.objects.pick(actor, number=number)
    return ViewCard(row.number, row.title, row.facets, row.shared, row.owner == actor.ref)


def alerts(actor: Actor, *, muted: bool = False, most: int = MOST) -> tuple[AlertCard, ...]:
    """Return the newest alerts of the outlets this reader may see, without those muted; two queries."""
    today = actor.at.date()
    mutes = {
        (row.outlet, row.tally): row.until
        for row in Mute.objects.visible_to(actor).filter(until__gte=today).order_by("id")
    }
    rows = Alert.objects.visible_to(actor).order_by("-week", "q", "id")[: 2 * most]
    cards = (alert_card(row, mutes.get((row.outlet, row.tally))) for row in rows)
    return tuple(card for card in cards if muted or card.muted_until is None)[:most]


def alert_card(row: Alert, until: date | None = None) -> AlertCard:
    """Return an alert as a plain value."""
    name, _, way = row.tally.rpartition("_")
    before, after = wilson(row.before_count, row.before_n), wilson(row.count, row.n)
    return AlertCard(
        row.number,
        row.outlet,
        name.upper() if len(name) == 2 else name,  # noqa: PLR2004 - aspects have codes of two letters
        1 if way == "p" else -1,
        row.kind,
        row.week,
        before,
        after,
        difference(after, before),
        row.q,
        row.found_at,
        until,
    )
