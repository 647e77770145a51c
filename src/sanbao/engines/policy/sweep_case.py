"""The working of many cases of one class and part at once; ``Case`` over columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from sanbao.engines.calendar import Roll
from sanbao.engines.policy.columns import NONE, Columns, Days, Flags
from sanbao.engines.policy.daytables import DayTables
from sanbao.engines.policy.facts import LISTED, UNLISTED
from sanbao.engines.policy.pack import Rule
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


def judged_day(columns: Columns, reads: Mapping[str, str]) -> Days:
    """Return the days that must lie inside windows and periods."""
    fault = columns.days("fault_on")
    if reads.get("claim_day") != "demand_day" or not columns.has("demanded_on"):
        return fault
    demanded = columns.days("demanded_on")
    return np.where(demanded != NONE, demanded, fault).astype(np.int32)


def start_of(columns: Columns, reads: Mapping[str, str], fault: Days) -> Days:
    """Return the days windows and periods count from."""
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
    """Return the days spent in repair, as the readings count them."""
    columns, reads = work.columns, work.reads
    days = columns.numbers("repair_days") + columns.numbers("parts_wait_days")
    if columns.has("transit_days") and reads.get("transit") != "apart":
        days = days + columns.numbers("transit_days")
    if columns.has("pickup_wait_days") and reads.get("repair_day") == "pickup":
        days = days + columns.numbers("pickup_wait_days")
    return days


def has_fault(work: Sweep, faults: frozenset[str]) -> Flags:
    """Say where the fault, as the reading of the open entry has it, is one of ``faults``."""
    if work.reads.get("unlisted") != "entry_f01":
        return work.columns.word_in("fault_kind", faults)
    known = set(faults) - {UNLISTED} | ({UNLISTED} if LISTED in faults else set())
    return work.columns.word_in("fault_kind", known)
