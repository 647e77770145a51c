"""Counting what was read: shares of texts with their intervals and n, never more than the reader saw."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Max, Min, Q, Value, When
from django.db.models.functions import TruncMonth

from sanbao.base.actor import Actor
from sanbao.engines.text import ASPECTS, SCENARIOS, SERVICE_CODES, Aspect
from sanbao.rooms.feedback.adapters.reader import model_card
from sanbao.rooms.feedback.queries.scope import Scope, codes_of
from sanbao.rooms.feedback.rules import SMALLEST_GROUP, Share, balance, share

MAIN_SCENARIOS = ("time", "manner", "complaint")
"""The three scenarios of the report; policy and product are their context."""


LEAST_F1 = 0.5
"""Below this the reader errs about as often as it is right."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the reader finds an aspect, measured on ``n`` labelled texts; None where nobody measured."""

    precision: float
    recall: float
    f1: float
    n: int


@dataclass(frozen=True, slots=True)
class AspectFigure:
    """Shares of texts that praise or blame one thing."""

    code: str
    zh: str
    en: str
    scenario: str
    service: bool
    praise: Share
    blame: Share
    quality: Quality | None

    @property
    def spoken(self) -> int:
        return self.praise.count + self.blame.count

    @property
    def sound(self) -> bool:
        """Whether the reader is right often enough here for a figure to be more than a pointer."""
        return self.quality is not None and self.quality.f1 >= LEAST_F1


@dataclass(frozen=True, slots=True)
class ScenarioFigure:
    """Shares of texts that praise or blame anything within a scenario, and which way they lean."""

    key: str
    zh: str
    en: str
    praise: Share
    blame: Share
    balance: str
    aspects: tuple[AspectFigure, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a scope. ``texts`` were stored, ``read`` of them were read: shares are of those."""

    texts: int
    read: int
    dated: int
    first_on: date | None
    last_on: date | None
    origins: tuple[tuple[str, int], ...]
    scenarios: tuple[ScenarioFigure, ...]
    praise: Share
    blame: Share
    balance: str
    demands: tuple[tuple[str, Share], ...]
    flags: tuple[tuple[str, Share], ...]

    def scenario(self, key: str) -> ScenarioFigure:
        """Return the figure of one scenario."""
        return next(each for each in self.scenarios if each.key == key)

    @property
    def aspects(self) -> tuple[AspectFigure, ...]:
        return tuple(aspect for scenario in self.scenarios for aspect in scenario.aspects)


@dataclass(frozen=True, slots=True)
class OutletFigure:
    """How one outlet's service is spoken of; outlets with fewer than five read texts are not shown at all."""

    outlet: str
    praise: Share
    blame: Share


@dataclass(frozen=True, slots=True)
class OutletFigures:
    """The outlets that may be shown, most blame first, and how many are left out for being too few."""

    rows: tuple[OutletFigure, ...]
    suppressed: int


@dataclass(frozen=True, slots=True)
class MonthFigure:
    """One month: texts read, and the shares of them that praise or blame the service in each scenario."""

    month: date
    n: int
    praise: tuple[tuple[str, Share], ...]
    blame: tuple[tuple[str, Share], ...]


def figures(actor: Actor, scope: Scope | None = None) -> Figures:
    """Return all figures of a scope; four queries."""
    scope = scope or Scope()
    texts = _texts(actor, scope)
    read = sum(row["read"] for row in texts)
    by_aspect = _counts(scope.mentions(actor).values("aspect", "polarity"), "aspect")
    by_scenario = _counts(
        scope.mentions(actor).annotate(scenario=_scenario_case()).values("scenario", "polarity"), "scenario"
    )
    demands, flags = _lists(scope.texts(actor).exclude(reader=""))
    praise, blame = (sum(row[name] for row in texts) for name in ("praise", "blame"))
    return Figures(
        texts=sum(row["n"] for row in texts),
        read=read,
        dated=sum(row["dated"] for row in texts),
        first_on=min((row["first"] for row in texts if row["first"]), default=None),
        last_on=max((row["last"] for row in texts if row["last"]), default=None),
        origins=tuple((row["origin"], row["n"]) for row in texts),
        scenarios=tuple(_scenario(key, by_scenario, by_aspect, read) for key in SCENARIOS),
        praise=share(praise, read),
        blame=share(blame, read),
        balance=balance(praise, blame),
        demands=_shares(demands, read),
        flags=_shares(flags, read),
    )


def _texts(actor: Actor, scope: Scope) -> list[dict[str, Any]]:
    rows = (
        scope.texts(actor)
        .values("origin")
        .annotate(
            n=Count("id"),
            read=Count("id", filter=~Q(reader="")),
            dated=Count("said_on"),
            first=Min("said_on"),
            last=Max("said_on"),
            praise=Count("id", filter=Q(overall=1) & ~Q(reader="")),
            blame=Count("id", filter=Q(overall=-1) & ~Q(reader="")),
        )
    )
    return sorted(rows, key=lambda row: (-row["n"], row["origin"]))


def _counts(rows: Any, name: str) -> dict[tuple[str, int], int]:
    return {
        (row[name], row["polarity"]): row["n"]
        for row in rows.annotate(n=Count("voice", distinct=True)).order_by()
    }


def _scenario_case() -> Case:
    whens = (When(aspect__in=codes_of(key), then=Value(key)) for key in SCENARIOS)
    return Case(*whens, default=Value(""), output_field=CharField())


def _lists(rows: Any) -> tuple[dict[str, int], dict[str, int]]:
    demands: dict[str, int] = defaultdict(int)
    flags: dict[str, int] = defaultdict(int)
    for row in rows.values("demands", "flags").annotate(n=Count("id")).order_by():
        for name in row["demands"]:
            demands[name] += row["n"]
        for name in row["flags"]:
            flags[name] += row["n"]
    return demands, flags


def _shares(counts: dict[str, int], n: int) -> tuple[tuple[str, Share], ...]:
    return tuple(
        (name, share(count, n))
        for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    )


def _scenario(
    key: str, by_scenario: dict[tuple[str, int], int], by_aspect: dict[tuple[str, int], int], n: int
) -> ScenarioFigure:
    praise, blame = by_scenario.get((key, 1), 0), by_scenario.get((key, -1), 0)
    zh, en = SCENARIOS[key]
    aspects = tuple(_aspect(aspect, by_aspect, n) for aspect in ASPECTS if aspect.scenario == key)
    return ScenarioFigure(key, zh, en, share(praise, n), share(blame, n), balance(praise, blame), aspects)


def _aspect(aspect: Aspect, counts: dict[tuple[str, int], int], n: int) -> AspectFigure:
    praise, blame = share(counts.get((aspect.code, 1), 0), n), share(counts.get((aspect.code, -1), 0), n)
    return AspectFigure(
        aspect.code,
        aspect.zh,
        aspect.en,
        aspect.scenario,
        aspect.service,
        praise,
        blame,
        quality_of(aspect.code),
    )


def quality_of(code: str) -> Quality | None:
    """Return what was measured about the reader for one aspect."""
    row = model_card().get("aspects", {}).get(code)
    return Quality(row["precision"], row["recall"], row["f1"], row["n"]) if row else None


def outlet_figures(actor: Actor, scope: Scope | None = None) -> OutletFigures:
    """Return how each outlet's service is spoken of; two queries."""
    scope = scope or Scope()
    read = {
        row["outlet_id"]: row["n"]
        for row in scope.texts(actor)
        .exclude(reader="")
        .filter(outlet__isnull=False)
        .values("outlet_id")
        .annotate(n=Count("id"))
        .order_by()
    }
    service = scope.mentions(actor).filter(outlet__isnull=False, aspect__in=SERVICE_CODES)
    counts = _counts(service.values("outlet_id", "polarity"), "outlet_id")
    shown = [
        OutletFigure(code, share(counts.get((code, 1), 0), n), share(counts.get((code, -1), 0), n))
        for code, n in read.items()
        if n >= SMALLEST_GROUP
    ]
    shown.sort(key=lambda row: (-row.blame.low, row.outlet))
    return OutletFigures(tuple(shown), len(read) - len(shown))


def by_month(actor: Actor, scope: Scope | None = None) -> tuple[MonthFigure, ...]:
    """Return the months in which texts carry a day, in order; two queries."""
    scope = scope or Scope()
    dated = scope.texts(actor).exclude(reader="").filter(said_on__isnull=False)
    read = {
        row["m"]: row["n"]
        for row in dated.annotate(m=TruncMonth("said_on")).values("m").annotate(n=Count("id")).order_by()
    }
    spoken = (
        scope.mentions(actor)
        .filter(said_on__isnull=False)
        .annotate(m=TruncMonth("said_on"), scenario=_scenario_case())
    )
    counts = {
        (row["m"], row["scenario"], row["polarity"]): row["n"]
        for row in spoken.values("m", "scenario", "polarity")
        .annotate(n=Count("voice", distinct=True))
        .order_by()
    }
    return tuple(
        MonthFigure(
            month,
            n,
            tuple((key, share(counts.get((month, key, 1), 0), n)) for key in MAIN_SCENARIOS),
            tuple((key, share(counts.get((month, key, -1), 0), n)) for key in MAIN_SCENARIOS),
        )
        for month, n in sorted(read.items())
    )
