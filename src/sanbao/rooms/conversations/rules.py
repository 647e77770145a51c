"""The texts of notices in both languages, when an answer is owed, and what a message may hold."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from sanbao.base.errors import Invalid
from sanbao.engines.calendar import Calendar, Deadline, china_calendar, clocks_on, deadline

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


class Text(NamedTuple):
    """One notice in both languages, as sentences; a sentence whose facts are not known is left out."""

    subject_zh: str
    subject_en: str
    zh: tuple[str, ...]
    en: tuple[str, ...]


TEXTS: Final[Mapping[str, Text]] = {
    "repair.booked": Text(
        "预约成功",
        "Your visit is booked",
        ("预约成功，单号%(number)s。", "请于%(when)s到%(outlet)s。", "来之前请备份数据。"),
        (
            "Your visit is booked, no. %(number)s.",
            "Please come to %(outlet)s on %(when)s.",
            "Back up your data first.",
        ),
    ),
    "repair.visit_moved": Text(
        "预约已改时间",
        "Your visit has moved",
        ("预约%(number)s已改期。", "新时间：%(when)s，%(outlet)s。"),
        ("Your visit %(number)s has moved.", "New time: %(when)s at %(outlet)s."),
    ),
    "repair.mailed": Text(
        "寄修已登记",
        "Your mail-in repair is registered",
        ("寄修已登记，单号%(number)s。", "请备份并退出账号后寄出，收到后会告诉您。"),
        (
            "Your mail-in repair is registered, no. %(number)s.",
            "Please back up, sign out and send it; we will tell you when it arrives.",
        ),
    ),
    "repair.accepted": Text(
        "设备已收下",
        "We have your device",
        ("设备已收下，维修单%(number)s。", "预计%(when)s前修好。", "凭单号可随时查进度。"),
        (
            "We have your device, repair no. %(number)s.",
            "Expected by %(when)s.",
            "Follow it any time by this number.",
        ),
    ),
    "repair.quoted": Text(
        "请确认维修报价",
        "Please decide on the price",
        ("维修单%(number)s已检测完，报价%(amount)s。", "请在网页上选同意或不修，您答复前我们不动手。"),
        (
            "Repair %(number)s: the price is %(amount)s.",
            "Please accept or decline it online; we do nothing before you answer.",
        ),
    ),
    "repair.waiting_part": Text(
        "正在等配件",
        "Waiting for a part",
        ("维修单%(number)s正在等配件。", "预计%(when)s前修好。"),
        ("Repair %(number)s is waiting for a part.", "Now expected by %(when)s."),
    ),
    "repair.delayed": Text(
        "完成时间有变",
        "Your repair takes longer",
        ("维修单%(number)s要晚一些，很抱歉。", "原因：%(reason)s。", "新的预计时间：%(when)s。"),
        (
            "Repair %(number)s takes longer than we said, sorry.",
            "The reason: %(reason)s.",
            "Now expected by %(when)s.",
        ),
    ),
    "repair.ready": Text(
        "设备修好了",
        "Your device is ready",
        ("维修单%(number)s已修好。", "请带上单号到%(outlet)s取机。"),
        ("Repair %(number)s is done.", "Please collect it at %(outlet)s and bring this number."),
    ),
    "repair.shipped": Text(
        "设备已寄出",
        "Your device is on its way",
        ("维修单%(number)s的设备已寄出。", "%(carrier)s运单号%(waybill)s。"),
        ("The device of repair %(number)s is on its way.", "%(carrier)s, waybill %(waybill)s."),
    ),
    "repair.returned": Text(
        "设备已取回",
        "Your device is back with you",
        ("维修单%(number)s已完成。", "维修记录请在网页上查看保存，同样的故障再出现请直接找我们。"),
        (
            "Repair %(number)s is complete.",
            "Your repair record is online; if the same fault comes back, come straight to us.",
        ),
    ),
    "repair.cancelled": Text(
        "预约已取消",
        "Your booking is cancelled",
        ("预约%(number)s已取消。",),
        ("Booking %(number)s is cancelled.",),
    ),
    "complaint.filed": Text(
        "投诉已收到",
        "We have your complaint",
        ("投诉已收到，编号%(number)s。", "我们会在%(when)s前给出处理决定。", "期限怎么算的，网页上可查。"),
        (
            "We have your complaint, no. %(number)s.",
            "You will have our decision by %(when)s.",
            "How this date is counted is shown online.",
        ),
    ),
    "complaint.taken": Text(
        "投诉已有专人处理",
        "Somebody is working on your complaint",
        ("投诉%(number)s已有专人处理。",),
        ("Somebody is now working on your complaint %(number)s.",),
    ),
    "complaint.answered": Text(
        "投诉已答复",
        "Your complaint has an answer",
        ("投诉%(number)s已答复，请在网页上查看。", "不满意可以在同一页提出异议。"),
        (
            "Your complaint %(number)s has an answer; please read it online.",
            "If you disagree, say so on the same page.",
        ),
    ),
    "complaint.closed": Text(
        "投诉已结束",
        "Your complaint is closed",
        ("投诉%(number)s已结束，原因请在网页上查看。",),
        ("Your complaint %(number)s is closed; the reason is online.",),
    ),
    "ticket.called": Text(
        "轮到您了",
        "It is your turn",
        ("%(count)s号，轮到您了。", "请到%(outlet)s柜台。"),
        ("Number %(count)s, it is your turn.", "Please come to the counter of %(outlet)s."),
    ),
    "thread.answered": Text(
        "您有新回复",
        "You have an answer",
        ("您的留言有新回复，请在网页上查看。", "相关单号%(number)s。"),
        ("There is a new answer to your message, please read it online.", "It is about %(number)s."),
    ),
}

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "part": ("配件晚到", "a part comes later than expected"),
    "queue": ("前面排队的设备较多", "more devices than usual are ahead"),
    "diagnosis": ("故障较难查", "the fault is harder to find than usual"),
    "outlet": ("门店无法按原计划工作", "the outlet cannot work as planned"),
    "carrier": ("快递延误", "the parcel is late"),
}
"""Why a repair takes longer, by the code in the fact, in both languages."""

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
