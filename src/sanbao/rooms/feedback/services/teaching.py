"""People label texts blind, disagreements are settled by a third person, wrong readings are called wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set, lock_rows
from sanbao.base.errors import IllegalMove, Invalid, Missing
from sanbao.engines.text import CODES, DEMANDS, FLAGS
from sanbao.rooms.feedback.errors import AlreadyLabelled, OwnLabels
from sanbao.rooms.feedback.models import Label, Lesson, Mention, Objection, Voice
from sanbao.rooms.feedback.services.drawing import held_out
from sanbao.rooms.feedback.states import SETTLED, SPLIT, UNREADABLE, WAITING, WRONG
from sanbao.rooms.ledger import services as ledger

Aspects = Sequence[Sequence[Any]]
"""Code, polarity (-1, 0 for a bare fact, 1), start and end of the clause in the text."""
MOST_ASPECTS: Final = 60
_MOST_READERS: Final = 2
_PARTS: Final = 4
_FIRST: Final = -1.0


@dataclass(frozen=True, slots=True)
class Findings:
    """What somebody found in one text."""

    aspects: tuple[tuple[str, int, int, int], ...]
    demands: tuple[str, ...]
    flags: tuple[str, ...]
    overall: int

    def alike(self) -> tuple[Any, ...]:
        """What two readers must have in common to agree; where exactly a clause ends is left open."""
        return frozenset(row[:2] for row in self.aspects), self.demands, self.flags, self.overall


@transaction.atomic
def label(
    actor: Actor,
    voice: str,
    *,
    aspects: Aspects = (),
    demands: Sequence[str] = (),
    flags: Sequence[str] = (),
    overall: int = 0,
    unreadable: bool = False,
) -> str:
    """Keep what this reader found and return the state of the text then.

    The last reader that the text waits for settles it, or opens a disagreement. Where two people sent
    the same text at once that wanted only one, the second reading is kept too and held against the first.

    Raises:
        Missing, NotAllowed, Invalid.
        AlreadyLabelled: by this reader, or by two others.
    """
    require(actor, "feedback.teach")
    lesson = _lesson(actor, voice)
    found = _checked(lesson.voice.text, aspects, demands, flags, overall)
    labels = list(lesson.labels.order_by("id"))
    if len(labels) >= _MOST_READERS or any(each.reader == actor.ref for each in labels):
        raise AlreadyLabelled(field="voice")
    if lesson.state not in {WAITING, SETTLED, UNREADABLE} or lesson.settled_by not in {"", "readers"}:
        raise AlreadyLabelled(field="voice")
    mine: Label = Label.objects.create(
        lesson=lesson,
        reader=actor.ref,
        aspects=[] if unreadable else [list(row) for row in found.aspects],
        demands=[] if unreadable else list(found.demands),
        flags=[] if unreadable else list(found.flags),
        overall=0 if unreadable else found.overall,
        unreadable=unreadable,
        made_at=actor.at,
    )
    state = _conclude(actor, lesson, [*labels, mine])
    _record(
        actor, voice, "feedback.labelled", state=state, found=len(mine.aspects), reader_no=len(labels) + 1
    )
    return state


@transaction.atomic
def take_back(actor: Actor, voice: str) -> None:
    """Withdraw what this reader found, so that it can be read anew.

    Raises:
        Missing, NotAllowed.
        IllegalMove: somebody has settled the text since.
    """
    require(actor, "feedback.teach")
    lesson = _lesson(actor, voice)
    mine: Label | None = lesson.labels.filter(reader=actor.ref).order_by("id").first()
    if mine is None:
        raise Missing(number=voice)
    if lesson.settled_by not in {"", "readers"}:
        raise IllegalMove(move="take_back", state=lesson.state)
    mine.delete()
    state = _conclude(actor, lesson, list(lesson.labels.order_by("id")))
    _record(actor, voice, "feedback.label_taken_back", state=state)


@transaction.atomic
def settle(
    actor: Actor,
    voice: str,
    *,
    aspects: Aspects = (),
    demands: Sequence[str] = (),
    flags: Sequence[str] = (),
    overall: int = 0,
    unreadable: bool = False,
) -> None:
    """Decide between two readers who disagree.

    Raises:
        Missing, NotAllowed, Invalid.
        OwnLabels: this person is one of the two.
        IllegalMove: there is nothing to decide.
    """
    require(actor, "feedback.judge")
    lesson = _lesson(actor, voice)
    if lesson.state != SPLIT:
        raise IllegalMove(move="settle", state=lesson.state)
    if lesson.labels.filter(reader=actor.ref).exists():
        raise OwnLabels(field="voice")
    found = _checked(lesson.voice.text, aspects, demands, flags, overall)
    _stand(actor, lesson, None if unreadable else found, by=actor.ref)
    _record(actor, voice, "feedback.settled", state=lesson.state, found=len(lesson.aspects))


@transaction.atomic
def object_to(
    actor: Actor,
    voice: str,
    *,
    aspect: str,
    polarity: int,
    right: str = "",
    right_polarity: int | None = None,
) -> str:
    """Say that a quoted sentence was read wrongly; the text comes first on the labelling list.

    ``right`` is the aspect it should have had, where the reader knows. Saying it twice changes only that.
    Returns the number of the text.

    Raises:
        Missing: the text, or the reading, is not there or not to be seen.
        NotAllowed, Invalid.
    """
    require(actor, "feedback.see")
    row: Voice = Voice.objects.pick(actor, number=voice)
    if right and right not in CODES:
        raise Invalid("There is no aspect “%(code)s”.", field="right", code=right[:20])
    if right_polarity not in {None, -1, 0, 1}:
        raise Invalid("Praise, blame or neither.", field="right_polarity")
    rows: QuerySet[Mention] = Mention.objects.filter(voice=row, aspect=aspect[:2], polarity=polarity)
    read: Mention | None = rows.order_by("id").first()
    if read is None or row.erased_at is not None:
        raise Missing(number=voice)
    Objection.objects.update_or_create(
        voice=row,
        aspect=read.aspect,
        polarity=read.polarity,
        made_by=actor.ref,
        defaults={
            "start": read.start,
            "end": read.end,
            "right": right,
            "right_polarity": right_polarity,
            "reader": row.reader,
            "made_at": actor.at,
        },
    )
    _enlist(actor, row)
    _record(actor, voice, "feedback.called_wrong", aspect=aspect, polarity=polarity, right=right)
    return voice


def _enlist(actor: Actor, row: Voice) -> None:
    lesson, fresh = Lesson.objects.get_or_create(
        voice=row,
        defaults={
            "drawn": WRONG,
            "why": [WRONG],
            "rank": _FIRST,
            "held_out": held_out(row.fingerprint),
            "reader": row.reader,
            "drawn_at": actor.at,
            "drawn_by": actor.ref,
        },
    )
    if not fresh and lesson.rank > _FIRST and not lesson.frame_id:
        # texts of the random subset keep their turn: their order is what makes a part of it random
        compare_and_set(lesson, seen={"state": lesson.state}, changes={"rank": _FIRST})


def _lesson(actor: Actor, voice: str) -> Lesson:
    """Return the text on the list, held until the transaction ends, so that two readers come one by one."""
    seen: Lesson = Lesson.objects.pick(actor, voice__number=voice, voice__erased_at__isnull=True)
    held = lock_rows(Lesson.objects.filter(pk=seen.pk))
    if not held:
        raise Missing(number=voice)
    lesson: Lesson = held[0]
    return lesson


def _checked(
    text: str, aspects: Aspects, demands: Sequence[str], flags: Sequence[str], overall: int
) -> Findings:
    if len(aspects) > MOST_ASPECTS or any(not _sound(row, len(text)) for row in aspects):
        raise Invalid("A mark names an aspect, praise or blame, and a stretch of the text.", field="aspects")
    unknown = (set(demands) - set(DEMANDS)) | (set(flags) - set(FLAGS))
    if unknown or overall not in {-1, 0, 1}:
        raise Invalid("There is a demand, a flag or a judgement that does not exist.", field="demands")
    rows = {(str(code), int(sign), int(start), int(end)) for code, sign, start, end in aspects}
    ordered = tuple(sorted(rows, key=lambda row: (row[2], row[3], row[0], row[1])))
    return Findings(ordered, tuple(sorted(set(demands))), tuple(sorted(set(flags))), overall)


def _sound(row: Sequence[Any], length: int) -> bool:
    if len(row) != _PARTS or row[0] not in CODES:
        return False
    numbers = row[1:]
    if any(isinstance(each, bool) or not isinstance(each, int) for each in numbers):
        return False
    sign, start, end = numbers
    return sign in {-1, 0, 1} and 0 <= start < end <= length


def _findings(row: Label) -> Findings:
    marks = tuple((str(code), int(sign), int(start), int(end)) for code, sign, start, end in row.aspects)
    return Findings(marks, tuple(row.demands), tuple(row.flags), row.overall)


def _conclude(actor: Actor, lesson: Lesson, labels: Sequence[Label]) -> str:
    """Work out the state of a text from what its readers found."""
    if len(labels) < min(lesson.readers, _MOST_READERS):
        _change(lesson, WAITING)
    elif len({each.unreadable for each in labels}) > 1:
        _change(lesson, SPLIT)
    elif labels[0].unreadable:
        _stand(actor, lesson, None, by="readers")
    elif len({_findings(each).alike() for each in labels}) > 1:
        _change(lesson, SPLIT)
    else:
        _stand(actor, lesson, _findings(labels[0]), by="readers")
    return str(lesson.state)


def _change(lesson: Lesson, state: str) -> None:
    changes: dict[str, Any] = {
        "state": state,
        "aspects": [],
        "demands": [],
        "flags": [],
        "overall": None,
        "settled_by": "",
        "settled_at": None,
    }
    compare_and_set(lesson, seen={"state": lesson.state}, changes=changes)


def _stand(actor: Actor, lesson: Lesson, found: Findings | None, *, by: str) -> None:
    changes: dict[str, Any] = {"settled_by": by, "settled_at": actor.at, "state": UNREADABLE}
    if found is not None:
        changes |= {
            "state": SETTLED,
            "aspects": [list(row) for row in found.aspects],
            "demands": list(found.demands),
            "flags": list(found.flags),
            "overall": found.overall,
        }
    compare_and_set(lesson, seen={"state": lesson.state}, changes=changes)


def _record(actor: Actor, voice: str, event: str, **facts: str | int | bool) -> None:
    ledger.append(voice, event, actor, **facts)
