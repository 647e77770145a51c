"""When an answer is owed, what a message may hold, how a notice is put together; words are in ``texts``."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from sanbao.base.errors import Invalid
from sanbao.engines.calendar import Calendar, Deadline, china_calendar, clocks_on, deadline
from sanbao.rooms.conversations.rules.texts import (
    LINKS as LINKS,
)
from sanbao.rooms.conversations.rules.texts import (
    REASONS as REASONS,
)
from sanbao.rooms.conversations.rules.texts import (
    REMEDIES as REMEDIES,
)
from sanbao.rooms.conversations.rules.texts import (
    RIGHTS as RIGHTS,
)
from sanbao.rooms.conversations.rules.texts import (
    TEXTS as TEXTS,
)
from sanbao.rooms.conversations.rules.texts import (
    Text as Text,
)

DEFAULT_ZONE: Final = "Asia/Shanghai"
LONGEST_MESSAGE: Final = 4000
LONGEST_KEY: Final = 120
WHOLE_PHONE: Final = 11
"""Fewer digits may be the end of somebody else's number."""
LONGEST_CALL: Final = 12 * 3600
ANSWER_CLOCK: Final = "first_answer"


# Message ids for the words that pages show instead of codes.
STATE_TITLES: Final[Mapping[str, str]] = {
    "open": "Waiting for our answer",
    "waiting": "Waiting for the customer",
    "closed": "Talk closed",
}
CHANNEL_TITLES: Final[Mapping[str, str]] = {
    "portal": "On the web",
    "phone": "By phone",
    "mail": "By e-mail",
    "chat": "By chat",
    "counter": "At the counter",
    "sms": "By SMS",
}
NOTICE_CHANNEL_TITLES: Final[Mapping[str, str]] = {**CHANNEL_TITLES, "portal": "Shown on the page only"}
NOTICE_STATE_TITLES: Final[Mapping[str, str]] = {
    "queued": "To be sent",
    "sent": "Sent out",
    "failed": "Not delivered",
    "dropped": "Held back",
}


_PLACES: Final = re.compile(r"%\((\w+)\)s")


def body_of(template: str, language: str, facts: Mapping[str, str], brand: str) -> str:
    """Return the text of a notice in the customer's language (Chinese for "zh…", else English), brand first.

    Raises:
        KeyError: there is no such template.
    """
    chinese = language.lower().startswith("zh")
    text = TEXTS[template]
    told = [
        piece % facts
        for piece in (text.zh if chinese else text.en)
        if all(facts.get(name) for name in _PLACES.findall(piece))
    ]
    return f"【{brand}】{''.join(told)}" if chinese else f"{brand}: {' '.join(told)}"


def letter_of(body: str, language: str, link: str) -> str:
    """Return what goes out: the text of the notice, and below it the address for its receiver alone."""
    if not link:
        return body
    return f"{body}\n{LINKS[0 if language.lower().startswith('zh') else 1] % {'link': link}}"


def subject_of(template: str, language: str) -> str:
    """Return the subject line of a notice sent by e-mail."""
    text = TEXTS[template]
    return text.subject_zh if language.lower().startswith("zh") else text.subject_en


_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(moment: datetime, language: str, zone: str = DEFAULT_ZONE) -> str:
    """Return a moment as a short text says it, in the outlet's zone; a day's last second is its 24:00."""
    local = moment.astimezone(working_calendar(zone).tz)
    clock = "24:00" if (local.hour, local.minute) == (23, 59) else f"{local:%H:%M}"
    if language.lower().startswith("zh"):
        return f"{local.month}月{local.day}日{clock}"
    return f"{local.day} {_MONTHS[local.month - 1]} {clock}"


def amount(cents: int) -> str:
    """Return an amount of yuan as a short text says it."""
    return f"¥{cents // 100}" if cents % 100 == 0 else f"¥{cents / 100:.2f}"


@lru_cache(maxsize=32)
def working_calendar(zone: str) -> Calendar:
    """Return the working days and office hours that answers are counted by in this zone."""
    return china_calendar(zone=zone)


def answer_due(at: datetime, zone: str = DEFAULT_ZONE) -> Deadline:
    """Return when a message that comes in now must be answered: the end of the next working day."""
    calendar = working_calendar(zone)
    day: date = at.astimezone(calendar.tz).date()
    return deadline(at, clocks_on(day)[ANSWER_CLOCK].budget, calendar)


def wording(typed: str, *, field: str = "body", most: int = LONGEST_MESSAGE) -> str:
    """Return what somebody wrote, without the blanks around it; emoji and rare characters are kept.

    Raises:
        Invalid: empty, too long, or holding a character that no text has (NUL).
    """
    words = typed.strip()
    if not words:
        raise Invalid("Please write a few words here.", field=field)
    if len(words) > most:
        raise Invalid("This text is too long: at most %(most)s characters.", field=field, most=most)
    if "\x00" in words:
        raise Invalid("This text holds a character that cannot be stored.", field=field)
    return words
