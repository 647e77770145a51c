"""Shares and their differences, with bounds that hold in 95 of 100 such samples."""

import math
from dataclasses import dataclass
from typing import Final

Z95: Final = 1.959963984540054
EXPECTED_ENOUGH: Final = 10
"""Below so many expected texts in any cell the exact test is asked instead of the normal curve."""
_ALIKE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its bounds; ``n`` is how many texts stand behind it."""

    value: float
    low: float
    high: float
    n: float

    @property
    def sure_sign(self) -> int:
        """The sign of a difference whose bounds leave zero out, otherwise 0."""
        return (self.low > 0) - (self.high < 0)


def wilson(count: float, n: float, z: float = Z95) -> Estimate:
    """Give the share ``count / n`` with its Wilson bounds; of nothing at all nothing is known: 0 to 1.

    Both may be fractions of texts: an effective count where texts were weighed or shrunk.

    Source: E. B. Wilson, JASA 22 (1927), 209-212.
    """
    if n <= 0:
        return Estimate(0.0, 0.0, 1.0, 0)
    share, square = count / n, z * z
    centre = (share + square / (2 * n)) / (1 + square / n)
    spread = max(share * (1 - share) / n + square / (4 * n * n), 0.0)
    half = z * math.sqrt(spread) / (1 + square / n)
    low = 0.0 if count <= 0 else max(0.0, centre - half)
    high = 1.0 if count >= n else min(1.0, centre + half)
    return Estimate(share, low, high, n)


def difference(after: Estimate, before: Estimate) -> Estimate:
    """Give ``after - before`` of two independent shares; with Wilson bounds this is Newcombe's interval.

    Source: R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10; for other bounds
    G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008), 1693-1702.
    """
    value = after.value - before.value
    down = math.hypot(after.value - after.low, before.high - before.value)
    up = math.hypot(after.high - after.value, before.value - before.low)
    return Estimate(value, max(-1.0, value - down), min(1.0, value + up), min(after.n, before.n))


def difference_p(count: int, n: int, other_count: int, other_n: int) -> float:
    """Give how often two equal shares would lie at least so far apart by chance (two-sided).

    The score test where every cell expects ten texts or more, otherwise Fisher's exact test with mid-p.
    """
    if not n or not other_n:
        return 1.0
    both, hits = n + other_n, count + other_count
    least = min(n, other_n) * min(hits, both - hits) / both
    if least < EXPECTED_ENOUGH:
        return _fisher_mid_p(count, n, hits, both)
    pooled = hits / both
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    return two_sided((count / n - other_count / other_n) / spread)


def two_sided(z: float) -> float:
    """Give the probability that a standard normal value lies at least so far from zero."""
    return math.erfc(abs(z) / math.sqrt(2))


def two_sided_t(t: float, freedom: int) -> float:
    """Give, nearly, the probability that Student's t lies at least so far from zero.

    Source: D. L. Wallace, Annals of Mathematical Statistics 30 (1959), 1124-1130.
    """
    narrowed = (8 * freedom + 1) / (8 * freedom + 3)
    return two_sided(narrowed * math.sqrt(freedom * math.log1p(t * t / freedom)))


def _fisher_mid_p(count: int, n: int, hits: int, both: int) -> float:
    """Sum the tables no likelier than this one, those as likely as it by half.

    Source: H. O. Lancaster, JASA 56 (1961), 223-234.
    """
    first, last = max(0, n + hits - both), min(n, hits)
    weights = [1.0]
    for at in range(first, last):
        ratio = (hits - at) * (n - at) / ((at + 1) * (both - hits - n + at + 1))
        weights.append(weights[-1] * ratio)
        if weights[-1] > 1e200:  # noqa: PLR2004 - far from where floats end
            weights = [weight * 1e-200 for weight in weights]
    own = weights[count - first]
    rarer = sum(weight for weight in weights if weight < own * (1 - _ALIKE))
    alike = sum(weight for weight in weights if abs(weight - own) <= own * _ALIKE)
    return min(1.0, (rarer + alike / 2) / sum(weights))
