"""Rule packs at the desk: what counts, what is proposed, and what it would change before it goes live."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor
from sanbao.base.errors import Invalid, Missing, NotAllowed
from sanbao.doors.ui import formats
from sanbao.doors.ui.context import tell
from sanbao.doors.workbench import words
from sanbao.doors.workbench.asking import once_or_note, page, sent, staff_only
from sanbao.doors.workbench.fields import Day
from sanbao.engines.policy import PackError
from sanbao.engines.policy.check import PackFault
from sanbao.engines.policy.diff import CHANGED, RuleChange, changed_rules
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as publishing
from sanbao.rooms.registry.errors import PackRefused
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs import services as comparing
from sanbao.rooms.repairs.adapters.comparison import rows_in
from sanbao.rooms.repairs.adapters.packs import packs_for
from sanbao.rooms.repairs.adapters.tables import NotATable

GRANT: Final = "registry.publish_policy"
_LARGEST: Final = 1_000_000
_TEXTS: Final = frozenset({"zh", "en", "law_zh", "law_en"})
_KINDS: Final = {
    "order": gettext_lazy("Orders"),
    "case": gettext_lazy("Complaints"),
    "worked": gettext_lazy("Saved cases"),
}


class ProposeForm(forms.Form):
    """A pack as a file, or one that lies here already, and the day from which it shall count."""

    file = forms.FileField(
        label=gettext_lazy("Pack file"), required=False, help_text=gettext_lazy("One TOML file, up to 1 MB.")
    )
    kept = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    valid_from = Day(label=gettext_lazy("Counts from"))
    note = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)

    def text(self, actor: Actor) -> tuple[str, str]:
        """Return the text that is meant and where it came from."""
        if digest := self.cleaned_data["kept"]:
            return _kept(actor, digest)
        upload = self.cleaned_data["file"]
        if upload is None or upload.size > _LARGEST:
            raise Invalid("Choose a file of up to 1 MB.", field="file")
        try:
            return upload.read().decode("utf-8-sig"), "upload"
        except UnicodeDecodeError as strange:
            raise Invalid("The file is not written in UTF-8.", field="file") from strange


class CasesForm(forms.Form):
    """A table of cases to try packs on."""

    cases = forms.FileField(
        label=gettext_lazy("Table of cases"),
        help_text=gettext_lazy("CSV with the columns of sanbao rights, each case named in the column id."),
    )


def _kept(actor: Actor, digest: str) -> tuple[str, str]:
    waiting = {each.hash: each for each in registry.waiting_packs(actor)}
    if digest in waiting:
        return waiting[digest].text, waiting[digest].origin
    return registry.pack_text(actor, digest), "upload"


@require_http_methods(["GET", "POST"])
@staff_only
def packs(request: HttpRequest, actor: Actor) -> HttpResponse:
    """List what counts, what is proposed and what waits; take a new proposal."""
    _see(actor)
    today = timezone.localdate(actor.at)
    first = {"valid_from": (today + timedelta(days=1)).isoformat()}
    form = ProposeForm(request.POST or None, request.FILES or None, initial=first)
    faults: list[PackFault] = []
    number = sent(request, form, lambda: _propose(actor, form, faults), alike={"kept": "file"})
    if number:
        tell(request, _("Proposed. Now compare it with the open cases."))
        return redirect("workbench:publication", number=number)
    return page(
        request, "workbench/policy.html", _lists(actor, today) | {"form": form, "faults": _told(faults)}
    )


def _see(actor: Actor) -> None:
    if not (actor.everywhere(GRANT) or actor.everywhere("ledger.read")):
        raise NotAllowed(grant=GRANT)


def _lists(actor: Actor, today: date) -> dict[str, Any]:
    cards = registry.publications(actor)
    live = registry.hashes_on(today) or {}
    return {
        "live": [each for each in cards if each.state == "published" and live.get(each.pack) == each.hash],
        "proposed": [each for each in cards if each.state == "proposed"],
        "coming": [each for each in cards if each.state == "published" and each.valid_from > today],
        "past": [each for each in cards if _is_past(each, live, today)],
        "waiting": [(each, _told(each.faults)) for each in _waiting(actor)],
        "cases": len(registry.worked_cases(actor)),
        "cases_form": CasesForm(),
        "titled": _titled,
        "may_publish": actor.everywhere(GRANT),
    }


def _is_past(card: registry.PublicationCard, live: dict[str, str], today: date) -> bool:
    if card.state == "withdrawn":
        return True
    return card.state == "published" and card.valid_from <= today and live.get(card.pack) != card.hash


def _waiting(actor: Actor) -> tuple[registry.WaitingPack, ...]:
    return registry.waiting_packs(actor) if actor.everywhere(GRANT) else ()


def _propose(actor: Actor, form: ProposeForm, faults: list[PackFault]) -> str:
    text, origin = form.text(actor)
    told = form.cleaned_data
    try:
        return publishing.propose_pack(
            actor, text=text, valid_from=told["valid_from"], note=told["note"], origin=origin
        )
    except PackRefused as refused:
        faults.extend(refused.faults)
        raise


def _told(faults: Any) -> list[tuple[int, str, str]]:
    return [(each.line, each.where, _(each.text) % each.facts) for each in faults]


def _titled(card: registry.PublicationCard) -> str:
    return card.title_zh if formats.chinese() else card.title_en


@require_GET
@staff_only
def publication(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show what a pack changes: its rules, the open cases, who has seen them."""
    _see(actor)
    card = registry.publication(actor, number)
    seen = registry.comparisons(actor, number)
    shown = next((each for each in seen if each.seen_by_id == actor.id), seen[-1] if seen else None)
    kind = request.GET.get("kind", "") if request.GET.get("kind") in _KINDS else ""
    facts = {
        "card": card,
        "title": _titled(card),
        "rules": _rules(actor, card),
        "seen": seen,
        "shown": shown,
        "kinds": _KINDS,
        "kind": kind,
        "rows": registry.differences(actor, shown.key, kind=kind, after=_after(request)) if shown else None,
        "outcome": _outcome,
        "mine": card.proposer_id == actor.id,
        "own_seen": any(each.seen_by_id == actor.id for each in seen),
        "may_publish": actor.everywhere(GRANT),
        "today": timezone.localdate(actor.at),
        "live": registry.is_in_force(card, timezone.localdate(actor.at)),
    }
    return page(request, "workbench/publication.html", facts)


def _after(request: HttpRequest) -> int:
    typed = request.GET.get("after", "")[:18]
    return int(typed) if typed.isascii() and typed.isdecimal() else 0


def _rules(actor: Actor, card: registry.PublicationCard) -> list[dict[str, Any]]:
    before, after = registry.before_and_after(actor, card.number)
    try:
        old = packs_for(card.jurisdiction, packs=before)
        new = packs_for(card.jurisdiction, packs=after)
    except PackError:
        return []
    return [_line(change) for change in changed_rules(old, new)]


def _line(change: RuleChange) -> dict[str, Any]:
    rule = change.new or change.old
    said = [
        (name, _plain(getattr(change.old, name)), _plain(getattr(change.new, name)))
        for name in change.what
        if change.kind == CHANGED and change.old and change.new
    ]
    text = "" if rule is None else rule.zh if formats.chinese() else rule.en
    fields = [each for each in said if each[0] not in _TEXTS - {"zh" if formats.chinese() else "en"}]
    return {"rule": change.rule, "kind": change.kind, "text": text, "fields": fields}


def _plain(value: object) -> str:
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(str(each) for each in value)) or "–"
    return str(value) if value not in ("", None) else "–"


def _outcome(shown: Any) -> str:
    """What a case comes to, in a few words."""
    if shown.get("outcome") != "decided":
        return _("A person decides")
    remedies = [str(words.REMEDIES[name]) for name in shown["remedies"] if name in words.REMEDIES]
    said = ("、" if formats.chinese() else ", ").join(remedies) or str(words.REMEDIES[""])
    if shown.get("refund_share") not in (None, "1.00", "1"):
        said += f" · {float(shown['refund_share']):.0%}"
    if shown.get("loaner_due"):
        said += f" · {_('device on loan')}"
    if shown.get("last_day") and remedies:
        said += f" · {_('until %(day)s') % {'day': formats.day(date.fromisoformat(shown['last_day']))}}"
    return said


@require_POST
@staff_only
def step(request: HttpRequest, actor: Actor, number: str, verb: str) -> HttpResponse:
    """Compare, publish or take back."""
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "compare": (
            lambda: comparing.compare_packs(actor, number, _matters(actor)),
            _("Compared. This is what would change."),
        ),
        "publish": (
            lambda: publishing.publish(actor, number, valid_from=_day(request)),
            _("Published. It counts from its first day."),
        ),
        "withdraw": (lambda: publishing.withdraw(actor, number), _("Taken back.")),
    }
    if verb not in steps:
        raise Missing(verb=verb[:20])
    registry.publication(actor, number)
    act, told = steps[verb]
    once_or_note(request, lambda: str(act()), told)
    return redirect("workbench:publication", number=number)


def _day(request: HttpRequest) -> date | None:
    typed = request.POST.get("valid_from", "")
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as wrong:
        raise Invalid("This date is not possible.", field="valid_from") from wrong


def _matters(actor: Actor) -> Iterator[list[repairs.Matter]]:
    """The open complaints of the whole house, a page at a time: whoever publishes answers for all of them."""
    house = Actor("system:policy", "system", actor.at)
    after = 0
    while rows := complaints.matters(house, after):
        after = rows[-1][0]
        yield [
            repairs.Matter(number, order or "", device or "", at) for _key, number, order, device, at in rows
        ]


@require_POST
@staff_only
def keep_cases(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep a table of cases to try packs on, in place of the one before."""
    form = CasesForm(request.POST, request.FILES)
    if form.is_valid():
        once_or_note(request, lambda: str(_keep(actor, form)), _("Kept. Every comparison tries them."))
    else:
        tell(request, _("Choose a table of cases."), "bad")
    return redirect("workbench:policy")


def _keep(actor: Actor, form: CasesForm) -> int:
    upload = form.cleaned_data["cases"]
    try:
        rows = rows_in(upload.read(_LARGEST), upload.name)
    except NotATable as strange:
        raise Invalid("This is no table of cases: %(why)s", field="cases", why=str(strange)) from strange
    named = [(row.get("id") or f"{place}", row) for place, row in enumerate(rows, start=1)]
    return publishing.keep_worked_cases(actor, named)


@require_GET
@staff_only
def text(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Hand out the text of a pack as it was proposed."""
    _see(actor)
    card = registry.publication(actor, number)
    answer = HttpResponse(registry.pack_text(actor, card.hash), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{card.pack}-{card.hash[:8]}.toml"'
    del request
    return answer


urls = [
    path("policy", packs, name="policy"),
    path("policy/cases", keep_cases, name="policy_cases"),
    path("policy/<str:number>", publication, name="publication"),
    path("policy/<str:number>/text", text, name="publication_text"),
    path("policy/<str:number>/<str:verb>", step, name="publication_step"),
]
