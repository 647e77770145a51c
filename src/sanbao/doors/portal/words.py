"""The words owners read for codes of the rooms, with their icons and tones."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanbao.doors.ui.formats import chinese
from sanbao.rooms.repairs.queries import DELAYS, FAULTS, FINDINGS

Words = Mapping[str, str | Promise]

STATES: Final[Words] = {
    "booked": _("Visit booked"),
    "mailed": _("On its way to us"),
    "accepted": _("With us: finding the cause"),
    "quoted": _("Your decision needed"),
    "approved": _("Being repaired"),
    "waiting_part": _("Waiting for a part"),
    "ready": _("Ready for you"),
    "declined": _("Not repaired, ready to go back"),
    "shipped": _("On its way back to you"),
    "returned": _("Back with you"),
    "cancelled": _("Called off"),
    "missed": _("Nobody came"),
}
STATE_TONES: Final = {
    "quoted": "warn",
    "waiting_part": "warn",
    "ready": "good",
    "declined": "good",
    "accepted": "info",
    "approved": "info",
    "shipped": "info",
    "mailed": "info",
    "booked": "info",
}
CASE_STATES: Final[Words] = {
    "filed": _("Received, waiting for a person"),
    "working": _("A person is working on it"),
    "answered": _("Answered: what do you say?"),
    "disputed": _("You did not agree; we look again"),
    "closed": _("Closed"),
    "withdrawn": _("Withdrawn"),
}
CASE_TONES: Final = {"filed": "info", "working": "info", "answered": "warn", "disputed": "warn"}
DEMANDS: Final[Words] = {
    "refund": _("My money back"),
    "exchange": _("Another device"),
    "repair": _("A repair that works"),
    "compensation": _("Compensation"),
    "apology": _("An apology"),
    "other": _("Something different"),
}
DECISIONS: Final[Words] = {
    "granted": _("Granted"),
    "partly": _("Granted in part"),
    "refused": _("Refused"),
    "explained": _("Explained"),
}
DECISION_TONES: Final = {"granted": "good", "partly": "warn", "refused": "bad", "explained": "info"}
CLOCKS: Final[Words] = {
    "acknowledge": _("We confirm that we have it"),
    "first_answer": _("A person answers for the first time"),
    "decision": _("We decide on your demand"),
    "outer_limit": _("The law's last day for our answer"),
    "authority_acceptance": _("The authority decides whether it takes the case"),
    "authority_mediation": _("The authority ends its mediation"),
    "late_first_answer": _("The new date for a first answer"),
    "late_decision": _("The new date for our decision"),
}
LEGAL_CLOCKS: Final = frozenset({"outer_limit", "authority_acceptance", "authority_mediation"})
PAUSES: Final[Words] = {
    "owner_answer": _("We wait for your answer"),
    "owner_evidence": _("We wait for something from you"),
    "owner_device": _("We wait for your device"),
    "expert_test": _("We wait for a test by experts"),
}
PARTS: Final[Words] = {
    "main": _("The phone itself"),
    "battery": _("Battery"),
    "charger": _("Charger"),
    "wired-earphone": _("Earphone"),
}
PROOFS: Final[Words] = {
    "invoice": _("Invoice or three-guarantees slip"),
    "copy": _("A copy or screenshot"),
    "none": _("Nothing"),
}
CHANNELS: Final[Words] = {
    "store": _("In a shop"),
    "own-store": _("In a shop of the brand"),
    "online": _("Online"),
    "phone-order": _("By phone"),
    "mail-order": _("By mail order"),
}
WAYS: Final[Words] = {
    "visit": _("Visit"),
    "walk_in": _("Walk-in"),
    "mail": _("By mail"),
    "phone": _("Booked by phone"),
}
PART_WORDS: Final[Words] = {
    "shelf": _("Part on the shelf"),
    "expected": _("Part is on its way"),
    "none": _("Part has to be ordered"),
}
PART_TONES: Final = {"shelf": "good", "expected": "warn", "none": "bad"}
KINDS: Final[Words] = {
    "brand_store": _("Shop of the brand"),
    "authorised": _("Authorised service point"),
    "centre": _("Service centre"),
}
TICKET_STATES: Final[Words] = {
    "waiting": _("Waiting"),
    "called": _("It is your turn"),
    "served": _("Served"),
    "left": _("Given up"),
}
FIRST_FAULTS: Final = (
    "screen_cracked",
    "screen_dark",
    "battery",
    "charging",
    "no_power",
    "sound",
    "liquid",
    "other",
)
"""The eight that most people choose from, as small pictures; the rest is one tap away."""
FAULT_ICONS: Final = {
    "screen_cracked": "smartphone",
    "screen_dark": "monitor-off",
    "battery": "battery-low",
    "charging": "plug-zap",
    "no_power": "power-off",
    "sound": "volume-x",
    "liquid": "droplets",
    "other": "circle-question-mark",
    "shutdown": "power",
    "charger": "plug",
    "earphone": "headphones",
    "network": "wifi-off",
    "keys": "pointer",
    "camera": "camera-off",
}


def fault(code: str) -> str:
    """Return the name of a fault in the reader's language."""
    return gettext(FAULTS[code].name) if code in FAULTS else code


def faults() -> list[tuple[str, str]]:
    """Return every fault with its name, the frequent ones first."""
    rest = [code for code in FAULTS if code not in FIRST_FAULTS]
    return [(code, fault(code)) for code in (*FIRST_FAULTS[:-1], *rest, FIRST_FAULTS[-1])]


def named(thing: Any, of: str = "name") -> str:
    """Return the name of a product, part or outlet in the reader's language; '' for nothing."""
    if thing is None:
        return ""
    first, other = ("zh", "en") if chinese() else ("en", "zh")
    return str(getattr(thing, f"{of}_{first}") or getattr(thing, f"{of}_{other}"))


def device(card: Any) -> str:
    """Return what an owner calls a device: its model, or its IMEI or serial number."""
    return named(card.product) or card.imei or card.serial


def order_device(row: Any) -> str:
    """Return what an owner calls the device of an order."""
    return named(row, "product") or row.imei or row.serial


def distance(kilometres: float | None) -> str:
    """Return a distance as people say it; '' where it is not known."""
    if kilometres is None:
        return ""
    if kilometres < 1:
        return gettext("%(metres)s m") % {"metres": round(kilometres * 10) * 100}
    return gettext("%(far)s km") % {"far": f"{kilometres:.1f}" if kilometres < 10 else f"{kilometres:.0f}"}  # noqa: PLR2004


def delay(code: str) -> str:
    """Return why a date moved, in the reader's language."""
    return gettext(DELAYS[code]) if code in DELAYS else ""


def finding(code: str) -> str:
    """Return what the bench found, in the reader's language."""
    return gettext(FINDINGS[code]) if code in FINDINGS else ""
