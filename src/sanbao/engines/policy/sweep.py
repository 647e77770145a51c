"""A fleet under one set of readings: the working of ``settle`` over columns.

Each function stands beside its namesake for single cases; a test holds the two to the same answers.
"""

from collections.abc import Mapping

import numpy as np

from sanbao.engines.policy.columns import NONE, Columns, Days, Flags
from sanbao.engines.policy.daytables import DayTables
from sanbao.engines.policy.facts import COPY, LISTED, NO_FAULT, NO_PROOF
from sanbao.engines.policy.pack import Rule
from sanbao.engines.policy.remedies import UNITS
from sanbao.engines.policy.sweep_case import FULL, OPEN, Sweep, has_fault, judged_day, running_days, start_of
from sanbao.engines.policy.sweep_periods import measure_periods, period_end, window_end
from sanbao.engines.policy.terms import Terms


def sweep(columns: Columns, terms: Terms, part: str, reads: Mapping[str, str], tables: DayTables) -> Sweep:
    """Return the worked fleet. Rows that cannot be judged are worked as well; nobody reads them."""
    fault = judged_day(columns, reads)
    faultless = columns.word_in("fault_kind", {NO_FAULT})
    lost = columns.word_in("proof_of_purchase", {NO_PROOF})
    without_proof = lost & ~faultless if terms.of("no-proof") else np.zeros(columns.size, np.bool_)
    work = Sweep(columns, terms, reads, tables, part, fault, start_of(columns, reads, fault), without_proof)
    work.share = np.zeros(columns.size, np.int32)
    work.loaner_due = np.zeros(columns.size, np.bool_)
    measure_periods(work, faultless)
    work.excluded = exclude(work) & ~faultless
    judged = ~work.excluded & ~faultless
    open_remedies(work, judged)
    take_back(work, faultless)
    draw_on_plan(work, judged, faultless)
    return work


def exclude(work: Sweep) -> Flags:
    """Say which rows some rule takes out of the free guarantee."""
    excluded = np.zeros(work.columns.size, np.bool_)
    for rule in work.terms.of("exclusion"):
        excluded |= _excludes(work, rule)
    return excluded


def _excludes(work: Sweep, rule: Rule) -> Flags:
    columns = work.columns
    match rule.when:
        case "documents-differ":
            return ~columns.flags("documents_match_device")
        case "opened":
            applies = work.reads.get("opened") == "excludes"
            return columns.flags("opened_by_stranger") & applies
        case "no-proof":
            applies = work.reads.get("no_proof") != "record"
            return columns.word_in("proof_of_purchase", {NO_PROOF}) & applies
        case _:
            return columns.word_in("fault_kind", rule.faults)


def count_repairs(work: Sweep) -> Days:
    """Return the failed repairs that count towards "repaired twice", row by row."""
    columns, reads = work.columns, work.reads
    count = columns.numbers("failed_repairs")
    if work.part not in UNITS:
        return count
    if reads.get("which_repairs") == "any_listed":
        count = count + columns.numbers("failed_repairs_other_fault")
    if reads.get("count_after_exchange") == "continues":
        count = count + columns.numbers("repairs_before_exchange")
    if reads.get("reflash") == "counts":
        count = count + columns.numbers("software_only_repairs")
    return count


def only_a_copy(work: Sweep) -> Flags | None:
    """Say where a mere copy of the invoice keeps the refund out; None where no reading says so."""
    if work.reads.get("copy") != "no_refund":
        return None
    return work.columns.word_in("proof_of_purchase", {COPY})


def open_remedies(work: Sweep, judged: Flags) -> None:
    """Open every remedy, the broad ones after those they depend on."""
    full = judged
    for rule in work.terms.of("no-proof"):
        work.grant(rule, judged & work.without_proof & work.in_period)
        if work.reads.get("no_proof") != "record":
            full = judged & ~work.without_proof
    open_periods(work, full)
    open_windows(work, full)
    answer_for_quality(work, full)
    open_after_repeats(work, full)
    open_after_delay(work, full)
    redo_repair(work, judged)
    replace_or_refund(work, full)
    lend(work, judged)


def open_periods(work: Sweep, rows: Flags) -> None:
    """Open what the guarantee periods give."""
    for rule in work.terms.of("period"):
        fits = rows & has_fault(work, rule.faults)
        end = work.ends[rule.family]
        if work.reads.get("no_proof") == "record" and work.without_proof.any():
            _, by_record = period_end(work, rule, work.start)
            proved = fits & work.without_proof & (work.fault <= by_record)
            # The seller's record proves this period where the date of manufacture would not.
            work.ends[rule.family] = np.where(proved, np.maximum(end, by_record), end)
            end = np.where(work.without_proof, by_record, end)
        work.grant(rule, fits & (work.fault <= end))


def open_windows(work: Sweep, rows: Flags) -> None:
    """Open what is owed for faults that appeared in the first days."""
    for rule in work.terms.of("window"):
        end = window_end(work, rule)
        work.windows.append(end)
        work.grant(rule, rows & has_fault(work, rule.faults) & (work.fault <= end), skip=only_a_copy(work))


def answer_for_quality(work: Sweep, rows: Flags) -> None:
    """Open the general duty of quality for faults the table does not list."""
    for rule in work.terms.of("quality"):
        fits = rows & work.in_period & has_fault(work, rule.faults)
        work.grant(rule, fits)
        if work.reads.get("unlisted") == "repair_or_exchange":
            found = work.open.get("exchange")
            work.open["exchange"] = fits if found is None else found | fits


def open_after_repeats(work: Sweep, rows: Flags) -> None:
    """Open what is owed after failed repairs or replacements."""
    columns = work.columns
    for rule in work.terms.of("repeat"):
        end = work.ends.get(rule.family)
        if end is None:
            continue
        if rule.counts == "any":
            exchanged = columns.days("exchanged_on") != NONE
            count = (
                columns.numbers("failed_repairs") + columns.numbers("failed_repairs_other_fault") + exchanged
            )
        else:
            count = count_repairs(work)
        fits = rows & (work.fault <= end) & has_fault(work, rule.faults) & (count >= rule.times)
        records_needed = rule.counts != "any" and work.part in UNITS
        if records_needed and work.reads.get("records") != "firm_record":
            fits &= ~columns.flags("repair_records_missing")
        work.grant(rule, fits, share_after_repeat(work, rule))


def share_after_repeat(work: Sweep, repeat: Rule) -> Days:
    """Return the share paid back after failed repairs; OPEN where no figure is fixed."""
    share = np.full(work.columns.size, FULL, np.int32)
    for rule in work.terms.of("depreciation"):
        if rule.when == "presumption-over" and work.presumed is not None:
            share = np.where(work.presumed, share, OPEN)
        if rule.when == "by-catalogue" and "exchange" in repeat.gives:
            share = np.where(work.columns.flags("same_model_in_stock"), OPEN, share)
    return share


def open_after_delay(work: Sweep, rows: Flags) -> None:
    """Open what is owed where a running repair takes too long."""
    columns = work.columns
    if not columns.has("in_repair"):
        return
    repair, wait = columns.numbers("repair_days"), columns.numbers("parts_wait_days")
    fits = rows & columns.flags("in_repair") & work.in_period & has_fault(work, frozenset({LISTED}))
    for rule in work.terms.of("delay"):
        late = (
            (wait > 0) & (repair + wait > rule.more_than)
            if rule.cause == "parts"
            else repair > rule.more_than
        )
        work.grant(rule, fits & late)


def redo_repair(work: Sweep, rows: Flags) -> None:
    """Open the repairer's own guarantee on the last repair where the period is over."""
    columns = work.columns
    if not columns.has("last_repair_finished_on") or work.reads.get("after_period") == "nothing":
        return
    finished = columns.days("last_repair_finished_on")
    again = columns.numbers("failed_repairs") > 0
    if work.reads.get("reflash") == "counts":
        again = again | (columns.numbers("software_only_repairs") > 0)
    for rule in work.terms.of("repair-guarantee"):
        inside = (finished != NONE) & (work.fault <= finished + rule.days)
        work.grant(rule, rows & again & inside & ~work.in_period)


def replace_or_refund(work: Sweep, rows: Flags) -> None:
    """Turn exchanges that cannot or need not be taken into money."""
    columns = work.columns
    exchange = work.open.get("exchange")
    if exchange is None:
        return
    due, in_stock = rows & exchange, columns.flags("same_model_in_stock")
    gone = due & ~in_stock
    if gone.any():
        work.open["exchange"] = exchange & ~gone
        for rule in work.terms.of("no-stock"):
            work.grant(rule, gone, skip=only_a_copy(work))
    refused = due & in_stock
    if work.reads.get("fallback") != "always":
        refused &= columns.flags("customer_refuses_exchange")
    if refused.any():
        for rule in work.terms.of("depreciation"):
            if rule.when == "exchange-refused":
                work.grant(rule, refused, share_after_use(work, rule), skip=only_a_copy(work))


def share_after_use(work: Sweep, rule: Rule) -> Days:
    """Return the share left after use; OPEN where the catalogue of the class fixes it."""
    columns = work.columns
    if not rule.per_day:
        return np.full(columns.size, OPEN, np.int32)
    bought, exchanged = columns.days("purchased_on"), columns.days("exchanged_on")
    since = np.where(exchanged != NONE, exchanged, np.where(bought == NONE, work.start, bought))
    used = work.fault - since - np.where(columns.flags("in_repair"), 0, running_days(work))
    share = FULL - int(rule.per_day * FULL) * np.maximum(used, 0)
    work.raw_share = share.astype(np.int32)
    return work.raw_share if work.reads.get("floor") == "none" else np.maximum(work.raw_share, 0)


def lend(work: Sweep, rows: Flags) -> None:
    """Note where a repair that is still running earns a device on loan."""
    columns, repair = work.columns, work.open.get("repair")
    if repair is None or not columns.has("in_repair"):
        return
    days = columns.numbers("repair_days") + columns.numbers("parts_wait_days")
    for rule in work.terms.of("loaner"):
        work.loaner_due |= rows & repair & columns.flags("in_repair") & (days > rule.more_than)


def take_back(work: Sweep, faultless: Flags) -> None:
    """Open the return without a reason."""
    columns, received = work.columns, work.columns.days("delivered_on")
    for rule in work.terms.of("return"):
        fits = (received != NONE) & columns.word_in("sales_channel", rule.channels) & ~work.excluded
        fits &= columns.word_in("fault_kind", rule.faults)
        if work.reads.get("no_proof", "record") != "record":
            fits &= ~columns.word_in("proof_of_purchase", {NO_PROOF})
        if work.reads.get("activated") == "refused":
            fits &= ~columns.flags("activated_and_no_return_agreed")
        nominal = received + np.int32(rule.days)
        end = nominal
        if rule.rolls:
            end = work.roll(nominal)
            work.rolled.append((np.where(fits, nominal, NONE), np.where(fits, end, NONE)))
        counts = fits & faultless & (end > work.last_day)
        work.last_day = np.where(counts, end, work.last_day)
        work.nominal = np.where(counts, nominal, work.nominal)
        work.grant(rule, fits & (work.fault <= end))


def draw_on_plan(work: Sweep, judged: Flags, faultless: Flags) -> None:
    """Open what protection plans add."""
    columns = work.columns
    if not columns.has("plan"):
        return
    since = columns.days("plan_from")
    fits = (since != NONE) & ~faultless
    for rule in work.terms.of("cover"):
        covered = fits & columns.word_in("plan", rule.plans) & columns.word_in("fault_kind", rule.faults)
        covered &= columns.word_in("damage", rule.damages) & (since <= work.fault)
        covered &= work.fault <= work.tables.months(rule.months, since)
        work.grant(rule, covered & (columns.numbers("plan_claims_used") < rule.claims))
    for rule in work.terms.of("plan-period"):
        covered = fits & judged & columns.word_in("plan", rule.plans)
        covered &= columns.word_in("fault_kind", rule.faults)
        work.grant(rule, covered & (work.fault <= work.tables.months(rule.months, work.start)))
