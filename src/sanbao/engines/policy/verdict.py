"""What the evaluator answers: remedies with their reasons, and the readings beside the default."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sanbao.engines.policy.facts import Facts, Reason
from sanbao.engines.policy.pack import Reading, Rule, Switch

DECIDED, NEEDS_PERSON, REFUSED = "decided", "needs_person", "refused"
Arg = date | int | str | Decimal | bool | None


class Step(NamedTuple):
    """One step of the working: what happened, by which rule, with which values."""

    code: str
    rule: str
    args: tuple[Arg, ...] = ()


class Grant(NamedTuple):
    """One remedy that is open: until when (None: no fixed end), who chooses, who pays, by which rule.

    ``share`` is the part of the invoice price paid back; None where the rule fixes no figure.
    """

    remedy: str
    rule: str
    ends_on: date | None
    chooser: str
    payer: str
    share: Decimal | None = None


class Outcome(NamedTuple):
    """What one reading comes to."""

    remedies: tuple[str, ...]
    refund_share: Decimal | None


class Dispute(NamedTuple):
    """Another admissible reading that changes the remedies or the refund share on this day.

    ``kinder`` says that it is worth more to the owner; ``rules`` are those it rests on.
    """

    switch: Switch
    reading: Reading
    outcome: Outcome
    kinder: bool
    rules: tuple[str, ...] = ()


class Change(NamedTuple):
    """A fact that, were it otherwise or on a later day, would change the remedies."""

    code: str
    args: tuple[Arg, ...]
    outcome: Outcome


class Finding(NamedTuple):
    """A right beside the remedies: an answer that is overdue, a fraud, a return of goods still to be paid."""

    code: str
    rule: str
    args: tuple[Arg, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer on one day. Without ``decided`` nothing is granted and ``reasons`` say why."""

    outcome: str
    facts: Facts
    reasons: tuple[Reason, ...] = ()
    remedies: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    last_day: date | None = None
    nominal_end: date | None = None
    start: date | None = None
    refund_share: Decimal | None = None
    loaner_due: bool = False
    loaner_from: date | None = None
    repair_guarantee_until: date | None = None
    repair_guarantee_days: int = 0
    decided_by: Step | None = None
    disputes: tuple[Dispute, ...] = ()
    findings: tuple[Finding, ...] = ()
    provisional: tuple[str, ...] = ()
    trace: tuple[Step, ...] = ()
    rules: tuple[Rule, ...] = ()
    pack_hashes: tuple[tuple[str, str], ...] = ()
    # Working out what would change the answer costs as much as the answer, so it waits until somebody asks.
    ask: Callable[[], tuple[Change, ...]] = field(default=tuple, repr=False, compare=False)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The facts that, were they otherwise or on a later day, would change the remedies."""
        return self.ask()

    @property
    def decided(self) -> bool:
        return self.outcome == DECIDED

    @property
    def days_left(self) -> int | None:
        """Days from the fault to the last day: 0 is the last day, negative means late."""
        if self.last_day is None or self.facts.fault_on is None:
            return None
        return (self.last_day - self.facts.fault_on).days

    @property
    def ends(self) -> dict[str, date | None]:
        """The last day of each open remedy; None where no day ends it."""
        return {grant.remedy: grant.ends_on for grant in self.grants}

    @property
    def free_repair(self) -> bool:
        return "repair" in self.remedies

    @property
    def covered(self) -> bool:
        """Some free remedy is open today."""
        return bool(self.remedies)

    @property
    def disputed(self) -> bool:
        return bool(self.disputes)

    @property
    def rule_ids(self) -> tuple[str, ...]:
        return tuple(rule.id for rule in self.rules)

    @property
    def default(self) -> Outcome:
        return Outcome(self.remedies, self.refund_share)

    @property
    def conservative(self) -> Outcome:
        """The narrowest outcome that any admissible reading comes to."""
        return min((self.default, *(dispute.outcome for dispute in self.disputes)), key=weight)

    @property
    def owner_friendly(self) -> Outcome:
        """The widest outcome that any admissible reading comes to."""
        return max((self.default, *(dispute.outcome for dispute in self.disputes)), key=weight)


REMEDY_ORDER = ("repair", "exchange", "refund")
WEIGHTS = {"repair": 1, "exchange": 2, "refund": 4}


def weight(outcome: Outcome) -> tuple[int, Decimal]:
    """Order outcomes by what they are worth to the owner."""
    share = outcome.refund_share
    return sum(WEIGHTS[name] for name in outcome.remedies), Decimal(1) if share is None else share
