"""The readings beside the default: which of them could matter to a case, and what they come to."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from sanbao.engines.policy.case import Case
from sanbao.engines.policy.facts import INVOICE, NO_PROOF, UNLISTED, Facts
from sanbao.engines.policy.pack import Switch
from sanbao.engines.policy.settle import settle
from sanbao.engines.policy.verdict import REMEDY_ORDER, Dispute, Outcome, weight

# The longest run of rest days that an end can be moved over, with room to spare.
LONGEST_ROLL = timedelta(days=16)
Gate = Callable[[Case], bool]


def outcome_of(case: Case) -> Outcome:
    """Return what a worked case comes to."""
    refund = case.grants.get("refund")
    return Outcome(
        tuple(remedy for remedy in REMEDY_ORDER if remedy in case.grants),
        None if refund is None else refund.share,
    )


def disputes_of(case: Case) -> tuple[Dispute, ...]:
    """Return every other reading that changes the remedies or the refund share of this case."""
    default = outcome_of(case)
    usual = is_usual(case.facts)
    found: list[Dispute] = []
    for switch in case.terms.switches:
        if not switch.shown or (usual and switch.name not in ALWAYS):
            continue
        gate = GATES.get(switch.name)
        if gate is None or gate(case):
            found += _differing(case, switch, default)
    return tuple(found)


# Readings that may matter to a case with nothing unusual in it.
ALWAYS = frozenset({"sale_day", "window_roll", "start", "floor", "weekends"})


def is_usual(facts: Facts) -> bool:
    """Say whether the facts hold nothing that only the rarer readings ask about."""
    return (
        facts.proof_of_purchase == INVOICE
        and facts.fault_kind != UNLISTED
        and facts.exchanged_on is None
        and facts.last_repair_finished_on is None
        and not (
            facts.failed_repairs_other_fault
            or facts.software_only_repairs
            or facts.repairs_before_exchange
            or facts.opened_by_stranger
            or facts.pickup_wait_days
            or facts.transit_days
            or facts.repair_records_missing
            or facts.activated_and_no_return_agreed
        )
    )


def every_dispute(case: Case) -> tuple[Dispute, ...]:
    """Return the same as ``disputes_of`` without the gates: slower, and the measure the gates are held to."""
    default = outcome_of(case)
    return tuple(
        found for switch in case.terms.switches if switch.shown for found in _differing(case, switch, default)
    )


def _differing(case: Case, switch: Switch, default: Outcome) -> Iterator[Dispute]:
    for name in switch.others:
        reads = {**case.reads, switch.name: name}
        read = settle(case.facts, case.terms, reads, case.calendar)
        other = outcome_of(read)
        if other != default:
            yield Dispute(switch, switch.reading(name), other, weight(other) > weight(default), cited(read))


def cited(case: Case) -> tuple[str, ...]:
    """Return the rules an outcome rests on: those that open its remedies, or the one that closes them all."""
    if case.excluded is not None:
        return (case.excluded.rule,)
    return tuple(dict.fromkeys(grant.rule for grant in case.grants.values()))


def _on_last_day_of_a_window(case: Case) -> bool:
    return any(case.fault == end for _, end in case.windows)


def _just_after_a_window(case: Case) -> bool:
    return any(end < case.fault <= end + LONGEST_ROLL for _, end in case.windows)


def _starts_differ(case: Case) -> bool:
    facts = case.facts
    return facts.activated_on is not None or facts.delivered_on != facts.purchased_on


def _soon_after_exchange(case: Case) -> bool:
    exchanged = case.facts.exchanged_on
    if exchanged is None:
        return False
    longest = max((rule.days for rule in case.terms.of("window")), default=0)
    return case.fault <= exchanged + timedelta(days=longest)


def _rolled_to_here(case: Case) -> bool:
    """Some end was moved over rest days and the fault lies on the days gained."""
    return any(nominal < case.fault <= end for nominal, end in case.rolled)


def _repairs_before_exchange(case: Case) -> bool:
    return case.facts.repairs_before_exchange > 0


def _share_below_zero(case: Case) -> bool:
    return case.raw_share is not None and case.raw_share < 0


GATES: dict[str, Gate] = {
    "sale_day": _on_last_day_of_a_window,
    "window_roll": _just_after_a_window,
    "start": _starts_differ,
    "which_repairs": lambda case: case.facts.failed_repairs_other_fault > 0,
    "count_after_exchange": _repairs_before_exchange,
    "reflash": lambda case: case.facts.software_only_repairs > 0,
    "windows_after_exchange": _soon_after_exchange,
    "opened": lambda case: case.facts.opened_by_stranger,
    "floor": _share_below_zero,
    "copy": lambda case: case.facts.proof_of_purchase == "copy",
    "repair_day": lambda case: case.facts.pickup_wait_days > 0,
    "transit": lambda case: case.facts.transit_days > 0,
    "no_proof": lambda case: case.facts.proof_of_purchase == NO_PROOF,
    "records": lambda case: case.facts.repair_records_missing,
    "weekends": _rolled_to_here,
    "activated": lambda case: case.facts.activated_and_no_return_agreed,
    "unlisted": lambda case: case.facts.fault_kind == UNLISTED,
    "after_period": lambda case: case.facts.last_repair_finished_on is not None,
}
