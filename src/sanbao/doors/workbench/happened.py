"""Facts of the ledger as lines of a timeline, in the words of the counter."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanbao.doors.ui import formats
from sanbao.doors.workbench import words
from sanbao.rooms.ledger.queries import Fact
from sanbao.rooms.registry import queries as registry

Line = dict[str, Any]
TITLES: Final[Mapping[str, tuple[str | Promise, str, str]]] = {
    "repair.booked": (gettext_lazy("Visit booked"), "calendar-check", "info"),
    "repair.walked_in": (gettext_lazy("Came in without an appointment"), "footprints", "info"),
    "repair.mailed": (gettext_lazy("Parcel announced"), "package", "info"),
    "repair.waybill_told": (gettext_lazy("Waybill told"), "truck", ""),
    "repair.visit_moved": (gettext_lazy("Visit moved"), "calendar-clock", ""),
    "repair.cancelled": (gettext_lazy("Cancelled"), "x", "bad"),
    "repair.missed": (gettext_lazy("Nobody came"), "user-x", "bad"),
    "repair.accepted": (gettext_lazy("Taken in"), "package-check", "info"),
    "repair.assigned": (gettext_lazy("Given to an engineer"), "user-round-cog", ""),
    "repair.diagnosed": (gettext_lazy("Diagnosed: free of charge"), "stethoscope", "good"),
    "repair.quoted": (gettext_lazy("Price put before the owner"), "receipt", "warn"),
    "repair.approved": (gettext_lazy("Price agreed"), "thumbs-up", "good"),
    "repair.declined": (gettext_lazy("Price declined"), "thumbs-down", "warn"),
    "repair.waiting_part": (gettext_lazy("Waiting for a part"), "hourglass", "warn"),
    "repair.resumed": (gettext_lazy("Work goes on"), "play", "info"),
    "repair.delayed": (gettext_lazy("Date moved"), "clock-alert", "warn"),
    "repair.ready": (gettext_lazy("Finished"), "circle-check", "good"),
    "repair.shipped": (gettext_lazy("Sent back"), "truck", "info"),
    "repair.returned": (gettext_lazy("Handed over"), "hand", "good"),
    "repair.reopened": (gettext_lazy("Begins again after a review"), "undo-2", "good"),
    "remedy.raised": (gettext_lazy("A right was raised"), "scale", "law"),
    "remedy.overdue": (gettext_lazy("The answer to a right is overdue"), "alarm-clock-off", "bad"),
    "remedy.chosen": (gettext_lazy("The owner chose a remedy"), "hand", "info"),
    "remedy.granted": (gettext_lazy("The right was granted"), "check", "good"),
    "remedy.allowed": (gettext_lazy("The right was granted on review"), "check", "good"),
    "remedy.refused": (gettext_lazy("The right was refused"), "x", "bad"),
    "remedy.withdrawn": (gettext_lazy("The right was taken back"), "undo-2", "warn"),
    "remedy.fulfilled": (gettext_lazy("The owner has what was due"), "circle-check", "good"),
    "part.reserved": (gettext_lazy("Part kept"), "bookmark", ""),
    "part.released": (gettext_lazy("Part given back"), "undo-2", ""),
    "part.used": (gettext_lazy("Part used"), "package-minus", ""),
    "file.added": (gettext_lazy("File added"), "paperclip", ""),
    "notice.sent": (gettext_lazy("Owner told"), "send", ""),
    "notice.failed": (gettext_lazy("Notice did not arrive"), "mail-x", "bad"),
    "notice.dropped": (gettext_lazy("Notice dropped"), "mail-minus", ""),
    "survey.sent": (gettext_lazy("Survey sent"), "star", ""),
    "complaint.filed": (gettext_lazy("Complaint filed"), "flag", "bad"),
    "complaint.taken": (gettext_lazy("Taken by a handler"), "user-round-check", "info"),
    "complaint.first_answered": (gettext_lazy("First answer given"), "message-circle", "info"),
    "complaint.answered": (gettext_lazy("Demand answered"), "scale", "law"),
    "complaint.accepted": (gettext_lazy("Owner agrees"), "handshake", "good"),
    "complaint.disputed": (gettext_lazy("Owner disagrees"), "message-square-warning", "bad"),
    "complaint.withdrawn": (gettext_lazy("Withdrawn by the owner"), "undo-2", ""),
    "complaint.closed": (gettext_lazy("Closed by us"), "lock", ""),
    "complaint.evidence_added": (gettext_lazy("Evidence added"), "paperclip", ""),
    "complaint.paused": (gettext_lazy("Clocks stopped"), "circle-pause", "warn"),
    "complaint.resumed": (gettext_lazy("Clocks run again"), "circle-play", "info"),
    "complaint.authority_received": (gettext_lazy("With an authority"), "landmark", "law"),
    "complaint.authority_accepted": (gettext_lazy("The authority mediates"), "landmark", "law"),
    "complaint.authority_rejected": (gettext_lazy("Not taken by the authority"), "landmark", ""),
    "complaint.mediated": (gettext_lazy("Settled by mediation"), "handshake", "good"),
    "complaint.mediation_failed": (gettext_lazy("Mediation without result"), "landmark", "warn"),
    "complaint.due_soon": (gettext_lazy("A clock runs out soon"), "clock-alert", "law"),
    "complaint.overdue": (gettext_lazy("A clock has run out"), "alarm-clock-off", "bad"),
    "customer.registered": (gettext_lazy("Taken down"), "user-round-plus", ""),
    "customer.changed": (gettext_lazy("Details changed"), "user-round-pen", ""),
    "customer.viewed": (gettext_lazy("Phone number shown"), "eye", "warn"),
    "device.added": (gettext_lazy("Device taken down"), "smartphone", ""),
    "device.second_imei_added": (gettext_lazy("Second IMEI put down"), "smartphone", ""),
    "device.claimed": (gettext_lazy("Device got its owner"), "user-round", ""),
    "purchase.added": (gettext_lazy("Purchase put down"), "receipt", ""),
}
"""What is not named here is the house's own bookkeeping and is left out of timelines."""


def lines(facts: Iterable[Fact], *, but: str = "") -> list[Line]:
    """Return the facts that people read, newest first, with who did them; ``but`` leaves a kind out."""
    shown = [fact for fact in facts if fact.event in TITLES and not (but and fact.event.startswith(but))]
    names = registry.names_of(fact.actor for fact in shown)
    return [_line(fact, names) for fact in reversed(shown)]


def _line(fact: Fact, names: Mapping[str, str]) -> Line:
    title, icon, tone = TITLES[fact.event]
    return {
        "title": title,
        "icon": icon,
        "tone": tone,
        "at": fact.at,
        "who": _("the system") if _by_the_house(fact) else who(fact.actor, names),
        "text": _detail(fact),
        "lane": lane(fact),
    }


def who(ref: str, names: Mapping[str, str]) -> str:
    """Return who a ledger ref stands for, in words."""
    if ref.startswith("owner:"):
        return _("the owner")
    if ref.startswith("system:"):
        return _("the system")
    return names.get(ref, _("staff"))


def lane(fact: Fact) -> str:
    """Return in whose lane of a complaint a fact stands: owner, outlet or handler."""
    if fact.actor.startswith("owner:") and not _by_the_house(fact):
        return "owner"
    return "outlet" if fact.subject.startswith("RO") else "handler"


def _by_the_house(fact: Fact) -> bool:
    """Tell whether the house did this because of what somebody else did, in whose name it stands."""
    return fact.event.startswith(("part.", "notice.", "survey.", "repair.delayed"))


def _detail(fact: Fact) -> str:
    facts = fact.facts
    told = {
        "repair.delayed": lambda: words.delay(str(facts.get("reason", ""))),
        "repair.diagnosed": lambda: words.finding(str(facts.get("finding", ""))),
        "repair.quoted": lambda: formats.money(int(facts.get("cents", 0))),
        "repair.shipped": lambda: str(facts.get("carrier", "")),
        "complaint.answered": lambda: words.decision(str(facts.get("decision", ""))),
        "complaint.filed": lambda: words.demand(str(facts.get("demand", ""))),
        "complaint.due_soon": lambda: words.clock(str(facts.get("clock", ""))),
        "complaint.overdue": lambda: words.clock(str(facts.get("clock", ""))),
        "complaint.paused": lambda: words.pause(str(facts.get("reason", ""))),
        "complaint.resumed": lambda: words.pause(str(facts.get("reason", ""))),
        "customer.viewed": lambda: str(facts.get("why", "")),
        "notice.sent": lambda: _title(facts.get("template")),
        "notice.failed": lambda: _title(facts.get("template")),
    }
    spoken = told.get(fact.event)
    return spoken() if spoken else str(facts.get("item") or "")


def _title(event: object) -> str:
    """Return what a notice told about; '' for what has no line of its own."""
    return str(TITLES[str(event)][0]) if event in TITLES else ""
