"""Files of rows as they come: CSV, JSON Lines, Parquet and Excel, each as one stream of numbered cells."""

import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from sanbao.rooms.feedback.adapters import csvs
from sanbao.rooms.feedback.adapters.encodings import encoding_of
from sanbao.rooms.feedback.errors import FileTooLarge, UnknownFormat
from sanbao.rooms.feedback.rules import Fault, printable

LIMIT_MB: Final = 200
_MEGABYTE: Final = 1024 * 1024
_UNPACKED_LIMIT: Final = 2_000 * _MEGABYTE
_LOOK: Final = 200

Cells = tuple[int, list[str]] | Fault
"""A row with its number as a spreadsheet counts (the header is row 1), or why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read again and again: its kind, its columns and a fresh stream of its rows."""

    kind: str
    encoding: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterator[Cells]]


def open_table(path: Path, encoding: str = "") -> Table:
    """Return the table in a file, recognised by its content and never by its name.

    Raises:
        FileTooLarge: more than 200 MB.
        UnknownFormat: it is none of the four kinds, or damaged.
    """
    size = path.stat().st_size
    if size > LIMIT_MB * _MEGABYTE:
        raise FileTooLarge(field="file", size=-(-size // _MEGABYTE), limit=LIMIT_MB)
    with path.open("rb") as file:
        head = file.read(_LOOK)
    if not head.strip():
        raise UnknownFormat("The file is empty.", field="file")
    if head.startswith(b"PAR1"):
        return _parquet(path)
    if head.startswith(b"PK\x03\x04"):
        return _excel(path)
    if head.startswith((b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"MZ", b"\x7fELF")):
        raise UnknownFormat("This is an old Excel file, a picture or a program, not a table.", field="file")
    encoding = encoding or encoding_of(path)
    first = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if first.startswith("{"):
        return _json_lines(path, encoding)
    if first.startswith("["):
        raise UnknownFormat("This is one JSON list; one object per line is needed.", field="file")
    columns, rows = csvs.open_csv(path, encoding)
    return Table("csv", encoding, columns, rows)


def plain(value: Any) -> str:
    """Return a cell as the words a person would see; formulas stay text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return "" if value != value else f"{value:.0f}" if value.is_integer() else repr(value)  # noqa: PLR0124 - NaN
    if isinstance(value, datetime | date):
        return value.isoformat(*(" ",) if isinstance(value, datetime) else ())
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(getattr(value, "text", value))


def _parquet(path: Path) -> Table:
    try:
        columns = tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as fault:
        raise UnknownFormat("The Parquet file is damaged.", field="file") from fault

    def rows() -> Iterator[Cells]:
        number = 1
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=4_000):
                for values in zip(*(_texts(column) for column in batch.columns), strict=True):
                    number += 1
                    yield number, list(values)

    return Table("parquet", "", columns, rows)


def _texts(column: Any) -> Sequence[str]:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return [value or "" for value in column.to_pylist()]
    return [plain(value) for value in column.to_pylist()]


def _excel(path: Path) -> Table:
    try:
        with zipfile.ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > _UNPACKED_LIMIT:
            raise FileTooLarge(field="file", size=unpacked // _MEGABYTE, limit=_UNPACKED_LIMIT // _MEGABYTE)
        header = next(_sheet(path), None)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError) as fault:
        raise UnknownFormat("The Excel file is damaged, or not .xlsx.", field="file") from fault
    if header is None:
        raise UnknownFormat("The first sheet is empty.", field="file")
    width = max((at + 1 for at, cell in enumerate(header) if cell), default=0)

    def rows() -> Iterator[Cells]:
        sheet = _sheet(path)
        next(sheet)
        for number, cells in enumerate(sheet, start=2):
            if not any(cells):
                continue
            if any(cells[width:]):
                yield Fault(number, "", "ragged", printable(" | ".join(cells)))
            else:
                yield number, (cells + [""] * width)[:width]

    return Table("excel", "", named(header[:width]), rows)


def _sheet(path: Path) -> Iterator[list[str]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    try:
        for cells in book.worksheets[0].iter_rows(values_only=True):
            yield [plain(cell) for cell in cells]
    finally:
        book.close()


def named(header: Sequence[str]) -> tuple[str, ...]:
    """Return the column names, those without one called by their place."""
    return tuple(name.strip().lstrip("\ufeff")[:80] or f"#{at}" for at, name in enumerate(header, start=1))


def _json_lines(path: Path, encoding: str) -> Table:
    columns: dict[str, None] = {}
    for _number, line in zip(range(_LOOK), _lines(path, encoding), strict=False):
        value = _object(line[1])
        columns |= dict.fromkeys(value or {})
    names = tuple(columns)

    def rows() -> Iterator[Cells]:
        for number, line in _lines(path, encoding):
            value = _object(line)
            if value is None:
                yield Fault(number, "", "json", printable(line))
            else:
                yield number, [plain(value.get(name)) for name in names]

    return Table("jsonl", encoding, names, rows)


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    with path.open(encoding=encoding, errors="surrogateescape") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
