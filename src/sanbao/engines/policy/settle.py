"""One case under one set of readings: which remedies are open, step by step."""

from collections.abc import Mapping
from datetime import timedelta

from sanbao.engines.calendar import Calendar, add_months
from sanbao.engines.policy.case import Case, judged_day, start_of
from sanbao.engines.policy.facts import NO_FAULT, NO_PROOF, Facts
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.periods import measure_periods
from sanbao.engines.policy.remedies import open_remedies
from sanbao.engines.policy.terms import Terms
from sanbao.engines.policy.verdict import Step


def settle(facts: Facts, terms: Terms, reads: Mapping[str, str], calendar: Calendar) -> Case:
    """Return the worked case. The facts were checked for contradictions before."""
    fault = judged_day(facts, reads)
    case = Case(facts, terms, reads, calendar, fault, start_of(facts, reads, fault))
    if facts.fault_kind == NO_FAULT:
        take_back(case)
        return case
    case.steps.append(Step("start", "", (case.start,)))
    case.without_proof = facts.proof_of_purchase == NO_PROOF and bool(terms.of("no-proof"))
    measure_periods(case)
    exclude(case)
    if case.excluded is None:
        open_remedies(case)
        take_back(case)
    draw_on_plan(case)
    return case


def exclude(case: Case) -> None:
    """Find the first rule that takes the whole case out of the free guarantee."""
    facts = case.facts
    for rule in case.terms.of("exclusion"):
        if _excludes(case, rule):
            fact = facts.fault_kind if rule.when in {"", "spoiled"} else rule.when
            case.excluded = Step("excluded", rule.id, (fact,))
            case.steps.append(case.excluded)
            return


def _excludes(case: Case, rule: Rule) -> bool:
    facts = case.facts
    match rule.when:
        case "documents-differ":
            return not facts.documents_match_device
        case "opened":
            return facts.opened_by_stranger and case.reads.get("opened") == "excludes"
        case "no-proof":
            return facts.proof_of_purchase == NO_PROOF and case.reads.get("no_proof") != "record"
        case _:
            return facts.fault_kind in rule.faults


def take_back(case: Case) -> None:
    """Open the return without a reason that distance sales (or a brand's own shops) give."""
    facts = case.facts
    received = facts.delivered_on
    for rule in case.terms.of("return"):
        if (
            received is None
            or facts.sales_channel not in rule.channels
            or facts.fault_kind not in rule.faults
        ):
            continue
        if facts.proof_of_purchase == NO_PROOF and case.reads.get("no_proof", "record") != "record":
            continue
        if facts.activated_and_no_return_agreed and case.reads.get("activated") == "refused":
            case.steps.append(Step("no_return_agreed", rule.id))
            continue
        nominal = received + timedelta(days=rule.days)
        end = nominal
        if rule.rolls:
            end = case.roll(nominal)
            case.rolled.append((nominal, end))
        case.steps.append(Step("return_end", rule.id, (nominal, end)))
        if facts.fault_kind == NO_FAULT and (case.last_day is None or end > case.last_day):
            case.last_day, case.nominal, case.start = end, nominal, received
        if case.fault <= end:
            case.grant(rule, end)
        else:
            case.steps.append(Step("window_over", rule.id, (end,)))


def draw_on_plan(case: Case) -> None:
    """Open what a protection plan adds; a plan pays for what the guarantee leaves out."""
    facts = case.facts
    if not facts.plan or facts.plan_from is None:
        return
    for rule in case.terms.of("cover"):
        if facts.plan not in rule.plans or facts.fault_kind not in rule.faults:
            continue
        until = add_months(facts.plan_from, rule.months)
        if facts.damage not in rule.damages or not facts.plan_from <= case.fault <= until:
            continue
        if facts.plan_claims_used >= rule.claims:
            case.steps.append(Step("plan_used_up", rule.id, (rule.claims,)))
        else:
            case.grant(rule, until)
    for rule in case.terms.of("plan-period"):
        until = add_months(case.start, rule.months)
        fits = facts.plan in rule.plans and facts.fault_kind in rule.faults and case.excluded is None
        if fits and case.fault <= until:
            case.grant(rule, until)
