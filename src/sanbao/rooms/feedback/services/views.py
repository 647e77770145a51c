"""Saved views, alerts and their muting: what people look at again, and what the house points out to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.db import transaction

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Invalid
from sanbao.base.ids import new_number
from sanbao.engines.counting import benjamini_yekutieli, difference_p, turn_p, turns
from sanbao.engines.text import ASPECTS
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.errors import TooManyViews, ViewExists
from sanbao.rooms.feedback.models import Alert, Mute, View
from sanbao.rooms.feedback.queries.moving import tally_of
from sanbao.rooms.feedback.rules import FEW
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries as outlets

FACETS: Final = ("since", "until", "weeks", "outlet", "product", "origin", "scenario", "aspect", "polarity")
"""What a view may remember."""
MOST_VIEWS: Final = 50
LONGEST_TITLE: Final = 60
MUTE_DAYS: Final = (7, 28, 91)
FALSE_ALERTS: Final = 0.05
_LEAST_CHANGE: Final = 0.02
_LOOK_BACK: Final = 26
_TURN_WITHIN: Final = 6
_BASE: Final = 8
_QUIET: Final = timedelta(weeks=4)
_WATCHED: Final = tuple(tally_of(aspect.code, way) for aspect in ASPECTS if aspect.service for way in (-1, 1))


@transaction.atomic
def save_view(actor: Actor, *, title: str, facets: Mapping[str, str], shared: bool = False) -> str:
    """Keep a choice of facets under a name and return its number; what nobody knows is left out.

    Raises:
        NotAllowed, Invalid: no title, or one too long.
        ViewExists, TooManyViews.
    """
    require(actor, "feedback.see")
    tidy = " ".join(title.split())
    if not tidy or len(tidy) > LONGEST_TITLE:
        raise Invalid("Give it a name of at most %(most)s characters.", field="title", most=LONGEST_TITLE)
    own = View.objects.filter(owner=actor.ref)
    if own.filter(title=tidy).exists():
        raise ViewExists(field="title", title=tidy)
    if own.count() >= MOST_VIEWS:
        raise TooManyViews(field="title", most=MOST_VIEWS)
    row: View = View.objects.create(
        number=new_number("VW"),
        owner=actor.ref,
        title=tidy,
        facets={name: facets[name][:40] for name in FACETS if facets.get(name)},
        shared=shared,
        made_at=actor.at,
    )
    ledger.append(row.number, "voice.view_saved", actor, shared=shared)
    return row.number


@transaction.atomic
def remove_view(actor: Actor, number: str) -> str:
    """Forget one's own view; return its number.

    Raises:
        NotAllowed, Missing: somebody else's counts as missing.
    """
    require(actor, "feedback.see")
    row: View = View.objects.filter(owner=actor.ref).pick(actor, number=number)
    View.objects.filter(pk=row.pk).delete()
    ledger.append(number, "voice.view_removed", actor)
    return number


@transaction.atomic
def mute_alert(actor: Actor, number: str, *, days: int) -> date:
    """Hear nothing more about what this alert is about, for some days; return the last of them.

    Raises:
        NotAllowed, Missing, Invalid: not one of the lengths that are offered.
    """
    require(actor, "feedback.see")
    if days not in MUTE_DAYS:
        raise Invalid("Choose one of the lengths that are offered.", field="days")
    alert: Alert = Alert.objects.pick(actor, number=number)
    until = actor.at.date() + timedelta(days=days)
    Mute.objects.update_or_create(
        owner=actor.ref,
        outlet=alert.outlet,
        tally=alert.tally,
        defaults={"until": until, "made_at": actor.at},
    )
    ledger.append(number, "voice.muted", actor, until=until)
    return until


@transaction.atomic
def unmute_alert(actor: Actor, number: str) -> str:
    """Hear again of what this alert is about; return its number.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.see")
    alert: Alert = Alert.objects.pick(actor, number=number)
    gone, _ = Mute.objects.filter(owner=actor.ref, outlet=alert.outlet, tally=alert.tally).delete()
    if gone:
        ledger.append(number, "voice.unmuted", actor)
    return number


def recount() -> None:
    """Count all texts anew into their cells. Nothing that anybody said changes, so it leaves no fact."""
    cube.rebuild()


def miscounted() -> int:
    """Return how many cells do not hold what a recount finds."""
    return cube.differences()


@dataclass(frozen=True, slots=True)
class _Question:
    """Whether one thing moved at one place: so many of n before, so many of n since ``week``."""

    outlet: str
    tally: str
    kind: str
    week: date
    before: tuple[int, int]
    after: tuple[int, int]
    p: float

    @property
    def change(self) -> float:
        return self.after[0] / self.after[1] - self.before[0] / self.before[1]


def watch_voices(actor: Actor) -> int:
    """Look at the last whole week of every outlet and of the whole house, and note what moved; return how
    many alerts are new.

    Asked is for every service aspect whether the week differs from the eight before it, and whether the
    level has turned within the last six weeks. Noted is what stands out among all these questions with at
    most five false in a hundred, however they hang together, and moved by two points or more; what was
    noted less than four weeks ago is not noted again. Safe to run at any time.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.report", outlet="*")
    last = cube.week_start(actor.at.date()) - timedelta(weeks=1)
    house = _ask("", last)
    # no outlet can have enough texts where all together have not
    places = [q for place in outlets.places() for q in _ask(place.code, last)] if house else []
    striking = [*_striking(house), *_striking(places)]
    return _note(actor, striking, last) if striking else 0


def _striking(asked: Sequence[_Question]) -> list[tuple[_Question, float]]:
    qs = benjamini_yekutieli([question.p for question in asked])
    return [
        (question, q)
        for question, q in zip(asked, qs, strict=True)
        if q < FALSE_ALERTS and abs(question.change) >= _LEAST_CHANGE
    ]


def _ask(outlet: str, last: date) -> list[_Question]:
    since = last - timedelta(weeks=_LOOK_BACK - 1)
    where = cube.Where(since, last + timedelta(days=6), (outlet,) if outlet else None)
    counted = cube.weeks(where, ("read", *_WATCHED))
    none = dict.fromkeys(("read", *_WATCHED), 0)
    rows = [counted.get(since + timedelta(weeks=at), none) for at in range(_LOOK_BACK)]
    read = [row["read"] for row in rows]
    if read[-1] < FEW or sum(read[-1 - _BASE : -1]) < FEW:
        return []
    return [
        question
        for tally in _WATCHED
        for question in _ask_one(outlet, tally, last, [row[tally] for row in rows], read)
    ]


def _ask_one(
    outlet: str, tally: str, last: date, counts: Sequence[int], read: Sequence[int]
) -> list[_Question]:
    before = sum(counts[-1 - _BASE : -1]), sum(read[-1 - _BASE : -1])
    after = counts[-1], read[-1]
    week = _Question(outlet, tally, "week", last, before, after, difference_p(*after, *before))
    turned = [turn.at for turn in turns(counts, read) if turn.at >= len(counts) - _TURN_WITHIN]
    if not turned:
        # asked all the same: what is looked at and not found counts among the questions
        return [week, replace(week, kind="turn", p=1.0)]
    at = turned[-1]
    return [
        week,
        _Question(
            outlet,
            tally,
            "turn",
            last - timedelta(weeks=len(counts) - 1 - at),
            (sum(counts[:at]), sum(read[:at])),
            (sum(counts[at:]), sum(read[at:])),
            turn_p(counts, read),
        ),
    ]


@transaction.atomic
def _note(actor: Actor, striking: Sequence[tuple[_Question, float]], last: date) -> int:
    recent = list(Alert.objects.filter(week__gt=last - timedelta(weeks=_LOOK_BACK)).order_by("id"))
    told: set[tuple[object, ...]] = {
        (row.outlet, row.tally, row.count * row.before_n > row.before_count * row.n)
        for row in recent
        if row.found_at > actor.at - _QUIET
    }
    told |= {(row.outlet, row.tally, row.kind, row.week) for row in recent}
    new = 0
    for question, q in sorted(striking, key=lambda each: each[1]):
        key = question.outlet, question.tally, question.change > 0
        if key in told or (question.outlet, question.tally, question.kind, question.week) in told:
            continue
        told.add(key)
        new += 1
        alert: Alert = Alert.objects.create(
            number=new_number("AL"),
            outlet=question.outlet,
            tally=question.tally,
            kind=question.kind,
            week=question.week,
            before_count=question.before[0],
            before_n=question.before[1],
            count=question.after[0],
            n=question.after[1],
            q=q,
            found_at=actor.at,
        )
        ledger.append(
            alert.number,
            "voice.alerted",
            actor,
            outlet=question.outlet,
            tally=question.tally,
            kind=question.kind,
            week=question.week,
        )
    return new
