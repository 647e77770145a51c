"""What the sentences about one thing have in common lately: found in the background, looked up by pages."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.engines.counting import benjamini_hochberg, difference_p
from sanbao.engines.text import ASPECTS
from sanbao.engines.text.themes import Said, themes
from sanbao.engines.text.themes import Theme as Found
from sanbao.rooms.feedback.models import Mention, Theme
from sanbao.rooms.feedback.rules import SMALLEST_GROUP, redacted

PERIOD: Final = timedelta(weeks=8)
MOST_SENTENCES: Final = 2_000
MOST_THEMES: Final = 6
_AGAIN_AFTER: Final = timedelta(hours=20)
_LABEL: Final = 40


def find_themes(actor: Actor) -> int:
    """Find the themes of every service aspect anew, once a day; return how many there are.

    Looked at are the newest sentences of the last eight weeks and of the eight before, at most 2,000 each.
    Personal data is covered before anything is compared. A theme has five texts at least; it is worked out
    from texts and no event of its own, so it leaves no fact.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.report", outlet="*")
    newest = Theme.objects.order_by("-found_at").values_list("found_at", flat=True).first()
    if newest and newest > actor.at - _AGAIN_AFTER:
        return 0
    if not Mention.objects.filter(said_on__gt=actor.at.date() - PERIOD).exists():
        return 0
    other = [text for _row, text, _recent in _sentences(actor, {"aspect__in": _background()})]
    drafts = [
        draft
        for aspect in ASPECTS
        if aspect.service
        for way in (-1, 1)
        for draft in _themes(actor, aspect.code, way, other)
    ]
    qs = benjamini_hochberg([difference_p(d.n, d.of, d.earlier, d.earlier_of) for d in drafts])
    for draft, q in zip(drafts, qs, strict=True):
        draft.q = q
    _replace(drafts)
    return len(drafts)


@transaction.atomic
def _replace(drafts: Sequence[Theme]) -> None:
    Theme.objects.all().delete()
    Theme.objects.bulk_create(drafts)


def _background() -> tuple[str, ...]:
    return tuple(aspect.code for aspect in ASPECTS if not aspect.service)


def _themes(actor: Actor, code: str, way: int, other: Sequence[str]) -> list[Theme]:
    rows = _sentences(actor, {"aspect": code, "polarity": way})
    recent = sum(now for _row, _text, now in rows)
    if recent < SMALLEST_GROUP:
        return []
    found = themes(
        [Said(text, now) for _row, text, now in rows], other, most=4 * MOST_THEMES, least=SMALLEST_GROUP
    )
    lively = [each for each in found if each.n >= SMALLEST_GROUP][:MOST_THEMES]
    return [_draft(actor, code, way, at, each, rows, recent) for at, each in enumerate(lively)]


def _draft(
    actor: Actor,
    code: str,
    way: int,
    at: int,
    found: Found,
    rows: Sequence[tuple[Any, str, bool]],
    recent: int,
) -> Theme:
    sample = rows[found.samples[0]][0]
    return Theme(
        aspect=code,
        polarity=way,
        place=at,
        label=found.label[:_LABEL],
        n=found.n,
        of=recent,
        earlier=found.earlier,
        earlier_of=len(rows) - recent,
        q=1.0,
        voice_id=sample["voice_id"],
        start=sample["start"],
        end=sample["end"],
        found_at=actor.at,
    )


def _sentences(actor: Actor, kind: dict[str, Any]) -> list[tuple[Any, str, bool]]:
    """Return the newest sentences of both periods, each text once, and whether it is of the later one."""
    today = actor.at.date()
    edge = today - PERIOD
    every = Mention.objects.visible_to(actor).filter(**kind, counts=True, end__gt=0)
    found: list[tuple[Any, str, bool]] = []
    for first, last in ((edge, today), (edge - PERIOD, edge - timedelta(days=1))):
        rows = every.filter(said_on__range=(first, last)).order_by("-said_on", "-id")
        seen: set[int] = set()
        for row in rows.values("voice_id", "start", "end", "voice__text")[:MOST_SENTENCES]:
            if row["voice_id"] not in seen:
                seen.add(row["voice_id"])
                text = redacted(row["voice__text"])[row["start"] : row["end"]]
                found.append((row, text, first == edge))
    return found
