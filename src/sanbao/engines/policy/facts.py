"""What is known about one device on one day, and whether those facts can be true together."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

INVOICE, COPY, NO_PROOF = "invoice", "copy", "none"
PROOFS = frozenset({INVOICE, COPY, NO_PROOF})
LISTED, UNLISTED, NO_FAULT = "listed-fault", "unlisted-fault", "none"
CUSTOMER_DAMAGE, OPENED, FORCE_MAJEURE, NETWORK = (
    "customer-damage",
    "unauthorised-opening",
    "force-majeure",
    "network",
)
FAULT_KINDS = frozenset({LISTED, UNLISTED, NO_FAULT, CUSTOMER_DAMAGE, OPENED, FORCE_MAJEURE, NETWORK})
CHANNELS = frozenset({"store", "own-store", "online", "phone-order", "mail-order"})
FRAUDS = frozenset({"", "refurbished-as-new", "invented-fault", "part-not-replaced"})

# A day this far ahead is a slip of the pen rather than a question about the future.
HORIZON = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Facts:
    """The columns of an entitlement case; dates are the local calendar's, days are whole days.

    ``repair_days`` and ``parts_wait_days`` are disjoint. With ``in_repair`` they are the running ones and the
    clock stands at ``fault_on``, the day of hand-in; otherwise they belong to finished repairs of the current
    period. ``asked_on`` is today where the caller wants dates checked against it.
    """

    jurisdiction: str = "CN"
    product_class: str = "phone"
    part: str = "main"
    purchased_on: date | None = None
    delivered_on: date | None = None
    proof_of_purchase: str = INVOICE
    manufactured_on: date | None = None
    fault_on: date | None = None
    fault_kind: str = LISTED
    sales_channel: str = "store"
    successful_repairs: int = 0
    failed_repairs: int = 0
    failed_repairs_other_fault: int = 0
    software_only_repairs: int = 0
    repair_days: int = 0
    parts_wait_days: int = 0
    in_repair: bool = False
    last_repair_finished_on: date | None = None
    exchanged_on: date | None = None
    repairs_before_exchange: int = 0
    documents_match_device: bool = True
    same_model_in_stock: bool = True
    customer_refuses_exchange: bool = False
    activated_and_no_return_agreed: bool = False
    repair_records_missing: bool = False
    # Beyond the case file: each may stay at its default.
    fault_code: str = ""
    activated_on: date | None = None
    opened_by_stranger: bool = False
    transit_days: int = 0
    pickup_wait_days: int = 0
    other_proof_on: date | None = None
    asked_on: date | None = None
    demanded_on: date | None = None
    price_cents: int | None = None
    fraud: str = ""
    plan: str = ""
    plan_from: date | None = None
    plan_claims_used: int = 0
    damage: str = ""


FACTS = tuple(each.name for each in fields(Facts))
_PLACE = {name: place for place, name in enumerate(FACTS)}
_values = attrgetter(*FACTS)


def otherwise(facts: Facts, changes: Mapping[str, Any]) -> Facts:
    """Return the facts with some of them changed; several times quicker than ``dataclasses.replace``."""
    values = list(_values(facts))
    for name, value in changes.items():
        values[_PLACE[name]] = value
    return Facts(*values)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no verdict was given: ``code`` for machines, the ``fields`` that disagree.

    ``refused`` says that the facts cannot be true together; otherwise a person has to judge.
    """

    code: str
    fields: tuple[str, ...]
    refused: bool


def contradictions(facts: Facts) -> tuple[Reason, ...]:
    """Return every reason why these facts cannot be judged; empty when they can."""
    found = [*_unknown_words(facts), *_impossible_numbers(facts), *_impossible_dates(facts)]
    if not any(reason.refused for reason in found):
        found += _gaps(facts)
    return tuple(found)


def _refusal(code: str, *fields: str) -> Reason:
    return Reason(code, fields, refused=True)


def _for_a_person(code: str, *fields: str) -> Reason:
    return Reason(code, fields, refused=False)


def _unknown_words(facts: Facts) -> list[Reason]:
    found = []
    if facts.proof_of_purchase not in PROOFS:
        found.append(_refusal("unknown_proof", "proof_of_purchase"))
    if facts.fault_kind not in FAULT_KINDS:
        found.append(_refusal("unknown_fault_kind", "fault_kind"))
    if facts.sales_channel not in CHANNELS:
        found.append(_refusal("unknown_channel", "sales_channel"))
    if facts.fraud not in FRAUDS:
        found.append(_refusal("unknown_fraud", "fraud"))
    return found


COUNTED = (
    "successful_repairs",
    "failed_repairs",
    "failed_repairs_other_fault",
    "software_only_repairs",
    "repair_days",
    "parts_wait_days",
    "repairs_before_exchange",
    "transit_days",
    "pickup_wait_days",
    "plan_claims_used",
)


# A hundred years of repair, or of repairs, is a slip of the pen.
MOST = 36_500
_counted = attrgetter(*COUNTED)


def _impossible_numbers(facts: Facts) -> list[Reason]:
    numbers = _counted(facts)
    if min(numbers) >= 0 and max(numbers) <= MOST:
        return []
    wrong = [name for name, number in zip(COUNTED, numbers, strict=True) if not 0 <= number <= MOST]
    return [_refusal("impossible_number", *wrong)]


def _impossible_dates(facts: Facts) -> list[Reason]:
    fault = facts.fault_on
    if fault is None:
        return [_refusal("missing_fault_date", "fault_on")]
    found = []
    bought = facts.purchased_on
    if bought is not None:
        if fault < bought:
            found.append(_refusal("fault_before_purchase", "fault_on", "purchased_on"))
        if facts.exchanged_on is not None and facts.exchanged_on < bought:
            found.append(_refusal("exchange_before_purchase", "exchanged_on", "purchased_on"))
        if facts.last_repair_finished_on is not None and facts.last_repair_finished_on < bought:
            found.append(_refusal("repair_before_purchase", "last_repair_finished_on", "purchased_on"))
    if facts.exchanged_on is not None and facts.exchanged_on > fault:
        found.append(_refusal("exchange_after_fault", "exchanged_on", "fault_on"))
    if facts.last_repair_finished_on is not None and facts.last_repair_finished_on > fault:
        found.append(_refusal("repair_after_fault", "last_repair_finished_on", "fault_on"))
    if facts.asked_on is not None:
        found += _in_the_future(facts, facts.asked_on)
    return found


PAST = (
    "purchased_on",
    "delivered_on",
    "manufactured_on",
    "exchanged_on",
    "last_repair_finished_on",
    "activated_on",
    "other_proof_on",
    "demanded_on",
    "plan_from",
)


SOLD = frozenset({"purchased_on", "delivered_on", "manufactured_on"})


def _in_the_future(facts: Facts, today: date) -> list[Reason]:
    """A fault may lie ahead (a question about that day), a purchase may not."""
    late = [name for name in PAST if (day := getattr(facts, name)) is not None and day > today]
    # What is told of a day ahead (repaired, exchanged by then) belongs to the same question.
    asked_ahead = facts.fault_on is not None and facts.fault_on > today
    if asked_ahead:
        late = [name for name in late if name in SOLD]
    if facts.fault_on is not None and facts.fault_on - today > HORIZON:
        late.append("fault_on")
    return [_refusal("date_in_the_future", *late)] if late else []


def _gaps(facts: Facts) -> list[Reason]:
    found = []
    bought, delivered, fault = facts.purchased_on, facts.delivered_on, facts.fault_on
    if bought is None and facts.proof_of_purchase != NO_PROOF:
        found.append(_for_a_person("missing_purchase_date", "purchased_on"))
    if delivered is None and facts.proof_of_purchase != NO_PROOF:
        found.append(_for_a_person("missing_delivery_date", "delivered_on"))
    if delivered is not None and fault is not None and fault < delivered:
        found.append(_for_a_person("fault_before_delivery", "fault_on", "delivered_on"))
    if facts.manufactured_on is not None and bought is not None and facts.manufactured_on > bought:
        found.append(_for_a_person("made_after_purchase", "manufactured_on", "purchased_on"))
    if facts.other_proof_on is not None and facts.other_proof_on != bought:
        found.append(_for_a_person("conflicting_proofs", "purchased_on", "other_proof_on"))
    if facts.repairs_before_exchange and facts.exchanged_on is None:
        found.append(_for_a_person("exchange_date_missing", "repairs_before_exchange", "exchanged_on"))
    if _more_repair_than_time(facts):
        found.append(_for_a_person("more_repair_days_than_days", "repair_days", "parts_wait_days"))
    return found


def _more_repair_than_time(facts: Facts) -> bool:
    if facts.in_repair or facts.fault_on is None:
        return False
    known = facts.exchanged_on or facts.delivered_on or facts.purchased_on
    return known is not None and facts.repair_days + facts.parts_wait_days > (facts.fault_on - known).days + 1
