"""How often something happens, from counts: a rate a year with the interval that the counts allow."""

from dataclasses import dataclass
from math import exp, inf, lgamma, log
from typing import Final

LEVEL: Final = 0.90
_STEPS: Final = 80
_TERMS: Final = 500
_FINE: Final = 1e-14
_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per device and year: the value to reckon with, and the 90 % interval around it."""

    mean: float
    low: float
    high: float


def rate_of(events: float, years: float) -> Rate:
    """Return the rate behind so many events in so many device-years.

    The posterior of a Poisson rate under Jeffreys' prior: a gamma distribution of shape ``events + 1/2``.

    Raises:
        ValueError: no years, or a negative number of events.

    Source: Brown, Cai and DasGupta, Interval estimation in exponential families, Statistica Sinica 13 (2003).
    """
    if years <= 0 or events < 0:
        raise ValueError("a rate needs a positive time and no negative count")
    return _gamma(events + _HALF, years)


def blended(rate: Rate, weight: float, events: int, years: float) -> Rate:
    """Return a rate after somebody's own experience; the known rate counts like ``weight`` years of it."""
    if weight <= 0:
        return rate_of(events, years)
    return _gamma(rate.mean * weight + events, weight + years) if rate.mean * weight + events > 0 else rate


def scaled(rate: Rate, factor: float) -> Rate:
    """Return the same rate for somebody to whom it happens so many times as often."""
    return Rate(rate.mean * factor, rate.low * factor, rate.high * factor)


def _gamma(shape: float, years: float) -> Rate:
    mean = shape / years
    low, high = (gamma_quantile(shape, share) / years for share in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    # the mean of a very lopsided distribution can lie outside; the interval always holds it
    return Rate(mean, min(low, mean), max(high, mean))


def gamma_quantile(shape: float, share: float) -> float:
    """Return the value below which this share of a gamma distribution of scale one lies."""
    low, high = 0.0, max(1.0, shape)
    while gamma_share(shape, high) < share:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if gamma_share(shape, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def gamma_share(shape: float, value: float) -> float:
    """Return the share of a gamma distribution of scale one that lies below a value.

    Source: series and continued fraction of the regularised incomplete gamma function, DLMF 8.11.4 and 8.9.2.
    """
    if value <= 0:
        return 0.0
    if value == inf:
        return 1.0
    front = exp(shape * log(value) - value - lgamma(shape))
    if value < shape + 1:
        term = total = 1 / shape
        for step in range(1, _TERMS):
            term *= value / (shape + step)
            total += term
            if term < total * _FINE:
                break
        return min(1.0, front * total)
    return max(0.0, 1.0 - front * _fraction(shape, value))


def _fraction(shape: float, value: float) -> float:
    tiny = 1e-300
    b = value + 1 - shape
    c, d = 1 / tiny, 1 / b
    found = d
    for step in range(1, _TERMS):
        a = -step * (step - shape)
        b += 2
        d = 1 / ((a * d + b) or tiny)
        c = (b + a / c) or tiny
        found *= d * c
        if abs(d * c - 1) < _FINE:
            break
    return found
