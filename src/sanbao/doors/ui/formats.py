"""Money, days, moments and counts in the words of the reader's language.

Formats belong to a language, not to a sentence, so they live here and not in the catalogue.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

OUTLET_ZONE: Final = "Asia/Shanghai"
SIGNS: Final = {"CNY": "¥", "EUR": "€", "USD": "$", "HKD": "HK$", "GBP": "£", "INR": "₹"}
WHOLE: Final = frozenset({"JPY", "KRW"})
ZH_WEEKDAYS: Final = "一二三四五六日"
EN_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EN_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MINUTE, HOUR, DAY = 60, 3600, 86400
MASK_KEEPS: Final = 7


def chinese() -> bool:
    """Tell whether the reader reads Chinese now."""
    return (get_language() or "").lower().startswith("zh")


def money(cents: int, currency: str = "CNY") -> str:
    """Return minor units as an amount: ``¥1,550.00``. A currency without a known sign keeps its code."""
    sign = SIGNS.get(currency, f"{currency} ")
    minus = "−" if cents < 0 else ""
    units, rest = divmod(abs(cents), 1 if currency in WHOLE else 100)
    return f"{minus}{sign}{units:,}" + ("" if currency in WHOLE else f".{rest:02d}")


def number(value: float, digits: int = 0) -> str:
    """Return a number with thousands set apart and ``digits`` decimals."""
    return f"{value:,.{digits}f}".replace("-", "−")


def percent(share: float, digits: int = 0) -> str:
    """Return a share of 1 as per cent: ``0.873`` is ``87%``."""
    return f"{share * 100:.{digits}f}%".replace("-", "−")


def weekday(of: date) -> str:
    """Return the short name of the weekday: ``周日`` or ``Sun``."""
    return f"周{ZH_WEEKDAYS[of.weekday()]}" if chinese() else EN_WEEKDAYS[of.weekday()]


def day(of: date, *, short: bool = False) -> str:
    """Return a calendar day: ``2026年11月22日（周日）`` or ``Sun 22 Nov 2026``; ``short`` drops the year.

    A moment is first brought to the outlet's zone.
    """
    local = _local(of, OUTLET_ZONE) if isinstance(of, datetime) else of
    if chinese():
        year = "" if short else f"{local.year}年"
        return f"{year}{local.month}月{local.day}日（{weekday(local)}）"
    year = "" if short else f" {local.year}"
    return f"{weekday(local)} {local.day} {EN_MONTHS[local.month - 1]}{year}"


def moment(at: datetime, *, zone: str = OUTLET_ZONE, short: bool = False) -> str:
    """Return a moment as day and time in the outlet's zone; ``short`` drops year and weekday.

    Naive moments are read as UTC.
    """
    local = _local(at, zone)
    if short and chinese():
        return f"{local.month}月{local.day}日 {_wall(local)}"
    if short:
        return f"{local.day} {EN_MONTHS[local.month - 1]} {_wall(local)}"
    # a moment's day is named in its own zone
    on = day(local.date())
    return f"{on}{_wall(local)}" if chinese() else f"{on}, {_wall(local)}"


def clock(at: datetime, *, zone: str = OUTLET_ZONE) -> str:
    """Return the time of day in the outlet's zone: ``18:00``."""
    return _wall(_local(at, zone))


def _wall(local: datetime) -> str:
    """Return the time on the wall; the last second of a day is told as its 24:00."""
    last = (local.hour, local.minute, local.second) == (23, 59, 59)
    return "24:00" if last else f"{local:%H:%M}"


def machine(at: date) -> str:
    """Return a day or moment as the ``datetime`` attribute of a ``time`` element wants it."""
    if isinstance(at, datetime):
        return _local(at, OUTLET_ZONE).isoformat(timespec="minutes")
    return at.isoformat()


def since(at: datetime, now: datetime | None = None) -> str:
    """Return how long ago a moment was, in its largest unit; a moment to come says ``in …``."""
    gap = ((now or timezone.now()) - _aware(at)).total_seconds()
    amount = abs(gap)
    if amount < MINUTE:
        return _("just now")
    if gap < 0:
        return _("in %(span)s") % {"span": span(amount)}
    return _("%(span)s ago") % {"span": span(amount)}


def span(seconds: float | timedelta) -> str:
    """Return a length of time in its largest unit, rounded down: ``3 days``."""
    amount = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    if amount < HOUR:
        count = amount // MINUTE
        return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
    if amount < 2 * DAY:
        count = amount // HOUR
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    count = amount // DAY
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def masked_phone(phone: str) -> str:
    """Return a phone number with its middle hidden: ``138****5678``; short ones are hidden whole."""
    digits = "".join(character for character in phone if character.isdigit())
    country = "+86 " if phone.startswith("+86") else ""
    local = digits.removeprefix("86") if country else digits
    if len(local) <= MASK_KEEPS:
        return "*" * max(len(local), 4)
    return f"{country}{local[:3]}****{local[-4:]}"


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _local(at: datetime, zone: str) -> datetime:
    return _aware(at).astimezone(ZoneInfo(zone))
