"""What owners say is wrong, what the bench finds, and the policy's word for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sanbao.base.errors import Invalid
from sanbao.engines.policy.facts import CUSTOMER_DAMAGE, FORCE_MAJEURE, LISTED, NETWORK, OPENED, UNLISTED

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
