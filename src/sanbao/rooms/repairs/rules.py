"""Decisions about repairs on plain values: faults, what is covered, when it will be done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sanbao.base.errors import Invalid
from sanbao.base.texts import said
from sanbao.engines.calendar import (
    Calendar,
    NeverOpen,
    deadline,
    next_opening,
    open_intervals,
    working_minutes,
)
from sanbao.engines.policy import Facts, Verdict, evaluate, words
from sanbao.engines.policy.facts import (
    CUSTOMER_DAMAGE,
    FORCE_MAJEURE,
    LISTED,
    NETWORK,
    NO_PROOF,
    OPENED,
    UNLISTED,
)
from sanbao.engines.policy.terms import Book

OTHER_FAULT: Final = "other"


@dataclass(frozen=True, slots=True)
class Fault:
    """What an owner can say is wrong. ``name`` is a message id; ``minutes`` stand in for item data."""

    code: str
    name: str
    kind: str
    part: str
    law_code: str
    minutes: int


FAULTS: Final[Mapping[str, Fault]] = {
    fault.code: fault
    for fault in (
        Fault("screen_dark", "Screen stays dark or shows a wrong picture", LISTED, "main", "F02", 60),
        Fault("screen_cracked", "Screen or glass is broken", CUSTOMER_DAMAGE, "main", "", 60),
        Fault("no_power", "Does not switch on", LISTED, "main", "F03", 90),
        Fault("shutdown", "Switches off by itself", LISTED, "main", "F07", 90),
        Fault("battery", "Battery runs down fast or swells", LISTED, "battery", "F30", 30),
        Fault("charging", "Does not charge", LISTED, "main", "F01", 45),
        Fault("charger", "The charger does not work", LISTED, "charger", "F20", 15),
        Fault("earphone", "The earphone does not work", LISTED, "wired-earphone", "F50", 15),
        Fault("network", "No network, or calls drop", LISTED, "main", "F04", 90),
        Fault("sound", "No sound, or others cannot hear me", LISTED, "main", "F10", 45),
        Fault("keys", "Keys or touch do not respond", LISTED, "main", "F09", 60),
        Fault("camera", "Camera does not work", LISTED, "main", "F01", 45),
        Fault("liquid", "It got wet", CUSTOMER_DAMAGE, "main", "", 120),
        Fault(OTHER_FAULT, "Something else", UNLISTED, "main", "", 60),
    )
}
"""Source: fault table of the rules for mobile phones (Appendix 3), said as an owner would."""

NO_FAULT_FOUND, SOFTWARE, DAMAGE = "no_fault", "software", "customer_damage"
FINDINGS: Final[Mapping[str, str]] = {
    "confirmed": "The fault is there",
    SOFTWARE: "A matter of software",
    DAMAGE: "Damage from outside",
    "opened": "Opened by a stranger",
    "force_majeure": "Force of nature",
    "network": "A fault of the network",
    NO_FAULT_FOUND: "No fault found",
}
"""What the bench can find, as message ids."""
_KIND_OF_FINDING: Final = {
    DAMAGE: CUSTOMER_DAMAGE,
    "opened": OPENED,
    "force_majeure": FORCE_MAJEURE,
    "network": NETWORK,
}
DELAYS: Final[Mapping[str, str]] = {
    "part": "A part comes later than expected",
    "queue": "More devices than usual are ahead",
    "diagnosis": "The fault is harder to find than usual",
    "outlet": "The outlet cannot work as planned",
    "carrier": "The parcel is late",
    "answer": "The work had to wait for the answer to the price",
}
"""Why an expected date moves, as message ids; never free text, which could hold personal data."""


def fault_of(code: str) -> Fault:
    """Return the fault of this code.

    Raises:
        Invalid: there is none.
    """
    try:
        return FAULTS[code]
    except KeyError as unknown:
        raise Invalid("Choose what is wrong from the list.", field="fault") from unknown


def kind_of(fault: Fault, finding: str = "") -> str:
    """Return the policy's word for a fault: what the owner reports, until the bench has found something."""
    if finding in {"confirmed", SOFTWARE} and fault.kind == CUSTOMER_DAMAGE:
        return LISTED
    return _KIND_OF_FINDING.get(finding, fault.kind)


# --- intake --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Intake:
    """What is put down when a device is taken in. ``signature`` is the name under which the owner signs.

    ``unlock_consent`` allows the bench to unlock the device; the code itself is told and never stored.
    """

    condition: tuple[str, ...] = ()
    accessories: tuple[str, ...] = ()
    backup_done: bool = False
    erase_consent: bool = False
    unlock_consent: bool = False
    signature: str = ""
    note: str = ""
    fault_on: date | None = None

    def plain(self) -> dict[str, Any]:
        """The intake as JSON can hold it."""
        day = self.fault_on.isoformat() if self.fault_on else None
        return asdict(self) | {
            "condition": list(self.condition),
            "accessories": list(self.accessories),
            "fault_on": day,
        }


_LONGEST_NAME: Final = 120
_LONGEST_NOTE: Final = 2000
_MOST_MARKS: Final = 40
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2100, 1, 1)
"""Dates beyond these are slips of the pen."""


def check_intake(intake: Intake, today: date) -> None:
    """Pass if the device may be taken in on these terms.

    Raises:
        Invalid: no signature, data neither saved nor given up, or a fault in the future.
    """
    if not said(intake.signature, field="signature", most=_LONGEST_NAME):
        raise Invalid("The owner must sign for the intake.", field="signature")
    said(intake.note, field="note", most=_LONGEST_NOTE)
    for field_name in ("condition", "accessories"):
        marks = getattr(intake, field_name)
        if len(marks) > _MOST_MARKS:
            raise Invalid("This list is longer than %(most)s lines.", field=field_name, most=_MOST_MARKS)
        for mark in marks:
            said(mark, field=field_name, most=_LONGEST_NAME)
    if not (intake.backup_done or intake.erase_consent):
        raise Invalid(
            "The data on the device are neither backed up nor given up.",
            field="backup_done",
            remedy="Back the data up, or let the owner agree that they may be lost.",
        )
    if intake.fault_on is not None and not EARLIEST <= intake.fault_on <= today:
        raise Invalid("The fault cannot lie on this day.", field="fault_on")


# --- entitlement ---------------------------------------------------------------------------------


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
) -> Facts:
    """Return the facts of an entitlement case.

    Of the repairs of one fault all but the last have failed, for the device came back with it; the last
    one has failed as well if it is the fault of today. Whoever buys in a shop gets the device at once.
    """
    repairs = Counter(p.fault for p in past if not p.software)
    in_shop = bought.channel in {"store", "own-store"}
    return Facts(
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
        last_repair_finished_on=max((p.ready_on for p in past), default=None),
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
    """Return the decision as it was made, as JSON can hold it: rules, packs, sentences in both languages."""
    return {
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


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


# --- promise -------------------------------------------------------------------------------------

CHECK_MINUTES: Final = 30
AHEAD_MINUTES: Final = 45
MARGIN: Final = 2
"""Room for what nobody foresees: one minute of margin for every two of work."""
PART_LEAD_DAYS: Final = 7
"""How long a part takes that is neither there nor announced: the usual weekly delivery.
These four are first guesses, simple enough to be told; the figures of real repairs replace them."""
NOON: Final = time(13, 0)

PROMISE_STEPS: Final[Mapping[str, str]] = {
    "checked": "Finding the cause: %(minutes)s minutes.",
    "work": "The work itself: %(minutes)s minutes.",
    "ahead": "%(devices)s devices are ahead: %(minutes)s minutes.",
    "part_shelf": "The part is on the shelf.",
    "part_expected": "The part is expected on %(day)s.",
    "part_none": "The part has to be ordered: about %(days)s days.",
    "margin": "Margin for the unforeseen: %(minutes)s minutes.",
    "counted": "Only opening hours count.",
    "half_day": "Rounded up to the next half-day.",
    "never": "The outlet has no opening hours to count; a person will name the day.",
}
"""How a promise was worked out, as message ids."""


@dataclass(frozen=True, slots=True)
class PartWait:
    """What the repair waits for: ``shelf``, ``expected`` on a day, ``none``; empty when no part is needed."""

    state: str = ""
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """When the device will be ready, and how that was worked out; ``at`` is None when nobody can say."""

    at: datetime | None
    steps: tuple[dict[str, Any], ...] = field(default=())


def promise_for(
    at: datetime, calendar: Calendar, *, minutes: int, ahead: int, seats: int, part: PartWait
) -> Promise:
    """Return the promise for a device taken in at ``at``, from work, devices ahead, parts and margin."""
    waiting = ahead * AHEAD_MINUTES // max(seats, 1)
    margin = (CHECK_MINUTES + minutes) // MARGIN
    steps: list[dict[str, Any]] = [
        {"code": "checked", "minutes": CHECK_MINUTES},
        {"code": "work", "minutes": minutes},
    ]
    if ahead:
        steps.append({"code": "ahead", "devices": ahead, "minutes": waiting})
    start = _start(at, calendar, part, steps)
    steps.append({"code": "margin", "minutes": margin})
    try:
        spent = deadline(start, working_minutes(CHECK_MINUTES + minutes + waiting + margin), calendar).due
    except NeverOpen:
        return Promise(None, (*steps, {"code": "never"}))
    return Promise(half_day(spent, calendar), (*steps, {"code": "counted"}, {"code": "half_day"}))


def _start(at: datetime, calendar: Calendar, part: PartWait, steps: list[dict[str, Any]]) -> datetime:
    """Return when the work can begin: now, or on the morning after the part should have come."""
    match part.state:
        case "":
            return at
        case "shelf":
            steps.append({"code": "part_shelf"})
            return at
        case "expected" if part.expected_on is not None:
            steps.append({"code": "part_expected", "day": part.expected_on.isoformat()})
            arrives = datetime.combine(part.expected_on + timedelta(days=1), time(), calendar.tz)
            return max(at, arrives)
        case _:
            steps.append({"code": "part_none", "days": PART_LEAD_DAYS})
            return at + timedelta(days=PART_LEAD_DAYS)


def half_day(moment: datetime, calendar: Calendar) -> datetime:
    """Return the end of the half-day in which ``moment`` falls: one o'clock, or the close of business."""
    local = moment.astimezone(calendar.tz)
    spans = open_intervals(local.date(), calendar)
    if not spans or local > spans[-1].end:
        later = next_opening(moment, calendar)
        return moment if later is None else half_day(later, calendar)
    noon = datetime.combine(local.date(), NOON, calendar.tz)
    if local <= noon and any(span.begin < noon <= span.end for span in spans):
        return noon
    return spans[-1].end


def bench_minutes(fault: Fault, item_minutes: Sequence[int]) -> int:
    """Return the minutes of the usual items, or those of the fault where the catalogue names none."""
    return sum(item_minutes) or fault.minutes
