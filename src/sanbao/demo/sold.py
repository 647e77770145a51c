"""Devices that were sold and registered before the demo world begins."""

from typing import Final

from stdnum import luhn

from sanbao.base.actor import Actor
from sanbao.demo.goods import MODELS, Model
from sanbao.rooms.registry import services

_EVERY: Final = 20
_NEVER: Final = 500_000
"""Serial numbers from here on belong to devices that never come in."""
_STRIDE: Final = 37
"""Shares no divisor with the number of shares, so that the models of a small world are mixed as well."""


def sold_before(house: Actor, orders: int) -> None:
    """Take down devices that were sold and registered before the world begins; every tenth comes in later.

    Without them every device would be known by its fault alone, and nobody could say how often one fails.
    """
    for place in range(orders // 2):
        turn = place * _EVERY if place * _EVERY < orders else _NEVER + place
        model = model_of(turn)
        services.add_device(house, imei=imei_of(model, turn), product=model.code)


def model_that_comes(turn: int, otherwise: Model) -> Model:
    """Return what somebody brings: the device that was registered for this turn, or what chance gives."""
    return model_of(turn) if turn % _EVERY == 0 and turn < _NEVER else otherwise


def model_of(turn: int) -> Model:
    """Return the model of a device that was registered when it was sold."""
    shares = [model for model in MODELS for _ in range(model.share)]
    place = turn - _NEVER if turn >= _NEVER else turn // _EVERY
    return shares[place * _STRIDE % len(shares)]


def imei_of(model: Model, serial: int) -> str:
    """Return a valid IMEI of this model."""
    body = f"{model.tac}{serial:06d}"
    return body + luhn.calc_check_digit(body)
