"""Everything the report says, in one value: set-up, figures, sentences, complaints, surveys, quality."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from pydantic import TypeAdapter

from sanbao.base.actor import Actor, require
from sanbao.engines.policy import PackError
from sanbao.engines.text import ASPECTS
from sanbao.rooms.feedback.adapters.reader import model_card
from sanbao.rooms.feedback.queries.cases import CaseFigures, case_figures
from sanbao.rooms.feedback.queries.comparing import Comparison, comparison
from sanbao.rooms.feedback.queries.figures import (
    MAIN_SCENARIOS,
    AspectFigure,
    Figures,
    MonthFigure,
    ScenarioFigure,
    by_month,
    figures,
)
from sanbao.rooms.feedback.queries.moving import Moving, voice_figures
from sanbao.rooms.feedback.queries.scope import Scope
from sanbao.rooms.feedback.queries.stream import LeftOut, left_out
from sanbao.rooms.feedback.queries.surveys import SurveyFigures, survey_figures
from sanbao.rooms.feedback.queries.voices import Sentence, drawn_sentences
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.repairs.adapters.packs import packs_for

MOST_SENTENCES: Final = 50
QUOTES: Final = 2
_QUOTE_LENGTHS: Final = range(6, 61)
_POLICY_KINDS: Final = ("window", "period", "repeat", "loaner", "delay")
_POLICY_PARTS: Final = frozenset({"main", "battery", "charger"})


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways to be helped, counted from the installation's own outlets."""

    stores: int
    authorised: int
    centres: int
    cities: int
    mail: int
    phones: int


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One rule that the installation answers by, in both languages, with its place in the rule pack."""

    rule: str
    zh: str
    en: str
    pack_zh: str
    pack_en: str


@dataclass(frozen=True, slots=True)
class ReaderCard:
    """How well the reader was measured, with what."""

    version: str
    macro_f1: float | None
    overall_accuracy: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """The evaluation of one stretch of time. ``drawn``: sentences by aspect and direction, as ``RT+``."""

    brand: str
    made_at: datetime
    scope: Scope
    channels: Channels
    policy: tuple[PolicyLine, ...]
    figures: Figures
    drawn: Mapping[str, tuple[Sentence, ...]]
    cases: CaseFigures
    surveys: SurveyFigures
    months: tuple[MonthFigure, ...]
    compared: Comparison
    moving: tuple[Moving, ...]
    weeks: tuple[date, ...]
    labels: int
    left_out: LeftOut
    outlet_names: Mapping[str, tuple[str, str]]
    reader: ReaderCard

    @property
    def main(self) -> tuple[ScenarioFigure, ...]:
        return tuple(self.figures.scenario(key) for key in MAIN_SCENARIOS)

    def moved(self, name: str, polarity: int) -> Moving | None:
        """Return how one thing said one way moved, where there were whole weeks to see it."""
        return next((m for m in self.moving if (m.name, m.polarity) == (name, polarity)), None)

    @property
    def whole_until(self) -> date:
        """The last day of the last whole week that is shown."""
        return self.weeks[-1] + timedelta(days=6)

    @property
    def standing_out(self) -> tuple[Moving, ...]:
        """What changed by more than chance explains among so many things, the largest change first."""
        aspects = {aspect.code for aspect in ASPECTS}
        found = [m for m in self.moving if m.stands_out and m.name in aspects]
        return tuple(sorted(found, key=lambda m: -abs(m.change.value)))

    def sentences(self, code: str, polarity: int) -> Sequence[Sentence]:
        """Return the drawn sentences of one aspect and direction."""
        return self.drawn.get(f"{code}{'+' if polarity > 0 else '-'}", ())

    def ranked(self, scenario: ScenarioFigure, polarity: int) -> tuple[AspectFigure, ...]:
        """Return the aspects of a scenario that were spoken of in this direction, most texts first."""
        spoken = [(a.praise if polarity > 0 else a.blame, a) for a in scenario.aspects]
        return tuple(a for part, a in sorted(spoken, key=lambda each: -each[0].count) if part.count)

    def quotes(self, scenario: ScenarioFigure, polarity: int) -> tuple[Sentence, ...]:
        """Return two short sentences of the most spoken aspects, the ones the reader was surest of."""
        chosen: list[Sentence] = []
        for aspect in self.ranked(scenario, polarity):
            fit = [s for s in self.sentences(aspect.code, polarity) if len(s.quote.span) in _QUOTE_LENGTHS]
            new = [s for s in fit if s.voice not in {c.voice for c in chosen}]
            chosen += sorted(new, key=lambda s: (-s.score, s.voice))[:1]
        return tuple(chosen[:QUOTES])


def report(actor: Actor, *, since: date | None = None, until: date | None = None) -> Report:
    """Return everything the report says about a stretch of days, the last included; 25 queries at most.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.report")
    scope = Scope(since=since, until=until)
    installation = registry.installation()
    places = [
        place for place in outlets.places() if place.closed_on is None or place.closed_on > actor.at.date()
    ]
    card = model_card()
    voice = voice_figures(actor, scope, whole_until=_whole_until(actor, until))
    return Report(
        brand=installation.brand if installation else "",
        made_at=actor.at,
        scope=scope,
        channels=_channels(places),
        policy=_policy(),
        figures=figures(actor, scope),
        drawn={
            f"{code}{'+' if polarity > 0 else '-'}": tuple(found)
            for (code, polarity), found in drawn_sentences(actor, scope, MOST_SENTENCES).items()
        },
        cases=case_figures(actor, scope),
        surveys=survey_figures(actor, scope),
        months=by_month(actor, scope),
        compared=comparison(actor, scope),
        moving=tuple(voice.moving.values()) if voice.weeks else (),
        weeks=voice.weeks,
        labels=voice.labels,
        left_out=left_out(actor, scope),
        outlet_names={place.code: (place.name_zh, place.name_en) for place in places},
        reader=ReaderCard(
            f"{card.get('model', '')} {card.get('version', '')}",
            card.get("macro_f1"),
            card.get("overall_accuracy"),
        ),
    )


def _whole_until(actor: Actor, until: date | None) -> date:
    """Return the last Sunday that has passed and lies within the days of the report."""
    last = min(timezone.localdate(actor.at), until + timedelta(days=1) if until else date.max)
    return last - timedelta(days=last.isoweekday())


_RECORD: Final = TypeAdapter(Report)


def as_record(report: Report) -> dict[str, Any]:
    """Return a report as plain values that JSON can hold; ``from_record`` gives an equal report back."""
    record: dict[str, Any] = _RECORD.dump_python(report, mode="json")
    return record


def from_record(record: Mapping[str, Any]) -> Report:
    """Return the report that ``as_record`` wrote down.

    Raises:
        ValueError: the record is not one of a report, or of one of another shape.
    """
    return _RECORD.validate_python(record)


def _channels(places: Sequence[outlets.Place]) -> Channels:
    kinds = [place.kind for place in places]
    return Channels(
        kinds.count("brand_store"),
        kinds.count("authorised"),
        kinds.count("centre"),
        len({place.city for place in places}),
        sum(place.takes_mail for place in places),
        sum(bool(place.phone) for place in places),
    )


def _policy() -> tuple[PolicyLine, ...]:
    """Return the statutory rules for phones that an owner asks about most."""
    try:
        packs = packs_for("CN", brand=False).packs
    except PackError:
        return ()
    return tuple(
        PolicyLine(rule.id, rule.zh, rule.en, pack.title_zh, pack.title_en)
        for pack in packs
        if pack.family == "statutory" and "phone" in pack.classes
        for rule in sorted(pack.rules, key=lambda rule: _rank(rule.kind))
        if rule.kind in _POLICY_KINDS and _POLICY_PARTS & set(rule.parts)
    )


def _rank(kind: str) -> int:
    return _POLICY_KINDS.index(kind) if kind in _POLICY_KINDS else len(_POLICY_KINDS)
