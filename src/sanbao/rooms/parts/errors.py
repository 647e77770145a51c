"""Refusals that only the parts room utters."""

from sanbao.base.errors import Refusal


class NotInStock(Refusal):
    """No free piece lies there."""

    code = "not_in_stock"
    text = "%(item)s is not on the shelf at %(outlet)s."
    remedy = "Wait for the part, or choose an outlet that has it."


class PromisedToOthers(Refusal):
    """A count below what is kept for orders."""

    code = "promised_to_others"
    text = "%(reserved)s pieces are kept for orders; the count cannot be lower."
    remedy = "Release reservations first, then count again."


class NoPrice(Refusal):
    """Nobody has said what this costs on that day."""

    code = "no_price"
    text = "%(item)s has no price on %(day)s."
    remedy = "Enter a price valid from that day or earlier."
