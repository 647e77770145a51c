"""Reads of the labelling list: what comes next, what is disputed, how far it is."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Missing
from sanbao.engines.text import CODES
from sanbao.rooms.feedback.models import Frame, Label, Lesson, Objection
from sanbao.rooms.feedback.rules import redacted
from sanbao.rooms.feedback.states import ACTIVE, RANDOM, SETTLED, SPLIT, UNREADABLE, WAITING, WRONG

_MOST: Final = 50
_AHEAD: Final = 5
_EXCERPT: Final = 80


@dataclass(frozen=True, slots=True)
class LessonCard:
    """A text to be labelled, personal data covered at equal length. What the model read in it is not told."""

    voice: str
    text: str
    origin: str
    product: str
    state: str
    readers: int
    labels: int


@dataclass(frozen=True, slots=True)
class LabelCard:
    """What one reader found; ``name`` is a letter, not a person."""

    name: str
    mine: bool
    aspects: tuple[tuple[str, int, int, int], ...]
    demands: tuple[str, ...]
    flags: tuple[str, ...]
    overall: int
    unreadable: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """A text on which two readers disagree, with what each found."""

    card: LessonCard
    labels: tuple[LabelCard, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class LessonRow:
    """One line of a list: a beginning of the text, why it was drawn, where it stands."""

    voice: str
    excerpt: str
    drawn: str
    why: tuple[str, ...]
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FrameCard:
    """The random subset of one origin: ``drawn`` texts, of which ``settled`` have labels that stand."""

    origin: str
    drawn_at: datetime
    population: int
    rate: float
    drawn: int
    settled: int
    waiting: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class TeachingFigures:
    """How far the labelling is. ``mine`` waits for this reader; ``trainable`` may be learnt from."""

    mine: int
    waiting: int
    split: int
    settled: int
    unreadable: int
    trainable: int
    by_draw: tuple[tuple[str, int], ...]
    by_aspect: tuple[tuple[str, int], ...]
    objections: int
    frames: tuple[FrameCard, ...]


def next_lesson(actor: Actor, but: Collection[str] = ()) -> LessonCard | None:
    """Return a text that waits for this reader, passing over some; None when nothing waits.

    Readers who sit down at the same time are given different ones of the next few.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.teach")
    rows = list(_mine(actor).exclude(voice__number__in=list(but)[-_MOST:]).order_by("rank", "id")[:_AHEAD])
    return _card(rows[(actor.id or 0) % len(rows)]) if rows else None


def lesson(actor: Actor, voice: str) -> LessonCard:
    """Return one text of the list.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.teach")
    return _card(_pick(actor, voice))


def dispute(actor: Actor, voice: str) -> Dispute:
    """Return a text on which readers disagree, with what each found; two queries.

    Raises:
        NotAllowed, Missing.
    """
    require(actor, "feedback.judge")
    row = _pick(actor, voice)
    if row.state != SPLIT:
        raise Missing(number=voice)
    labels = list(row.labels.order_by("id"))
    cards = tuple(_label(actor, each, chr(ord("A") + place)) for place, each in enumerate(labels))
    return Dispute(_card(row), cards, any(each.mine for each in cards))


def disputes(actor: Actor) -> tuple[LessonRow, ...]:
    """Return the texts that wait for a decision, the oldest first; one query.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.judge")
    return tuple(map(_row, _lessons(actor).filter(state=SPLIT).order_by("id")[:_MOST]))


def recent_labels(actor: Actor) -> tuple[LessonRow, ...]:
    """Return the last texts that this reader has labelled; one query."""
    require(actor, "feedback.teach")
    rows = Label.objects.filter(reader=actor.ref, lesson__voice__erased_at__isnull=True)
    ordered = rows.select_related("lesson__voice").order_by("-id")[:_AHEAD]
    return tuple(_row(each.lesson, at=each.made_at) for each in ordered)


def objections(actor: Actor) -> tuple[tuple[str, int, int], ...]:
    """Return how often readings of an aspect and direction were called wrong, the most first; one query."""
    rows = Objection.objects.visible_to(actor).values("aspect", "polarity").annotate(n=Count("id")).order_by()
    listed = [(row["aspect"], row["polarity"], row["n"]) for row in rows]
    return tuple(sorted(listed, key=lambda row: (-row[2], row[0], row[1])))


def teaching_figures(actor: Actor) -> TeachingFigures:
    """Return how far the labelling is; six queries.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.teach")
    rows = _lessons(actor)
    states = dict(rows.values_list("state").annotate(n=Count("id")).order_by())
    draws = dict(rows.values_list("drawn").annotate(n=Count("id")).order_by())
    settled = list(rows.filter(state=SETTLED).values_list("aspects", "held_out"))
    spoken = Counter(code for aspects, _held in settled for code in {row[0] for row in aspects})
    return TeachingFigures(
        mine=_mine(actor).count(),
        waiting=states.get(WAITING, 0),
        split=states.get(SPLIT, 0),
        settled=states.get(SETTLED, 0),
        unreadable=states.get(UNREADABLE, 0),
        trainable=sum(not held for _aspects, held in settled),
        by_draw=tuple((name, draws.get(name, 0)) for name in (RANDOM, ACTIVE, WRONG)),
        by_aspect=tuple((code, spoken.get(code, 0)) for code in CODES),
        objections=Objection.objects.visible_to(actor).count(),
        frames=frames(actor),
    )


def frames(actor: Actor) -> tuple[FrameCard, ...]:
    """Return the random subsets, one for each origin; one query."""
    of_state = {
        name: Count("lessons", filter=Q(lessons__state=state, lessons__voice__erased_at__isnull=True))
        for name, state in (
            ("settled", SETTLED),
            ("unreadable", UNREADABLE),
            ("split", SPLIT),
            ("open", WAITING),
        )
    }
    rows: Any = Frame.objects.visible_to(actor).annotate(**of_state).order_by("origin")
    return tuple(
        FrameCard(
            row.origin,
            row.drawn_at,
            row.population,
            row.rate,
            row.settled + row.unreadable + row.split + row.open,
            row.settled,
            row.open + row.split,
            row.unreadable,
        )
        for row in rows
    )


def _lessons(actor: Actor) -> Any:
    rows = Lesson.objects.visible_to(actor).filter(voice__erased_at__isnull=True)
    return rows.select_related("voice")


def _mine(actor: Actor) -> Any:
    done = Label.objects.filter(lesson=OuterRef("pk"), reader=actor.ref)
    rows = _lessons(actor).filter(state=WAITING).annotate(so_far=Count("labels"))
    return rows.filter(~Exists(done))


def _pick(actor: Actor, voice: str) -> Lesson:
    row: Lesson = Lesson.objects.select_related("voice").pick(
        actor, voice__number=voice, voice__erased_at__isnull=True
    )
    return row


def _card(row: Any) -> LessonCard:
    labels = row.so_far if hasattr(row, "so_far") else row.labels.count()
    voice = row.voice
    return LessonCard(
        voice.number, redacted(voice.text), voice.origin, voice.product_name, row.state, row.readers, labels
    )


def _label(actor: Actor, row: Label, name: str) -> LabelCard:
    marks = tuple((str(code), int(sign), int(start), int(end)) for code, sign, start, end in row.aspects)
    return LabelCard(
        name,
        row.reader == actor.ref,
        marks,
        tuple(row.demands),
        tuple(row.flags),
        row.overall,
        row.unreadable,
        row.made_at,
    )


def _row(row: Lesson, at: datetime | None = None) -> LessonRow:
    excerpt = redacted(row.voice.text)
    shown = excerpt[:_EXCERPT] + ("…" if len(excerpt) > _EXCERPT else "")
    return LessonRow(row.voice.number, shown, row.drawn, tuple(row.why), row.state, at or row.drawn_at)
