"""Decisions of the registry on plain values: who gets which grants, what a number means, what is shown."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from stdnum import luhn

NOTICE_VERSION: Final = "2026-11"
"""The privacy notice that is in force; raised when its text changes."""

CODE_DIGITS: Final = 6
CODE_LIFE: Final = timedelta(minutes=10)
CODE_TRIES: Final = 5
CODE_GAP: Final = timedelta(seconds=60)
"""A second request within this time sends nothing new: a double click is one message."""

LINK_LIFE: Final = timedelta(days=7)
LOCK_AFTER: Final = 5
LOCK_FOR: Final = timedelta(minutes=15)
RECOVERY_CODES: Final = 8
TOTP_SECONDS: Final = 30
TOKEN_MOST_DAYS: Final = 730

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``most`` attempts within each ``window``."""

    window: timedelta
    most: int


CAPS: Final[Mapping[str, tuple[Cap, ...]]] = {
    "code.target": (Cap(HOUR, 5), Cap(DAY, 10)),
    "code.address": (Cap(HOUR, 30), Cap(DAY, 100)),
    "code.house": (Cap(DAY, 20_000),),
    "code.try": (Cap(HOUR, 120),),
    "staff.signin": (Cap(HOUR, 600),),
    "coverage": (Cap(HOUR, 30), Cap(DAY, 100)),
    "status": (Cap(HOUR, 60), Cap(DAY, 300)),
    "survey": (Cap(HOUR, 60), Cap(DAY, 300)),
    "claim": (Cap(DAY, 20),),
    "claim.address": (Cap(DAY, 100),),
}
"""What is counted and how much is let through. Whole shops share an address: it gets more."""


# --- roles -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShippedRole:
    """A role that every new installation starts with; brands change their own copies."""

    code: str
    title_zh: str
    title_en: str
    grants: frozenset[str]


_COUNTER: Final = frozenset(
    {
        "registry.search",
        "registry.reveal",
        "registry.edit",
        "outlets.see",
        "outlets.book",
        "outlets.serve",
        "parts.see",
        "parts.reserve",
        "repairs.see",
        "repairs.book",
        "repairs.accept",
        "repairs.answer",
        "conversations.see",
        "conversations.write",
        "conversations.call",
        "complaints.file",
        "vault.see",
        "vault.add",
    }
)
_BENCH: Final = frozenset(
    {
        "registry.search",
        "outlets.see",
        "parts.see",
        "parts.reserve",
        "parts.use",
        "repairs.see",
        "repairs.diagnose",
        "repairs.work",
        "vault.see",
        "vault.add",
    }
)
_HOTLINE: Final = frozenset(
    {
        "registry.search",
        "registry.reveal",
        "registry.edit",
        "outlets.see",
        "outlets.book",
        "parts.see",
        "parts.reserve",
        "repairs.see",
        "repairs.book",
        "conversations.see",
        "conversations.answer",
        "conversations.write",
        "conversations.call",
        "complaints.file",
        "complaints.see",
        "vault.see",
        "vault.add",
    }
)
_CASES: Final = frozenset(
    {
        "registry.search",
        "registry.reveal",
        "outlets.see",
        "parts.see",
        "repairs.see",
        "conversations.see",
        "conversations.answer",
        "conversations.write",
        "conversations.call",
        "complaints.see",
        "complaints.file",
        "complaints.handle",
        "complaints.close",
        "complaints.watch",
        "feedback.see",
        "feedback.teach",
        "repairs.remedy",
        "repairs.review",
        "vault.see",
        "vault.add",
    }
)
_LEAD: Final = (
    _COUNTER
    | _BENCH
    | {
        "registry.staff",
        "outlets.edit",
        "parts.receive",
        "complaints.see",
        "complaints.watch",
        "conversations.answer",
        "feedback.act",
        "feedback.see",
        "feedback.report",
        "feedback.teach",
        "repairs.remedy",
        "repairs.review",
    }
)
_AUDIT: Final = frozenset(
    {
        "registry.search",
        "ledger.read",
        "outlets.see",
        "parts.see",
        "repairs.see",
        "conversations.see",
        "complaints.see",
        "feedback.see",
        "feedback.report",
        "vault.see",
    }
)
_HOUSE: Final = frozenset(
    {
        "registry.search",
        "registry.reveal",
        "registry.edit",
        "registry.catalogue",
        "registry.staff",
        "registry.erase",
        "registry.publish_policy",
        "registry.setup",
        "ledger.read",
        "ledger.deliveries",
        "outlets.see",
        "outlets.edit",
        "parts.see",
        "parts.receive",
        "parts.catalogue",
        "feedback.act",
        "feedback.see",
        "feedback.import",
        "feedback.report",
        "feedback.teach",
        "feedback.judge",
        "vault.see",
    }
)
_POLICY: Final = frozenset(
    {
        "registry.publish_policy",
        "registry.search",
        "ledger.read",
        "repairs.see",
        "complaints.see",
        "parts.see",
    }
)
ROLES: Final = (
    ShippedRole("clerk", "前台", "Clerk", _COUNTER),
    ShippedRole("engineer", "工程师", "Engineer", _BENCH),
    ShippedRole("agent", "热线客服", "Hotline agent", _HOTLINE),
    ShippedRole("handler", "投诉专员", "Complaint handler", _CASES),
    ShippedRole("manager", "店长", "Outlet manager", _LEAD),
    ShippedRole("auditor", "审计", "Auditor", _AUDIT),
    ShippedRole("policy", "规则专员", "Keeper of the rules", _POLICY),
    ShippedRole("admin", "管理员", "Administrator", _HOUSE),
)


# --- numbers -----------------------------------------------------------------------------------


def tidy_imei(typed: str) -> str | None:
    """Return the 15 digits meant by what somebody typed or scanned, or None where it cannot be an IMEI.

    Spaces, dashes, dots, slashes and full-width digits do not matter. The 16 digits of an IMEISV
    stand for the IMEI with the same first fourteen. Fourteen digits alone are not enough: the
    check digit is what catches a slip of the finger.
    Source: 3GPP TS 23.003, clause 6.2.
    """
    raw = re.sub(r"[\s\-./]", "", unicodedata.normalize("NFKC", typed))
    if not re.fullmatch(r"[0-9]{15,16}", raw) or not raw.strip("0"):
        return None
    if len(raw) == 16:  # noqa: PLR2004 - an IMEISV has sixteen digits and no check digit
        return raw[:14] + str(luhn.calc_check_digit(raw[:14]))
    return raw if luhn.is_valid(raw) else None


def looks_like_imei(typed: str) -> bool:
    """Tell whether somebody meant an IMEI: fourteen to seventeen digits and nothing else."""
    raw = re.sub(r"[\s\-./]", "", unicodedata.normalize("NFKC", typed))
    return bool(re.fullmatch(r"[0-9]{14,17}", raw))


def tidy_serial(typed: str) -> str | None:
    """Return a serial number in capitals without spaces, or None where it cannot be one."""
    raw = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).upper()
    return raw if re.fullmatch(r"[0-9A-Z][0-9A-Z\-/.]{3,39}", raw) else None


def mask_phone(phone: str) -> str:
    """Return a phone number of which a passer-by learns nothing: ``138****5678``."""
    national = phone.removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}" if phone else ""


def mask_email(email: str) -> str:
    """Return an e-mail address of which only the first letter and the domain are left."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}***{at}{domain}" if email else ""


def tidy_name(typed: str) -> str:
    """Return a name without control characters and doubled spaces; emoji and rare characters stay."""
    seen = "".join(sign for sign in typed if unicodedata.category(sign) not in {"Cc", "Cs"})
    return re.sub(r"\s+", " ", seen).strip()


# --- demo --------------------------------------------------------------------------------------

DEMO_CODE: Final = "246810"
DEMO_PHONES: Final = frozenset(f"+86138000000{place:02d}" for place in range(1, 31))
DEMO_STAFF_DOMAIN: Final = "@demo.example"


def demo_code_for(target: str, *, switched_on: bool, demo_installation: bool) -> str | None:
    """Return the code that always opens this target, which exists in demo worlds alone.

    Both must hold: the operator started the program as a demo, and the installation's own row says
    that it is one. Then the fixed demo phones and the demo staff have it; nobody else ever has.
    """
    if not (switched_on and demo_installation):
        return None
    return DEMO_CODE if target in DEMO_PHONES or target.endswith(DEMO_STAFF_DOMAIN) else None


# --- purchases ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One purchase row as far as it matters for the question which one counts."""

    place: int
    checked: bool


def counting(rows: Iterable[Shown]) -> Shown | None:
    """Return the purchase that counts: the newest that staff checked, else the newest.

    So an owner can say when a device was bought, but cannot overrule what a clerk has seen.
    """
    return max(rows, key=lambda row: (row.checked, row.place), default=None)


def is_purchase_day(bought: date, *, today: date, released: date | None) -> bool:
    """Tell whether a device can have been bought on this day: not after today, not before it was on sale."""
    return (released or date(2000, 1, 1)) <= bought <= today
