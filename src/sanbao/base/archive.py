"""The whole database and its files as one portable archive, and back.

The archive is a tar file: ``manifest.json`` (format, rows and SHA-256 of each member, applied
migrations), ``tables/<model>.jsonl`` with one row a line, ``files/…`` by content hash. It does not
depend on the kind of database: what SQLite wrote, PostgreSQL can read.
"""

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from sanbao.base.errors import Invalid, Refusal

FORMAT: Final = "sanbao-archive-1"
_LEFT_OUT: Final = frozenset({"sessions", "contenttypes", "auth"})
_ROWS_AT_ONCE: Final = 500


class NotEmpty(Refusal):
    """A restore into a database that holds rows."""

    code = "not_empty"
    text = "The database already holds data; nothing was restored."
    remedy = "Restore into an empty database: set another SANBAO_HOME or SANBAO_DATABASE_URL."


class _Exact(DjangoJSONEncoder):
    """Writes moments as they are; Django's own encoder cuts them off at a thousandth of a second."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


def stored_models() -> list[type[models.Model]]:
    """Every model whose rows belong into an archive, in a fixed order."""
    return [m for m in apps.get_models() if m._meta.app_label not in _LEFT_OUT and m._meta.managed]


def write(target: Path, files: Path) -> dict[str, int]:
    """Write database and files into ``target`` as of one moment; return the rows of each table.

    The archive appears under its name only when it is whole. Writers go on meanwhile.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as folder, snapshot():
        room = Path(folder)
        rows, members = {}, {}
        for model in stored_models():
            name = f"tables/{model._meta.label_lower}.jsonl"
            rows[model._meta.label_lower] = _dump(model, room / "rows.jsonl")
            shutil.move(room / "rows.jsonl", room / name.replace("/", "__"))
            members[name] = room / name.replace("/", "__")
        members |= {f"files/{p.relative_to(files)}": p for p in sorted(files.rglob("*")) if p.is_file()}
        manifest = {
            "format": FORMAT,
            "rows": rows,
            "migrations": _applied(),
            "sha256": {name: digest(path) for name, path in members.items()},
        }
        whole = room / "whole.tar"
        with tarfile.open(whole, "w") as tar:
            _add(tar, "manifest.json", json.dumps(manifest, indent=1).encode())
            for name, path in members.items():
                tar.add(path, arcname=name, recursive=False)
        whole.replace(target)
    return rows


def read(source: Path, files: Path) -> dict[str, int]:
    """Bring an archive into an empty, migrated database; return the rows of each table.

    Every member is checked against the manifest before the first row is written, and all rows come
    in one transaction.

    Raises:
        Invalid: not such an archive, damaged, or of another version of the tables.
        NotEmpty: the database holds rows already.
    """
    with tempfile.TemporaryDirectory(dir=files.parent) as folder:
        room = Path(folder)
        manifest = _unpack(source, room)
        with transaction.atomic():
            if any(m._default_manager.exists() for m in stored_models() if m._meta.label not in _seeded()):
                raise NotEmpty
            for model in stored_models():
                _load(model, room / "tables" / f"{model._meta.label_lower}.jsonl")
            _reset_sequences()
        if (room / "files").exists():
            shutil.copytree(room / "files", files, dirs_exist_ok=True)
    counts: dict[str, int] = manifest["rows"]
    return counts


@contextmanager
def snapshot() -> Iterator[None]:
    """Hold one view of the database while others go on writing."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
        return
    already = connection.in_atomic_block
    with connection.cursor() as cursor:
        if not already:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            if not already:
                cursor.execute("COMMIT")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _seeded() -> frozenset[str]:
    """Tables that a migration may have filled; a restore replaces their rows."""
    return frozenset({"registry.Role"})


def _applied() -> list[str]:
    ours = {m._meta.app_label for m in stored_models()}
    return sorted(
        f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations() if app in ours
    )


def _dump(model: type[models.Model], place: Path) -> int:
    count = 0
    with place.open("w", encoding="utf-8") as stream:
        rows = model._default_manager.order_by("pk").iterator(chunk_size=2000)
        while batch := list(islice(rows, 2000)):
            serializers.serialize("jsonl", batch, stream=stream, cls=_Exact)
            count += len(batch)
    return count


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))


def _unpack(source: Path, room: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(room, filter="data")
        manifest: dict[str, Any] = json.loads((room / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, tarfile.TarError, ValueError) as fault:
        raise Invalid("This file is not an archive of Sanbao.", field="file") from fault
    if manifest.get("format") != FORMAT:
        raise Invalid("This file is not an archive of Sanbao.", field="file")
    for name, expected in manifest["sha256"].items():
        if not (room / name).is_file() or digest(room / name) != expected:
            raise Invalid(
                "The archive is damaged at %(name)s; nothing was restored.", field="file", name=name
            )
    if manifest["migrations"] != _applied():
        raise Invalid(
            "The archive was written by another version; nothing was restored.",
            field="file",
            remedy="Restore it with the version that wrote it, then upgrade.",
        )
    return manifest


def _load(model: type[models.Model], place: Path) -> None:
    model._default_manager.all().delete()
    with place.open(encoding="utf-8") as stream:
        found: Iterable[Any] = serializers.deserialize("jsonl", stream)
        rows = (item.object for item in found)
        while batch := list(islice(rows, _ROWS_AT_ONCE)):
            model._default_manager.bulk_create(batch)


def _reset_sequences() -> None:
    statements = connection.ops.sequence_reset_sql(no_style(), stored_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
