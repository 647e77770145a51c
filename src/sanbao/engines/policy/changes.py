"""What would change the answer: the case worked again with one fact otherwise."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sanbao.engines.policy.case import Case
from sanbao.engines.policy.facts import LISTED, NO_FAULT, NO_PROOF, otherwise
from sanbao.engines.policy.readings import outcome_of
from sanbao.engines.policy.settle import settle
from sanbao.engines.policy.verdict import Arg, Change, Outcome

ONE_DAY = timedelta(days=1)


def changes_of(case: Case, now: Outcome) -> tuple[Change, ...]:
    """Return the facts that would change the remedies of this case, each with what it would come to."""
    found = []
    for code, args, facts in _otherwise(case, now):
        other = outcome_of(settle(otherwise(case.facts, facts), case.terms, case.reads, case.calendar))
        # That everything ends with its last day is said with the last day.
        if other.remedies != now.remedies and (other.remedies or code != "after_day"):
            found.append(Change(code, args, other))
    return tuple(found)


Question = tuple[str, tuple[Arg, ...], dict[str, Any]]


def _otherwise(case: Case, now: Outcome) -> Iterator[Question]:
    facts = case.facts
    ends = [grant.ends_on for grant in case.grants.values() if grant.ends_on is not None]
    if ends:
        yield "after_day", (min(ends),), {"fault_on": min(ends) + ONE_DAY}
    if facts.fault_kind == NO_FAULT:
        return
    if case.excluded is not None:
        yield from _without_exclusion(case)
    elif facts.proof_of_purchase == NO_PROOF:
        yield "with_proof", (), {"proof_of_purchase": "invoice"}
    elif facts.in_repair:
        yield from _longer_repair(case)
    elif "exchange" not in now.remedies or "refund" not in now.remedies:
        yield from _more_repairs(case)


def _without_exclusion(case: Case) -> Iterator[Question]:
    facts = case.facts
    if facts.fault_kind != LISTED:
        yield "without_cause", (facts.fault_kind,), {"fault_kind": LISTED}
    if not facts.documents_match_device:
        yield "with_matching_documents", (), {"documents_match_device": True}
    if facts.proof_of_purchase == NO_PROOF:
        yield "with_proof", (), {"proof_of_purchase": "invoice"}


def _longer_repair(case: Case) -> Iterator[Question]:
    facts = case.facts
    so_far = facts.repair_days + facts.parts_wait_days
    for rule in case.terms.of("delay"):
        day: date = case.fault + timedelta(days=rule.more_than + 1)
        if rule.cause != "parts":
            yield "repair_until", (day, rule.more_than), {"repair_days": rule.more_than + 1}
        elif so_far <= rule.more_than:
            yield (
                "wait_until",
                (day, rule.more_than),
                {"parts_wait_days": max(1, rule.more_than + 1 - facts.repair_days)},
            )


def _more_repairs(case: Case) -> Iterator[Question]:
    facts = case.facts
    if facts.repair_records_missing:
        yield "with_records", (), {"repair_records_missing": False}
    for rule in case.terms.of("repeat"):
        missing = rule.times - case.repairs
        if missing > 0 and facts.fault_kind in rule.faults:
            yield "failed_again", (missing, rule.times), {"failed_repairs": facts.failed_repairs + missing}
            return
