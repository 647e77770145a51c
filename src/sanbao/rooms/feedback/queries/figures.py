"""Counting what was read: shares of texts with their intervals and n, never more than the reader saw."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sanbao.base.actor import Actor
from sanbao.engines.counting import hidden
from sanbao.engines.text import ASPECTS, DEMANDS, FLAGS, SCENARIOS, Aspect
from sanbao.rooms.feedback.adapters import cube
from sanbao.rooms.feedback.adapters.reader import model_card
from sanbao.rooms.feedback.queries.scope import Scope
from sanbao.rooms.feedback.rules import SMALLEST_GROUP, Share, balance, share
from sanbao.rooms.outlets import queries as outlets

Tallies = Mapping[str, int]
"""What was counted, by the names that the cells use."""

MAIN_SCENARIOS = ("time", "manner", "complaint")
"""The three scenarios of the report; policy and product are their context."""
MOST_WAITING = 1_000
"""Texts that wait to be read are counted up to here."""
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
    """All figures of a scope. ``read`` texts were read and count: shares are of those.

    ``texts`` were stored: with them ``copies`` of others, those that a person ``left_out``, and those that
    wait to be read.
    """

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
    copies: int = 0
    left_out: int = 0
    waiting: int = 0

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
    """Return all figures of a scope; three queries."""
    scope = scope or Scope()
    return figures_of(actor, scope, cube.weeks(scope.cells(actor)))


def figures_of(actor: Actor, scope: Scope, weeks: Mapping[date | None, Tallies]) -> Figures:
    """Return all figures of a scope whose weeks were counted before; two queries."""
    counts = total(weeks.values())
    where, read = scope.cells(actor), counts["read"]
    origins = cube.origins(where, ("read", "copies", "left_out"))
    waiting = cube.waiting(where, MOST_WAITING + 1)
    dated = cube.extent(where)
    return Figures(
        texts=read + counts["copies"] + counts["left_out"] + waiting,
        read=read,
        dated=read - weeks.get(None, counts | {"read": 0})["read"],
        first_on=dated[0],
        last_on=dated[1],
        origins=tuple(
            sorted(((name, sum(row.values())) for name, row in origins.items()), key=lambda o: (-o[1], o[0]))
        ),
        scenarios=tuple(_scenario(key, counts) for key in SCENARIOS),
        praise=share(counts["praise"], read),
        blame=share(counts["blame"], read),
        balance=balance(counts["praise"], counts["blame"]),
        demands=_shares({name: counts[f"demand_{name}"] for name in DEMANDS}, read),
        flags=_shares({name: counts[f"flag_{name}"] for name in FLAGS}, read),
        copies=counts["copies"],
        left_out=counts["left_out"],
        waiting=waiting,
    )


def total(rows: Iterable[Tallies]) -> dict[str, int]:
    """Return the sum of what was counted in several cells."""
    found = dict.fromkeys(cube.TALLIES, 0)
    for row in rows:
        for name, n in row.items():
            found[name] += n
    return found


def _shares(counts: dict[str, int], n: int) -> tuple[tuple[str, Share], ...]:
    return tuple(
        (name, share(count, n))
        for name, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        if count
    )


def _scenario(key: str, counts: Tallies) -> ScenarioFigure:
    praise, blame, n = counts[f"{key}_p"], counts[f"{key}_m"], counts["read"]
    zh, en = SCENARIOS[key]
    aspects = tuple(_aspect(aspect, counts) for aspect in ASPECTS if aspect.scenario == key)
    return ScenarioFigure(key, zh, en, share(praise, n), share(blame, n), balance(praise, blame), aspects)


def _aspect(aspect: Aspect, counts: Tallies) -> AspectFigure:
    name, n = aspect.code.lower(), counts["read"]
    return AspectFigure(
        aspect.code,
        aspect.zh,
        aspect.en,
        aspect.scenario,
        aspect.service,
        share(counts[f"{name}_p"], n),
        share(counts[f"{name}_m"], n),
        quality_of(aspect.code),
    )


def quality_of(code: str) -> Quality | None:
    """Return what was measured about the reader for one aspect."""
    row = model_card().get("aspects", {}).get(code)
    return Quality(row["precision"], row["recall"], row["f1"], row["n"]) if row else None


def outlet_figures(actor: Actor, scope: Scope | None = None) -> OutletFigures:
    """Return how each outlet's service is spoken of; two queries.

    Where one outlet alone is too small to be shown, the next smallest goes with it: otherwise the sum would
    give it away.
    """
    scope = scope or Scope()
    codes = [place.code for place in outlets.places()]
    rows = cube.by_outlet(scope.cells(actor), codes, ("read", "service_p", "service_m"))
    kept = {code: row for code, row in rows.items() if row["read"]}
    away = hidden({code: row["read"] for code, row in kept.items()}, smallest=SMALLEST_GROUP)
    shown = [
        OutletFigure(code, share(row["service_p"], row["read"]), share(row["service_m"], row["read"]))
        for code, row in kept.items()
        if code not in away
    ]
    shown.sort(key=lambda row: (-row.blame.low, row.outlet))
    return OutletFigures(tuple(shown), len(away))


def by_month(actor: Actor, scope: Scope | None = None) -> tuple[MonthFigure, ...]:
    """Return the months in which texts carry a day, in order; one query."""
    scope = scope or Scope()
    names = ("read", *(f"{key}_{way}" for key in MAIN_SCENARIOS for way in "pm"))
    months: dict[date, dict[str, int]] = {}
    for day, row in cube.days(scope.cells(actor), names).items():
        if day:
            sums = months.setdefault(day.replace(day=1), dict.fromkeys(names, 0))
            for name, n in row.items():
                sums[name] += n
    return tuple(
        MonthFigure(
            month,
            row["read"],
            tuple((key, share(row[f"{key}_p"], row["read"])) for key in MAIN_SCENARIOS),
            tuple((key, share(row[f"{key}_m"], row["read"])) for key in MAIN_SCENARIOS),
        )
        for month, row in sorted(months.items())
        if row["read"]
    )
