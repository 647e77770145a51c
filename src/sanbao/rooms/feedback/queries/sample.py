"""The random subset with labels: the ground on which figures may be corrected and versions be measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min

from sanbao.base.actor import Actor
from sanbao.rooms.feedback.models import Frame, Lesson, Voice
from sanbao.rooms.feedback.queries.scope import Scope
from sanbao.rooms.feedback.queries.teaching import FrameCard, frames
from sanbao.rooms.feedback.states import SETTLED, SPLIT, WAITING

Said = frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class RandomLabel:
    """One text of the random subset: what people say is in it, and what the stored reading says."""

    key: int
    origin: str
    said_on: date | None
    outlet: str
    probability: float
    said: Said
    read: Said
    overall_said: int
    overall_read: int


@dataclass(frozen=True, slots=True)
class RandomSample:
    """The labelled part of the random subset within a scope, and how each origin's subset was drawn."""

    rows: tuple[RandomLabel, ...]
    frames: tuple[FrameCard, ...]


def random_labels(actor: Actor, scope: Scope | None = None) -> RandomSample:
    """Return the texts of the random subset whose labels stand, those of a scope.

    Each origin's texts are drawn in the order of their fingerprints. Given are only those before the first
    one that still waits, so that what is given is itself random however far the labelling has come; texts
    that nobody could make sense of, and erased ones, are left out. Two queries for each origin, and three.
    """
    limits = _limits()
    keys = (scope or Scope()).texts(actor).values("pk")
    rows: Any = (
        Lesson.objects.filter(frame__isnull=False, state=SETTLED, voice__in=keys)
        .filter(voice__counts=True, voice__erased_at__isnull=True)
        .exclude(voice__reader="")
        .select_related("voice", "frame")
        .prefetch_related("voice__mentions")
        .order_by("voice__fingerprint")
    )
    return RandomSample(tuple(_label(row) for row in rows if _within(row, limits)), frames(actor))


def _limits() -> dict[str, str]:
    """Return for each origin the fingerprint below which nothing waits any more."""
    found: dict[str, str] = {}
    for frame in Frame.objects.order_by("origin"):
        waiting = Lesson.objects.filter(
            frame=frame, state__in=(WAITING, SPLIT), voice__counts=True, voice__erased_at__isnull=True
        )
        undrawn = Voice.objects.filter(
            origin=frame.origin,
            fingerprint__lte=frame.edge,
            counts=True,
            erased_at__isnull=True,
            lesson__isnull=True,
        )
        first = [
            waiting.aggregate(first=Min("voice__fingerprint"))["first"],
            undrawn.exclude(reader="").aggregate(first=Min("fingerprint"))["first"],
        ]
        found[frame.origin] = min((each for each in first if each), default="g")
    return found


def _within(row: Any, limits: dict[str, str]) -> bool:
    return bool(row.voice.fingerprint < limits.get(row.voice.origin, ""))


def _label(row: Any) -> RandomLabel:
    voice = row.voice
    return RandomLabel(
        voice.pk,
        voice.origin,
        voice.said_on,
        voice.outlet_id or "",
        row.frame.rate,
        judged(row.aspects),
        frozenset((each.aspect, each.polarity) for each in voice.mentions.all()),
        row.overall,
        voice.overall or 0,
    )


def judged(aspects: Iterable[Any]) -> Said:
    """Return code and direction of every judgement; bare facts are none."""
    return frozenset((str(row[0]), int(row[1])) for row in aspects if int(row[1]))
