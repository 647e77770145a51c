"""Texts are read and put into the index of words, some hundreds at a time; again when the model changes."""

import json
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from sanbao.base.actor import Actor, require
from sanbao.base.db import lock_rows
from sanbao.engines.text import Reader, Reading, normalise
from sanbao.rooms.feedback.adapters import bulk, cube
from sanbao.rooms.feedback.models import Mention, Voice
from sanbao.rooms.feedback.queries.versions import active_version
from sanbao.rooms.feedback.rules import bigrams

_MENTION_COLUMNS: Final = (
    "voice_id", "origin", "aspect", "polarity", "start", "end", "score", "reasons", "outlet_id", "said_on",
    "counts",
)  # fmt: skip
_READING_COLUMNS: Final = ("language", "sentiment", "overall", "demands", "flags", "reader")


def read_unread(actor: Actor, reader: Reader, *, most: int = 500, version: str = "") -> int:
    """Read the next texts that nobody has read and make them findable; return how many.

    The reading is done before the transaction opens, so that no lock waits for it; a text that somebody
    else read or erased meanwhile is left as it is. A reading is worked out from a text and no event of its
    own: it leaves no fact, only the reader's version, which is the active one where none is named.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.import", outlet="*")
    version = version or active_version()
    voices = list(_waiting(actor).filter(reader="").order_by("id")[:most])
    readings = reader.read_many([voice.text for voice in voices])
    words = [(voice.pk, bigrams(normalise(voice.text))) for voice in voices]
    _keep(voices, readings, version, words)
    return len(voices)


def read_again(actor: Actor, reader: Reader, *, most: int = 500, version: str = "") -> int:
    """Read the next texts anew that another version has read; return how many.

    What that one found is replaced in one transaction with what this one finds, so that nothing is ever
    counted twice or missing; a text that somebody else read or erased meanwhile is left as it is.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.import", outlet="*")
    version = version or active_version()
    # two stretches of one index instead of everything that is not this version
    theirs = _waiting(actor).filter(erased_at__isnull=True)
    older = theirs.filter(reader__gt="", reader__lt=version).order_by("reader", "id")
    newer = theirs.filter(reader__gt=version).order_by("reader", "id")
    voices = list(older[:most])
    voices += list(newer[: most - len(voices)]) if len(voices) < most else []
    readings = reader.read_many([voice.text for voice in voices])
    _keep(voices, readings, version)
    return len(voices)


def _waiting(actor: Actor) -> QuerySet[Voice]:
    rows: QuerySet[Voice] = Voice.objects.visible_to(actor)
    return rows.only("id", "text", "outlet_id", "said_on", "origin", "reader")


@transaction.atomic
def _keep(
    voices: Sequence[Voice],
    readings: Sequence[Reading],
    version: str,
    words: Sequence[tuple[int, list[str]]] = (),
) -> None:
    held = lock_rows(
        Voice.objects.filter(pk__in=[v.pk for v in voices]).only("id", "reader", "text", "counts")
    )
    now = {row.pk: row for row in held}
    pairs = [
        (voice, now[voice.pk].counts, reading)
        for voice, reading in zip(voices, readings, strict=True)
        if voice.pk in now and now[voice.pk].reader == voice.reader and now[voice.pk].text == voice.text
    ]
    again = [voice.pk for voice, _counts, _reading in pairs if voice.reader]
    cube.take(again)
    Mention.objects.filter(voice__in=again).delete()
    _put_mentions(pairs)
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
            for voice, _counts, reading in pairs
        ),
    )
    fresh = [voice.pk for voice, _counts, _reading in pairs]
    cube.add(fresh)
    kept = set(fresh)
    bulk.index_words([(key, found) for key, found in words if key in kept])


def _put_mentions(pairs: Sequence[tuple[Voice, bool, Reading]]) -> None:
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
                counts,
            )
            for voice, counts, reading in pairs
            for found in reading.aspects
        ),
    )
