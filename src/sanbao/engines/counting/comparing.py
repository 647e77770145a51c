"""Outlets side by side: held against what their own mix of cases would bring anywhere, noise taken out."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sanbao.engines.counting.discoveries import benjamini_hochberg
from sanbao.engines.counting.shares import Estimate, two_sided, wilson

LEAST_TO_RANK: Final = 30
"""Texts below which a group has no place in an order."""
_ROUNDS: Final = 50
_STILL: Final = 1e-10


@dataclass(frozen=True, slots=True)
class Compared:
    """One group among others.

    ``raw`` is what was counted; ``expected`` the share that its cases would bring at the average of all
    groups; ``adjusted`` the share it would have with the average mix of cases; ``shrunk`` the same drawn
    towards the middle as far as noise explains it; ``q`` how likely it is a false finding that the group
    differs from what is expected. ``ranked`` is False where too few texts stand behind it.
    """

    key: str
    raw: Estimate
    expected: float
    adjusted: Estimate
    shrunk: Estimate
    q: float
    ranked: bool


@dataclass(frozen=True, slots=True)
class Held:
    """One group held against the average: ``count`` of ``n``, and what its mix of cases would bring anywhere
    with the variance of that.
    """

    key: str
    count: int
    n: int
    expected: float
    variance: float


def compared(groups: Mapping[str, Mapping[str, tuple[int, int]]]) -> tuple[Compared, ...]:
    """Give every group, adjusted for its mix and shrunk: ranked ones first, the surely highest on top.

    ``groups`` holds for each group its strata with (count, n): the kinds of case it had.
    """
    return placed(standardised(groups))


def standardised(groups: Mapping[str, Mapping[str, tuple[int, int]]]) -> tuple[Held, ...]:
    """Give every group that has texts, held against the average rates of its strata.

    Source: indirect standardisation, N. E. Breslow, N. E. Day, Statistical Methods in Cancer Research II
    (1987), section 2.3.
    """
    rates = _rates(groups)
    return tuple(
        Held(
            key,
            sum(count for count, _n in strata.values()),
            sum(n for _count, n in strata.values()),
            sum(rates[name] * n for name, (_count, n) in strata.items() if n),
            sum(rates[name] * (1 - rates[name]) * n for name, (_count, n) in strata.items() if n),
        )
        for key, strata in groups.items()
        if any(n for _count, n in strata.values())
    )


def placed(held: Sequence[Held]) -> tuple[Compared, ...]:
    """Give the groups in their order, each adjusted and drawn to the middle of all.

    Source: B. Efron, C. Morris, JASA 70 (1975), 311-319.
    """
    whole = sum(group.n for group in held)
    overall = sum(group.count for group in held) / whole if whole else 0.0
    rows = [_adjusted(group, overall) for group in held]
    middle, strength = _prior([(row.value * row.n, row.n) for row in rows], overall)
    qs = benjamini_hochberg([_p(group) for group in held])
    found = [
        Compared(
            group.key,
            wilson(group.count, group.n),
            group.expected / group.n,
            row,
            shrink(row.value * row.n, row.n, middle, strength),
            q,
            group.n >= LEAST_TO_RANK,
        )
        for group, row, q in zip(held, rows, qs, strict=True)
    ]
    return tuple(
        sorted(found, key=lambda row: (not row.ranked, -row.shrunk.low if row.ranked else 0, row.key))
    )


def shrink(count: float, n: float, middle: float, strength: float) -> Estimate:
    """Give a share as though ``strength`` more texts at the rate ``middle`` had been counted with it."""
    if math.isinf(strength):
        return Estimate(middle, middle, middle, n)
    seen = wilson(count + strength * middle, n + strength)
    return Estimate(seen.value, seen.low, seen.high, n)


def _rates(groups: Mapping[str, Mapping[str, tuple[int, int]]]) -> dict[str, float]:
    counts: dict[str, int] = defaultdict(int)
    totals: dict[str, int] = defaultdict(int)
    for strata in groups.values():
        for name, (count, n) in strata.items():
            counts[name] += count
            totals[name] += n
    return {name: counts[name] / totals[name] for name in totals if totals[name]}


def _adjusted(group: Held, overall: float) -> Estimate:
    raw = wilson(group.count, group.n)
    scale = overall * group.n / group.expected if group.expected else 1.0
    value, low, high = (min(1.0, bound * scale) for bound in (raw.value, raw.low, raw.high))
    return Estimate(value, low, high, group.n)


def _p(group: Held) -> float:
    if group.variance <= 0:
        return 1.0
    return two_sided((group.count - group.expected) / math.sqrt(group.variance))


def _prior(groups: Sequence[tuple[float, float]], overall: float) -> tuple[float, float]:
    """Give the middle of the groups and how many texts it is worth; infinite where noise explains it all.

    Moments of a beta-binomial, iterated.

    Source: J. C. Kleinman, JASA 68 (1973), 46-54.
    """
    if len(groups) < 3 or not 0 < overall < 1:  # noqa: PLR2004 - two groups tell nothing about their spread
        return overall, 0.0
    middle, share = overall, 0.0
    for _round in range(_ROUNDS):
        weights = [n / (1 + share * (n - 1)) for _k, n in groups]
        whole = sum(weights)
        middle = sum(w * k / n for w, (k, n) in zip(weights, groups, strict=True)) / whole
        square = sum(w * (k / n - middle) ** 2 for w, (k, n) in zip(weights, groups, strict=True))
        chance = sum(w / n * (1 - w / whole) for w, (_k, n) in zip(weights, groups, strict=True))
        between = sum(w * (1 - w / whole) * (1 - 1 / n) for w, (_k, n) in zip(weights, groups, strict=True))
        flat = middle * (1 - middle)
        new = (square - flat * chance) / (flat * between) if flat > 0 and between > 0 else 0.0
        new = min(max(new, 0.0), 1.0)
        if abs(new - share) < _STILL:
            break
        share = new
    return middle, (1 / share - 1) if share > 0 else math.inf
