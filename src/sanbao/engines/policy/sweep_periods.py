"""Where guarantees end, over columns: each function stands beside its namesake in ``periods``."""

import numpy as np

from sanbao.engines.policy.columns import NONE, Days, Flags, day_number
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.periods import LEAST_AFTER_REPAIR
from sanbao.engines.policy.sweep_case import Sweep, running_days


def measure_periods(work: Sweep, faultless: Flags) -> None:
    """Find the last day of each family's period, and the one that counts for the days left."""
    columns, anchor = work.columns, work.start
    restarted = np.zeros(columns.size, np.bool_)
    if columns.has("exchanged_on") and work.reads.get("after_exchange") == "restart":
        exchanged = columns.days("exchanged_on")
        restarted = exchanged != NONE
        anchor = np.where(restarted, exchanged, anchor).astype(np.int32)
    if work.without_proof.any():
        made = columns.days("manufactured_on")
        counted = work.without_proof & ~restarted & (made != NONE)
        anchor = np.where(counted, made + work.terms.of("no-proof")[0].days, anchor).astype(np.int32)
    work.last_day = work.nominal = np.full(columns.size, NONE, np.int32)
    for rule in work.terms.of("period"):
        nominal, end = period_end(work, rule, anchor)
        if rule.family != "statutory":
            nominal, end = (
                np.where(work.without_proof, NONE, nominal),
                np.where(work.without_proof, NONE, end),
            )
        old = work.ends.get(rule.family)
        work.ends[rule.family] = end if old is None else np.maximum(old, end)
        work.nominal = np.where(end > work.last_day, nominal, work.nominal)
        work.last_day = np.maximum(work.last_day, end)
    watch_clocks(work)
    work.last_day = np.where(faultless, NONE, work.last_day).astype(np.int32)
    work.nominal = np.where(faultless, NONE, work.nominal).astype(np.int32)


def period_end(work: Sweep, rule: Rule, anchor: Days) -> tuple[Days, Days]:
    """Return the last days before and after rolling over rest days."""
    columns, reads = work.columns, work.reads
    end = month_end(work, rule, anchor, next_day=reads.get("month_end") == "next_day")
    for extension in work.terms.of("extension"):
        end = np.where(extended(work, extension), work.tables.months(extension.months, end), end)
    nominal = end
    if rule.extended and reads.get("repair_time") != "runs":
        extra = np.where(columns.flags("in_repair"), 0, running_days(work))
        nominal = (end + extra).astype(np.int32)
    if not rule.rolls or reads.get("period_roll") == "stays":
        return nominal, nominal
    if reads.get("extend_or_roll") == "roll_first":
        rolled = work.roll(end) + (nominal - end)
    else:
        rolled = work.roll(nominal)
    work.rolled.append((nominal, rolled))
    return nominal, rolled


def extended(work: Sweep, rule: Rule) -> Flags:
    """Say where a repair under a contract young enough lengthens the liability."""
    columns = work.columns
    used = (
        columns.numbers("successful_repairs")
        + columns.numbers("failed_repairs")
        + columns.numbers("failed_repairs_other_fault")
        + columns.numbers("software_only_repairs")
    )
    bought = columns.days("purchased_on")
    bought = np.where(bought == NONE, work.start, bought)
    return (used > 0) & (bought >= day_number(rule.contract_from))


def month_end(work: Sweep, rule: Rule, anchor: Days, *, next_day: bool = False) -> Days:
    """Return the last day of the rule's months."""
    if rule.beginning:
        return work.tables.months(rule.months, anchor) - np.int32(1)
    return work.tables.months(rule.months, anchor, next_day=next_day)


def watch_clocks(work: Sweep) -> None:
    """Note where the fault is presumed, and name the next clock where the law has several."""
    clocks, period = work.terms.of("clock"), work.last_day
    running = []
    for rule in clocks:
        end = month_end(work, rule, work.start)
        work.presumed = work.fault <= end
        running.append(end)
    if not clocks or work.reads.get("days_left") != "earliest_clock":
        return
    running += [window_end(work, rule) for rule in work.terms.of("window")]
    far = np.int32(np.iinfo(np.int32).max)
    earliest = np.full(work.columns.size, far, np.int32)
    for end in (*running, period):
        earliest = np.where(end >= work.fault, np.minimum(earliest, end), earliest)
    work.last_day = work.nominal = np.where(earliest == far, period, earliest).astype(np.int32)


def window_end(work: Sweep, rule: Rule) -> Days:
    """Return the last days of a window that asks when the fault appeared."""
    columns, anchor = work.columns, work.start
    if columns.has("exchanged_on") and work.reads.get("windows_after_exchange") == "restart":
        exchanged = columns.days("exchanged_on")
        anchor = np.where(exchanged != NONE, exchanged, anchor).astype(np.int32)
    end = anchor + np.int32(rule.days - (work.reads.get("sale_day") == "day_one"))
    if rule.stops:
        return paused_window_end(work, anchor, end)
    return work.roll(end) if work.reads.get("window_roll") == "roll" else end


def paused_window_end(work: Sweep, start: Days, end: Days) -> Days:
    """Return the ends of a window that stood still during a repair asked for inside it."""
    columns = work.columns
    waiting = columns.numbers("repair_days") + columns.numbers("parts_wait_days")
    returned = columns.days("last_repair_finished_on")
    requested = returned - waiting + 1
    paused = ~columns.flags("in_repair") & (waiting > 0) & (returned != NONE)
    paused &= (requested >= start) & (requested <= end)
    rest = np.maximum(end - requested + 1, LEAST_AFTER_REPAIR)
    return np.where(paused, returned + rest, end).astype(np.int32)
