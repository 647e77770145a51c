"""An import batch: begun, filled chunk by chunk, closed with one fact. The books balance at every moment."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import IntegrityError, transaction

from sanbao.base.actor import Actor, require
from sanbao.base.db import compare_and_set
from sanbao.base.errors import Invalid, Overtaken
from sanbao.base.ids import new_number, numbered
from sanbao.rooms.feedback.adapters import bulk
from sanbao.rooms.feedback.errors import MappingChanged
from sanbao.rooms.feedback.models import Batch, Reject, Voice
from sanbao.rooms.feedback.queries.batches import BatchCard, card_of
from sanbao.rooms.feedback.rules import Bounds, Fault, Identity, Row, fault_of
from sanbao.rooms.feedback.states import FINISHED, ORIGINS, RUNNING
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.outlets import queries as outlets
from sanbao.rooms.registry.models import Product

_RANDOM_BITS: Final = 40
_TRIES: Final = 5
_VOICE_COLUMNS: Final = (
    "number", "origin", "batch_id", "external_id", "fingerprint", "text", "stars", "product_name",
    "product_id", "outlet_id", "subject", "said_on", "stored_at", "language", "demands", "flags", "reader",
)  # fmt: skip

Marked = tuple[str, Row] | Fault
"""A row with its fingerprint, or why it is refused."""


@transaction.atomic
def start_batch(
    actor: Actor,
    *,
    name: str,
    file_hash: str,
    mapping: Mapping[str, str],
    origin: str = "review",
    source: str = "",
) -> BatchCard:
    """Begin an import, or return the unfinished one of the same file, which then goes on where it stopped.

    Raises:
        NotAllowed, Invalid: the origin is unknown.
        MappingChanged: the file came in before with other columns for the same texts.
    """
    require(actor, "feedback.import", outlet="*")
    if origin not in ORIGINS:
        raise Invalid("There is no origin “%(origin)s”.", field="origin", origin=origin[:20])
    bulk.one_importer()
    same = same_file(file_hash, mapping, origin, source)
    running = next(
        (batch for batch in same if batch.state == RUNNING and batch.mapping == dict(mapping)), None
    )
    if running is None:
        running = Batch.objects.create(
            number=new_number("IM"),
            name=name[:200],
            file_hash=file_hash,
            origin=origin,
            source=source,
            mapping=dict(mapping),
            made_by=actor.ref,
            made_at=actor.at,
        )
    return card_of(running)


def same_file(file_hash: str, mapping: Mapping[str, str], origin: str, source: str) -> list[Batch]:
    """Return the earlier imports of the same file, oldest first.

    Raises:
        MappingChanged: one of them took the same texts with other columns.
    """
    if not file_hash:
        return []
    same = list(Batch.objects.filter(file_hash=file_hash, origin=origin, source=source).order_by("id"))
    for batch in same:
        if batch.mapping != dict(mapping) and batch.mapping.get("text") == mapping.get("text"):
            raise MappingChanged(field="map", number=batch.number)
    return same


def store_rows(actor: Actor, number: str, *, seen: int, rows: Sequence[Marked]) -> BatchCard:
    """Store the next rows of a batch in one transaction: new ones as texts, known ones counted, faults kept.

    ``seen`` is the count of rows read so far, as the caller knows it.

    Raises:
        NotAllowed, Missing.
        Overtaken: somebody else carries this import on; nothing was stored.
    """
    for left in reversed(range(_TRIES)):
        try:
            return _store(actor, number, seen, rows)
        except IntegrityError:
            # of some hundred thousand random numbers two may be equal once; fresh ones are drawn
            if not left:
                raise
    raise Overtaken


@transaction.atomic
def _store(actor: Actor, number: str, seen: int, rows: Sequence[Marked]) -> BatchCard:
    require(actor, "feedback.import", outlet="*")
    batch: Batch = Batch.objects.pick(actor, number=number)
    bulk.one_importer()
    faults = [row for row in rows if isinstance(row, Fault)]
    marked = {row[0]: row[1] for row in rows if not isinstance(row, Fault)}
    known = set(Voice.objects.filter(fingerprint__in=list(marked)).values_list("fingerprint", flat=True))
    fresh = [(mark, row) for mark, row in marked.items() if mark not in known]
    compare_and_set(
        batch,
        seen={"state": RUNNING, "read": seen},
        changes={
            "read": seen + len(rows),
            "stored": batch.stored + len(fresh),
            "rejected": batch.rejected + len(faults),
            "duplicates": batch.duplicates + len(rows) - len(faults) - len(fresh),
        },
    )
    products, at = _product_codes(), bulk.moment(actor.at)
    bulk.insert(Voice._meta.db_table, _VOICE_COLUMNS, (_values(batch, products, at, *each) for each in fresh))
    bulk.insert(
        Reject._meta.db_table,
        ("batch_id", "row", "column", "code", "value"),
        ((batch.pk, f.row, f.column[:80], f.code[:24], f.value[:120]) for f in faults),
    )
    return card_of(batch)


def _values(batch: Batch, products: Mapping[str, str], at: Any, mark: str, row: Row) -> tuple[Any, ...]:
    return (
        numbered("VO", secrets.randbits(_RANDOM_BITS)),
        batch.origin,
        batch.pk,
        row.external_id,
        mark,
        row.text,
        row.stars,
        row.product,
        products.get(row.product.casefold()) if row.product else None,
        row.outlet or None,
        "",
        row.said_on and row.said_on.isoformat(),
        at,
        "",
        "[]",
        "[]",
        "",
    )


def _product_codes() -> dict[str, str]:
    """Map every code and name of the catalogue to its code."""
    rows = Product.objects.values_list("code", "name_zh", "name_en")
    return {word.casefold(): names[0] for names in rows for word in names}


@transaction.atomic
def finish_batch(actor: Actor, number: str) -> BatchCard:
    """Close the books of an import with one fact; a finished one stays as it is.

    Raises:
        NotAllowed, Missing, Overtaken.
    """
    require(actor, "feedback.import", outlet="*")
    batch: Batch = Batch.objects.pick(actor, number=number)
    if batch.state == FINISHED:
        return card_of(batch)
    compare_and_set(
        batch,
        seen={"state": RUNNING, "read": batch.read},
        changes={"state": FINISHED, "finished_at": actor.at},
    )
    ledger.append(
        batch.number,
        "feedback.batch_finished",
        actor,
        read=batch.read,
        stored=batch.stored,
        rejected=batch.rejected,
        duplicates=batch.duplicates,
        origin=batch.origin,
        file_hash=batch.file_hash,
    )
    return card_of(batch)


@transaction.atomic
def add_texts(
    actor: Actor, *, rows: Sequence[Row], name: str, origin: str = "review", source: str = ""
) -> BatchCard:
    """Store texts from memory as one finished batch, held against the same rules as the rows of a file.

    Rows that are there already count as duplicates; a row in ``rejects`` is called by its place, from 1.

    Raises:
        NotAllowed, Invalid.
    """
    card = start_batch(actor, name=name, file_hash="", mapping={}, origin=origin, source=source)
    identity = Identity(origin, source)
    bounds = Bounds.at(actor.at.date(), frozenset(place.code for place in outlets.places()))
    marked = [
        fault_of(number, row, bounds) or (identity.of(row), row) for number, row in enumerate(rows, start=1)
    ]
    store_rows(actor, card.number, seen=0, rows=marked)
    return finish_batch(actor, card.number)
