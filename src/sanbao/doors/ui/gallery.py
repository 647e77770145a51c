"""Harmless sample content for the gallery: made up, fixed, the same every day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from sanbao.doors.ui import charts
from sanbao.doors.ui.strips import HOLIDAY, MAKEUP, REST, Day

NOON: Final = datetime(2026, 9, 24, 4, 5, tzinfo=UTC)
TODAY: Final = date(2026, 9, 24)
DUE: Final = date(2026, 10, 9)


def sample() -> dict[str, Any]:
    """Return everything that the gallery shows."""
    return {
        "at": NOON,
        "on": TODAY,
        "today": TODAY,
        "due": DUE,
        "days": days(),
        "steps": steps(),
        "timeline": timeline(),
        "options": ways(),
        "faults": faults(),
        "rows": rows(),
        **drawn(),
    }


def navigation() -> list[dict[str, Any]]:
    """Return the rail of the workbench sample."""
    return [
        {
            "title": "",
            "items": [
                {"label": _("Counter"), "href": "#", "icon": "scan-line", "current": True},
                {"label": _("Bench"), "href": "#", "icon": "wrench", "count": 12},
                {"label": _("Complaints"), "href": "#", "icon": "flag", "count": 3, "tone": "bad"},
            ],
        },
        {
            "title": _("Insight"),
            "items": [{"label": _("Voices"), "href": "#", "icon": "message-square-text"}],
        },
    ]


def days() -> list[Day]:
    """Return sixteen days over the autumn holidays of 2026, with one pause."""
    free = {date(2026, 9, 25): HOLIDAY} | {date(2026, 10, number): HOLIDAY for number in range(1, 8)}
    worked = {date(2026, 9, 20): MAKEUP, date(2026, 10, 10): MAKEUP}
    found = []
    for gap in range(19):
        on = TODAY - timedelta(days=1) + timedelta(days=gap)
        kind = free.get(on) or worked.get(on) or (REST if on.weekday() > 4 else "work")  # noqa: PLR2004 -- Saturday
        found.append(Day(on, kind, pause=_("waiting for your photo") if on == date(2026, 9, 28) else ""))
    return found


def steps() -> list[dict[str, Any]]:
    """Return a repair half way through."""
    return [
        {"name": _("Booked"), "state": "done", "at": NOON - timedelta(days=2), "who": _("you")},
        {
            "name": _("Received at the counter"),
            "state": "done",
            "at": NOON - timedelta(hours=26),
            "who": "李敏",
        },
        {
            "name": _("Waiting for a part"),
            "state": "current",
            "text": _("The display is on its way from Wuhan since Wednesday."),
            "by": _("Sat 26 Sep 12:00"),
            "href": "#steps",
        },
        {"name": _("Repair and test"), "state": "next", "text": _("about 2 hours")},
        {"name": _("Ready for you"), "state": "next"},
    ]


def timeline() -> list[dict[str, Any]]:
    """Return four facts, newest first."""
    return [
        {"title": _("Answer due in two working days"), "at": NOON, "icon": "scale", "tone": "law"},
        {
            "title": _("Offer: exchange"),
            "at": NOON - timedelta(hours=3),
            "who": "王珂",
            "icon": "handshake",
            "tone": "info",
        },
        {
            "title": _("Photo added"),
            "at": NOON - timedelta(hours=20),
            "who": _("you"),
            "icon": "camera",
            "text": _("The crack runs from the upper left corner."),
        },
        {
            "title": _("Complaint received"),
            "at": NOON - timedelta(days=1),
            "who": _("you"),
            "icon": "flag",
            "tone": "bad",
        },
    ]


def ways() -> list[dict[str, str]]:
    """Return ways to be helped, one of them closed with its reason."""
    return [
        {"value": "visit", "label": _("Visit a shop"), "hint": _("Phone back today"), "icon": "store"},
        {
            "value": "mail",
            "label": _("Send it in"),
            "hint": _("Phone back in 4 to 6 days, freight free"),
            "icon": "truck",
        },
        {
            "value": "home",
            "label": _("Repair at home"),
            "off": _("Not offered in this city"),
            "icon": "house",
        },
    ]


def faults() -> list[dict[str, str]]:
    """Return faults to choose from, as small pictures."""
    return [
        {"value": "screen", "label": _("Screen"), "icon": "smartphone"},
        {"value": "battery", "label": _("Battery"), "icon": "battery-low"},
        {"value": "camera", "label": _("Camera"), "icon": "camera"},
        {"value": "other", "label": _("Something else"), "icon": "circle-question-mark"},
    ]


def rows() -> list[list[Any]]:
    """Return cells of a work list, one name long on purpose."""
    return [
        ["RO-4F7K-2", "Redmi Note 13 Pro", _("Waiting for a part"), 155000],
        ["RO-9C2M-7", "Xiaomi 14 Ultra 钛金属特别版 16GB+1TB 龙晶蓝", _("Ready"), 0],
        ["RO-1B8D-4", "Xiaomi Pad 6", _("Your decision needed"), 89900],
    ]


def drawn() -> dict[str, Any]:
    """Return one chart of each kind."""
    bar = charts.Bar
    outlets = [
        bar(_("Shanghai Wujiaochang"), 3.1, 2.8, 3.4, 512, "#"),
        bar(_("Chengdu Chunxi Road"), 4.6, 4.1, 5.2, 312, "#"),
        bar(_("Xi'an Xiaozhai"), 7.4, 6.9, 8.0, 311, "#", "bad"),
        bar(_("Harbin Central Street"), 5.0, 2.1, 7.9, 14, "#"),
    ]
    weeks = [
        bar(f"{number}", value, value * 0.88, value * 1.12, 90)
        for number, value in enumerate([41, 44, 39, 52, 61, 58, 49, 43], 30)
    ]
    parts = [_("same day"), _("2–3 days"), _("4–7 days"), _("longer")]
    return {
        "hbars": charts.hbars(
            _("Days until the phone is back"),
            outlets,
            digits=1,
            about=_("Median with 95% interval; grey: fewer than 30"),
        ),
        "bars": charts.bars(_("Complaints a week"), weeks, about=_("Calendar weeks 30 to 37")),
        "line": charts.line(_("Complaints a week, with interval"), weeks),
        "heat": charts.heat(
            _("When people come"),
            ["10", "12", "14", "16", "18"],
            [(_("Mon"), (3, 8, 6, 9, 14)), (_("Wed"), (2, 6, 5, 8, 11)), (_("Sat"), (14, 22, 25, 19, 12))],
        ),
        "shares": charts.shares(
            _("How long it took"),
            [
                charts.Share(_("Screen"), tuple(zip(parts, (0.61, 0.2, 0.14, 0.05), strict=True)), 812),
                charts.Share(_("Battery"), tuple(zip(parts, (0.78, 0.15, 0.05, 0.02), strict=True)), 433),
            ],
        ),
        "spark": charts.sparkline([4, 6, 5, 9, 7, 11, 8], label=_("Complaints a week")),
    }
