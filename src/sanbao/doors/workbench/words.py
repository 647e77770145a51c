"""The words staff read for codes of the rooms, with their tones and icons."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sanbao.doors.ui.formats import chinese
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.conversations import queries as talks
from sanbao.rooms.repairs.queries import DELAYS, FAULTS, FINDINGS

Words = Mapping[str, str | Promise]

STATES: Final[Words] = {
    "booked": _("Appointment"),
    "mailed": _("Parcel on its way"),
    "accepted": _("To diagnose"),
    "quoted": _("Price with the owner"),
    "approved": _("To repair"),
    "waiting_part": _("Waits for a part"),
    "ready": _("To hand over"),
    "declined": _("Declined, to hand over"),
    "shipped": _("Sent back"),
    "returned": _("Handed over"),
    "cancelled": _("Cancelled"),
    "missed": _("Nobody came"),
}
TONES: Final = {
    "accepted": "info",
    "approved": "info",
    "quoted": "warn",
    "waiting_part": "warn",
    "ready": "good",
    "declined": "warn",
    "returned": "good",
}
CASE_TONES: Final = {"filed": "warn", "working": "info", "answered": "good", "disputed": "bad"}
WAYS: Final[Words] = {
    "visit": _("Booked online"),
    "walk_in": _("Walk-in"),
    "mail": _("By mail"),
    "phone": _("Booked by phone"),
}
WAY_ICONS: Final = {"visit": "calendar", "walk_in": "footprints", "mail": "package", "phone": "phone"}
BOOKING_STATES: Final[Words] = {
    "held": _("Being booked"),
    "confirmed": _("Expected here"),
    "kept": _("Came"),
    "missed": _("Nobody came"),
}
BOOKING_TONES: Final = {"kept": "good", "missed": "bad"}
TICKET_STATES: Final[Words] = {
    "waiting": _("Waiting"),
    "called": _("Called"),
    "served": _("Served"),
    "left": _("Left"),
}
CONDITIONS: Final[Words] = {
    "scratches_front": _("Scratches on the screen"),
    "scratches_back": _("Scratches on the back"),
    "glass_cracked": _("Glass cracked"),
    "dents": _("Dents at the edge"),
    "bent": _("Bent"),
    "wet": _("Traces of water"),
    "opened": _("Signs of having been opened"),
    "like_new": _("No marks"),
}
ACCESSORIES: Final[Words] = {
    "charger": _("Charger"),
    "cable": _("Cable"),
    "earphone": _("Earphone"),
    "case": _("Case"),
    "sim": _("SIM card"),
    "box": _("Box"),
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
    "phone-order": _("Ordered by phone"),
    "mail-order": _("By mail order"),
}
PARTS: Final[Words] = {
    "main": _("Main unit"),
    "battery": _("Battery"),
    "charger": _("Charger"),
    "wired-earphone": _("Earphone"),
}
REMEDIES: Final[Words] = {
    "refund": _("May be refunded"),
    "exchange": _("May be exchanged"),
    "repair": _("Free repair"),
    "": _("Paid"),
}
KINDS: Final[Words] = {
    "brand_store": _("Shop of the brand"),
    "authorised": _("Authorised service point"),
    "centre": _("Service centre"),
}
ITEM_KINDS: Final[Words] = {"part": _("Part"), "labour": _("Work")}
CLASSES: Final[Words] = {
    "phone": _("Smartphone"),
    "tablet": _("Tablet"),
    "laptop": _("Laptop"),
    "watch": _("Watch"),
    "earphone": _("Earphone"),
    "tv": _("Television"),
    "appliance": _("Appliance"),
    "accessory": _("Accessory"),
}
ORIGINS: Final[Words] = {
    "review": _("Customer review"),
    "survey": _("Survey"),
    "complaint": _("Complaint"),
    "call": _("Call"),
    "chat": _("Chat"),
    "social": _("Social network"),
}
WEEKDAYS: Final = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


def case_state(code: str) -> str:
    """Return the state of a case in the reader's language."""
    return gettext(complaints.STATE_TITLES[code])


def demand(code: str) -> str:
    """Return what a case demands in the reader's language."""
    return gettext(complaints.DEMAND_TITLES[code])


def decision(code: str) -> str:
    """Return a decision in the reader's language."""
    return gettext(complaints.DECISION_TITLES[code])


def clock(code: str) -> str:
    """Return the name of a reply clock in the reader's language."""
    return gettext(complaints.CLOCK_TITLES[code])


def pause(code: str) -> str:
    """Return why the clocks of a case stand still."""
    return gettext(complaints.PAUSE_TITLES[code]) if code in complaints.PAUSE_TITLES else code


def mediation(code: str) -> str:
    """Return how far an authority is with a case."""
    return gettext(complaints.MEDIATION_TITLES[code]) if code in complaints.MEDIATION_TITLES else code


def case_channel(code: str) -> str:
    """Return how a case came in, in the reader's language."""
    return gettext(complaints.CHANNEL_TITLES[code])


def thread_channel(code: str) -> str:
    """Return how a thread came in, in the reader's language."""
    return gettext(talks.CHANNEL_TITLES[code])


def thread_state(code: str) -> str:
    """Return the state of a thread in the reader's language."""
    return gettext(talks.STATE_TITLES[code])


def fault(code: str) -> str:
    """Return the name of a fault in the reader's language."""
    return gettext(FAULTS[code].name) if code in FAULTS else code


def faults() -> list[tuple[str, str]]:
    """Return every fault with its name."""
    return [(code, fault(code)) for code in FAULTS]


def finding(code: str) -> str:
    """Return what the bench found, in the reader's language."""
    return gettext(FINDINGS[code]) if code in FINDINGS else code


def findings() -> list[tuple[str, str]]:
    """Return everything the bench can find."""
    return [(code, finding(code)) for code in FINDINGS]


def delay(code: str) -> str:
    """Return why a date moved, in the reader's language."""
    return gettext(DELAYS[code]) if code in DELAYS else code


def delays() -> list[tuple[str, str]]:
    """Return every reason for which a date can move."""
    return [(code, delay(code)) for code in DELAYS]


def named(thing: Any, of: str = "name") -> str:
    """Return the name of a product, part or outlet in the reader's language; '' for nothing."""
    if thing is None:
        return ""
    first, other = ("zh", "en") if chinese() else ("en", "zh")
    return str(getattr(thing, f"{of}_{first}", "") or getattr(thing, f"{of}_{other}", ""))


def title(thing: Any) -> str:
    """Return the title of a role in the reader's language."""
    return named(thing, "title")


def device(card: Any) -> str:
    """Return what a device is called: its model, or its IMEI or serial number."""
    return named(card.product) or str(card.imei or card.serial)


def order_device(row: Any) -> str:
    """Return what the device of an order is called."""
    return named(row, "product") or str(row.imei or row.serial)


def marks(codes: Any, table: Words) -> list[str]:
    """Return the words for codes of an intake; what somebody typed stays as it is."""
    return [str(table.get(code, code)) for code in codes]


def owner(name: str) -> str:
    """Return an owner's name, or what stands where none was given."""
    return name or gettext("No name given")


PACK_FAMILIES: Final[Words] = {
    "counting": _("Ways of counting"),
    "statutory": _("The law"),
    "brand": _("Promise of the brand"),
    "plan": _("Protection plans"),
}
PACK_ORIGINS: Final[Words] = {
    "set_up": _("there since the set-up"),
    "upload": _("handed in"),
    "shipped": _("came with the program"),
    "own": _("lies beside the data"),
}
RULE_CHANGES: Final[Words] = {
    "added": _("new rule"),
    "removed": _("rule gone"),
    "changed": _("rule changed"),
}
