"""Which remedies the facts open, the broad ones after those they depend on."""

from datetime import timedelta
from decimal import Decimal

from sanbao.engines.policy.case import FULL, NOTHING, Case, effective_fault
from sanbao.engines.policy.facts import LISTED, Facts
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.periods import period_end, running_days, window_end
from sanbao.engines.policy.verdict import Grant, Step

UNITS = frozenset({"main", "main-part", "panel"})


def open_remedies(case: Case) -> None:
    """Open every remedy that the facts give, the broad ones after those they depend on."""
    case.repairs = count_repairs(case)
    if case.without_proof:
        repair_without_proof(case)
        redo_repair(case)
        if case.reads.get("no_proof") != "record":
            return lend(case)
    open_periods(case)
    open_windows(case)
    answer_for_quality(case)
    open_after_repeats(case)
    open_after_delay(case)
    redo_repair(case)
    replace_or_refund(case)
    return lend(case)


def count_repairs(case: Case) -> int:
    """Return the failed repairs that count towards "repaired twice", as the readings say."""
    facts, reads = case.facts, case.reads
    count = facts.failed_repairs
    if facts.part not in UNITS:
        return count
    if facts.failed_repairs_other_fault and reads.get("which_repairs") == "any_listed":
        count += facts.failed_repairs_other_fault
    if facts.repairs_before_exchange and reads.get("count_after_exchange") == "continues":
        count += facts.repairs_before_exchange
    if facts.software_only_repairs and reads.get("reflash") == "counts":
        count += facts.software_only_repairs
    return count


def only_a_copy(case: Case) -> bool:
    """Say whether a mere copy of the invoice keeps the refund out, as one reading has it."""
    return case.facts.proof_of_purchase == "copy" and case.reads.get("copy") == "no_refund"


def repair_without_proof(case: Case) -> None:
    """Open the one remedy that the date of manufacture alone can prove."""
    if case.in_period:
        case.grant(case.terms.of("no-proof")[0], case.ends["statutory"])


def open_periods(case: Case) -> None:
    """Open what the guarantee period itself gives for this kind of fault."""
    fault = effective_fault(case)
    if case.without_proof:
        return open_by_record(case, fault)
    for rule in case.terms.of("period"):
        end = case.ends[rule.family]
        if fault in rule.faults and case.fault <= end:
            case.grant(rule, end)
    return None


def open_by_record(case: Case, fault: str) -> None:
    """Open the periods that the seller's own record of the sale proves."""
    for rule in case.terms.of("period"):
        _, end = period_end(case, rule, case.start)
        if fault in rule.faults and case.fault <= end:
            case.ends[rule.family] = max(end, case.ends.get(rule.family, end))
            case.grant(rule, end)


def open_windows(case: Case) -> None:
    """Open what is owed for a fault that appeared in the first days."""
    fault = effective_fault(case)
    for rule in case.terms.of("window"):
        end = window_end(case, rule)
        case.windows.append((rule, end))
        if fault in rule.faults and case.fault <= end:
            case.grant(rule, end, skip="refund" if only_a_copy(case) else "")
        else:
            case.steps.append(Step("window_over", rule.id, (end,)))


def answer_for_quality(case: Case) -> None:
    """Open the general duty of quality for a fault the table does not list."""
    for rule in case.terms.of("quality"):
        if case.in_period and effective_fault(case) in rule.faults:
            end = case.ends["statutory"]
            case.grant(rule, end)
            if case.reads.get("unlisted") == "repair_or_exchange":
                case.grants["exchange"] = Grant("exchange", rule.id, end, rule.chooser, rule.payer)
                case.decided["exchange"] = case.steps[-1]


def open_after_repeats(case: Case) -> None:
    """Open what is owed once repair or replacement has failed as often as the rule says."""
    fault = effective_fault(case)
    for rule in case.terms.of("repeat"):
        end = case.ends.get(rule.family)
        if end is None or case.fault > end or fault not in rule.faults:
            continue
        count = any_attempts(case.facts) if rule.counts == "any" else case.repairs
        if count < rule.times:
            continue
        records_needed = rule.counts != "any" and case.facts.part in UNITS
        if (
            records_needed
            and case.facts.repair_records_missing
            and case.reads.get("records") != "firm_record"
        ):
            case.steps.append(Step("records_missing", rule.id))
            continue
        case.grant(rule, end, share_after_repeat(case, rule))


def any_attempts(facts: Facts) -> int:
    """Return how often the seller tried to put the goods right, whatever the fault."""
    return facts.failed_repairs + facts.failed_repairs_other_fault + (facts.exchanged_on is not None)


def share_after_repeat(case: Case, repeat: Rule) -> Decimal | None:
    """Return what is paid back after failed repairs; None where use is deducted and no figure is fixed."""
    for rule in case.terms.of("depreciation"):
        unfixed = rule.when == "presumption-over" and not case.presumed
        if rule.when == "by-catalogue" and "exchange" in repeat.gives and case.facts.same_model_in_stock:
            unfixed = True
        if unfixed:
            case.steps.append(Step("depreciation", rule.id))
            return None
    return FULL


def open_after_delay(case: Case) -> None:
    """Open what is owed when a running repair takes too long, by its cause."""
    facts = case.facts
    if not facts.in_repair or not case.in_period or effective_fault(case) != LISTED:
        return
    for rule in case.terms.of("delay"):
        if rule.cause == "parts":
            late = facts.parts_wait_days > 0 and facts.repair_days + facts.parts_wait_days > rule.more_than
        else:
            late = facts.repair_days > rule.more_than
        if late:
            case.grant(rule, None)


def redo_repair(case: Case) -> None:
    """Open the repairer's own guarantee on the last repair once the period is over."""
    finished = case.facts.last_repair_finished_on
    for rule in case.terms.of("repair-guarantee"):
        if finished is None:
            return
        until = case.guarantee_until = finished + timedelta(days=rule.days)
        if (
            came_back(case)
            and case.fault <= until
            and not case.in_period
            and case.reads.get("after_period") != "nothing"
        ):
            case.grant(rule, until)


def came_back(case: Case) -> bool:
    """Say whether it is the repaired fault that shows again; a re-flash is a repair in one reading only."""
    facts = case.facts
    reflashed = facts.software_only_repairs > 0 and case.reads.get("reflash") == "counts"
    return facts.failed_repairs > 0 or reflashed


def replace_or_refund(case: Case) -> None:
    """Turn an exchange that cannot or need not be taken into money, as far as the law goes."""
    facts, exchange = case.facts, case.grants.get("exchange")
    if exchange is None:
        return
    if not facts.same_model_in_stock:
        del case.grants["exchange"]
        for rule in case.terms.of("no-stock"):
            # Where the law gives no money instead, the rule still says why the exchange is gone.
            case.grant(rule, exchange.ends_on, skip="refund" if only_a_copy(case) else "")
    elif facts.customer_refuses_exchange or case.reads.get("fallback") == "always":
        for rule in case.terms.of("depreciation"):
            if rule.when == "exchange-refused" and not only_a_copy(case):
                case.grant(rule, exchange.ends_on, share_after_use(case, rule))


def share_after_use(case: Case, rule: Rule) -> Decimal | None:
    """Return the price less a part for each day of use; None where the catalogue of the class fixes it."""
    if not rule.per_day:
        return None
    facts = case.facts
    since = facts.exchanged_on or facts.purchased_on or case.start
    used = (case.fault - since).days
    if not facts.in_repair:
        used -= running_days(facts, case.reads)
    case.raw_share = FULL - rule.per_day * max(used, 0)
    if case.raw_share < 0 and case.reads.get("floor") != "none":
        return NOTHING
    return case.raw_share


def lend(case: Case) -> None:
    """Note from which day a repair that is still running earns a device on loan."""
    facts = case.facts
    for rule in case.terms.of("loaner"):
        if not facts.in_repair or "repair" not in case.grants:
            return
        case.loaner_from = case.fault + timedelta(days=rule.more_than + 1)
        if facts.repair_days + facts.parts_wait_days > rule.more_than:
            case.loaner_due = True
            case.steps.append(Step("loaner", rule.id, (case.loaner_from,)))
