"""Texts are read and put into the index of words, some hundreds at a time."""

import json
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from sanbao.base.actor import Actor, require
from sanbao.base.db import lock_rows
from sanbao.engines.text import Reader, Reading, normalise
from sanbao.rooms.feedback.adapters import bulk
from sanbao.rooms.feedback.adapters.reader import model_card
from sanbao.rooms.feedback.models import Mention, Voice
from sanbao.rooms.feedback.rules import bigrams

_MENTION_COLUMNS: Final = (
    "voice_id", "origin", "aspect", "polarity", "start", "end", "score", "reasons", "outlet_id", "said_on",
)  # fmt: skip
_READING_COLUMNS: Final = ("language", "sentiment", "overall", "demands", "flags", "reader")


def reader_version() -> str:
    """Name the reader whose readings are stored: model and version."""
    card = model_card()
    return f"{card['model']}-{card['version']}"[:24]


def read_unread(actor: Actor, reader: Reader, *, most: int = 500) -> int:
    """Read the next texts that nobody has read and make them findable; return how many.

    The reading is done before the transaction opens, so that no lock waits for it; a text that somebody
    else read or erased meanwhile is left as it is. A reading is worked out from a text and no event of its
    own: it leaves no fact, only the reader's version.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.import", outlet="*")
    unread: QuerySet[Voice] = Voice.objects.visible_to(actor).filter(reader="").order_by("id")
    voices = list(unread.only("id", "text", "outlet_id", "said_on", "origin")[:most])
    readings = reader.read_many([voice.text for voice in voices])
    words = [(voice.pk, bigrams(normalise(voice.text))) for voice in voices]
    _keep(voices, readings, words)
    return len(voices)


@transaction.atomic
def _keep(
    voices: Sequence[Voice], readings: Sequence[Reading], words: Sequence[tuple[int, list[str]]]
) -> None:
    still = {
        voice.pk
        for voice in lock_rows(Voice.objects.filter(pk__in=[v.pk for v in voices], reader="").only("id"))
    }
    pairs = [(voice, reading) for voice, reading in zip(voices, readings, strict=True) if voice.pk in still]
    version = reader_version()
    bulk.insert(
        Mention._meta.db_table,
        _MENTION_COLUMNS,
        (
            (
                voice.pk,
                voice.origin,
                found.code,
                found.polarity,
                found.start,
                found.end,
                found.score,
                json.dumps(found.reasons, ensure_ascii=False),
                voice.outlet_id,
                voice.said_on and voice.said_on.isoformat(),
            )
            for voice, reading in pairs
            for found in reading.aspects
        ),
    )
    bulk.update(
        Voice._meta.db_table,
        _READING_COLUMNS,
        (
            (
                reading.language,
                reading.sentiment,
                reading.overall,
                json.dumps(reading.demands),
                json.dumps(reading.flags),
                version,
                voice.pk,
            )
            for voice, reading in pairs
        ),
    )
    bulk.index_words([(key, found) for key, found in words if key in still])
