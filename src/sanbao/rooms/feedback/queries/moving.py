"""How what is said moves from week to week: change, trend, turns, and the share corrected by labels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sanbao.base.actor import Actor
from sanbao.engines.counting import (
    LEAST_LABELS,
    Corrected,
    Estimate,
    Trend,
    Turn,
    benjamini_hochberg,
    difference,
    difference_p,
    trend,
    turns,
    wilson,
)
from sanbao.engines.text import ASPECTS, SCENARIOS
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.queries.correcting import Labels, labels
from sanbao.rooms.feedback.queries.figures import Figures, Tallies, figures_of, total
from sanbao.rooms.feedback.queries.scope import Scope
from sanbao.rooms.feedback.rules import FEW, SMALLEST_GROUP, Share, share

RECENT: Final = 4
EARLIER: Final = 12
"""A change is the last four whole weeks against the twelve before them."""
HEAT_WEEKS: Final = 26
FALSE_FINDINGS: Final = 0.05
"""So many of the changes shown may be chance."""
_WAYS: Final = {1: "p", -1: "m"}


@dataclass(frozen=True, slots=True)
class Moving:
    """One thing said one way. ``name`` is an aspect's code, a scenario or ``service``.

    ``before`` and ``recent`` are the shares of earlier and the last weeks, ``change`` what lies between;
    ``stands_out`` where it is more than the many others would show by chance. ``weeks`` are the counts.
    """

    name: str
    polarity: int
    share: Share
    before: Share
    recent: Share
    change: Estimate
    stands_out: bool
    weeks: tuple[int, ...]
    corrected: Corrected


@dataclass(frozen=True, slots=True)
class VoiceFigures:
    """All figures of the voice page. ``read`` are the texts of each of ``weeks``, whole ones up to now."""

    figures: Figures
    weeks: tuple[date, ...]
    read: tuple[int, ...]
    moving: Mapping[tuple[str, int], Moving]
    labels: int
    sample_reason: str

    @property
    def hidden(self) -> bool:
        """Whether there are so few texts that no share is shown."""
        return 0 < self.figures.read < SMALLEST_GROUP

    def trend_of(self, moving: Moving) -> Trend | None:
        """Return whether it rises or falls over all weeks; None where nobody can tell."""
        return trend(moving.weeks, self.read)

    def turns_of(self, moving: Moving) -> tuple[Turn, ...]:
        """Return the weeks from which on its level is another one."""
        return turns(moving.weeks, self.read)

    def of(self, name: str, polarity: int) -> Moving:
        """Return one thing said one way."""
        return self.moving[name, polarity]


@dataclass(frozen=True, slots=True)
class Heat:
    """Shares by aspect and week; None where fewer than five texts were read in a week."""

    weeks: tuple[date, ...]
    read: tuple[int, ...]
    rows: tuple[tuple[str, tuple[Share | None, ...]], ...]


NAMES: Final = ("service", *SCENARIOS, *(aspect.code for aspect in ASPECTS))


def voice_figures(actor: Actor, scope: Scope, *, whole_until: date) -> VoiceFigures:
    """Return all figures of the voice page. ``whole_until`` is the last day of the last whole week."""
    counted = cube.weeks(scope.cells(actor))
    figures = figures_of(actor, scope, counted)
    weeks = _axis(counted, whole_until)
    none = total(())
    rows = [counted.get(week, none) for week in weeks]
    sample = labels(actor, scope.cells(actor), [name for name, _n in figures.origins])
    read = tuple(row["read"] for row in rows)
    sums = total(counted.values())
    drafts = [_moving(name, polarity, sums, rows, read, sample) for name in NAMES for polarity in (1, -1)]
    return VoiceFigures(figures, weeks, read, _found(drafts), sample.n, sample.reason or _too_few(sample.n))


def _too_few(labelled: int) -> str:
    return "few_labels" if labelled < LEAST_LABELS else ""


def heat(figures: VoiceFigures, polarity: int, codes: Iterable[str]) -> Heat:
    """Return the last weeks of these aspects."""
    weeks, read = figures.weeks[-HEAT_WEEKS:], figures.read[-HEAT_WEEKS:]
    rows = tuple(
        (
            code,
            tuple(
                share(count, n) if n >= SMALLEST_GROUP else None
                for count, n in zip(figures.of(code, polarity).weeks[-HEAT_WEEKS:], read, strict=True)
            ),
        )
        for code in codes
    )
    return Heat(weeks, read, rows)


def tally_of(name: str, polarity: int) -> str:
    """Return what the cells call a thing said one way."""
    return f"{name.lower()}_{_WAYS[polarity]}"


def _axis(counted: Mapping[date | None, Tallies], whole_until: date) -> tuple[date, ...]:
    """Return all weeks from the first that has texts to the last whole one, without gaps."""
    dated = sorted(week for week in counted if week and week <= whole_until)
    if not dated:
        return ()
    return tuple(dated[0] + timedelta(weeks=at) for at in range((dated[-1] - dated[0]).days // 7 + 1))


def _moving(
    name: str,
    polarity: int,
    sums: Tallies,
    rows: Sequence[Tallies],
    read: tuple[int, ...],
    sample: Labels,
) -> tuple[Moving, float]:
    """Return one thing, and how likely its change is by chance."""
    tally = tally_of(name, polarity)
    counts = tuple(row[tally] for row in rows)
    before = share(sum(counts[-RECENT - EARLIER : -RECENT]), sum(read[-RECENT - EARLIER : -RECENT]))
    recent = share(sum(counts[-RECENT:]), sum(read[-RECENT:]))
    p = difference_p(recent.count, recent.n, before.count, before.n)
    told = min(before.n, recent.n) >= FEW
    change = difference(wilson(recent.count, recent.n), wilson(before.count, before.n))
    return Moving(
        name,
        polarity,
        share(sums[tally], sums["read"]),
        before,
        recent,
        change,
        told,
        counts,
        sample.correct(name, polarity, sums[tally], sums["read"]),
    ), p if told else 1.0


def _found(drafts: Sequence[tuple[Moving, float]]) -> dict[tuple[str, int], Moving]:
    """Keep as standing out what remains when so many are looked at together."""
    told = [p for draft, p in drafts if draft.stands_out]
    qs = iter(benjamini_hochberg(told))
    return {
        (draft.name, draft.polarity): replace(
            draft, stands_out=draft.stands_out and next(qs) < FALSE_FINDINGS
        )
        for draft, _p in drafts
    }
