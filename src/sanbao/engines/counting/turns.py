"""Weeks from which on a share is another one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sanbao.engines.counting.shares import Estimate, difference, two_sided_t, wilson

SHORTEST: Final = 3
"""Periods a stretch must have: one odd week is no turn."""
LEAST_TEXTS: Final = 20
"""Texts a stretch must have."""
_STRICT: Final = 3.0
"""How many times the logarithm of the number of periods a split must gain: two rates and a place more.

Source: N. R. Zhang, D. O. Siegmund, Biometrics 63 (2007), 22-32, for the place as a third parameter.
"""

Counts = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turn:
    """The first period of a new stretch: its share, the one before, and what lies between."""

    at: int
    before: Estimate
    after: Estimate
    change: Estimate


def turns(counts: Sequence[int], totals: Sequence[int]) -> tuple[Turn, ...]:
    """Give the periods at which the share turns, in order.

    Binary segmentation by the binomial likelihood; a split is kept where it gains more than its parameters
    cost, the scatter within the stretches allowed for.

    Source: A. J. Scott, M. Knott, Biometrics 30 (1974), 507-512.
    """
    k, n = np.asarray(counts, float), np.asarray(totals, float)
    found = sorted(_splits(k, n, 0, len(k), math.log(max(len(k), 2))))
    edges = [0, *found, len(k)]
    return tuple(_turn(k, n, start, at, end) for start, at, end in zip(edges, found, edges[2:], strict=False))


def turn_p(counts: Sequence[int], totals: Sequence[int]) -> float:
    """Give at most how often a level share would show as strong a turn somewhere: the p-value of the best
    split, times the places where it could have been.
    """
    k, n = np.asarray(counts, float), np.asarray(totals, float)
    places = len(k) - 2 * SHORTEST + 1
    if places < 1:
        return 1.0
    gains = _gains(k[None], n[None])[0]
    at = int(gains.argmax()) + 1
    scatter, freedom = _scatter(k, n, ((0, at), (at, len(k))))
    return min(1.0, places * two_sided_t(math.sqrt(max(gains[at - 1], 0.0) / scatter), freedom))


def _splits(k: Counts, n: Counts, start: int, end: int, cost: float) -> list[int]:
    if end - start < 2 * SHORTEST:
        return []
    gains = _gains(k[None, start:end], n[None, start:end])[0]
    best = int(gains.argmax())
    at = start + best + 1
    scatter, freedom = _scatter(k, n, ((start, at), (at, end)))
    if freedom * math.log1p(gains[best] / (scatter * freedom)) <= _STRICT * cost:
        return []
    return [at, *_splits(k, n, start, at, cost), *_splits(k, n, at, end, cost)]


def _gains(k: Counts, n: Counts) -> Counts:
    """Give twice the gain in log-likelihood of a split behind each period, 0 where it may not be."""
    left_k, left_n = k.cumsum(axis=1)[:, :-1], n.cumsum(axis=1)[:, :-1]
    all_k, all_n = k.sum(axis=1, keepdims=True), n.sum(axis=1, keepdims=True)
    right_k, right_n = all_k - left_k, all_n - left_n
    gain = 2 * (_likelihood(left_k, left_n) + _likelihood(right_k, right_n) - _likelihood(all_k, all_n))
    places = np.arange(1, k.shape[1])
    allowed = (places >= SHORTEST) & (places <= k.shape[1] - SHORTEST)
    enough = (left_n >= LEAST_TEXTS) & (right_n >= LEAST_TEXTS)
    return np.where(allowed & enough, gain, 0.0)


def _likelihood(k: Counts, n: Counts) -> Counts:
    rest = n - k
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = k * np.log(k / n), rest * np.log(rest / n)
    return np.where(k > 0, one, 0.0) + np.where(rest > 0, other, 0.0)


def _scatter(k: Counts, n: Counts, stretches: tuple[tuple[int, int], ...]) -> tuple[float, int]:
    """Give how many times wider the periods scatter within their stretches than chance would have it, and
    how many periods say so: the fewer, the less a gain counts.
    """
    square, freedom = 0.0, 0
    for start, end in stretches:
        own_k, own_n = k[start:end], n[start:end]
        p = own_k.sum() / max(own_n.sum(), 1.0)
        if 0 < p < 1:
            square += float((((own_k - own_n * p) ** 2)[own_n > 0] / (own_n[own_n > 0] * p * (1 - p))).sum())
            freedom += int((own_n > 0).sum()) - 1
    return (max(1.0, square / freedom), freedom) if freedom > 0 else (1.0, 1)


def _turn(k: Counts, n: Counts, start: int, at: int, end: int) -> Turn:
    before = wilson(float(k[start:at].sum()), float(n[start:at].sum()))
    after = wilson(float(k[at:end].sum()), float(n[at:end].sum()))
    return Turn(at, before, after, difference(after, before))
