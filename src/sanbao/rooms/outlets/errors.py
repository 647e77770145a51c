"""Refusals that only the outlets utter. ``next_free`` in their facts names the next free times (ISO, UTC)."""

from sanbao.base.errors import Refusal


class SlotFull(Refusal):
    """The last seat went to somebody else."""

    code = "slot_full"
    text = "This time was just taken."
    remedy = "Choose one of the next free times."


class SlotOver(Refusal):
    """The time has begun or lies behind us."""

    code = "slot_over"
    text = "This time is already over."
    remedy = "Choose one of the next free times."


class NoSuchSlot(Refusal):
    """The outlet is closed then, or no appointment begins at that minute."""

    code = "no_such_slot"
    text = "There is no appointment at this time: the outlet is closed, or appointments begin at other times."
    remedy = "Choose one of the next free times."


class TooFarAhead(Refusal):
    """Beyond the days that can be booked."""

    code = "too_far_ahead"
    text = "Appointments can be booked %(days)s days ahead."
    remedy = "Choose an earlier day."


class HoldOver(Refusal):
    """The seat was kept for a few minutes, and they are over."""

    code = "hold_over"
    text = "The time was kept for you for a few minutes, and they are over."
    remedy = "Choose the time again."


class OutletClosed(Refusal):
    """The outlet has closed for good or has not opened yet."""

    code = "outlet_closed"
    text = "This outlet does not take appointments."
    remedy = "Choose another outlet."


class QueueEmpty(Refusal):
    """Nobody is waiting."""

    code = "queue_empty"
    text = "Nobody is waiting."
