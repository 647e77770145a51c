"""The count itself: stretches that run and stretches that stand, until the budget is spent."""

from collections.abc import Sequence
from typing import NamedTuple

from sanbao.engines.calendar.axes import Axis
from sanbao.engines.calendar.pauses import Stop


class Leg(NamedTuple):
    """A stretch of the axis: ``amount`` units were counted in it, or a stop kept the clock still."""

    begin: int
    end: int
    amount: int
    stop: Stop | None = None


def run(axis: Axis, start: int, amount: int, stops: Sequence[Stop]) -> list[Leg]:
    """Return the stretches from ``start`` up to the first position that has ``amount`` units behind it.

    ``stops`` are in order and do not overlap. The last leg always runs, so its end is the end of the count.
    """
    legs: list[Leg] = []
    here, left = start, amount
    for stop in stops:
        if left == 0:
            break
        if stop.end <= here:
            continue
        pause_begin = max(stop.begin, here)
        done = axis.measure(here, pause_begin)
        if done >= left:
            break
        if pause_begin > here:
            legs.append(Leg(here, pause_begin, done))
        legs.append(Leg(pause_begin, stop.end, 0, stop))
        here, left = stop.end, left - done
    legs.append(Leg(here, axis.advance(here, left), left))
    return legs


def is_stopped(position: int, stops: Sequence[Stop]) -> bool:
    """Say whether the day that ends at ``position`` is left out by one of the stops."""
    return any(stop.begin < position <= stop.end for stop in stops)
