"""The facts of an entitlement case, and the verdict on it as it is kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanbao.engines.policy import Facts, Verdict, as_record, evaluate, facts_from_record, words
from sanbao.engines.policy.facts import NO_PROOF, otherwise
from sanbao.engines.policy.terms import Book
from sanbao.rooms.repairs.rules.faults import Fault


@dataclass(frozen=True, slots=True)
class Bought:
    """What is known of a device for the question who pays."""

    product_class: str = "phone"
    bought_on: date | None = None
    delivered_on: date | None = None
    channel: str = "store"
    proof: str = NO_PROOF
    made_on: date | None = None
    price_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier repair of the device that was free of charge, in the outlet's days."""

    fault: str
    accepted_on: date
    ready_on: date
    waited_days: int = 0
    software: bool = False


def facts_of(
    bought: Bought,
    past: Sequence[Past],
    fault: Fault,
    *,
    kind: str,
    fault_on: date,
    asked_on: date,
    part: str = "",
    jurisdiction: str = "CN",
) -> Facts:
    """Return the facts of an entitlement case.

    Of the repairs of one fault all but the last have failed, for the device came back with it; the last
    one has failed as well if it is the fault of today. Whoever buys in a shop gets the device at once.
    """
    repairs = Counter(p.fault for p in past if not p.software)
    in_shop = bought.channel in {"store", "own-store"}
    mended = [p.ready_on for p in past if p.fault == fault.code] or [p.ready_on for p in past]
    return Facts(
        jurisdiction=jurisdiction,
        product_class=bought.product_class,
        part=part or fault.part,
        purchased_on=bought.bought_on,
        delivered_on=bought.delivered_on or (bought.bought_on if in_shop else None),
        proof_of_purchase=bought.proof if bought.bought_on else NO_PROOF,
        manufactured_on=bought.made_on,
        fault_on=fault_on,
        fault_kind=kind,
        sales_channel=bought.channel,
        successful_repairs=sum(1 for code in repairs if code != fault.code),
        failed_repairs=repairs[fault.code],
        failed_repairs_other_fault=sum(n - 1 for code, n in repairs.items() if code != fault.code),
        software_only_repairs=sum(p.software for p in past),
        repair_days=sum(max((p.ready_on - p.accepted_on).days - p.waited_days, 0) for p in past),
        parts_wait_days=sum(p.waited_days for p in past),
        last_repair_finished_on=max(mended, default=None),
        asked_on=asked_on,
        price_cents=bought.price_cents or None,
    )


def verdict_for(book: Book, facts: Facts) -> Verdict:
    """Return who pays and what else is open, by the packs of the installation. The one way to ask."""
    return evaluate(book, facts)


def covers(verdict: Verdict) -> bool | None:
    """Tell whether the repair is free; None where a person has to decide."""
    return verdict.covered if verdict.decided else None


def plain_verdict(verdict: Verdict) -> dict[str, Any]:
    """Return the decision as it was made, as JSON can hold it: rules, packs, sentences in both languages.

    The facts are kept with it, so that it can be derived again whenever the packs of that day are there.
    """
    record = as_record(verdict)
    return {
        **{name: record[name] for name in ("facts", "refund_share", "disputes")},
        "outcome": verdict.outcome,
        "covered": covers(verdict),
        "remedies": list(verdict.remedies),
        "last_day": _iso(verdict.last_day),
        "days_left": verdict.days_left,
        "ends": {remedy: _iso(day) for remedy, day in verdict.ends.items()},
        "loaner_due": verdict.loaner_due,
        "disputed": verdict.disputed,
        "provisional": list(verdict.provisional),
        "reasons": [reason.code for reason in verdict.reasons],
        "rules": list(verdict.rule_ids),
        "packs": dict(verdict.pack_hashes),
        "part": verdict.facts.part,
        "fault_kind": verdict.facts.fault_kind,
        "fault_on": _iso(verdict.facts.fault_on),
        "zh": words.sentences(verdict, "zh"),
        "en": words.sentences(verdict, "en"),
    }


def kept_facts(verdict: Mapping[str, Any]) -> Facts | None:
    """Return the facts a kept decision was made on; None for one that was made before they were kept."""
    return facts_from_record(verdict["facts"]) if verdict.get("facts") is not None else None


def corrected(facts: Facts, corrections: Mapping[str, Any]) -> Facts:
    """Return the facts as a reviewer has corrected them; ``corrections`` as ``corrections()`` gave them."""
    if not corrections:
        return facts
    read = facts_from_record(corrections)
    return otherwise(facts, {name: getattr(read, name) for name in corrections})


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
