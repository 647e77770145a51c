"""What is labelled next: a random subset that stays apart, and texts from which the model learns most."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from sanbao.base.actor import Actor, require
from sanbao.base.errors import Invalid
from sanbao.engines.text import SERVICE_CODES
from sanbao.rooms.feedback.adapters import bulk
from sanbao.rooms.feedback.adapters.guide import cues
from sanbao.rooms.feedback.errors import NothingToDraw
from sanbao.rooms.feedback.models import Frame, Lesson, Voice
from sanbao.rooms.feedback.states import ACTIVE, ORIGINS, RANDOM, SETTLED
from sanbao.rooms.ledger import services as ledger

HELD_OUT_BELOW: Final = "3"
"""Texts whose fingerprint begins with 0, 1 or 2 (3 of 16) are never learnt from: they are for measuring."""
MOST: Final = 500
_POOL: Final = 2_000
_SPACE: Final = 16**32
_TWICE: Final = 5
_SAME: Final = 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many texts came onto the labelling list, and of which kind."""

    random: int
    active: int


@transaction.atomic
def draw_lessons(actor: Actor, *, random: int = 0, active: int = 0, origin: str = "") -> Drawn:
    """Put texts on the labelling list: at random out of what counts, and those that teach most.

    The random ones are the texts with the smallest fingerprints, a hash that knows nothing of their words;
    they and all others below the same edge are never learnt from, so that figures may rest on them.

    Raises:
        NotAllowed, Invalid.
        NothingToDraw: no text is left for the list.
    """
    require(actor, "feedback.judge", outlet="*")
    for name, wanted in (("random", random), ("active", active)):
        if not 0 <= wanted <= MOST:
            raise Invalid("At most %(most)s texts at a time.", field=name, most=MOST)
    if origin and origin not in ORIGINS:
        raise Invalid("There is no origin “%(origin)s”.", field="origin", origin=origin[:20])
    bulk.one_importer()
    origins = (origin,) if origin else _present(actor)
    shares = _split(random, len(origins))
    drawn = sum(_draw_random(actor, each, n) for each, n in zip(origins, shares, strict=True))
    chosen = _draw_active(actor, active, origin) if active else 0
    if not drawn + chosen:
        raise NothingToDraw(field="random")
    ledger.append(
        "labels", "feedback.drawn", actor, random=drawn, active=chosen, origin=origin, origins=list(origins)
    )
    return Drawn(drawn, chosen)


@transaction.atomic
def extend_random(actor: Actor) -> int:
    """Draw the texts that came since below the edge of their origin's random subset; return how many.

    A duty: the subset stays a random one of everything, also of what is new.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.judge", outlet="*")
    added = {}
    for frame in Frame.objects.visible_to(actor).order_by("origin"):
        rows = _candidates(actor, frame.origin).filter(fingerprint__lte=frame.edge)
        found = _put(actor, rows.order_by("fingerprint")[:MOST], RANDOM, {}, frame)
        if found:
            added[frame.origin] = found
    if added:
        ledger.append("labels", "feedback.drawn", actor, random=sum(added.values()), active=0, later=True)
    return sum(added.values())


def held_out(fingerprint: str) -> bool:
    """Tell whether a text belongs to the part that is never learnt from."""
    return fingerprint < HELD_OUT_BELOW


def _present(actor: Actor) -> tuple[str, ...]:
    rows = _candidates(actor, "").filter(fingerprint__lt=HELD_OUT_BELOW)
    return tuple(sorted(rows.values_list("origin", flat=True).distinct().order_by("origin")))


def _split(wanted: int, parts: int) -> list[int]:
    return [wanted // parts + (place < wanted % parts) for place in range(parts)] if parts else []


def _candidates(actor: Actor, origin: str) -> "QuerySet[Voice]":
    """Texts that count, have been read and are not on the list."""
    rows: QuerySet[Voice] = Voice.objects.visible_to(actor).filter(
        counts=True, erased_at__isnull=True, lesson__isnull=True
    )
    rows = rows.exclude(reader="")
    return rows.filter(origin=origin) if origin else rows


def _draw_random(actor: Actor, origin: str, wanted: int) -> int:
    frame: Frame | None = Frame.objects.filter(origin=origin).first()
    edge = frame.edge if frame else ""
    whole = Voice.objects.filter(origin=origin, counts=True, erased_at__isnull=True).exclude(reader="")
    further = whole.filter(fingerprint__gt=edge, fingerprint__lt=HELD_OUT_BELOW)
    found = list(further.order_by("fingerprint").values_list("fingerprint", flat=True)[:wanted])
    if not found:
        return 0
    edge = found[-1]
    below = whole.filter(fingerprint__lte=edge)
    told = {
        "edge": edge,
        "rate": (int(edge, 16) + 1) / _SPACE,
        "population": whole.count(),
        "size": below.count(),
        "drawn_at": actor.at,
        "drawn_by": actor.ref,
    }
    frame, _fresh = Frame.objects.update_or_create(origin=origin, defaults=told)
    _adopt(frame)
    return _put(actor, _candidates(actor, origin).filter(fingerprint__lte=edge), RANDOM, {}, frame)


def _adopt(frame: Frame) -> None:
    """Texts that were on the list for another reason and lie below the edge belong to the subset as well."""
    inside = Lesson.objects.filter(voice__origin=frame.origin, voice__fingerprint__lte=frame.edge)
    inside.update(drawn=RANDOM, frame=frame, probability=frame.rate, readers=2)


def _draw_active(actor: Actor, wanted: int, origin: str) -> int:
    """Choose by how unsure the model was, how rare the aspect is, and where words and model disagree."""
    pool = list(_pool(actor, origin).prefetch_related("mentions"))
    taught = Counter(
        code
        for aspects in Lesson.objects.filter(state=SETTLED).values_list("aspects", flat=True)
        for code in {row[0] for row in aspects}
    )
    ranked = sorted(
        ((_worth(voice, taught), voice) for voice in pool), key=lambda each: (-each[0][0], each[1].pk)
    )
    chosen: dict[int, tuple[float, list[str]]] = {}
    used: Counter[str] = Counter()
    for (worth, why, code), voice in ranked:
        if len(chosen) == wanted:
            break
        # a list of one aspect only would teach nothing about the others
        if used[code] < max(1, wanted // _SAME):
            used[code] += 1
            chosen[voice.pk] = (worth, why)
    return _put(actor, [voice for voice in pool if voice.pk in chosen], ACTIVE, chosen)


def _pool(actor: Actor, origin: str) -> "QuerySet[Voice]":
    """Some texts from a place in the order of fingerprints that nobody has chosen."""
    rows = _candidates(actor, origin).filter(fingerprint__gte=HELD_OUT_BELOW)
    pivot = f"{3 + secrets.randbelow(13):x}{secrets.token_hex(8)}"
    ordered = rows.order_by("fingerprint").values_list("pk", flat=True)
    keys = list(ordered.filter(fingerprint__gte=pivot)[:_POOL])
    if len(keys) < _POOL:
        keys += (
            rows.exclude(pk__in=keys)
            .order_by("fingerprint")
            .values_list("pk", flat=True)[: _POOL - len(keys)]
        )
    return Voice.objects.filter(pk__in=keys).order_by("pk")


def _worth(voice: Voice, taught: Counter[str]) -> tuple[float, list[str], str]:
    """Return how much a text would teach, between 0 and 1, why, and the aspect it is about."""
    sure = {mention.aspect: mention.score for mention in voice.mentions.all()}
    said = {code for code, words in cues().items() if any(word in voice.text for word in words)}
    apart = sorted(said - sure.keys() - {"OV"}) + sorted(sure.keys() - said)
    unsure = max(sure, key=lambda code: -sure[code], default="")
    doubt = 2 * (1 - sure[unsure]) if unsure else 0.0
    service = sorted((sure.keys() | said) & set(SERVICE_CODES), key=lambda code: (taught[code], code))
    rare = (1 + taught[service[0]]) ** -0.5 if service else 0.0
    why = [f"unsure:{unsure}"] if doubt > 1 / 2 else []
    why += [f"rare:{service[0]}"] if service else []
    why += [f"words:{apart[0]}"] if apart else []
    worth = 0.4 * min(doubt, 1.0) + 0.3 * rare + 0.3 * min(len(apart), 2) / 2
    return worth, why, service[0] if service else unsure


def _put(
    actor: Actor,
    voices: Iterable[Voice],
    drawn: str,
    told: dict[int, tuple[float, list[str]]],
    frame: Frame | None = None,
) -> int:
    rows: Sequence[Any] = [
        Lesson(
            voice=voice,
            drawn=drawn,
            why=told[voice.pk][1] if voice.pk in told else [],
            frame=frame,
            probability=frame.rate if frame else None,
            rank=1 - told[voice.pk][0] if voice.pk in told else int(voice.fingerprint, 16) / _SPACE,
            held_out=held_out(voice.fingerprint),
            readers=2 if frame or int(voice.fingerprint[-4:], 16) % _TWICE == 0 else 1,
            reader=voice.reader,
            drawn_at=actor.at,
            drawn_by=actor.ref,
        )
        for voice in voices
    ]
    # somebody may call one of them wrong at this moment; then it is on the list already
    Lesson.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
