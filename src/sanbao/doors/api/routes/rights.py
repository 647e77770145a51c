"""Rights of a typed-in case: no device, no person, only facts."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from sanbao.doors.actors import actor_of
from sanbao.doors.api.schemas import MOST_CENTS, Out
from sanbao.engines.policy import words
from sanbao.rooms.repairs import queries

router = Router()


class CaseIn(Schema):
    """What the rules ask for."""

    product_class: str = Field("phone", max_length=24)
    bought_on: date
    delivered_on: date | None = None
    channel: str = Field("store", max_length=24)
    proof: str = Field("invoice", max_length=8, examples=["invoice", "copy", "none"])
    price_cents: int = Field(0, ge=0, le=MOST_CENTS)
    fault: str = Field("", max_length=24)
    on: date | None = None


class RightsOut(Out):
    """The rights of one part on one day, with the reasons in both languages."""

    part: str
    remedies: list[str]
    days_left: int | None
    rules: list[str]
    zh: list[str]
    en: list[str]


@router.get("/rights", response=list[RightsOut], operation_id="check_rights")
def check_rights(request: HttpRequest, case: Query[CaseIn]) -> Any:
    """What an owner may ask for, part by part."""
    bought = queries.Bought(
        product_class=case.product_class,
        bought_on=case.bought_on,
        delivered_on=case.delivered_on,
        channel=case.channel,
        proof=case.proof,
        made_on=None,
        price_cents=case.price_cents,
    )
    day = case.on or actor_of(request).at.date()
    return [
        {
            "part": right.part,
            "remedies": sorted(right.verdict.remedies),
            "days_left": right.verdict.days_left,
            "rules": list(right.verdict.rule_ids),
            "zh": list(words.sentences(right.verdict, "zh")),
            "en": list(words.sentences(right.verdict, "en")),
        }
        for right in queries.rights_for(bought, on=day, fault=case.fault)
    ]
