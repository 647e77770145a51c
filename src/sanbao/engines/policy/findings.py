"""Rights beside the remedies: answers that are overdue, fraud, and the duties that go with what is open."""

from collections.abc import Iterator

from sanbao.engines.policy.case import Case
from sanbao.engines.policy.verdict import REMEDY_ORDER, Finding, Step

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
            if waited > rule.more_than
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
    for rule in case.terms.of("note"):
        if _applies(case, rule.when):
            yield Step("note", rule.id)


def _applies(case: Case, when: str) -> bool:
    facts = case.facts
    if when in REMEDY_ORDER:
        return when in case.grants
    return {
        "covered": bool(case.grants),
        "not-covered": not case.grants,
        "in-repair": facts.in_repair,
        "exchanged": facts.exchanged_on is not None,
        "disputed-demand": facts.demanded_on is not None,
    }.get(when, False)
