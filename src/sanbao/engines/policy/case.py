"""The working of one case: what was found so far, and how a better remedy takes the place of a lesser one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sanbao.engines.calendar import Calendar, Roll, roll_forward
from sanbao.engines.policy.facts import LISTED, UNLISTED, Facts
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.terms import Terms
from sanbao.engines.policy.verdict import Grant, Step

FULL = Decimal("1.00")
NOTHING = Decimal("0.00")


@dataclass(slots=True)
class Case:
    """The working of one case: what was found so far. Filled by ``settle`` and then only read.

    ``rolled`` holds the ends that depend on rest days, before and after they were moved.
    """

    facts: Facts
    terms: Terms
    reads: Mapping[str, str]
    calendar: Calendar
    fault: date
    start: date
    steps: list[Step] = field(default_factory=list)
    grants: dict[str, Grant] = field(default_factory=dict)
    ends: dict[str, date] = field(default_factory=dict)
    windows: list[tuple[Rule, date]] = field(default_factory=list)
    rolled: list[tuple[date, date]] = field(default_factory=list)
    last_day: date | None = None
    nominal: date | None = None
    excluded: Step | None = None
    decided: dict[str, Step] = field(default_factory=dict)
    presumed: bool = True
    without_proof: bool = False
    raw_share: Decimal | None = None
    repairs: int = 0
    loaner_due: bool = False
    loaner_from: date | None = None
    guarantee_until: date | None = None

    @property
    def in_period(self) -> bool:
        """The statutory period of the part has not ended on the day of the fault."""
        end = self.ends.get("statutory")
        return end is not None and self.fault <= end

    def roll(self, day: date) -> date:
        """Move an end off rest days, as the reading about plain weekends says."""
        kind = Roll.REST_DAYS if self.reads.get("weekends") != "holidays_only" else Roll.HOLIDAYS
        return roll_forward(day, self.calendar, kind)

    def grant(self, rule: Rule, ends_on: date | None, share: Decimal | None = FULL, skip: str = "") -> None:
        """Open what ``rule`` gives, unless the same remedy is already open on better terms."""
        step = Step(rule.kind, rule.id, (ends_on,))
        self.steps.append(step)
        for remedy in rule.gives:
            if remedy == skip:
                continue
            made = Grant(
                remedy, rule.id, ends_on, rule.chooser, rule.payer, share if remedy == "refund" else None
            )
            old = self.grants.get(remedy)
            if old is None or _better(made, old):
                self.grants[remedy] = made
                self.decided[remedy] = step


def _better(new: Grant, old: Grant) -> bool:
    """More money first, then more time; a remedy without an end outlasts every date."""
    new_share, old_share = _worth(new.share), _worth(old.share)
    if new_share != old_share:
        return new_share > old_share
    if old.ends_on is None:
        return False
    return new.ends_on is None or new.ends_on > old.ends_on


def _worth(share: Decimal | None) -> Decimal:
    return NOTHING if share is None else share


def judged_day(facts: Facts, reads: Mapping[str, str]) -> date:
    """Return the day that must lie inside windows and periods.

    Raises:
        ValueError: there is none; such a case is refused before it is settled.
    """
    day = facts.fault_on
    if facts.demanded_on is not None and reads.get("claim_day") == "demand_day":
        day = facts.demanded_on
    if day is None:
        raise ValueError("a case without a fault date cannot be settled")
    return day


def start_of(facts: Facts, reads: Mapping[str, str], fault: date) -> date:
    """Return the day windows and period count from; with nothing known, the day of the fault itself."""
    bought, delivered = facts.purchased_on, facts.delivered_on
    reading = reads.get("start", "later")
    if reading == "activation" and facts.activated_on is not None:
        return facts.activated_on
    if bought is None or (reading == "delivery" and delivered is not None):
        return delivered or fault
    if reading == "later" and delivered is not None and delivered > bought:
        return delivered
    return bought


def effective_fault(case: Case) -> str:
    """Return the fault's kind as the reading about the open entry of the table has it."""
    kind = case.facts.fault_kind
    return LISTED if kind == UNLISTED and case.reads.get("unlisted") == "entry_f01" else kind
