"""The facets of the voice pages: what was chosen, what can be chosen, and the addresses that keep it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.urls import reverse

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.doors.ui.formats import OUTLET_ZONE, chinese
from sanbao.engines.text import ASPECTS, SCENARIOS, Aspect
from sanbao.rooms.feedback import queries
from sanbao.rooms.feedback.rules import day_of
from sanbao.rooms.feedback.states import ORIGINS
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.registry import queries as registry

WEEKS: Final = ("4", "13", "26", "52")
_SCOPE: Final = ("since", "until", "outlet", "product", "origin")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader chose. ``weeks`` is a length up to now; days that are named go before it."""

    scope: queries.Scope
    today: date
    weeks: str = ""
    scenario: str = ""
    aspect: Aspect | None = None
    polarity: int = 0

    @property
    def whole_until(self) -> date:
        """The last day of the last whole week."""
        sunday = self.today - timedelta(days=self.today.weekday() + 1)
        return min(sunday, self.scope.until) if self.scope.until else sunday

    @property
    def ways(self) -> tuple[int, ...]:
        """Praise and blame, or the one that was chosen."""
        return (self.polarity,) if self.polarity else (1, -1)

    @property
    def said(self) -> dict[str, str]:
        """The facets as an address keeps them; a length up to now stays one."""
        named = {name: str(getattr(self.scope, name) or "") for name in _SCOPE}
        if self.weeks:
            named |= {"since": "", "until": "", "weeks": self.weeks}
        named |= {
            "scenario": self.scenario,
            "aspect": self.aspect.code if self.aspect else "",
            "polarity": str(self.polarity or ""),
        }
        return {name: value for name, value in named.items() if value}

    def to(self, page: str, **changes: str) -> str:
        """Return the address of a page with these facets, some of them changed or (empty) left out."""
        query = {name: value for name, value in {**self.said, **changes}.items() if value}
        return f"{reverse(page)}?{urlencode(query)}" if query else reverse(page)

    def table(self, name: str) -> str:
        """Return the address of one table of these facets."""
        query = f"?{urlencode(self.said)}" if self.said else ""
        return reverse("workbench:voice_table", kwargs={"name": name}) + query

    def days_of(self, week: date) -> tuple[str, str]:
        """Return the first and the last day of a week as far as they are in scope."""
        last = week + timedelta(days=6)
        since = max(week, self.scope.since) if self.scope.since else week
        return since.isoformat(), (min(last, self.scope.until) if self.scope.until else last).isoformat()

    def to_sentences(self, code: str, polarity: int) -> str:
        """Return the address of the sentences of one aspect, to which days can be added."""
        kinds = {"aspect": code, "polarity": str(polarity), "scenario": ""}
        return self.to("workbench:sentences", since="", until="", weeks="", **kinds)


def chosen(asked: Mapping[str, str], actor: Actor) -> Chosen:
    """Return what an address or a saved view says; nonsense counts as not chosen."""
    today = actor.at.astimezone(ZoneInfo(OUTLET_ZONE)).date()
    origin, scenario = asked.get("origin", ""), asked.get("scenario", "")
    scope = queries.Scope(
        since=day_of(asked.get("since", "")),
        until=day_of(asked.get("until", "")),
        outlet=_clean(asked.get("outlet", ""))[:12],
        origin=origin if origin in ORIGINS else "",
        product=_clean(asked.get("product", ""))[:24],
    )
    weeks = asked.get("weeks", "") if asked.get("weeks") in WEEKS else ""
    if weeks and not (scope.since or scope.until):
        monday = today - timedelta(days=today.weekday())
        scope = replace(scope, since=monday - timedelta(weeks=int(weeks)))
    else:
        weeks = ""
    return Chosen(
        scope,
        today,
        weeks,
        scenario if scenario in SCENARIOS else "",
        next((each for each in ASPECTS if each.code == asked.get("aspect")), None),
        {"1": 1, "-1": -1}.get(asked.get("polarity", ""), 0),
    )


def facts(request: HttpRequest, actor: Actor, choice: Chosen) -> dict[str, Any]:
    """Return what the form of facets needs; three queries."""
    own = actor.outlets("feedback.see")
    places = [p for p in outlets.places() if actor.everywhere("feedback.see") or p.code in own - {EVERYWHERE}]
    return {
        "choice": choice,
        "scope": choice.scope,
        "said": choice.said,
        "outlet_options": [(p.code, named(p.name_zh, p.name_en)) for p in places],
        "product_options": [(p.code, named(p.name_zh, p.name_en)) for p in registry.products(actor)],
        "origin_options": sorted(ORIGINS),
        "scenario_options": [(key, named(*words)) for key, words in SCENARIOS.items()],
        "aspect_options": [(a.code, named(a.zh, a.en)) for a in ASPECTS],
        "path": request.path,
    }


def named(zh: str, en: str) -> str:
    """Return the name in the reader's language."""
    return zh if chinese() else en


def outlet_names() -> dict[str, str]:
    """Return the name of every outlet."""
    return {place.code: named(place.name_zh, place.name_en) for place in outlets.places()}


def _clean(value: str) -> str:
    return value.replace("\x00", "").strip()
