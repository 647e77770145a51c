"""A file becomes a batch: read as a stream, checked row by row, stored in chunks that are each a transaction.

A run that was killed goes on where its last committed chunk ended when the same file is given again; the
rows before are read once more, without the database, so that equal rows keep their count.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Final

from django.conf import settings

from sanbao.base.actor import Actor, require
from sanbao.rooms.feedback.adapters.columns import Choice, choose
from sanbao.rooms.feedback.adapters.tables import LIMIT_MB, Table, open_table
from sanbao.rooms.feedback.errors import FileTooLarge
from sanbao.rooms.feedback.models import Batch, Voice
from sanbao.rooms.feedback.queries.batches import BatchCard
from sanbao.rooms.feedback.rules import FACTS, Bounds, Fault, Identity, check
from sanbao.rooms.feedback.services.batches import Marked, finish_batch, same_file, start_batch, store_rows
from sanbao.rooms.feedback.states import RUNNING
from sanbao.rooms.outlets import queries as outlets

CHUNK: Final = 2_000
_STEP_CHUNKS: Final = 10
_MEGABYTE: Final = 1024 * 1024

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The books of one import, how its file was understood, and the first faults of a dry run."""

    number: str
    read: int
    stored: int
    rejected: int
    duplicates: int
    kind: str
    encoding: str
    columns: Mapping[str, str]
    left_out: Mapping[str, str]
    faults: tuple[Fault, ...] = ()


def import_file(
    actor: Actor,
    path: Path,
    *,
    name: str = "",
    columns: Mapping[str, str] | None = None,
    origin: str = "review",
    source: str = "",
    encoding: str = "",
    dry_run: bool = False,
    understood: Callable[[Table, Choice], None] | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Bring a file of texts in and return its books; a dry run counts the same and stores nothing.

    ``understood`` hears once which columns were chosen, ``progress`` after each chunk how many rows of
    how many are done.

    Raises:
        NotAllowed, FileTooLarge, UnknownFormat, NoTextColumn, NoSuchColumn, MappingChanged, Overtaken.
    """
    require(actor, "feedback.import", outlet="*")
    table = open_table(path, encoding)
    choice = choose(table, columns or {})
    if understood:
        understood(table, choice)
    tell = progress or (lambda _done, _all: None)
    rows = _marked(actor, table, choice.columns, origin, source)
    digest = hash_of(path)
    if dry_run:
        same_file(digest, choice.columns, origin, source)
        return _count(rows, table, choice, tell)
    card = start_batch(
        actor,
        name=name or path.name,
        file_hash=digest,
        mapping=choice.columns,
        origin=origin,
        source=source,
    )
    card = _store_all(actor, card, rows, lambda done: tell(done, choice.rows))
    card = finish_batch(actor, card.number)
    books = (card.number, card.read, card.stored, card.rejected, card.duplicates)
    return Outcome(*books, table.kind, table.encoding, choice.columns, choice.left_out)


def _store_all(
    actor: Actor, card: BatchCard, rows: Iterator[Marked], tell: Callable[[int], None], chunks: int = 0
) -> BatchCard:
    """Store the rows that are not stored yet, all of them or at most so many chunks."""
    next(islice(rows, card.read, card.read), None)
    tell(card.read)
    step = 0
    while (not chunks or step < chunks) and (part := list(islice(rows, CHUNK))):
        card = store_rows(actor, card.number, seen=card.read, rows=part)
        step += 1
        tell(card.read)
    return card


def _marked(
    actor: Actor, table: Table, columns: Mapping[str, str], origin: str, source: str
) -> Iterator[Marked]:
    places = [table.columns.index(columns[fact]) if fact in columns else None for fact in FACTS]
    names = [columns.get(fact, "") for fact in FACTS]
    codes = frozenset(place.code for place in outlets.places()) if "outlet" in columns else frozenset()
    bounds = Bounds.at(actor.at.date(), codes)
    identity = Identity(origin, source)
    for cells in table.rows():
        row = cells if isinstance(cells, Fault) else check(cells[0], cells[1], places, names, bounds)
        yield row if isinstance(row, Fault) else (identity.of(row), row)


def _count(rows: Iterator[Marked], table: Table, choice: Choice, tell: Progress) -> Outcome:
    read = stored = duplicates = 0
    faults: list[Fault] = []
    seen: set[str] = set()
    while part := list(islice(rows, CHUNK)):
        marks = [row[0] for row in part if not isinstance(row, Fault)]
        known = set(Voice.objects.filter(fingerprint__in=marks).values_list("fingerprint", flat=True)) | seen
        fresh = set(marks) - known
        faults += [row for row in part if isinstance(row, Fault)]
        read += len(part)
        stored += len(fresh)
        duplicates += len(marks) - len(fresh)
        seen |= fresh
        tell(read, choice.rows)
    kind, encoding = table.kind, table.encoding
    return Outcome(
        "",
        read,
        stored,
        len(faults),
        duplicates,
        kind,
        encoding,
        choice.columns,
        choice.left_out,
        tuple(faults),
    )


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep_upload(
    actor: Actor,
    upload: IO[bytes],
    *,
    name: str,
    columns: Mapping[str, str] | None = None,
    origin: str = "review",
    source: str = "",
) -> str:
    """Keep an uploaded file and begin its import, which the worker carries on; return the batch's number.

    Raises:
        NotAllowed, FileTooLarge, UnknownFormat, NoTextColumn, NoSuchColumn, MappingChanged.
    """
    require(actor, "feedback.import", outlet="*")
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{hashlib.sha256(f'{actor.ref}{actor.at}'.encode()).hexdigest()}.draft"
    try:
        with draft.open("wb") as file:
            _copy(upload, file)
        choice = choose(open_table(draft), columns or {})
        digest = hash_of(draft)
        card = start_batch(
            actor, name=name, file_hash=digest, mapping=choice.columns, origin=origin, source=source
        )
        draft.replace(folder / card.number)
    finally:
        draft.unlink(missing_ok=True)
    return card.number


def _copy(upload: IO[bytes], file: IO[bytes]) -> None:
    left = LIMIT_MB * _MEGABYTE
    while part := upload.read(_MEGABYTE):
        left -= len(part)
        if left < 0:
            raise FileTooLarge(field="file", size=f"> {LIMIT_MB}", limit=LIMIT_MB)
        file.write(part)


def _folder() -> Path:
    return Path(settings.FILES_ROOT) / "imports"


def continue_imports(actor: Actor) -> int:
    """Carry the imports of uploaded files on by some chunks each; return how many rows were read.

    A duty of the worker. Imports of the command line have no kept file and are left to their command.
    """
    done = 0
    for batch in Batch.objects.visible_to(actor).filter(state=RUNNING).order_by("id"):
        path = _folder() / batch.number
        if path.is_file():
            done += _carry_on(actor, batch, path)
    return done


def _carry_on(actor: Actor, batch: Batch, path: Path) -> int:
    rows = _marked(actor, open_table(path), batch.mapping, batch.origin, batch.source)
    before = batch.read
    started = start_batch(
        actor,
        name=batch.name,
        file_hash=batch.file_hash,
        mapping=batch.mapping,
        origin=batch.origin,
        source=batch.source,
    )
    card = _store_all(actor, started, rows, lambda _done: None, _STEP_CHUNKS)
    if next(rows, None) is None:
        finish_batch(actor, card.number)
        path.unlink()
    return card.read - before
