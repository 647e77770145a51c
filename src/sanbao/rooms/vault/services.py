"""Every write of the vault."""

from typing import Protocol

from django.db import transaction

from sanbao.base.actor import SYSTEM, Actor, require
from sanbao.base.errors import Invalid, NotAllowed
from sanbao.base.ids import new_number
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.vault.adapters import photos, store
from sanbao.rooms.vault.errors import FileTooLarge, NotAFile, UnsafePdf
from sanbao.rooms.vault.models import File
from sanbao.rooms.vault.rules import (
    MOST_BYTES,
    MOST_MEGABYTES,
    PHOTOS,
    is_plain_pdf,
    media_type_of,
    tidy_file_name,
)


class Readable(Protocol):
    """An upload, or any open file."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes."""


def add_file(
    actor: Actor,
    *,
    content: bytes | Readable,
    name: str,
    subject: str,
    owner: str = "",
    outlet: str = "",
    note: str = "",
) -> str:
    """Keep an attachment of ``subject``; return its number.

    What it is is told by its bytes alone. A photo is made anew, so that place and camera stay with the
    sender. The bytes are on disk before the row is written; a refusal leaves neither. Whoever calls has
    made sure that the actor may see ``subject``. ``owner`` is the ref of the customer who may see it; an
    owner's own files are always theirs.

    Raises:
        NotAllowed, Invalid, FileTooLarge, NotAFile, BrokenPhoto, TooManyPixels, UnsafePdf.
    """
    whose = _may(actor, owner, outlet)
    _check_words(subject, note)
    media_type, kept = _safe(_read(content))
    row = File(
        number=new_number("FL"),
        sha256=store.keep(kept.content, kept.thumb),
        size=len(kept.content),
        media_type=media_type,
        name=tidy_file_name(name, media_type),
        width=kept.width,
        height=kept.height,
        subject=subject,
        owner=whose,
        outlet=outlet,
        note=note,
        added_by=actor.ref,
        added_at=actor.at,
    )
    _add(actor, row)
    store.keep(kept.content, kept.thumb)  # an erasure of the same bytes may have come between
    return row.number


def _may(actor: Actor, owner: str, outlet: str) -> str:
    if actor.is_owner:
        if owner not in {"", actor.ref}:
            raise NotAllowed(owner="another")
        return actor.ref
    require(actor, "vault.add", outlet=outlet or None)
    return owner


def _check_words(subject: str, note: str) -> None:
    if not subject.isprintable() or not 1 <= len(subject) <= 40:  # noqa: PLR2004 - the column's length
        raise Invalid("A file needs to belong to something.", field="subject")
    if len(note) > 200 or "\x00" in note:  # noqa: PLR2004 - the column's length
        raise Invalid("This note is longer than 200 characters.", field="note")


def _read(content: bytes | Readable) -> bytes:
    raw = content if isinstance(content, bytes) else content.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise FileTooLarge(field="file", most=MOST_MEGABYTES)
    return raw


def _safe(raw: bytes) -> tuple[str, photos.Photo]:
    """Return what the content is, and what of it is kept: a picture made anew, or a document as it is."""
    media_type = media_type_of(raw)
    if media_type is None:
        raise NotAFile(field="file")
    if media_type in PHOTOS:
        return media_type, photos.made_anew(raw, media_type)
    if not is_plain_pdf(raw):
        raise UnsafePdf(field="file")
    return media_type, photos.Photo(raw, thumb=b"", width=0, height=0)


@transaction.atomic
def _add(actor: Actor, row: File) -> None:
    row.save()
    ledger.append(row.subject, "file.added", actor, file=row.number, sha256=row.sha256, size=row.size)


@transaction.atomic
def erase_files(actor: Actor, owner: str) -> int:
    """Erase every file of a customer (by ref); return how many. Twice does nothing.

    Rows stay with number, hash and moments, so that proofs that name them keep their order; names, notes
    and bytes go. Bytes that somebody else's row still needs stay.

    Raises:
        NotAllowed: not done by the house itself, which heard that the customer was erased.
    """
    if actor.kind != SYSTEM:
        raise NotAllowed
    rows = list(File.objects.filter(owner=owner, erased_at=None).order_by("id"))
    if not rows:
        return 0
    keys = [row.pk for row in rows]
    File.objects.filter(pk__in=keys).update(name="", note="", erased_at=actor.at)
    ledger.append(owner.removeprefix("owner:"), "files.erased", actor, files=[row.number for row in rows])
    digests = {row.sha256 for row in rows}
    transaction.on_commit(lambda: _drop(digests))
    return len(rows)


def _drop(digests: set[str]) -> None:
    needed = set(File.objects.filter(sha256__in=digests, erased_at=None).values_list("sha256", flat=True))
    for digest in digests - needed:
        store.forget(digest)
