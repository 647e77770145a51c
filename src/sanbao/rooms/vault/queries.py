"""Reads of the vault."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.rooms.vault.adapters import store
from sanbao.rooms.vault.models import File
from sanbao.rooms.vault.rules import PHOTOS


@dataclass(frozen=True, slots=True)
class FileCard:
    """One attachment."""

    number: str
    sha256: str
    size: int
    media_type: str
    name: str
    width: int
    height: int
    subject: str
    owner: str
    outlet: str
    note: str
    added_by: str
    added_at: datetime

    @property
    def is_photo(self) -> bool:
        return self.media_type in PHOTOS


def files_of(actor: Actor, *subjects: str) -> tuple[FileCard, ...]:
    """Return the files attached to these public numbers that the actor may see, oldest first. One query."""
    rows = File.objects.visible_to(actor).filter(subject__in=subjects, erased_at=None).order_by("id")
    return tuple(_card(row) for row in rows)


def files(actor: Actor, numbers: Iterable[str]) -> tuple[FileCard, ...]:
    """Return these files in the order of the numbers.

    Raises:
        Missing: one of them is unknown, erased or foreign.
    """
    wanted = list(dict.fromkeys(numbers))
    askable = [number for number in wanted if number.isprintable()]
    rows = File.objects.visible_to(actor).filter(number__in=askable, erased_at=None)
    found = {row.number: _card(row) for row in rows}
    for number in wanted:
        if number not in found:
            raise Missing(field="files", number=number[:20])
    return tuple(found[number] for number in wanted)


def file(actor: Actor, number: str) -> FileCard:
    """Return one file. Raises: Missing."""
    return files(actor, [number])[0]


def open_file(actor: Actor, number: str) -> tuple[FileCard, Path]:
    """Return a file and where its bytes lie.

    The door serves it from another address than pages, as an attachment, with ``nosniff`` and a policy
    that runs nothing. Raises: Missing.
    """
    card = file(actor, number)
    return card, _there(card, store.place_of(card.sha256))


def open_thumb(actor: Actor, number: str) -> tuple[FileCard, Path]:
    """Return a photo and where its small picture (WebP) lies. Raises: Missing, also for a document."""
    card = file(actor, number)
    return card, _there(card, store.thumb_of(card.sha256))


def _there(card: FileCard, place: Path) -> Path:
    if not place.exists():
        raise Missing(number=card.number)
    return place


def _card(row: File) -> FileCard:
    return FileCard(
        row.number,
        row.sha256,
        row.size,
        row.media_type,
        row.name,
        row.width,
        row.height,
        row.subject,
        row.owner,
        row.outlet,
        row.note,
        row.added_by,
        row.added_at,
    )
