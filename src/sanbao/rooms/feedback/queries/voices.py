"""Reads of single texts: lists, one text with what was read in it, sentences behind a number, search."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.engines.text import normalise
from sanbao.rooms.feedback.adapters import bulk, samples
from sanbao.rooms.feedback.adapters.samples import Wanted
from sanbao.rooms.feedback.models import Mention, Voice
from sanbao.rooms.feedback.queries.scope import Scope, codes_of
from sanbao.rooms.feedback.rules import Quote, bigrams, quote, redacted

MOST: Final = 100
_EXCERPT: Final = 140
_SEARCH_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class VoiceCard:
    """One text in a list; personal data in it is covered."""

    number: str
    origin: str
    excerpt: str
    stars: int | None
    product: str
    outlet: str
    subject: str
    said_on: date | None
    sentiment: float | None
    read: bool


@dataclass(frozen=True, slots=True)
class VoiceList:
    """One page of texts; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[VoiceCard, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A passage behind a number: where it stands, which way it points, which words moved the reader."""

    voice: str
    aspect: str
    polarity: int
    quote: Quote
    reasons: tuple[str, ...]
    score: float
    origin: str
    product: str
    outlet: str
    stars: int | None
    said_on: date | None


@dataclass(frozen=True, slots=True)
class SentenceList:
    """One page of sentences; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[Sentence, ...]
    after: str


@dataclass(frozen=True, slots=True)
class VoicePage:
    """One text whole, personal data covered, with everything that was read in it."""

    card: VoiceCard
    text: str
    language: str
    overall: int | None
    demands: tuple[str, ...]
    flags: tuple[str, ...]
    reader: str
    batch: str
    sentences: tuple[Sentence, ...]


def voices(actor: Actor, scope: Scope | None = None, after: str = "", *, most: int = 50) -> VoiceList:
    """Return the visible texts, newest first; one query."""
    rows = (scope or Scope()).kept(actor).filter(erased_at__isnull=True).order_by("-id")
    if after:
        rows = rows.filter(pk__lt=_place(after))
    most = min(most, MOST)
    found = list(rows[: most + 1])
    return VoiceList(tuple(map(_card, found[:most])), str(found[most - 1].pk) if len(found) > most else "")


def voice(actor: Actor, number: str) -> VoicePage:
    """Return one text whole; two queries.

    Raises:
        Missing.
    """
    rows = Voice.objects.select_related("batch").prefetch_related("mentions")
    row: Voice = rows.pick(actor, number=number)
    if row.erased_at is not None:
        raise Missing(number=number)
    found = sorted(row.mentions.all(), key=lambda m: (m.start, m.aspect))
    return VoicePage(
        _card(row),
        redacted(row.text),
        row.language,
        row.overall,
        tuple(row.demands),
        tuple(row.flags),
        row.reader,
        row.batch.number if row.batch else "",
        tuple(_sentence(m, row) for m in found),
    )


def sentences(
    actor: Actor,
    scope: Scope | None = None,
    *,
    aspect: str = "",
    scenario: str = "",
    polarity: int = 0,
    after: str = "",
    most: int = 50,
) -> SentenceList:
    """Return the sentences behind a number, newest first: of an aspect, or of a whole scenario; one query."""
    rows = (scope or Scope()).mentions(actor).filter(voice__erased_at__isnull=True)
    if aspect or scenario:
        rows = rows.filter(aspect__in=(aspect,) if aspect else codes_of(scenario))
    if polarity:
        rows = rows.filter(polarity=polarity)
    if after:
        rows = rows.filter(pk__lt=_place(after))
    most = min(most, MOST)
    found = list(rows.select_related("voice").order_by("-id")[: most + 1])
    return SentenceList(
        tuple(_sentence(m, m.voice) for m in found[:most]),
        str(found[most - 1].pk) if len(found) > most else "",
    )


def sample_sentences(
    actor: Actor, scope: Scope, wanted: Sequence[Wanted]
) -> Mapping[tuple[str, int], Sentence]:
    """Return one sentence for each aspect and direction that is wanted, if there is one; two queries."""
    keys = samples.find(scope.cells(actor), wanted)
    rows = Mention.objects.visible_to(actor).filter(pk__in=keys).select_related("voice").order_by("id")
    return {(row.aspect, row.polarity): _sentence(row, row.voice) for row in rows}


def drawn_sentences(
    actor: Actor, scope: Scope, most: int = 50
) -> Mapping[tuple[str, int], Sequence[Sentence]]:
    """Return at most ``most`` sentences for each aspect and direction; one query.

    They are drawn by the fingerprint of their text: without choice, and the same ones each time.
    """
    rows = (
        scope.mentions(actor)
        .filter(voice__erased_at__isnull=True)
        .annotate(
            place=Window(
                RowNumber(),
                partition_by=[F("aspect"), F("polarity")],
                order_by=[F("voice__fingerprint").asc()],
            )
        )
        .filter(place__lte=most)
        .select_related("voice")
        .order_by("aspect", "polarity", "voice__fingerprint")
    )
    drawn: dict[tuple[str, int], list[Sentence]] = {}
    for row in rows:
        drawn.setdefault((row.aspect, row.polarity), []).append(_sentence(row, row.voice))
    return drawn


def search_text(actor: Actor, text: str, after: str = "", *, most: int = 50) -> VoiceList:
    """Return the texts that hold these words as they stand, newest first, by the index of words.

    The index proposes, the text decides: pairs of characters that merely lie apart are passed over. Texts
    that wait to be read are not in the index yet.
    """
    folded = " ".join(normalise(text).split())
    words = bigrams(folded)
    most = min(most, MOST)
    before = _place(after) if after else 0
    found: list[Voice] = []
    for _round in range(_SEARCH_ROUNDS if words else 0):
        keys = bulk.find_words(words, before, MOST)
        rows = Voice.objects.visible_to(actor).filter(pk__in=keys, erased_at__isnull=True).order_by("-id")
        found += [row for row in rows if folded in " ".join(normalise(row.text).split())]
        if len(keys) < MOST or len(found) > most:
            break
        before = min(keys)
    return VoiceList(tuple(map(_card, found[:most])), str(found[most - 1].pk) if len(found) > most else "")


def _place(after: str) -> int:
    return int(after) if after.isdigit() and len(after) < 19 else 0  # noqa: PLR2004 - digits of a 64-bit key


def _card(row: Voice) -> VoiceCard:
    safe = redacted(row.text)
    return VoiceCard(
        row.number,
        row.origin,
        safe[:_EXCERPT] + ("…" if len(safe) > _EXCERPT else ""),
        row.stars,
        row.product_name,
        row.outlet_id or "",
        row.subject,
        row.said_on,
        row.sentiment,
        bool(row.reader),
    )


def _sentence(row: Mention, source: Any) -> Sentence:
    return Sentence(
        source.number,
        row.aspect,
        row.polarity,
        quote(source.text, row.start, row.end),
        tuple(redacted(reason) for reason in row.reasons),
        row.score,
        source.origin,
        source.product_name,
        source.outlet_id or "",
        source.stars,
        source.said_on,
    )
