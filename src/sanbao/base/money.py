"""Money as integer minor units: no floats, no rounding by accident."""

from decimal import ROUND_HALF_UP, Decimal

from sanbao.base.errors import Invalid

LARGEST_CENTS = 10_000_000_00


def cents_of(typed: str, *, field: str = "amount") -> int:
    """Return the minor units of an amount typed by a person, such as ``1,299.00`` or ``¥99``.

    Raises:
        Invalid: not an amount, negative, finer than a cent, or above ten million.
    """
    plain = typed.strip().lstrip("¥￥").replace(",", "").replace("，", "")
    try:
        exact = Decimal(plain) * 100
    except ArithmeticError as fault:
        raise Invalid("“%(typed)s” is not an amount of money.", field=field, typed=typed[:40]) from fault
    if not exact.is_finite() or exact != exact.to_integral_value() or not 0 <= exact <= LARGEST_CENTS:
        raise Invalid("“%(typed)s” is not an amount of money.", field=field, typed=typed[:40])
    return int(exact)


def share_of(cents: int, share: Decimal) -> int:
    """Return ``share`` of an amount, rounded half up to a whole cent."""
    return int((Decimal(cents) * share).quantize(Decimal(1), rounding=ROUND_HALF_UP))
