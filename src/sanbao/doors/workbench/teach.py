"""People teach the reader: the labelling screen, what is disputed, what the model's versions are worth."""

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Missing, NotAllowed, Refusal
from sanbao.doors.ui.context import tell
from sanbao.doors.ui.formats import chinese
from sanbao.doors.ui.once import once
from sanbao.doors.workbench.asking import once_or_note, page, sentence, staff_only
from sanbao.engines.text import ASPECTS, DEMANDS, FLAGS, clauses
from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.adapters import guide
from sanbao.rooms.feedback.queries import agreement as agreeing
from sanbao.rooms.feedback.queries import teaching, versions
from sanbao.rooms.feedback.states import ORIGINS

KEYS: Final = "1234567890qwerty"
"""One key for each aspect, in the order of the guide."""
DEMAND_KEYS: Final = "zxcvbn"
FLAG_KEYS: Final = "ZXCVB"
_SKIPPED: Final = "teach_skipped"
_LAST: Final = "teach_last"
_MOST_SKIPPED: Final = 50
_LONGEST: Final = 40_000


@require_GET
@staff_only
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show how far the labelling is, how far readers agree, and what waits for a decision."""
    require(actor, "feedback.teach")
    judge = actor.may("feedback.judge", "*")
    facts = {
        "figures": teaching.teaching_figures(actor),
        "agreement": [row for row in agreeing.agreement(actor) if row.n],
        "recent": teaching.recent_labels(actor),
        "disputes": teaching.disputes(actor) if actor.may("feedback.judge") else (),
        "objections": teaching.objections(actor)[:10],
        "judge": judge,
        "origins": sorted(ORIGINS),
        "names": _names(),
    }
    return page(request, "workbench/teach.html", facts)


@require_http_methods(["GET", "POST"])
@staff_only
def read(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the next text that waits for this reader, and keep what they found in it."""
    if request.method == "POST":
        return _kept(request, actor)
    skipped = list(request.session.get(_SKIPPED, []))
    card = teaching.next_lesson(actor, skipped)
    if card is None and skipped:
        request.session[_SKIPPED] = []
        card = teaching.next_lesson(actor)
    facts = {**_screen(card), "last": request.session.get(_LAST, ""), "waiting": None}
    return page(request, "workbench/teach_read.html", facts)


def _kept(request: HttpRequest, actor: Actor) -> HttpResponse:
    voice = request.POST.get("voice", "")[:20]
    try:
        once(request, lambda: services.label(actor, voice, **_found(request)))
    except (Missing, NotAllowed):
        raise
    except Refusal as refusal:
        tell(request, sentence(refusal), "bad")
    else:
        request.session[_LAST] = voice
    return redirect("workbench:teach_read")


@require_POST
@staff_only
def skip(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Pass a text over for now; somebody else, or a later round, will read it."""
    require(actor, "feedback.teach")
    skipped = [*request.session.get(_SKIPPED, []), request.POST.get("voice", "")[:20]]
    request.session[_SKIPPED] = skipped[-_MOST_SKIPPED:]
    return redirect("workbench:teach_read")


@require_POST
@staff_only
def back(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take this reader's labels of one text back and show it again."""
    voice = request.POST.get("voice", "")[:20]
    once_or_note(request, lambda: str(services.take_back(actor, voice)), _("Taken back. Here it is again."))
    request.session[_LAST] = ""
    return redirect("workbench:teach_text", number=voice)


@require_http_methods(["GET", "POST"])
@staff_only
def text(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show one text of the list to be labelled."""
    if request.method == "POST":
        return _kept(request, actor)
    facts = {**_screen(teaching.lesson(actor, number)), "last": "", "waiting": None}
    return page(request, "workbench/teach_read.html", facts)


@require_http_methods(["GET", "POST"])
@staff_only
def dispute(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show what two readers found in one text, and keep what a third one decides."""
    if request.method == "POST":
        once_or_note(request, lambda: str(services.settle(actor, number, **_found(request))), _("Settled."))
        return redirect("workbench:teach")
    found = teaching.dispute(actor, number)
    facts = {**_screen(found.card), "last": "", "waiting": found}
    return page(request, "workbench/teach_read.html", facts)


@require_POST
@staff_only
def draw(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Put texts on the list."""
    wanted = {name: _number(request, name) for name in ("random", "active")}
    origin = request.POST.get("origin", "")[:10]
    once_or_note(
        request,
        lambda: str(services.draw_lessons(actor, origin=origin, **wanted).random),
        _("The texts are on the list."),
    )
    return redirect("workbench:teach")


@require_GET
@staff_only
def models(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the versions of the model with their figures on our own texts, and who has read how much."""
    require(actor, "feedback.teach")
    facts = {
        "versions": versions.versions(actor),
        "progress": versions.reading_progress(actor),
        "judge": actor.may("feedback.judge", "*"),
        "names": _names(),
    }
    return page(request, "workbench/models.html", facts)


@require_POST
@staff_only
def model_step(request: HttpRequest, actor: Actor, verb: str) -> HttpResponse:
    """Measure a version, let it read, or go back to the one before."""
    version = request.POST.get("version", "")[:24]
    acts = {
        "measure": lambda: str(services.measure_model(actor, version)["texts"]),
        "activate": lambda: services.activate_model(actor, version),
        "back": lambda: services.roll_back(actor),
    }
    if verb not in acts:
        raise Missing(number=verb[:20])
    told = _("Measured.") if verb == "measure" else _("It reads from now on; older readings are replaced.")
    once_or_note(request, acts[verb], told)
    return redirect("workbench:models")


def _screen(card: teaching.LessonCard | None) -> dict[str, Any]:
    language = "zh" if chinese() else "en"
    pages = {each.code: each for each in guide.pages(language)}
    rows = [(key, each.code, each.zh if chinese() else each.en, pages[each.code])
            for key, each in zip(KEYS, ASPECTS, strict=True)]  # fmt: skip
    return {
        "card": card,
        "clauses": _clauses(card.text) if card else (),
        "rows": rows,
        "manners": guide.manners(language),
        "demands": tuple(zip(DEMAND_KEYS, DEMANDS, strict=True)),
        "flags": tuple(zip(FLAG_KEYS, FLAGS, strict=True)),
        "names": _names(),
    }


def _clauses(text: str) -> list[tuple[int, int, str]]:
    """Cut the text into clauses and what stands between them: start, end and the clause's words, or none."""
    pieces: list[tuple[int, int, str]] = []
    at = 0
    for span in clauses(text):
        if span.start > at:
            pieces.append((at, span.start, ""))
        pieces.append((span.start, span.end, text[span.start : span.end]))
        at = span.end
    return [*pieces, (at, len(text), "")] if at < len(text) else pieces


def _found(request: HttpRequest) -> dict[str, Any]:
    """Return what the form says; what cannot be read becomes a mark that the service refuses."""
    return {
        "aspects": _marks(request.POST.get("marks", "[]")[:_LONGEST]) + _plain_marks(request),
        "demands": request.POST.getlist("demands")[: len(DEMANDS)],
        "flags": request.POST.getlist("flags")[: len(FLAGS)],
        "overall": {"1": 1, "-1": -1}.get(request.POST.get("overall", ""), 0),
        "unreadable": "unreadable" in request.POST,
    }


def _marks(sent: str) -> list[list[Any]]:
    try:
        found = json.loads(sent or "[]")
    except ValueError:
        return [[]]
    return found if isinstance(found, list) and all(isinstance(row, list) for row in found) else [[]]


def _plain_marks(request: HttpRequest) -> list[list[Any]]:
    """Return the marks of a page without scripts: one aspect for each clause."""
    signs = {"1": 1, "-1": -1, "0": 0}
    marks: list[list[Any]] = []
    for name in request.POST:
        start, _dash, end = name.removeprefix("clause-").partition("-")
        code = request.POST[name]
        if name.startswith("clause-") and code and start.isdecimal() and end.isdecimal():
            marks.append([code, signs.get(request.POST.get(f"sign-{start}", ""), -1), int(start), int(end)])
    return marks


def _names() -> dict[str, str]:
    return {each.code: each.zh if chinese() else each.en for each in ASPECTS}


def _number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "0")
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 0  # noqa: PLR2004 - digits


urls: list[URLPattern] = [
    path("teach/", overview, name="teach"),
    path("teach/read", read, name="teach_read"),
    path("teach/skip", skip, name="teach_skip"),
    path("teach/back", back, name="teach_back"),
    path("teach/draw", draw, name="teach_draw"),
    path("teach/models", models, name="models"),
    path("teach/models/<str:verb>", model_step, name="model_step"),
    path("teach/texts/<str:number>", text, name="teach_text"),
    path("teach/disputes/<str:number>", dispute, name="teach_dispute"),
]
"""Included by the workbench's addresses."""
