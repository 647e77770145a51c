"""Is a plan worth it: for a model and a way of use, with the calculation."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from ninja import Field, Query, Router, Schema

from sanbao.doors.actors import actor_of
from sanbao.doors.api.schemas import Out
from sanbao.doors.ui.worth import sentences, shown
from sanbao.engines.policy.worth import Amount, RiskLine
from sanbao.rooms.repairs import queries

router = Router()


class WayIn(Schema):
    """Which model, how it is used, for how long; or what happened to its owner's devices so far."""

    product: str = Field(max_length=24)
    use: str = Field("normal", max_length=12, examples=["careful", "normal", "hard"])
    years: float = Field(2, gt=0, le=10)
    accidents: int | None = Field(None, ge=0, le=50)
    in_years: float = Field(0, ge=0, le=10)


class AmountOut(Out):
    """Cents to be expected, and what it could be."""

    point: int
    low: int
    high: int


class RiskOut(Out):
    """One thing that can happen; rates are per device and year."""

    fault: str
    rate: float
    rate_low: float
    rate_high: float
    cost_cents: int
    years: float
    without: AmountOut
    taken: AmountOut
    basis: str
    events: int
    device_years: float
    source: str


class PlanOut(Out):
    """One plan: yes, no or close, the calculation, and the same in sentences."""

    plan: str
    answer: str
    price_cents: int
    excess_cents: int
    claims: int
    fair_cents: int
    without: AmountOut
    taken: AmountOut
    saving: AmountOut
    lines: list[RiskOut]
    zh: list[str]
    en: list[str]


@router.get("/plans/worth", response=list[PlanOut], operation_id="plans_worth")
def plans_worth(request: HttpRequest, way: Query[WayIn]) -> Any:
    """Whether each plan that is sold for a model pays for this way of use."""
    asked = queries.Way(way.use, way.years, way.accidents, way.in_years)
    return [_plan(each) for each in queries.worth_of_plans(actor_of(request), way.product, asked)]


def _plan(advice: queries.Advice) -> dict[str, Any]:
    result = advice.result
    return {
        "plan": advice.plan,
        "answer": result.answer,
        "price_cents": result.offer.cents,
        "excess_cents": result.offer.excess_cents,
        "claims": result.offer.claims,
        "fair_cents": result.fair_cents,
        "without": _amount(result.without),
        "taken": _amount(result.taken),
        "saving": _amount(result.saving),
        "lines": [_line(line, advice.bases[line.code]) for line in result.lines],
        "zh": _told(advice, "zh-hans"),
        "en": _told(advice, "en"),
    }


def _told(advice: queries.Advice, language: str) -> list[str]:
    with translation.override(language):
        return sentences(shown(advice))


def _line(line: RiskLine, basis: queries.Basis) -> dict[str, Any]:
    return {
        "fault": line.code,
        "rate": line.rate.mean,
        "rate_low": line.rate.low,
        "rate_high": line.rate.high,
        "cost_cents": line.cents,
        "years": line.years,
        "without": _amount(line.without),
        "taken": _amount(line.taken),
        "basis": basis.kind,
        "events": basis.events,
        "device_years": basis.device_years,
        "source": basis.source.en if basis.source else "",
    }


def _amount(amount: Amount) -> dict[str, int]:
    return {"point": amount.point, "low": amount.low, "high": amount.high}
