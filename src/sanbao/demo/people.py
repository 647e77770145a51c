"""Customers of the demo world and what they own."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sanbao.demo.goods import MODELS, Model
from sanbao.demo.sold import imei_of, model_that_comes
from sanbao.demo.town import Town
from sanbao.rooms.registry import queries as registry_queries
from sanbao.rooms.registry import services as registry

_SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞红玲鑫辉斌宇浩凯晨雨欣子涵梓轩思远佳怡晓彤嘉豪"
)
_FAULTS: Final = {
    "screen_cracked": 20,
    "battery": 17,
    "screen_dark": 12,
    "charging": 9,
    "no_power": 7,
    "shutdown": 7,
    "camera": 5,
    "sound": 5,
    "keys": 5,
    "network": 4,
    "liquid": 4,
    "charger": 3,
    "earphone": 1,
    "other": 3,
}


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with one device."""

    number: str
    key: int
    name: str
    device: str
    model: Model
    bought_on: date
    fault: str


def name_of(town: Town) -> str:
    """Return an invented name."""
    return town.rng.choice(_SURNAMES) + "".join(town.rng.sample(_GIVEN, town.rng.choice((1, 2, 2))))


def arrive(
    town: Town,
    turn: int,
    *,
    phone: str = "",
    name: str = "",
    fault: str = "",
    age: int = -1,
    model: Model | None = None,
) -> Person:
    """Take a new customer and their device down, as the hotline does; return them.

    ``age`` is how many days ago the device was bought; below zero lets chance decide.
    """
    agent, rng = town.staff("agent", "*"), town.rng
    called = name or name_of(town)
    reach = phone or f"+86139{turn:08d}"
    number = registry.register_customer(agent, name=called, phone=reach)
    key = registry_queries.customer(agent, number).id
    model = model or model_that_comes(turn, rng.choices(MODELS, [m.share for m in MODELS])[0])
    device = registry.add_device(agent, imei=imei_of(model, turn), product=model.code, customer=number)
    bought = _bought_on(town, model, age)
    proof = rng.choices(("invoice", "copy", "none"), (80, 12, 8))[0]
    registry.add_purchase(
        agent, device, bought_on=bought, delivered_on=bought, price_cents=model.price_cents, proof=proof
    )
    chosen = fault or rng.choices(list(_FAULTS), list(_FAULTS.values()))[0]
    return Person(number, key, called, device, model, bought, chosen)


def _bought_on(town: Town, model: Model, age: int) -> date:
    today = town.now.date()
    days = age if age >= 0 else int(town.rng.triangular(3, 900, 260))
    return max(today - timedelta(days=days), min(model.released_on, today - timedelta(days=1)))
