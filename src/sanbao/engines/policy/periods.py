"""Where guarantees end: periods with their extensions, windows, clocks of proof."""

from collections.abc import Mapping
from datetime import date, timedelta

from sanbao.engines.calendar import add_months
from sanbao.engines.policy.case import Case
from sanbao.engines.policy.facts import Facts
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.verdict import Step


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
    nominal = end + timedelta(days=extra)
    if not rule.rolls or case.reads.get("period_roll") == "stays":
        return nominal, nominal
    first = case.reads.get("extend_or_roll") == "roll_first"
    rolled = case.roll(end) + timedelta(days=extra) if first else case.roll(nominal)
    case.rolled.append((nominal, rolled))
    return nominal, rolled


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
        end = month_end(case.start, rule, {})
        case.presumed = case.fault <= end
        case.steps.append(Step("presumed" if case.presumed else "presumption_over", rule.id, (end,)))
        running.append(end)
    if case.reads.get("days_left") != "earliest_clock" or period is None:
        return
    running += [window_end(case, rule) for rule in case.terms.of("window")]
    still = [end for end in (*running, period) if end >= case.fault]
    case.last_day = case.nominal = min(still, default=period)


def month_end(anchor: date, rule: Rule, reads: Mapping[str, str]) -> date:
    """Return the last day of the rule's months, or where the month lacks the day, what the reading says."""
    end = add_months(anchor, rule.months)
    if rule.beginning:
        return end - timedelta(days=1)
    if end.day != anchor.day and reads.get("month_end") == "next_day":
        return end + timedelta(days=1)
    return end


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

    The day of the request and the day of return both belong to the pause; then the rest of the window or
    seven days run, whichever is longer, from the day after the return.

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
