"""Is a plan worth its price: what repairs are to be expected, and what the plan would take over."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from sanbao.engines.policy.rates import Rate

YES, NO, CLOSE = "yes", "no", "close"
LONGEST_YEARS: Final = 10
_A_YEAR: Final = 120
"""Steps a year. Fine enough that the price of a plan cannot turn on them."""
_CERTAIN: Final = 1.0


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing that can go wrong with a device; times are years since it was bought.

    ``free_until`` is how long a guarantee repairs it for nothing. The plan takes it over from ``plan_from``
    to ``plan_until``; both are 0 where it does not. ``limited`` claims share the plan's number of claims.
    """

    code: str
    rate: Rate
    cents: int
    free_until: float = 0
    plan_from: float = 0
    plan_until: float = 0
    limited: bool = True


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan as it is sold. ``claims`` is how many the owner has in all; ``accepted`` the chance of each."""

    cents: int
    excess_cents: int
    claims: int
    accepted: Rate


@dataclass(frozen=True, slots=True)
class Amount:
    """Cents: the value to expect, and what it could be with all rates low together or all high together."""

    point: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class RiskLine:
    """One line of the calculation: how often, how many years at the owner's cost, what a plan takes of it."""

    code: str
    rate: Rate
    cents: int
    years: float
    without: Amount
    taken: Amount


@dataclass(frozen=True, slots=True)
class Worth:
    """The answer, what it rests on, and what would turn it: the price from which on the plan does not pay."""

    answer: str
    years: float
    offer: Offer
    lines: tuple[RiskLine, ...]
    without: Amount
    taken: Amount
    saving: Amount

    @property
    def fair_cents(self) -> int:
        """The price at which it would make no difference."""
        return self.taken.point


def worth(risks: Sequence[Risk], offer: Offer, years: float) -> Worth:
    """Return whether the plan pays over the years the device is kept, and the calculation line by line.

    A claim is made where it saves more than keeping it for later, as a careful owner would. ``yes`` and
    ``no`` need the whole interval on one side; anything else is too close to call.

    Raises:
        ValueError: no years, or more than any device is kept.
    """
    if not 0 < years <= LONGEST_YEARS:
        raise ValueError(f"a device is kept for up to {LONGEST_YEARS} years")
    levels = [_level(risks, offer, years, name) for name in ("mean", "low", "high")]
    lines = tuple(
        RiskLine(
            risk.code,
            risk.rate,
            risk.cents,
            max(0.0, years - risk.free_until),
            _amount([level[0][place] for level in levels]),
            _amount([level[1][place] for level in levels]),
        )
        for place, risk in enumerate(risks)
    )
    without = _amount([sum(level[0]) for level in levels])
    taken = _amount([sum(level[1]) for level in levels])
    saving = Amount(taken.point - offer.cents, taken.low - offer.cents, taken.high - offer.cents)
    answer = YES if saving.low > 0 else NO if saving.high < 0 else CLOSE
    return Worth(answer, years, offer, lines, without, taken, saving)


def _level(risks: Sequence[Risk], offer: Offer, years: float, level: str) -> tuple[list[float], list[float]]:
    """Expected cost without the plan and expected relief by it, risk by risk, with rates at one level."""
    rates = [getattr(risk.rate, level) for risk in risks]
    accepted = min(_CERTAIN, getattr(offer.accepted, level))
    without = [
        rate * max(0.0, years - risk.free_until) * risk.cents for rate, risk in zip(rates, risks, strict=True)
    ]
    taken = _limited(risks, rates, offer, years, accepted)
    for place, risk in enumerate(risks):
        if not risk.limited:
            begin, end = _covered(risk, years)
            saved = max(0, risk.cents - offer.excess_cents)
            taken[place] = rates[place] * accepted * max(0.0, end - begin) * saved
    return without, taken


def _covered(risk: Risk, years: float) -> tuple[float, float]:
    """When the plan pays and nobody else does."""
    return max(risk.plan_from, risk.free_until), min(risk.plan_until, years)


def _limited(
    risks: Sequence[Risk], rates: Sequence[float], offer: Offer, years: float, accepted: float
) -> list[float]:
    """Relief by claims that share a number: worked out backwards, with 0, 1, … claims left.

    In each short time a claim is made if it saves more than the claim is worth later. Every step grows with
    each rate and each sum, so more damage never makes a plan worth less.
    """
    spans = [_covered(risk, years) if risk.limited else (0.0, 0.0) for risk in risks]
    saved = [max(0, risk.cents - offer.excess_cents) for risk in risks]
    count = len(risks)
    left = [[0.0] * count for _ in range(offer.claims + 1)]
    last = max((end for _, end in spans), default=0.0)
    for step in range(round(last * _A_YEAR), 0, -1):
        at = (step - 0.5) / _A_YEAR
        active = [k for k, (begin, end) in enumerate(spans) if begin <= at < end]
        for claims in range(offer.claims, 0, -1):
            own, less = left[claims], left[claims - 1]
            for k in active:
                if saved[k] + sum(less) <= sum(own):
                    continue
                chance = min(_CERTAIN, rates[k] * accepted / _A_YEAR)
                for j in range(count):
                    own[j] += chance * ((saved[k] if j == k else 0) + less[j] - own[j])
    return left[offer.claims]


def _amount(levels: Sequence[float]) -> Amount:
    point, low, high = (int(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP)) for value in levels)
    return Amount(point, min(low, point), max(high, point))
