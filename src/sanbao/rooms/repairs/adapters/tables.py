"""Tables of cases on disk: CSV, Parquet and Arrow files, read and written again with the answers added."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import feather, parquet

from sanbao.rooms.repairs.adapters.cases import ANSWERS, Answer

PARQUET = frozenset({".parquet", ".pq"})
ARROW = frozenset({".arrow", ".feather"})
Judge = Callable[[Mapping[str, Any]], Answer]


class NotATable(ValueError):
    """A file that is no table of cases; the message says why."""


def answer_table(source: Path, target: Path, judge: Judge) -> list[tuple[int, str]]:
    """Write ``source`` to ``target`` with the answers after its own columns; row order is kept.

    Returns the rows without a verdict as (row number from 1, why).

    Raises:
        NotATable: the file cannot be read as a table.
    """
    names, rows = _read(source)
    errors: list[tuple[int, str]] = []
    answered = _answered(names, rows, judge, errors)
    kept = [name for name in names if name not in ANSWERS]
    if is_arrow(target):
        _write_arrow(target, source, kept, answered)
    else:
        _write_csv(target, kept, answered)
    return errors


def rows_of(source: Path) -> list[dict[str, Any]]:
    """Return the rows of a table by their headings.

    Raises:
        NotATable: the file cannot be read as a table.
    """
    names, rows = _read(source)
    return [dict(zip(names, cells, strict=False)) for cells in rows]


def _read(source: Path) -> tuple[list[str], Sequence[Sequence[Any]]]:
    return _read_arrow(source) if is_arrow(source) else _read_csv(source)


Row = tuple[Mapping[str, Any], Mapping[str, str]]


def _answered(
    names: Sequence[str], rows: Iterable[Sequence[Any]], judge: Judge, errors: list[tuple[int, str]]
) -> Iterator[Row]:
    for number, cells in enumerate(rows, start=1):
        row = dict(zip(names, cells, strict=False))
        if len(cells) != len(names):
            answer = Answer(dict.fromkeys(ANSWERS, ""), f"{len(cells)} cells under {len(names)} headings")
        else:
            answer = judge(row)
        if answer.error:
            name = str(row.get("id") or "")
            errors.append((number, f"{name}: {answer.error}" if name else answer.error))
        yield row, answer.columns


def _read_csv(source: Path) -> tuple[list[str], Sequence[Sequence[Any]]]:
    try:
        rows = [cells for cells in csv.reader(io.StringIO(_text(source.read_bytes()), newline="")) if cells]
    except (UnicodeDecodeError, csv.Error) as unreadable:
        raise NotATable(f"{source.name} is no CSV file in UTF-8 or GB18030: {unreadable}") from unreadable
    if not rows:
        raise NotATable(f"{source.name} is empty")
    return _headings(source, rows[0]), rows[1:]


def _text(content: bytes) -> str:
    """UTF-8 with or without a mark; or GB18030, in which Chinese spreadsheets save."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _headings(source: Path, names: list[str]) -> list[str]:
    if len(set(names)) != len(names):
        raise NotATable(f"{source.name} has two columns of the same name")
    if "fault_on" not in names:
        raise NotATable(f"{source.name} has no column fault_on")
    return names


def is_arrow(path: Path) -> bool:
    """Say whether a file's name promises typed columns."""
    return path.suffix.lower() in PARQUET | ARROW


def read_arrow(source: Path) -> pa.Table:
    """Return a Parquet or Arrow file as a table of cases.

    Raises:
        NotATable: it cannot be read, or has no column of fault dates.
    """
    try:
        parquet_file = source.suffix.lower() in PARQUET
        table = parquet.read_table(source) if parquet_file else feather.read_table(source)
    except (pa.ArrowInvalid, OSError) as unreadable:
        raise NotATable(f"{source.name} cannot be read: {unreadable}") from unreadable
    _headings(source, list(table.column_names))
    return table


def write_arrow(table: pa.Table, target: Path) -> None:
    """Write a table as Parquet or Arrow, by the name of the file."""
    if target.suffix.lower() in PARQUET:
        parquet.write_table(table, target)
    else:
        feather.write_feather(table, target)


def _read_arrow(source: Path) -> tuple[list[str], Sequence[Sequence[Any]]]:
    table = read_arrow(source)
    return list(table.column_names), list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _write_csv(target: Path, kept: Sequence[str], answered: Iterable[Row]) -> None:
    with target.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow([*kept, *ANSWERS])
        for row, answers in answered:
            writer.writerow([*(row.get(name, "") for name in kept), *(answers[name] for name in ANSWERS)])


def _write_arrow(target: Path, source: Path, kept: Sequence[str], answered: Iterable[Row]) -> None:
    """Typed columns of an Arrow source keep their types; answers are text."""
    rows = list(answered)
    if is_arrow(source):
        table = read_arrow(source).select(list(kept))
    else:
        table = pa.table(
            {name: pa.array([row.get(name, "") for row, _ in rows], pa.string()) for name in kept}
        )
    for name in ANSWERS:
        table = table.append_column(name, pa.array([answers[name] for _, answers in rows], pa.string()))
    write_arrow(table, target)
