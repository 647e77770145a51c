"""The evaluator: packs and facts in, a verdict with its working out."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache, partial

from sanbao.engines.calendar import Calendar, china_calendar
from sanbao.engines.policy.case import Case
from sanbao.engines.policy.changes import changes_of
from sanbao.engines.policy.facts import NO_FAULT, NO_PROOF, Facts, Reason, contradictions
from sanbao.engines.policy.findings import findings_of, notes_of
from sanbao.engines.policy.pack import Pack, Rule
from sanbao.engines.policy.readings import disputes_of, outcome_of
from sanbao.engines.policy.settle import settle
from sanbao.engines.policy.terms import Book, Terms, governs, open_book
from sanbao.engines.policy.verdict import DECIDED, NEEDS_PERSON, REFUSED, REMEDY_ORDER, Grant, Step, Verdict

_book = lru_cache(maxsize=64)(open_book)


@lru_cache(maxsize=1)
def _default_calendar() -> Calendar:
    return china_calendar()


def evaluate(packs: Book | Iterable[Pack], facts: Facts, calendar: Calendar | None = None) -> Verdict:
    """Return which remedies are open on the day of the fault, with every reason and reading.

    ``calendar`` tells rest days; without one, mainland China's published arrangement is used. A case that
    cannot be judged is answered with ``refused`` or ``needs_person``, never with a guess.

    Raises:
        PackError: the packs do not belong together.
    """
    book = packs if isinstance(packs, Book) else _book(tuple(packs))
    days = calendar or _default_calendar()
    reasons = contradictions(facts)
    if not governs(book.jurisdiction, facts.jurisdiction):
        reasons = (Reason("wrong_jurisdiction", ("jurisdiction",), refused=True), *reasons)
    if reasons or facts.fault_on is None:
        return _no_verdict(book, facts, reasons)
    sold_on = facts.purchased_on or facts.delivered_on or facts.manufactured_on or facts.fault_on
    terms = book.terms(facts.product_class, facts.part, sold_on)
    reasons = _unjudgeable(book, terms, facts)
    if reasons:
        return _no_verdict(book, facts, reasons)
    case = settle(facts, terms, terms.readings, days)
    if _no_rule_speaks(case):
        return _no_verdict(book, facts, (Reason("no_fixed_period", ("product_class",), refused=False),))
    return _verdict(book, case)


def _no_verdict(book: Book, facts: Facts, reasons: tuple[Reason, ...]) -> Verdict:
    outcome = REFUSED if any(reason.refused for reason in reasons) else NEEDS_PERSON
    return Verdict(outcome, facts, reasons=reasons, pack_hashes=book.hashes)


def _unjudgeable(book: Book, terms: Terms, facts: Facts) -> tuple[Reason, ...]:
    """Return what the packs have no answer to; the first gap is enough."""
    plain = not (facts.fault_code or facts.plan) and facts.proof_of_purchase != NO_PROOF
    if plain and terms.known_class and terms.known_part and terms.in_force:
        return ()
    doubts = (
        (not terms.known_class, "unknown_class", ("product_class",)),
        (not terms.known_part, "unknown_part", ("part",)),
        (not terms.in_force, "no_rule_in_force", ("purchased_on",)),
        (
            _proves_nothing(terms, facts),
            "no_proof_no_manufacture_date",
            ("proof_of_purchase", "manufactured_on"),
        ),
        (
            bool(facts.fault_code) and not _knows_fault(book, facts),
            "unknown_fault_code",
            ("fault_code", "part"),
        ),
        (bool(facts.plan) and not _knows_plan(terms, facts), "unknown_plan", ("plan", "plan_from")),
    )
    found = next((Reason(code, fields, refused=False) for doubt, code, fields in doubts if doubt), None)
    return () if found is None else (found,)


def _proves_nothing(terms: Terms, facts: Facts) -> bool:
    lost = facts.proof_of_purchase == NO_PROOF and facts.fault_kind != NO_FAULT
    return (
        lost and bool(terms.of("no-proof")) and facts.manufactured_on is None and facts.exchanged_on is None
    )


def _knows_fault(book: Book, facts: Facts) -> bool:
    lines = (fault for pack in book.packs for fault in pack.faults)
    return any(line.code == facts.fault_code and line.part == facts.part for line in lines)


def _knows_plan(terms: Terms, facts: Facts) -> bool:
    if facts.plan_from is None:
        return False
    return any(facts.plan in rule.plans for kind in ("cover", "plan-period") for rule in terms.of(kind))


def _no_rule_speaks(case: Case) -> bool:
    """A faulty thing of a class without a fixed period, and no promise or exclusion settles it."""
    judged = case.facts.fault_kind == NO_FAULT or case.excluded is not None
    return not judged and not case.grants and not case.ends and case.terms.unlimited


def _verdict(book: Book, case: Case) -> Verdict:
    outcome = outcome_of(case)
    refund = case.grants.get("refund")
    steps = (*case.steps, *notes_of(case))
    decisive = _decisive(case, outcome.remedies)
    rules = _cited(case, steps, decisive)
    guarantee = case.terms.of("repair-guarantee")
    return Verdict(
        DECIDED,
        case.facts,
        remedies=outcome.remedies,
        grants=tuple(case.grants[name] for name in (*REMEDY_ORDER, "price-cut") if name in case.grants),
        last_day=case.nominal if case.reads.get("days_left") == "nominal" else case.last_day,
        nominal_end=case.nominal,
        start=case.start,
        refund_share=None if refund is None else refund.share,
        loaner_due=case.loaner_due,
        loaner_from=case.loaner_from,
        repair_guarantee_until=case.guarantee_until,
        repair_guarantee_days=guarantee[0].days if guarantee and "repair" in case.grants else 0,
        decided_by=decisive,
        disputes=disputes_of(case),
        findings=findings_of(case),
        provisional=_provisional(book, case, rules),
        trace=steps,
        rules=rules,
        pack_hashes=book.hashes,
        ask=partial(changes_of, case, outcome),
    )


# Which step says best why nothing is open: the period first, then a window or an agreement.
LATE = ({"plan_used_up"}, {"period_end"}, {"no_return_agreed"}, {"window_over", "return_end"})


def _decisive(case: Case, remedies: tuple[str, ...]) -> Step | None:
    """Return the step without which the answer would be another one."""
    if remedies:
        return case.decided[remedies[-1]]
    if case.excluded is not None:
        return case.excluded
    for codes in LATE:
        for step in case.steps:
            if step.code in codes:
                return step
    return Step("nothing_applies", "")


# Steps that only say that something is not open; the rule behind them decides nothing by itself.
SILENT = frozenset({"window_over", "return_end"})


def _cited(case: Case, steps: Iterable[Step], decisive: Step | None) -> tuple[Rule, ...]:
    """Return the rules this outcome rests on, in the order of the working."""
    ids = dict.fromkeys(step.rule for step in steps if step.rule and step.code not in SILENT)
    for grant in case.grants.values():
        ids.setdefault(grant.rule)
    if decisive is not None and decisive.rule:
        ids.setdefault(decisive.rule)
    return tuple(case.terms.rules[name] for name in ids)


def _is_open_entry(book: Book, code: str) -> bool:
    return any(line.open_ended and line.code == code for pack in book.packs for line in pack.faults)


def _over(grant: Grant, day: date) -> bool:
    return grant.ends_on is not None and grant.ends_on < day


def _provisional(book: Book, case: Case, rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """Return why this answer may still change, or what has to be checked first."""
    facts, demanded = case.facts, case.facts.demanded_on
    unpublished, samples = case.calendar.is_provisional, case.terms.samples
    doubts = (
        ("calendar_unpublished", any(unpublished(end.year) for _, end in case.rolled)),
        ("national_law", facts.jurisdiction != book.jurisdiction),
        ("rule_from_memory", "M" in [rule.mark for rule in rules]),
        ("sample_pack", bool(samples) and not samples.isdisjoint([rule.pack for rule in rules])),
        ("day_ahead", facts.asked_on is not None and case.fault > facts.asked_on),
        ("late_demand", demanded is not None and any(_over(each, demanded) for each in case.grants.values())),
        ("listed_in_manual", bool(facts.fault_code) and _is_open_entry(book, facts.fault_code)),
        ("purchase_to_be_shown", facts.proof_of_purchase == NO_PROOF and not case.terms.of("no-proof")),
    )
    return tuple([flag for flag, applies in doubts if applies])
