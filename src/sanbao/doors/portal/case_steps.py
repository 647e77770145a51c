"""The journey of a complaint as its owner reads it: who did what, what is next, by whom and by when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sanbao.doors.portal import words
from sanbao.doors.ui import formats
from sanbao.doors.ui.dues import Due
from sanbao.rooms.complaints.rules.cards import CasePage
from sanbao.rooms.ledger.queries import Fact

Step = dict[str, Any]
DONE: Final = {
    "complaint.filed": gettext_lazy("You told us what went wrong"),
    "complaint.taken": gettext_lazy("A person took your case"),
    "complaint.first_answered": gettext_lazy("A person wrote to you about it"),
    "complaint.paused": gettext_lazy("The clock was stopped"),
    "complaint.resumed": gettext_lazy("The clock ran again"),
    "complaint.overdue": gettext_lazy("We were late"),
    "complaint.answered": gettext_lazy("We answered your demand"),
    "complaint.disputed": gettext_lazy("You did not agree"),
    "complaint.accepted": gettext_lazy("You accepted the answer"),
    "complaint.withdrawn": gettext_lazy("You withdrew the complaint"),
    "complaint.closed": gettext_lazy("We closed the case"),
    "complaint.evidence_added": gettext_lazy("Evidence was added"),
    "complaint.authority_received": gettext_lazy("An authority has your complaint"),
    "complaint.authority_accepted": gettext_lazy("The authority began to mediate"),
    "complaint.authority_rejected": gettext_lazy("The authority did not take it"),
    "complaint.mediated": gettext_lazy("Settled before the authority"),
    "complaint.mediation_failed": gettext_lazy("The mediation ended without an agreement"),
}
"""Facts of the ledger that are steps for an owner; the others are the house's own."""
NOW: Final = {
    "filed": gettext_lazy("A person takes your case"),
    "working": gettext_lazy("We look into it and decide"),
    "disputed": gettext_lazy("We look at it again"),
    "answered": gettext_lazy("Your word on our answer"),
}
WHO: Final = {
    "filed": gettext_lazy("our complaint desk"),
    "disputed": gettext_lazy("our complaint desk"),
    "answered": gettext_lazy("you"),
}
AHEAD: Final = {
    "filed": ("decision", "word"),
    "working": ("word",),
    "disputed": ("decision", "word"),
    "answered": (),
}
LATER: Final = {
    "decision": gettext_lazy("We decide, with reasons and a day"),
    "word": gettext_lazy("You accept it, or say what is wrong"),
}


def line(found: CasePage, facts: Sequence[Fact], owed: Due | None) -> list[Step]:
    """Return what happened, what is next and who does it, and what comes after."""
    done = [_done(fact) for fact in facts if fact.event in DONE and not _theirs(fact)]
    state = found.row.state
    if state not in NOW:
        return done
    return [*done, _current(found, owed), *({"name": LATER[each], "state": "next"} for each in AHEAD[state])]


def _theirs(fact: Fact) -> bool:
    return fact.event == "complaint.overdue" and "because" not in fact.facts


def _done(fact: Fact) -> Step:
    by_owner = fact.actor.startswith("owner:")
    who = "" if fact.actor.startswith("system:") else _("you") if by_owner else _("our complaint desk")
    return {"name": DONE[fact.event], "state": "done", "at": fact.at, "who": who, "text": _detail(fact)}


def _detail(fact: Fact) -> str:
    told = fact.facts
    if fact.event == "complaint.overdue":
        return _late(fact)
    if fact.event in {"complaint.paused", "complaint.resumed"}:
        return str(words.PAUSES.get(str(told.get("reason")), ""))
    if fact.event == "complaint.answered":
        return str(words.DECISIONS.get(str(told.get("decision")), ""))
    return ""


def _late(fact: Fact) -> str:
    told = fact.facts
    why = {
        "untaken": _("nobody had taken the case"),
        "checking": _("the facts were still being checked"),
    }.get(str(told.get("because")), "")
    clock = words.CLOCKS.get(str(told.get("clock")), "")
    new = told.get("new_due_at")
    said = _("Missed: %(clock)s. The reason: %(why)s.") % {"clock": clock, "why": why}
    if not new:
        return said
    when = formats.moment(datetime.fromisoformat(str(new)), zone=str(told.get("zone")), short=True)
    return f"{said} " + _("The new date: %(when)s.") % {"when": when}


def _current(found: CasePage, owed: Due | None) -> Step:
    row = found.row
    paused = bool(row.paused_for)
    ours = owed if row.next_clock else None
    return {
        "name": words.PAUSES[row.paused_for] if paused else NOW[row.state],
        "state": "current",
        "who": row.handler_name if row.state == "working" else WHO.get(row.state, ""),
        "by": formats.moment(ours.due_at, zone=ours.zone, short=True) if ours else "",
        "by_href": reverse("portal:deadline", args=[row.number, ours.clock]) if ours else "",
        "stuck": row.overdue,
    }
