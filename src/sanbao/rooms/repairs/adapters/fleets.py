"""Whole fleets in Parquet or Arrow files: judged column by column, answered in codes without explanations."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sanbao.engines.policy import PackError
from sanbao.engines.policy.columns import DATES, NONE, USUAL, Cells, Columns, day_number
from sanbao.engines.policy.fleet import DECIDED, NEEDS_PERSON, REFUSED, FleetVerdicts, judge_fleet
from sanbao.rooms.repairs.adapters.cases import NO, SHIPPED, STACKS, YES
from sanbao.rooms.repairs.adapters.packs import Books
from sanbao.rooms.repairs.adapters.tables import NotATable, read_arrow, write_arrow

CODES = ("outcome", "remedies", "days_left", "refund_share", "loaner_due", "disputed")
OUTCOMES = {DECIDED: "decided", NEEDS_PERSON: "needs_person", REFUSED: "refused"}
REMEDIES = ("none", "repair", "exchange", "repair;exchange", "refund", "repair;refund", "exchange;refund")
ALL = "repair;exchange;refund"
SHARE = 10_000


def answer_fleet(
    source: Path, target: Path, today: date | None = None, books: Books = SHIPPED
) -> dict[str, int]:
    """Write ``source`` to ``target`` with the codes of every verdict after its own columns.

    Returns how many rows were decided, need a person, and were refused.

    Raises:
        NotATable: the file cannot be read as a table of cases.
    """
    table = read_arrow(source)
    verdicts = judge_table(table, today, books)
    kept = table.select([name for name in table.column_names if name not in CODES])
    for name, column in answers(verdicts).items():
        kept = kept.append_column(name, column)
    write_arrow(kept, target)
    counts = np.bincount(verdicts.outcome, minlength=len(OUTCOMES))
    return {OUTCOMES[code]: int(count) for code, count in enumerate(counts)}


def judge_table(table: pa.Table, today: date | None = None, books: Books = SHIPPED) -> FleetVerdicts:
    """Return the verdicts on every row of a table; rows of a place without packs are refused.

    Raises:
        NotATable: a column holds something else than its fact.
    """
    columns = columns_from(table, today)
    stacks = _words(table, "packs", "statutory")
    out = _empty(columns.size)
    for place, stack, rows in _shares(columns, stacks):
        whole = rows.size == columns.size
        own = columns if whole else columns.take(rows, rows.size)
        try:
            found = judge_fleet(books(place, STACKS[stack]), own)
        except (PackError, KeyError):
            out.outcome[rows] = REFUSED
            continue
        if whole:
            return found
        for name in FleetVerdicts.__dataclass_fields__:
            getattr(out, name)[rows] = getattr(found, name)
    return out


def columns_from(table: pa.Table, today: date | None = None) -> Columns:
    """Return the facts in a table; empty cells hold the usual value, other columns are passed over.

    Raises:
        NotATable: a cell cannot be read as its fact.
    """
    cells: dict[str, Cells] = {}
    for name in table.column_names:
        if name in USUAL:
            try:
                cells[name] = _cells(table, name)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as unreadable:
                raise NotATable(f"column {name}: {unreadable}") from unreadable
    if today is not None:
        cells.setdefault("asked_on", np.full(table.num_rows, day_number(today), np.int32))
    return Columns(table.num_rows, cells)


def _cells(table: pa.Table, name: str) -> Cells:
    usual, column = USUAL[name], table.column(name)
    if name in DATES:
        return _numbers(pc.cast(_blank(column), pa.date32()).cast(pa.int32()), NONE)
    if isinstance(usual, bool):
        return _flags(_blank(column), usual)
    if isinstance(usual, str):
        return _words(table, name, usual)
    return _numbers(pc.cast(_blank(column), pa.int32()), 0)


def _blank(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Empty text means unknown, as it does in a CSV file."""
    if not pa.types.is_string(column.type):
        return column
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def _numbers(column: pa.ChunkedArray, usual: int) -> npt.NDArray[np.int32]:
    if column.null_count:
        column = pc.fill_null(column, usual)
    found: npt.NDArray[np.int32] = column.to_numpy()
    return found


def _flags(column: pa.ChunkedArray, usual: bool) -> npt.NDArray[np.bool_]:  # noqa: FBT001 - a value, not a mode
    if pa.types.is_string(column.type):
        lower = pc.utf8_lower(column)
        known = pc.is_in(lower, pa.array(sorted(YES | NO)))
        if not pc.all(pc.or_(known, pc.is_null(column))).as_py():
            raise ValueError("neither yes nor no")
        column = pc.if_else(pc.is_null(column), None, pc.is_in(lower, pa.array(sorted(YES))))
    if column.null_count:
        column = pc.fill_null(column, usual)
    found: npt.NDArray[np.bool_] = column.to_numpy()
    return found


def _words(table: pa.Table, name: str, usual: str) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
    if name not in table.column_names:
        return np.zeros(table.num_rows, np.int32), (usual,)
    column = table.column(name)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    column = column.unify_dictionaries().combine_chunks()
    column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    vocabulary = (usual, *(word or usual for word in column.dictionary.to_pylist()))
    codes = pc.fill_null(pc.cast(column.indices, pa.int32()), -1).to_numpy()
    return codes + np.int32(1), vocabulary


def _shares(
    columns: Columns, stacks: tuple[npt.NDArray[np.int32], tuple[str, ...]]
) -> Iterator[tuple[str, str, npt.NDArray[np.intp]]]:
    _, places = columns.words("jurisdiction")
    for place in dict.fromkeys(places):
        here = columns.word_in("jurisdiction", {place})
        for stack in dict.fromkeys(stacks[1]):
            same = np.array([word == stack for word in stacks[1]], np.bool_)[stacks[0]]
            rows = np.flatnonzero(here & same)
            if rows.size:
                yield place, stack, rows


def _empty(size: int) -> FleetVerdicts:
    none = np.full(size, NONE, np.int32)
    return FleetVerdicts(
        np.zeros(size, np.uint8),
        np.zeros(size, np.uint8),
        none,
        none.copy(),
        np.zeros(size, np.bool_),
        np.zeros(size, np.bool_),
    )


def answers(verdicts: FleetVerdicts) -> dict[str, Any]:
    """Return the verdicts as Arrow columns, words as dictionaries."""
    judged = verdicts.outcome == DECIDED
    return {
        "outcome": _named(verdicts.outcome, tuple(OUTCOMES.values())),
        "remedies": _named(verdicts.remedies, (*REMEDIES, ALL), judged),
        "days_left": _figures(verdicts.days_left),
        "refund_share": pc.divide(_figures(verdicts.share).cast(pa.float64()), float(SHARE)),
        "loaner_due": pa.array(verdicts.loaner_due, mask=~judged),
        "disputed": pa.array(verdicts.disputed, mask=~judged),
    }


def _named(
    codes: npt.NDArray[np.uint8], words: tuple[str, ...], known: npt.NDArray[np.bool_] | None = None
) -> pa.Array:
    indices = pa.array(codes.astype(np.int8), mask=None if known is None else ~known)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words))


def _figures(numbers: npt.NDArray[np.int32]) -> pa.Array:
    return pa.array(numbers, mask=numbers == NONE)
