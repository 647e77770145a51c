"""Is a share rising or falling from week to week, and how sure is that?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sanbao.engines.counting.shares import Z95, two_sided_t

LEAST_PERIODS: Final = 6
LEAST_EACH: Final = 10
"""Texts with and texts without the thing, below which nobody can tell a trend."""
_ROUNDS: Final = 25
_STILL: Final = 1e-9
_STEEPEST: Final = 30.0

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trend:
    """The slope of the log-odds per period with its bounds, and the fitted shares at both ends.

    ``spread`` is how many times wider the shares scatter than chance alone would have it; the bounds allow
    for it. ``sign`` is 0 while the bounds hold zero.
    """

    slope: float
    low: float
    high: float
    p: float
    first: float
    last: float
    spread: float
    n: int

    @property
    def sign(self) -> int:
        return (self.low > 0) - (self.high < 0)


def trend(counts: Sequence[int], totals: Sequence[int]) -> Trend | None:
    """Give the trend of ``counts`` out of ``totals``, one pair a period; None where it cannot be told.

    Logistic regression by iterated weighted least squares, bounds widened by the scatter (quasi-binomial).
    Periods without texts count as gaps.

    Source: P. McCullagh, J. A. Nelder, Generalized Linear Models, 2nd ed. (1989), sections 4.4 and 4.5.
    """
    k, n = np.asarray(counts, float), np.asarray(totals, float)
    at = np.arange(len(k), dtype=float)[n > 0]
    k, n = k[n > 0], n[n > 0]
    if len(at) < LEAST_PERIODS or min(k.sum(), (n - k).sum()) < LEAST_EACH:
        return None
    middle = at - float(at @ n / n.sum())
    found = _fitted(k, n, middle)
    if found is None:
        return None
    line, own, other = found
    p = 1 / (1 + np.exp(-line))
    spread = max(1.0, float((((k - n * p) ** 2) / (n * p * (1 - p))).sum()) / (len(at) - 2))
    slope, error, freedom = other, math.sqrt(spread / own), len(at) - 2
    half = (Z95 + (Z95**3 + Z95) / (4 * freedom)) * error
    bounds = slope - half, slope + half
    p_value = two_sided_t(slope / error, freedom)
    return Trend(slope, *bounds, p_value, float(p[0]), float(p[-1]), spread, int(n.sum()))


def _fitted(k: Vector, n: Vector, at: Vector) -> tuple[Vector, float, float] | None:
    """Give the fitted log-odds, the information about the slope, and the slope; None where it runs away."""
    share = k.sum() / n.sum()
    base, slope = math.log(share / (1 - share)), 0.0
    for _round in range(_ROUNDS):
        line = base + slope * at
        p = 1 / (1 + np.exp(-np.clip(line, -_STEEPEST, _STEEPEST)))
        weight, rest = n * p * (1 - p), k - n * p
        whole, first, second = weight.sum(), (weight * at).sum(), (weight * at * at).sum()
        between = whole * second - first * first
        if between <= _STILL:
            return None
        step = (second * rest.sum() - first * (rest * at).sum()) / between
        turn = (whole * (rest * at).sum() - first * rest.sum()) / between
        base, slope = base + step, slope + turn
        if abs(step) + abs(turn) < _STILL:
            return base + slope * at, float(between / whole), float(slope)
    return None
