"""The labelled random subset is made small in the background, so that pages can correct their figures."""

from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Max

from sanbao.base.actor import Actor, require
from sanbao.rooms.feedback.models import Frame, Lesson, Sample
from sanbao.rooms.feedback.queries.correcting import bits_of
from sanbao.rooms.feedback.queries.sample import RandomSample, random_labels
from sanbao.rooms.feedback.queries.versions import active_version
from sanbao.rooms.feedback.states import SETTLED

_AT_LATEST: Final = timedelta(hours=6)
_UNKNOWN_DAY: Final = 0


def take_sample(actor: Actor) -> int:
    """Make the random subset small again if labels, drawings or the version have changed, or it is six hours
    old; return how many texts it holds now. It is worked out from labels and readings and leaves no fact.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.report", outlet="*")
    stamp, kept = _stamp(), Sample.objects.order_by("id").first()
    if kept is not None and kept.stamp == stamp and kept.made_at > actor.at - _AT_LATEST:
        return len(kept.columns.get("said", ()))
    found = random_labels(actor)
    _keep(actor, found, stamp)
    return len(found.rows)


@transaction.atomic
def _keep(actor: Actor, found: RandomSample, stamp: str) -> None:
    products = dict(
        Lesson.objects.filter(voice__in=[row.key for row in found.rows]).values_list(
            "voice", "voice__product"
        )
    )
    Sample.objects.all().delete()
    Sample.objects.create(
        columns={
            "origin": [row.origin for row in found.rows],
            "outlet": [row.outlet for row in found.rows],
            "product": [products.get(row.key) or "" for row in found.rows],
            "day": [row.said_on.toordinal() if row.said_on else _UNKNOWN_DAY for row in found.rows],
            "rate": [row.probability for row in found.rows],
            "said": [bits_of(row.said) for row in found.rows],
            "read": [bits_of(row.read) for row in found.rows],
        },
        origins=sorted({frame.origin for frame in found.frames}),
        stamp=stamp,
        made_at=actor.at,
    )


def _stamp() -> str:
    lessons: dict[str, Any] = Lesson.objects.filter(frame__isnull=False).aggregate(
        n=Count("id"), last=Max("settled_at")
    )
    settled = Lesson.objects.filter(frame__isnull=False, state=SETTLED).count()
    drawn = Frame.objects.aggregate(last=Max("drawn_at"))["last"]
    return f"{lessons['n']} {settled} {lessons['last']} {drawn} {active_version()}"[:120]
