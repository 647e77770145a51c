"""A fleet under one set of readings: the working of ``settle`` over columns.

Each function stands beside its namesake for single cases; a test holds the two to the same answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sanbao.engines.calendar import Roll
from sanbao.engines.policy.columns import NONE, Columns, Days, Flags, day_number
from sanbao.engines.policy.daytables import DayTables
from sanbao.engines.policy.facts import COPY, LISTED, NO_FAULT, NO_PROOF, UNLISTED
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.periods import LEAST_AFTER_REPAIR
from sanbao.engines.policy.remedies import UNITS
from sanbao.engines.policy.terms import Terms

BITS = {"repair": 1, "exchange": 2, "refund": 4}
FULL = 10_000
# A refund without a fixed figure: worth less than any figure, as in single cases.
OPEN = -1_000_000_000


@dataclass(slots=True)
class Sweep:
    """The working of many cases of one class and part."""

    columns: Columns
    terms: Terms
    reads: Mapping[str, str]
    tables: DayTables
    part: str
    fault: Days
    start: Days
    without_proof: Flags
    open: dict[str, Flags] = field(default_factory=dict)
    share: Days = field(default_factory=lambda: np.zeros(0, np.int32))
    ends: dict[str, Days] = field(default_factory=dict)
    last_day: Days = field(default_factory=lambda: np.zeros(0, np.int32))
    nominal: Days = field(default_factory=lambda: np.zeros(0, np.int32))
    windows: list[Days] = field(default_factory=list)
    rolled: list[tuple[Days, Days]] = field(default_factory=list)
    excluded: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    presumed: Flags | None = None
    raw_share: Days | None = None
    loaner_due: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))

    @property
    def in_period(self) -> Flags:
        end = self.ends.get("statutory")
        return np.zeros(self.columns.size, np.bool_) if end is None else self.fault <= end

    @property
    def remedies(self) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        """The open remedies as bits."""
        bits = np.zeros(self.columns.size, np.uint8)
        for remedy, bit in BITS.items():
            if remedy in self.open:
                bits |= self.open[remedy].astype(np.uint8) * np.uint8(bit)
        return bits

    @property
    def refund_share(self) -> Days:
        """The share of each open refund; NONE without a refund or without a figure."""
        refund = self.open.get("refund")
        if refund is None:
            return np.full(self.columns.size, NONE, np.int32)
        return np.where(refund & (self.share != OPEN), self.share, NONE).astype(np.int32)

    def roll(self, day: Days) -> Days:
        kind = Roll.REST_DAYS if self.reads.get("weekends") != "holidays_only" else Roll.HOLIDAYS
        return self.tables.roll(day, kind)

    def grant(self, rule: Rule, rows: Flags, share: Days | int = FULL, skip: Flags | None = None) -> None:
        """Open what ``rule`` gives in ``rows``; a refund keeps the better share."""
        for remedy in rule.gives:
            where = rows
            if remedy == "refund":
                if skip is not None:
                    where = rows & ~skip
                old = self.open.get("refund")
                known = np.zeros(self.columns.size, np.bool_) if old is None else old
                better = where & (~known | (np.maximum(share, 0) > np.maximum(self.share, 0)))
                self.share = np.where(better, share, self.share).astype(np.int32)
            found = self.open.get(remedy)
            self.open[remedy] = where if found is None else found | where


def sweep(columns: Columns, terms: Terms, part: str, reads: Mapping[str, str], tables: DayTables) -> Sweep:
    """Return the worked fleet. Rows that cannot be judged are worked as well; nobody reads them."""
    fault = columns.days("fault_on")
    faultless = columns.word_in("fault_kind", {NO_FAULT})
    lost = columns.word_in("proof_of_purchase", {NO_PROOF})
    without_proof = lost & ~faultless if terms.of("no-proof") else np.zeros(columns.size, np.bool_)
    work = Sweep(columns, terms, reads, tables, part, fault, start_of(columns, reads, fault), without_proof)
    work.share = np.zeros(columns.size, np.int32)
    work.loaner_due = np.zeros(columns.size, np.bool_)
    measure_periods(work, faultless)
    work.excluded = exclude(work) & ~faultless
    judged = ~work.excluded & ~faultless
    open_remedies(work, judged)
    take_back(work, faultless)
    draw_on_plan(work, judged, faultless)
    return work


def start_of(columns: Columns, reads: Mapping[str, str], fault: Days) -> Days:
    bought, delivered = columns.days("purchased_on"), columns.days("delivered_on")
    reading = reads.get("start", "later")
    bought_unknown = np.where(delivered == NONE, fault, delivered)
    if reading == "delivery":
        start = np.where(delivered == NONE, bought, delivered)
    elif reading == "later":
        start = np.maximum(bought, delivered)
    else:
        start = bought
    start = np.where(bought == NONE, bought_unknown, start)
    if reading == "activation" and columns.has("activated_on"):
        activated = columns.days("activated_on")
        start = np.where(activated != NONE, activated, start)
    return start.astype(np.int32)


def running_days(work: Sweep) -> Days:
    columns, reads = work.columns, work.reads
    days = columns.numbers("repair_days") + columns.numbers("parts_wait_days")
    if columns.has("transit_days") and reads.get("transit") != "apart":
        days = days + columns.numbers("transit_days")
    if columns.has("pickup_wait_days") and reads.get("repair_day") == "pickup":
        days = days + columns.numbers("pickup_wait_days")
    return days


def measure_periods(work: Sweep, faultless: Flags) -> None:
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


def period_end(work: Sweep, rule: Rule, anchor: Days) -> tuple[Days, Days]:
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
    if rule.beginning:
        return work.tables.months(rule.months, anchor) - np.int32(1)
    return work.tables.months(rule.months, anchor, next_day=next_day)


def watch_clocks(work: Sweep) -> None:
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


def exclude(work: Sweep) -> Flags:
    excluded = np.zeros(work.columns.size, np.bool_)
    for rule in work.terms.of("exclusion"):
        excluded |= _excludes(work, rule)
    return excluded


def _excludes(work: Sweep, rule: Rule) -> Flags:
    columns = work.columns
    match rule.when:
        case "documents-differ":
            return ~columns.flags("documents_match_device")
        case "opened":
            applies = work.reads.get("opened") == "excludes"
            return columns.flags("opened_by_stranger") & applies
        case "no-proof":
            applies = work.reads.get("no_proof") != "record"
            return columns.word_in("proof_of_purchase", {NO_PROOF}) & applies
        case _:
            return columns.word_in("fault_kind", rule.faults)


def has_fault(work: Sweep, faults: frozenset[str]) -> Flags:
    """Say where the fault, as the reading of the open entry has it, is one of ``faults``."""
    if work.reads.get("unlisted") != "entry_f01":
        return work.columns.word_in("fault_kind", faults)
    known = set(faults) - {UNLISTED} | ({UNLISTED} if LISTED in faults else set())
    return work.columns.word_in("fault_kind", known)


def count_repairs(work: Sweep) -> Days:
    columns, reads = work.columns, work.reads
    count = columns.numbers("failed_repairs")
    if work.part not in UNITS:
        return count
    if reads.get("which_repairs") == "any_listed":
        count = count + columns.numbers("failed_repairs_other_fault")
    if reads.get("count_after_exchange") == "continues":
        count = count + columns.numbers("repairs_before_exchange")
    if reads.get("reflash") == "counts":
        count = count + columns.numbers("software_only_repairs")
    return count


def only_a_copy(work: Sweep) -> Flags | None:
    if work.reads.get("copy") != "no_refund":
        return None
    return work.columns.word_in("proof_of_purchase", {COPY})


def open_remedies(work: Sweep, judged: Flags) -> None:
    full = judged
    for rule in work.terms.of("no-proof"):
        work.grant(rule, judged & work.without_proof & work.in_period)
        if work.reads.get("no_proof") != "record":
            full = judged & ~work.without_proof
    open_periods(work, full)
    open_windows(work, full)
    answer_for_quality(work, full)
    open_after_repeats(work, full)
    open_after_delay(work, full)
    redo_repair(work, judged)
    replace_or_refund(work, full)
    lend(work, judged)


def open_periods(work: Sweep, rows: Flags) -> None:
    for rule in work.terms.of("period"):
        fits = rows & has_fault(work, rule.faults)
        end = work.ends[rule.family]
        if work.reads.get("no_proof") == "record" and work.without_proof.any():
            _, by_record = period_end(work, rule, work.start)
            proved = fits & work.without_proof & (work.fault <= by_record)
            # The seller's record proves this period where the date of manufacture would not.
            work.ends[rule.family] = np.where(proved, np.maximum(end, by_record), end)
            end = np.where(work.without_proof, by_record, end)
        work.grant(rule, fits & (work.fault <= end))


def window_end(work: Sweep, rule: Rule) -> Days:
    columns, anchor = work.columns, work.start
    if columns.has("exchanged_on") and work.reads.get("windows_after_exchange") == "restart":
        exchanged = columns.days("exchanged_on")
        anchor = np.where(exchanged != NONE, exchanged, anchor).astype(np.int32)
    end = anchor + np.int32(rule.days - (work.reads.get("sale_day") == "day_one"))
    if rule.stops:
        return paused_window_end(work, anchor, end)
    return work.roll(end) if work.reads.get("window_roll") == "roll" else end


def paused_window_end(work: Sweep, start: Days, end: Days) -> Days:
    columns = work.columns
    waiting = columns.numbers("repair_days") + columns.numbers("parts_wait_days")
    returned = columns.days("last_repair_finished_on")
    requested = returned - waiting + 1
    paused = ~columns.flags("in_repair") & (waiting > 0) & (returned != NONE)
    paused &= (requested >= start) & (requested <= end)
    rest = np.maximum(end - requested + 1, LEAST_AFTER_REPAIR)
    return np.where(paused, returned + rest, end).astype(np.int32)


def open_windows(work: Sweep, rows: Flags) -> None:
    for rule in work.terms.of("window"):
        end = window_end(work, rule)
        work.windows.append(end)
        work.grant(rule, rows & has_fault(work, rule.faults) & (work.fault <= end), skip=only_a_copy(work))


def answer_for_quality(work: Sweep, rows: Flags) -> None:
    for rule in work.terms.of("quality"):
        fits = rows & work.in_period & has_fault(work, rule.faults)
        work.grant(rule, fits)
        if work.reads.get("unlisted") == "repair_or_exchange":
            found = work.open.get("exchange")
            work.open["exchange"] = fits if found is None else found | fits


def open_after_repeats(work: Sweep, rows: Flags) -> None:
    columns = work.columns
    for rule in work.terms.of("repeat"):
        end = work.ends.get(rule.family)
        if end is None:
            continue
        if rule.counts == "any":
            exchanged = columns.days("exchanged_on") != NONE
            count = (
                columns.numbers("failed_repairs") + columns.numbers("failed_repairs_other_fault") + exchanged
            )
        else:
            count = count_repairs(work)
        fits = rows & (work.fault <= end) & has_fault(work, rule.faults) & (count >= rule.times)
        records_needed = rule.counts != "any" and work.part in UNITS
        if records_needed and work.reads.get("records") != "firm_record":
            fits &= ~columns.flags("repair_records_missing")
        work.grant(rule, fits, share_after_repeat(work, rule))


def share_after_repeat(work: Sweep, repeat: Rule) -> Days:
    share = np.full(work.columns.size, FULL, np.int32)
    for rule in work.terms.of("depreciation"):
        if rule.when == "presumption-over" and work.presumed is not None:
            share = np.where(work.presumed, share, OPEN)
        if rule.when == "by-catalogue" and "exchange" in repeat.gives:
            share = np.where(work.columns.flags("same_model_in_stock"), OPEN, share)
    return share


def open_after_delay(work: Sweep, rows: Flags) -> None:
    columns = work.columns
    if not columns.has("in_repair"):
        return
    repair, wait = columns.numbers("repair_days"), columns.numbers("parts_wait_days")
    fits = rows & columns.flags("in_repair") & work.in_period & has_fault(work, frozenset({LISTED}))
    for rule in work.terms.of("delay"):
        late = (
            (wait > 0) & (repair + wait > rule.more_than)
            if rule.cause == "parts"
            else repair > rule.more_than
        )
        work.grant(rule, fits & late)


def redo_repair(work: Sweep, rows: Flags) -> None:
    columns = work.columns
    if not columns.has("last_repair_finished_on") or work.reads.get("after_period") == "nothing":
        return
    finished = columns.days("last_repair_finished_on")
    again = columns.numbers("failed_repairs") > 0
    if work.reads.get("reflash") == "counts":
        again = again | (columns.numbers("software_only_repairs") > 0)
    for rule in work.terms.of("repair-guarantee"):
        inside = (finished != NONE) & (work.fault <= finished + rule.days)
        work.grant(rule, rows & again & inside & ~work.in_period)


def replace_or_refund(work: Sweep, rows: Flags) -> None:
    columns = work.columns
    exchange = work.open.get("exchange")
    if exchange is None:
        return
    due, in_stock = rows & exchange, columns.flags("same_model_in_stock")
    gone = due & ~in_stock
    if gone.any():
        work.open["exchange"] = exchange & ~gone
        for rule in work.terms.of("no-stock"):
            work.grant(rule, gone, skip=only_a_copy(work))
    refused = due & in_stock
    if work.reads.get("fallback") != "always":
        refused &= columns.flags("customer_refuses_exchange")
    if refused.any():
        for rule in work.terms.of("depreciation"):
            if rule.when == "exchange-refused":
                work.grant(rule, refused, share_after_use(work, rule), skip=only_a_copy(work))


def share_after_use(work: Sweep, rule: Rule) -> Days:
    columns = work.columns
    if not rule.per_day:
        return np.full(columns.size, OPEN, np.int32)
    bought, exchanged = columns.days("purchased_on"), columns.days("exchanged_on")
    since = np.where(exchanged != NONE, exchanged, np.where(bought == NONE, work.start, bought))
    used = work.fault - since - np.where(columns.flags("in_repair"), 0, running_days(work))
    share = FULL - int(rule.per_day * FULL) * np.maximum(used, 0)
    work.raw_share = share.astype(np.int32)
    return work.raw_share if work.reads.get("floor") == "none" else np.maximum(work.raw_share, 0)


def lend(work: Sweep, rows: Flags) -> None:
    columns, repair = work.columns, work.open.get("repair")
    if repair is None or not columns.has("in_repair"):
        return
    days = columns.numbers("repair_days") + columns.numbers("parts_wait_days")
    for rule in work.terms.of("loaner"):
        work.loaner_due |= rows & repair & columns.flags("in_repair") & (days > rule.more_than)


def take_back(work: Sweep, faultless: Flags) -> None:
    columns, received = work.columns, work.columns.days("delivered_on")
    for rule in work.terms.of("return"):
        fits = (received != NONE) & columns.word_in("sales_channel", rule.channels) & ~work.excluded
        fits &= columns.word_in("fault_kind", rule.faults)
        if work.reads.get("no_proof", "record") != "record":
            fits &= ~columns.word_in("proof_of_purchase", {NO_PROOF})
        if work.reads.get("activated") == "refused":
            fits &= ~columns.flags("activated_and_no_return_agreed")
        nominal = received + np.int32(rule.days)
        end = nominal
        if rule.rolls:
            end = work.roll(nominal)
            work.rolled.append((np.where(fits, nominal, NONE), np.where(fits, end, NONE)))
        counts = fits & faultless & (end > work.last_day)
        work.last_day = np.where(counts, end, work.last_day)
        work.nominal = np.where(counts, nominal, work.nominal)
        work.grant(rule, fits & (work.fault <= end))


def draw_on_plan(work: Sweep, judged: Flags, faultless: Flags) -> None:
    columns = work.columns
    if not columns.has("plan"):
        return
    since = columns.days("plan_from")
    fits = (since != NONE) & ~faultless
    for rule in work.terms.of("cover"):
        covered = fits & columns.word_in("plan", rule.plans) & columns.word_in("fault_kind", rule.faults)
        covered &= columns.word_in("damage", rule.damages) & (since <= work.fault)
        covered &= work.fault <= work.tables.months(rule.months, since)
        work.grant(rule, covered & (columns.numbers("plan_claims_used") < rule.claims))
    for rule in work.terms.of("plan-period"):
        covered = fits & judged & columns.word_in("plan", rule.plans)
        covered &= columns.word_in("fault_kind", rule.faults)
        work.grant(rule, covered & (work.fault <= work.tables.months(rule.months, work.start)))
