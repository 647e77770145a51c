"""One case under one set of readings: which remedies are open, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sanbao.engines.calendar import Calendar, Roll, add_months, roll_forward
from sanbao.engines.policy.facts import LISTED, NO_FAULT, NO_PROOF, UNLISTED, Facts
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.terms import Terms
from sanbao.engines.policy.verdict import Grant, Step

FULL = Decimal("1.00")
NOTHING = Decimal("0.00")
UNITS = frozenset({"main", "main-part", "panel"})


@dataclass(slots=True)
class Case:
    """The working of one case: what was found so far. Filled by ``settle`` and then only read."""

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
    def open_ended(self) -> bool:
        """The statutory period of the part has not ended on the day of the fault."""
        end = self.ends.get("statutory")
        return end is not None and self.fault <= end

    def roll(self, day: date) -> date:
        """Move an end off rest days, as the reading about plain weekends says."""
        kind = Roll.REST_DAYS if self.reads.get("weekends") != "holidays_only" else Roll.HOLIDAYS
        return roll_forward(day, self.calendar, kind)

    def grant(
        self, rule: Rule, ends_on: date | None, share: Decimal | None = FULL, skip: str = ""
    ) -> None:
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


def settle(facts: Facts, terms: Terms, reads: Mapping[str, str], calendar: Calendar) -> Case:
    """Return the worked case. The facts were checked for contradictions before."""
    fault = facts.fault_on
    if fault is None:
        raise ValueError("a case without a fault date is refused before it is settled")
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


def open_remedies(case: Case) -> None:
    """Open every remedy that the facts give, the broad ones after those they depend on."""
    case.repairs = count_repairs(case)
    if case.without_proof:
        repair_without_proof(case)
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


def running_days(facts: Facts, reads: Mapping[str, str]) -> int:
    """Return the days spent in repair, as the readings about transit and pick-up count them."""
    days = facts.repair_days + facts.parts_wait_days
    if facts.transit_days and reads.get("transit") != "apart":
        days += facts.transit_days
    if facts.pickup_wait_days and reads.get("repair_day") == "pickup":
        days += facts.pickup_wait_days
    return days


def measure_periods(case: Case) -> None:
    """Find the last day of each family's period, and the one that counts for the days left."""
    facts, reads = case.facts, case.reads
    anchor = case.start
    if facts.exchanged_on is not None and reads.get("after_exchange") == "restart":
        anchor = facts.exchanged_on
        case.steps.append(Step("restart", "", (anchor,)))
    elif case.without_proof and facts.manufactured_on is not None:
        anchor = made_anchor(case, facts.manufactured_on)
    for rule in case.terms.of("period"):
        if case.without_proof and rule.family != "statutory":
            continue
        nominal, end = period_end(case, rule, anchor)
        case.steps.append(Step("period_end", rule.id, (nominal, end)))
        if rule.family not in case.ends or end > case.ends[rule.family]:
            case.ends[rule.family] = end
        if case.last_day is None or end > case.last_day:
            case.last_day, case.nominal = end, nominal
    if case.terms.of("clock"):
        watch_clocks(case)


def made_anchor(case: Case, made: date) -> date:
    """Return the start that the date of manufacture stands in for."""
    rule = case.terms.of("no-proof")[0]
    anchor = made + timedelta(days=rule.days)
    case.steps.append(Step("made_start", rule.id, (made, anchor)))
    return anchor


def period_end(case: Case, rule: Rule, anchor: date) -> tuple[date, date]:
    """Return the last day before and after rolling over rest days."""
    end = month_end(anchor, rule, case.reads)
    for extension in case.terms.of("extension"):
        if extended(case, extension):
            end = add_months(end, extension.months)
            case.steps.append(Step("extension", extension.id, (end,)))
    extra = 0
    if rule.extended and not case.facts.in_repair and case.reads.get("repair_time") != "runs":
        extra = running_days(case.facts, case.reads)
        if extra:
            case.steps.append(Step("extended", rule.id, (extra,)))
    if not rule.rolls or case.reads.get("period_roll") == "stays":
        nominal = end + timedelta(days=extra)
        return nominal, nominal
    if case.reads.get("extend_or_roll") == "roll_first":
        return end + timedelta(days=extra), case.roll(end) + timedelta(days=extra)
    nominal = end + timedelta(days=extra)
    return nominal, case.roll(nominal)


def extended(case: Case, rule: Rule) -> bool:
    """Say whether a repair under a contract young enough lengthens the liability, which happens once."""
    facts = case.facts
    used = (
        facts.successful_repairs
        + facts.failed_repairs
        + facts.failed_repairs_other_fault
        + facts.software_only_repairs
    )
    bought = facts.purchased_on or case.start
    return used > 0 and rule.contract_from is not None and bought >= rule.contract_from


def watch_clocks(case: Case) -> None:
    """Note who has to prove what, and where the law has several clocks, name the next one to run out."""
    period, running = case.last_day, []
    for rule in case.terms.of("clock"):
        nominal, end = period_end_plain(rule, case.start)
        case.presumed = case.fault <= end
        case.steps.append(Step("presumed" if case.presumed else "presumption_over", rule.id, (nominal, end)))
        running.append(end)
    if case.reads.get("days_left") != "earliest_clock" or period is None:
        return
    running += [window_end(case, rule) for rule in case.terms.of("window")]
    still = [end for end in (*running, period) if end >= case.fault]
    case.last_day = case.nominal = min(still, default=period)


def period_end_plain(rule: Rule, anchor: date) -> tuple[date, date]:
    """Return the end of a clock that neither repairs nor rest days move."""
    end = month_end(anchor, rule, {})
    return end, end


def month_end(anchor: date, rule: Rule, reads: Mapping[str, str]) -> date:
    """Return the last day of the rule's months, or where the month lacks the day, what the reading says."""
    end = add_months(anchor, rule.months)
    if rule.beginning:
        return end - timedelta(days=1)
    if end.day != anchor.day and reads.get("month_end") == "next_day":
        return end + timedelta(days=1)
    return end


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


def effective_fault(case: Case) -> str:
    """Return the fault's kind as the reading about the open entry of the table has it."""
    kind = case.facts.fault_kind
    return LISTED if kind == UNLISTED and case.reads.get("unlisted") == "entry_f01" else kind


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
    if case.open_ended:
        case.grant(case.terms.of("no-proof")[0], case.ends["statutory"])


def open_periods(case: Case) -> None:
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


def window_end(case: Case, rule: Rule) -> date:
    """Return the last day of a window that asks when the fault appeared."""
    facts, anchor = case.facts, case.start
    if facts.exchanged_on is not None and case.reads.get("windows_after_exchange") == "restart":
        anchor = facts.exchanged_on
    end = anchor + timedelta(days=rule.days)
    if case.reads.get("sale_day") == "day_one":
        end -= timedelta(days=1)
    if rule.stops:
        return paused_window_end(facts, anchor, end)
    return case.roll(end) if case.reads.get("window_roll") == "roll" else end


LEAST_AFTER_REPAIR = 7


def paused_window_end(facts: Facts, start: date, end: date) -> date:
    """Return the end of a window that stood still during a repair asked for inside it.

    The day of the request and the day of return both belong to the pause; then the rest of the window or seven
    days run, whichever is longer, from the day after the return.

    Source: Consumer Rights Act 2015 s.22(6)-(8).
    """
    waiting, returned = facts.repair_days + facts.parts_wait_days, facts.last_repair_finished_on
    if facts.in_repair or not waiting or returned is None:
        return end
    requested = returned - timedelta(days=waiting - 1)
    if not start <= requested <= end:
        return end
    rest = (end - requested).days + 1
    return returned + timedelta(days=max(rest, LEAST_AFTER_REPAIR))


def open_windows(case: Case) -> None:
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
        if case.open_ended and effective_fault(case) in rule.faults:
            end = case.ends["statutory"]
            case.grant(rule, end)
            if case.reads.get("unlisted") == "repair_or_exchange":
                case.grants["exchange"] = Grant("exchange", rule.id, end, rule.chooser, rule.payer)


def open_after_repeats(case: Case) -> None:
    fault = effective_fault(case)
    for rule in case.terms.of("repeat"):
        end = case.ends.get(rule.family)
        if end is None or case.fault > end or fault not in rule.faults:
            continue
        count = any_attempts(case.facts) if rule.counts == "any" else case.repairs
        if count < rule.times:
            continue
        records_needed = rule.counts != "any" and case.facts.part in UNITS
        if records_needed and case.facts.repair_records_missing and case.reads.get("records") != "firm_record":
            case.steps.append(Step("records_missing", rule.id))
            continue
        case.grant(rule, end, share_after_repeat(case, rule))


def any_attempts(facts: Facts) -> int:
    """Return how often the seller tried to put the goods right, whatever the fault."""
    return facts.failed_repairs + facts.failed_repairs_other_fault + (facts.exchanged_on is not None)


def share_after_repeat(case: Case, repeat: Rule) -> Decimal | None:
    """Return what is paid back after failed repairs; None where use is deducted and no figure is fixed."""
    for rule in case.terms.of("depreciation"):
        if rule.when == "presumption-over" and not case.presumed:
            return None
        if rule.when == "by-catalogue" and "exchange" in repeat.gives and case.facts.same_model_in_stock:
            return None
    return FULL


def open_after_delay(case: Case) -> None:
    """Open what is owed when a running repair takes too long, by its cause."""
    facts = case.facts
    if not facts.in_repair or not case.open_ended or effective_fault(case) != LISTED:
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
        came_back = case.repairs > 0 and case.fault <= until
        if came_back and not case.open_ended and case.reads.get("after_period") != "nothing":
            case.grant(rule, until)


def replace_or_refund(case: Case) -> None:
    """Turn an exchange that cannot or need not be taken into money, as far as the law goes."""
    facts, exchange = case.facts, case.grants.get("exchange")
    if exchange is None:
        return
    if not facts.same_model_in_stock:
        del case.grants["exchange"]
        for rule in case.terms.of("no-stock"):
            case.grant(rule, exchange.ends_on, skip="refund" if only_a_copy(case) else "")
    elif facts.customer_refuses_exchange or case.reads.get("fallback") == "always":
        for rule in case.terms.of("depreciation"):
            if rule.when == "exchange-refused" and not only_a_copy(case):
                case.grant(rule, exchange.ends_on, share_after_use(case, rule))


def share_after_use(case: Case, rule: Rule) -> Decimal | None:
    """Return the price less a fixed part for each day of use; None where the catalogue of the class fixes it."""
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


def take_back(case: Case) -> None:
    """Open the return without a reason that distance sales (or a brand's own shops) give."""
    facts = case.facts
    received = facts.delivered_on
    for rule in case.terms.of("return"):
        if received is None or facts.sales_channel not in rule.channels or facts.fault_kind not in rule.faults:
            continue
        if facts.proof_of_purchase == NO_PROOF and case.reads.get("no_proof", "record") != "record":
            continue
        if facts.activated_and_no_return_agreed and case.reads.get("activated") == "refused":
            case.steps.append(Step("no_return_agreed", rule.id))
            continue
        nominal = received + timedelta(days=rule.days)
        end = case.roll(nominal) if rule.rolls else nominal
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
