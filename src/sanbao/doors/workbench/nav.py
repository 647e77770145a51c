"""The rail: every page of the workbench with the grant that opens it, and the icon it is known by."""

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sanbao.base.actor import Actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the rail; any of ``grants`` opens it, together with ``also`` where it is named."""

    name: str
    label: str | Promise
    icon: str
    grants: tuple[str, ...]
    also: str = ""


SECTIONS: Final[tuple[tuple[str | Promise, tuple[Entry, ...]], ...]] = (
    (
        "",
        (
            Entry("workbench:counter", _("Counter"), "scan-line", ("outlets.serve",)),
            Entry(
                "workbench:mine", _("My work"), "user-round-check", ("repairs.diagnose", "complaints.handle")
            ),
            Entry("workbench:bench", _("Bench"), "wrench", ("repairs.see",)),
            Entry("workbench:orders", _("Orders"), "clipboard-list", ("repairs.see",)),
            Entry("workbench:mail", _("Parcels"), "package", ("repairs.accept",)),
            Entry("workbench:parts", _("Parts"), "boxes", ("parts.see",)),
        ),
    ),
    (
        _("People"),
        (
            Entry("workbench:inbox", _("Messages"), "inbox", ("conversations.see",)),
            Entry("workbench:worth", _("Plan advice"), "shield-check", ("registry.search",)),
            Entry("workbench:calls", _("Calls"), "phone", ("conversations.call",)),
            Entry("workbench:cases", _("Complaints"), "flag", ("complaints.see",)),
            Entry("workbench:rights", _("Rights and reviews"), "scale", ("repairs.remedy", "repairs.review")),
        ),
    ),
    (
        _("Insight"),
        (
            Entry("workbench:figures", _("Promises"), "gauge", ("feedback.report",), "repairs.see"),
            Entry("workbench:voice", _("What customers say"), "message-square-quote", ("feedback.see",)),
            Entry("workbench:teach", _("Teach the reader"), "pen-line", ("feedback.teach",)),
            Entry("workbench:report", _("Report"), "newspaper", ("feedback.report",)),
            Entry("workbench:actions", _("Actions"), "list-checks", ("feedback.see",)),
        ),
    ),
    (
        _("House"),
        (
            Entry("workbench:staff", _("Staff"), "users", ("registry.staff",)),
            Entry("workbench:outlets", _("Outlets"), "store", ("outlets.edit",)),
            Entry(
                "workbench:catalogue", _("Catalogue"), "smartphone", ("registry.catalogue", "parts.catalogue")
            ),
            Entry("workbench:policy", _("Rule packs"), "scale", ("registry.publish_policy",)),
            Entry("workbench:imports", _("Imports"), "file-up", ("feedback.import",)),
            Entry("workbench:tokens", _("API keys"), "key-round", ("registry.setup",)),
            Entry("workbench:deliveries", _("Dead deliveries"), "mail-x", ("ledger.deliveries",)),
        ),
    ),
)


def open_entries(actor: Actor) -> list[Entry]:
    """Return the pages this actor may open, in the order of the rail."""
    return [entry for _title, entries in SECTIONS for entry in entries if opens(actor, entry)]


def opens(actor: Actor, entry: Entry) -> bool:
    """Tell whether the entry's grants are held anywhere."""
    return any(actor.may(grant) for grant in entry.grants) and (not entry.also or actor.may(entry.also))


def sections(actor: Actor, path: str) -> list[dict[str, Any]]:
    """Return the rail for this actor with the present page marked; the longest address that fits wins."""
    shown = [(title, [each for each in entries if opens(actor, each)]) for title, entries in SECTIONS]
    places = {each.name: reverse(each.name) for _title, entries in shown for each in entries}
    fitting = [name for name, href in places.items() if path.startswith(href)]
    current = max(fitting, key=lambda name: len(places[name]), default="")
    return [
        {"title": title, "items": [_item(each, places[each.name], current) for each in entries]}
        for title, entries in shown
        if entries
    ]


def _item(entry: Entry, href: str, current: str) -> dict[str, Any]:
    return {"label": entry.label, "href": href, "icon": entry.icon, "current": entry.name == current}
