"""Is a plan worth it: the plans that are sold for a model, each with the answer and its calculation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone

from sanbao.base.actor import Actor
from sanbao.base.errors import Invalid
from sanbao.engines.counting.shares import Estimate, wilson
from sanbao.engines.policy import Book, Facts, Rule, evaluate
from sanbao.engines.policy.facts import CUSTOMER_DAMAGE, LISTED
from sanbao.engines.policy.rates import Rate, blended, rate_of, scaled
from sanbao.engines.policy.worth import LONGEST_YEARS, Offer, Risk, Worth, worth
from sanbao.rooms.parts import queries as parts
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs import rules
from sanbao.rooms.repairs.adapters.priors import Prior, Priors, Source, priors
from sanbao.rooms.repairs.queries import claims
from sanbao.rooms.repairs.queries.books import book_on, jurisdiction

USES: Final = ("careful", "normal", "hard")
_MODEL, _CLASS, _PRIOR = "model", "class", "prior"
_DAYS_A_YEAR: Final = 365
_MOST_OWN: Final = 50
_LABEL: Final = ("cover", "plan-period")
_OWN_WEIGHT: Final = 3.0
"""How many years of one's own the known rate counts like, before one's own experience moves it."""


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody uses a device: a kind of use, or instead accidents in so many years; and years kept."""

    use: str = "normal"
    years: float = 2
    accidents: int | None = None
    in_years: float = 0


@dataclass(frozen=True, slots=True)
class Basis:
    """What one rate rests on: the model's own figures, those of its class, or a prior with its source."""

    kind: str
    events: int = 0
    device_years: float = 0
    source: Source | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """One plan for one model: the answer, and what each line of it rests on, by fault.

    ``accepted`` and ``looked_at`` are the accidents that the bench confirmed; none where ``accepted_source``
    is said instead. ``unpriced`` are faults left out because nothing in the catalogue mends them.
    """

    plan: str
    terms_zh: tuple[str, ...]
    terms_en: tuple[str, ...]
    months: int
    sample: bool
    result: Worth
    bases: Mapping[str, Basis]
    accepted: int
    looked_at: int
    accepted_source: Source | None
    use_factor: float
    use_source: Source | None
    unpriced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every plan of one model is judged on."""

    book: Book
    day: date
    product_class: str
    years: float
    costs: Mapping[str, int]
    rates: Mapping[str, tuple[Rate, Basis]]
    chance: Rate
    accepted: int
    looked_at: int
    accepted_source: Source | None
    use_factor: float
    use_source: Source | None


def worth_of_plans(actor: Actor, product: str, way: Way, *, on: date | None = None) -> tuple[Advice, ...]:
    """Return every plan that is sold for a model with the answer for this way of use; none is sold: nothing.

    For anybody: figures of many devices, never of one. ``on`` is the day of purchase, today without it.

    Raises:
        Missing: no such model.
        Invalid: no such use, or years that no device is kept.
    """
    _check(way)
    day = on or timezone.localdate(actor.at)
    model = registry.product(actor, product)
    prices = registry.plan_prices(model.code, day)
    if not prices:
        return ()
    ground = _ground(actor, model, way, day)
    advice = (_advice(ground, price) for price in prices.values())
    return tuple(each for each in advice if each is not None)


def _ground(actor: Actor, model: registry.ProductCard, way: Way, day: date) -> _Ground:
    known = priors()
    good, looked = claims.confirmed_accidents(actor.at)
    enough = looked >= known.accepted.weight
    share = wilson(good, looked) if enough else _assumed(known.accepted)
    return _Ground(
        book=book_on(day),
        day=day,
        product_class=model.product_class,
        years=way.years,
        costs=_costs(model.code, day),
        rates=_rates(actor, model, way, known),
        chance=Rate(share.value, share.low, share.high),
        accepted=good if enough else 0,
        looked_at=looked if enough else 0,
        accepted_source=None if enough else known.accepted.source,
        use_factor=1.0 if way.accidents is not None else known.use[way.use],
        use_source=known.used if way.accidents is None and known.use[way.use] != 1 else None,
    )


def _advice(ground: _Ground, price: registry.PlanPriceCard) -> Advice | None:
    """The answer about one plan; None where the packs no longer know it."""
    plan = _rules_of(ground.book, price.plan, ground.product_class, ground.day)
    if not plan:
        return None
    most = max((rule.claims for rule in plan if rule.kind == "cover"), default=0)
    offer = Offer(price.cents, price.excess_cents, most, ground.chance)
    risks = [_risk(ground, plan, code) for code in ground.rates if ground.costs.get(code)]
    packs = {pack.name for pack in ground.book.packs if pack.sample}
    return Advice(
        plan=price.plan,
        terms_zh=tuple(rule.zh for rule in plan),
        terms_en=tuple(rule.en for rule in plan),
        months=max(rule.months for rule in plan),
        sample=any(rule.pack in packs for rule in plan),
        result=worth(risks, offer, ground.years),
        bases={code: basis for code, (_, basis) in ground.rates.items()},
        accepted=ground.accepted,
        looked_at=ground.looked_at,
        accepted_source=ground.accepted_source,
        use_factor=ground.use_factor,
        use_source=ground.use_source,
        unpriced=tuple(code for code in ground.rates if not ground.costs.get(code)),
    )


def _check(way: Way) -> None:
    if way.use not in USES:
        raise Invalid("Choose how the device is used from the list.", field="use")
    if not 0 < way.years <= LONGEST_YEARS:
        raise Invalid(
            "Say for how many years you keep it: up to %(most)s.", field="years", most=LONGEST_YEARS
        )
    if way.accidents is not None and not (
        0 <= way.accidents <= _MOST_OWN and 0 < way.in_years <= LONGEST_YEARS
    ):
        raise Invalid("Say how many accidents in how many years.", field="accidents")


def _costs(product: str, day: date) -> dict[str, int]:
    """What each fault costs to mend: the usual parts and work together."""
    found: dict[str, int] = {}
    for item in parts.items(day, product=product):
        for fault in item.faults:
            found[fault] = found.get(fault, 0) + (item.cents or 0)
    return found


Known = dict[str, tuple[Rate, Basis]]


def _rates(actor: Actor, model: registry.ProductCard, way: Way, known: Priors) -> Known:
    """The rate of each fault for this owner. Two to four queries."""
    own = claims.of_model(model.code, actor.at)
    kind, counts = _MODEL, own
    if own.device_years < known.enough_device_years:
        kind, counts = _CLASS, claims.of_class(model.product_class, actor.at)
    enough = counts.device_years >= known.enough_device_years
    found: Known = {}
    for code in rules.FAULTS:
        if code == rules.OTHER_FAULT:
            continue
        if enough:
            events = counts.orders.get(code, 0)
            rate = rate_of(events, counts.device_years)
            found[code] = (rate, Basis(kind, events, counts.device_years))
        else:
            prior = known.rate(code)
            found[code] = (_as_rate(prior), Basis(_PRIOR, source=prior.source, mark=prior.mark))
    return _for_owner(found, way, known)


def _as_rate(prior: Prior) -> Rate:
    return blended(Rate(prior.per_year, prior.per_year, prior.per_year), prior.weight, 0, 1e-9)


def _for_owner(rates: Known, way: Way, known: Priors) -> Known:
    """Accidents depend on the owner; what fails by itself does not."""
    if way.accidents is None:
        factor = known.use[way.use]
    else:
        usual = sum(rates[code][0].mean for code in claims.ACCIDENTS)
        house = Rate(usual, usual, usual)
        factor = blended(house, _OWN_WEIGHT, way.accidents, way.in_years).mean / usual
    return {
        code: (scaled(rate, factor) if code in claims.ACCIDENTS else rate, basis)
        for code, (rate, basis) in rates.items()
    }


def _assumed(prior: Prior) -> Estimate:
    return wilson(prior.per_year * prior.weight, prior.weight)


def _rules_of(book: Book, plan: str, product_class: str, day: date) -> tuple[Rule, ...]:
    terms = book.terms(product_class, "main", day)
    return tuple(rule for kind in _LABEL for rule in terms.of(kind) if plan in rule.plans)


def _risk(ground: _Ground, plan: tuple[Rule, ...], code: str) -> Risk:
    fault = rules.FAULTS[code]
    covering = [rule.months / 12 for rule in plan if _covers(rule, code)]
    return Risk(
        code,
        ground.rates[code][0],
        ground.costs[code],
        free_until=_free_years(ground, fault.part, fault.kind),
        plan_until=max(covering, default=0.0),
        limited=code in claims.ACCIDENTS,
    )


def _covers(rule: Rule, code: str) -> bool:
    if code in claims.ACCIDENTS:
        damage = claims.ACCIDENTS[code]
        return rule.kind == "cover" and CUSTOMER_DAMAGE in rule.faults and damage in rule.damages
    return rule.kind == "plan-period" and LISTED in rule.faults


def _free_years(ground: _Ground, part: str, kind: str) -> float:
    """How long law and promise mend this for nothing; not at all where they do not, or nobody knows."""
    day = ground.day
    facts = Facts(
        jurisdiction=jurisdiction(),
        product_class=ground.product_class,
        part=part,
        purchased_on=day,
        delivered_on=day,
        fault_on=day,
        fault_kind=kind,
    )
    verdict = evaluate(ground.book, facts)
    if not (verdict.decided and verdict.remedies and verdict.last_day):
        return 0.0
    return (verdict.last_day - day).days / _DAYS_A_YEAR
