"""Rights beside the remedies: answers that are overdue, fraud, and the duties that go with what is open."""

from collections.abc import Iterator

from sanbao.engines.policy.case import Case
from sanbao.engines.policy.facts import NO_FAULT
from sanbao.engines.policy.verdict import Finding, Step

TRIPLE = 3


def findings_of(case: Case) -> tuple[Finding, ...]:
    """Return what the firm owes beside the remedies themselves."""
    facts = case.facts
    found = []
    if facts.demanded_on is not None and facts.asked_on is not None:
        waited = (facts.asked_on - facts.demanded_on).days
        found += [
            Finding("answer_overdue", rule.id, (waited, rule.more_than))
            for rule in case.terms.of("answer")
            if waited > rule.more_than and facts.fault_kind in rule.faults
        ]
    if facts.fraud:
        for rule in case.terms.of("fraud"):
            amount = None
            if facts.price_cents is not None:
                amount = max(TRIPLE * facts.price_cents, rule.minimum_cents)
            found.append(Finding("fraud_damages", rule.id, (facts.fraud, amount, rule.minimum_cents)))
    return tuple(found)


def notes_of(case: Case) -> Iterator[Step]:
    """Return the duties that come with this outcome, each under its own rule."""
    notes = case.terms.of("note")
    if notes:
        now = _circumstances(case)
        for rule in notes:
            if rule.when in now:
                yield Step("note", rule.id)


def _circumstances(case: Case) -> set[str]:
    """Return the words that notes may wait for and that are true of this case."""
    facts = case.facts
    now = {*case.grants}
    if not case.grants:
        now.add("not-covered")
    elif facts.fault_kind != NO_FAULT:
        now.add("covered")
    if facts.in_repair:
        now.add("in-repair")
    if facts.exchanged_on is not None:
        now.add("exchanged")
    if facts.demanded_on is not None:
        now.add("disputed-demand")
    return now
