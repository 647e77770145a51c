"""The sentences behind a number, the texts they stand in, and one text whole."""

from django.http import HttpRequest, HttpResponse

from sanbao.base.actor import Actor, require
from sanbao.doors.workbench import voice_facets
from sanbao.doors.workbench.asking import page, staff_only
from sanbao.doors.workbench.voice_facets import chosen, named, outlet_names
from sanbao.engines.text import ASPECTS, SCENARIOS
from sanbao.rooms.feedback import queries
from sanbao.rooms.feedback.queries import stream


@staff_only
def sentences(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the sentences behind one number, newest first."""
    require(actor, "feedback.see")
    choice = chosen(request.GET, actor)
    found = queries.sentences(
        actor,
        choice.scope,
        aspect=choice.aspect.code if choice.aspect else "",
        scenario="" if choice.aspect else choice.scenario,
        polarity=choice.polarity,
        after=request.GET.get("after", ""),
    )
    context = {
        **voice_facets.facts(request, actor, choice),
        "aspect": choice.aspect,
        "scenario": SCENARIOS.get(choice.scenario),
        "polarity": choice.polarity,
        "found": found,
        "quality": queries.quality_of(choice.aspect.code) if choice.aspect else None,
        "names": outlet_names(),
    }
    return page(request, "workbench/voice_sentences.html", context)


@staff_only
def texts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show texts, all of a facet or those that hold some words."""
    require(actor, "feedback.see")
    choice, after = chosen(request.GET, actor), request.GET.get("after", "")
    sought = request.GET.get("words", "").strip()[:100]
    found = (
        queries.search_text(actor, sought, after) if sought else queries.voices(actor, choice.scope, after)
    )
    shown = {"sought": sought, "found": found, "names": outlet_names()}
    return page(request, "workbench/voice_texts.html", voice_facets.facts(request, actor, choice) | shown)


@staff_only
def text(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Show one text whole with everything that was read in it."""
    require(actor, "feedback.see")
    found = queries.voice(actor, number)
    names = {each.code: named(each.zh, each.en) for each in ASPECTS}
    tied = stream.links(actor, number)
    shown = {"found": found, "aspects": names, "names": outlet_names(), "links": tied}
    return page(request, "workbench/voice_text.html", shown)
