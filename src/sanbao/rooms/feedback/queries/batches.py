"""Reads of imports: their books and the rows that were refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sanbao.base.actor import Actor
from sanbao.rooms.feedback.models import Batch, Reject
from sanbao.rooms.feedback.rules import Fault
from sanbao.rooms.feedback.states import FINISHED


@dataclass(frozen=True, slots=True)
class BatchCard:
    """One import with its books: ``read`` is always ``stored + rejected + duplicates``."""

    number: str
    name: str
    state: str
    origin: str
    source: str
    mapping: Mapping[str, str]
    file_hash: str
    read: int
    stored: int
    rejected: int
    duplicates: int
    made_at: datetime
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.state == FINISHED


@dataclass(frozen=True, slots=True)
class BatchList:
    """One page of imports; ``after`` asks for the next one and is empty on the last."""

    rows: tuple[BatchCard, ...]
    after: str


def card_of(batch: Batch) -> BatchCard:
    """Return an import as a plain value."""
    return BatchCard(
        batch.number,
        batch.name,
        batch.state,
        batch.origin,
        batch.source,
        batch.mapping,
        batch.file_hash,
        batch.read,
        batch.stored,
        batch.rejected,
        batch.duplicates,
        batch.made_at,
        batch.finished_at,
    )


def batches(actor: Actor, after: str = "", *, most: int = 50) -> BatchList:
    """Return the imports, newest first; one query."""
    rows = Batch.objects.visible_to(actor).order_by("-id")
    if after:
        rows = rows.filter(pk__lt=int(after) if after.isdigit() else 0)
    found = list(rows[: most + 1])
    following = str(found[most - 1].pk) if len(found) > most else ""
    return BatchList(tuple(card_of(b) for b in found[:most]), following)


def batch(actor: Actor, number: str) -> BatchCard:
    """Return one import.

    Raises:
        Missing.
    """
    return card_of(Batch.objects.pick(actor, number=number))


def rejects(actor: Actor, number: str, *, most: int = 0) -> Iterator[Fault]:
    """Return the refused rows of one import in the order of the file; all unless ``most`` says otherwise."""
    rows = Reject.objects.visible_to(actor).filter(batch__number=number).order_by("row", "id")
    for reject in (rows[:most] if most else rows).iterator():
        yield Fault(reject.row, reject.column, reject.code, reject.value)
