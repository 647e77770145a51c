"""Which rows of a fleet another reading could change: the gates of ``readings`` over columns."""

from collections.abc import Callable

import numpy as np

from sanbao.engines.policy.columns import NONE, Flags
from sanbao.engines.policy.facts import COPY, NO_PROOF, UNLISTED
from sanbao.engines.policy.readings import LONGEST_ROLL
from sanbao.engines.policy.sweep_case import Sweep

Gate = Callable[[Sweep], Flags]


def _nowhere(work: Sweep) -> Flags:
    return np.zeros(work.columns.size, np.bool_)


def _on_last_day_of_a_window(work: Sweep) -> Flags:
    found = _nowhere(work)
    for end in work.windows:
        found |= work.fault == end
    return found


def _just_after_a_window(work: Sweep) -> Flags:
    found = _nowhere(work)
    for end in work.windows:
        found |= (end < work.fault) & (work.fault <= end + LONGEST_ROLL.days)
    return found


def _starts_differ(work: Sweep) -> Flags:
    columns = work.columns
    differ: Flags = columns.days("delivered_on") != columns.days("purchased_on")
    differ |= columns.days("activated_on") != NONE
    return differ


def _soon_after_exchange(work: Sweep) -> Flags:
    exchanged = work.columns.days("exchanged_on")
    longest = max((rule.days for rule in work.terms.of("window")), default=0)
    soon: Flags = (exchanged != NONE) & (work.fault <= exchanged + longest)
    return soon


def _rolled_to_here(work: Sweep) -> Flags:
    found = _nowhere(work)
    for nominal, end in work.rolled:
        found |= (nominal < work.fault) & (work.fault <= end)
    return found


def _share_below_zero(work: Sweep) -> Flags:
    return _nowhere(work) if work.raw_share is None else work.raw_share < 0


def _counted(name: str) -> Gate:
    return lambda work: work.columns.numbers(name) > 0 if work.columns.has(name) else _nowhere(work)


def _flagged(name: str) -> Gate:
    return lambda work: work.columns.flags(name) if work.columns.has(name) else _nowhere(work)


def _said(name: str, word: str) -> Gate:
    return lambda work: work.columns.word_in(name, {word}) if work.columns.has(name) else _nowhere(work)


GATES: dict[str, Gate] = {
    "sale_day": _on_last_day_of_a_window,
    "window_roll": _just_after_a_window,
    "start": _starts_differ,
    "which_repairs": _counted("failed_repairs_other_fault"),
    "count_after_exchange": _counted("repairs_before_exchange"),
    "reflash": _counted("software_only_repairs"),
    "windows_after_exchange": _soon_after_exchange,
    "opened": _flagged("opened_by_stranger"),
    "floor": _share_below_zero,
    "copy": _said("proof_of_purchase", COPY),
    "repair_day": _counted("pickup_wait_days"),
    "transit": _counted("transit_days"),
    "no_proof": _said("proof_of_purchase", NO_PROOF),
    "records": _flagged("repair_records_missing"),
    "weekends": _rolled_to_here,
    "activated": _flagged("activated_and_no_return_agreed"),
    "unlisted": _said("fault_kind", UNLISTED),
    "after_period": lambda work: work.columns.days("last_repair_finished_on") != NONE,
}
