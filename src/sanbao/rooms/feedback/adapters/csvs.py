"""CSV row by row: a broken quote costs its own line and never the rest of the file."""

import csv
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from sanbao.rooms.feedback.errors import UnknownFormat
from sanbao.rooms.feedback.rules import Fault, printable

_MOST_LINES: Final = 500
"""A cell may span so many lines; a quote still open after them was never meant as one."""
_FIELD_LIMIT: Final = 256 * 1024 * 1024
_DELIMITERS: Final = (",", "\t", ";", "|")

Cells = tuple[int, list[str]] | Fault


class _OpenQuote(Exception):
    """A quoted cell went on for too many lines."""


class _Lines:
    """Lines of a file that remember what the present record took, so that it can be put back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _MOST_LINES:
            raise _OpenQuote
        line = self._back.popleft() if self._back else next(self._lines)
        self.taken.append(line)
        return line

    def spoil(self) -> str:
        """Give up the first line that was taken, put the others back and return it."""
        first, *rest = self.taken
        self._back.extendleft(reversed(rest))
        return first


def open_csv(path: Path, encoding: str) -> tuple[tuple[str, ...], Callable[[], Iterator[Cells]]]:
    """Return the column names and a fresh stream of rows each time it is asked for."""
    delimiter = _delimiter(path, encoding)
    header = next((cells for _number, cells, _fault in _records(path, encoding, delimiter) if cells), None)
    if header is None:
        raise UnknownFormat("The first row is not a header.", field="file")
    columns = tuple(name.strip().lstrip("\ufeff")[:80] or f"#{at}" for at, name in enumerate(header, start=1))
    width = len(columns)

    def rows() -> Iterator[Cells]:
        waiting_for_header = True
        for number, cells, fault in _records(path, encoding, delimiter):
            if fault:
                yield fault
            elif waiting_for_header and cells:
                waiting_for_header = False
            elif len(cells) == width:
                yield number, cells
            elif cells:
                yield Fault(number, "", "ragged", printable(delimiter.join(cells)))

    return columns, rows


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str], Fault | None]]:
    csv.field_size_limit(_FIELD_LIMIT)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        lines = _Lines(iter(file))
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        number = 0
        while True:
            number += 1
            lines.taken = []
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _OpenQuote):
                yield number, [], Fault(number, "", "quotes", printable(lines.spoil().rstrip("\r\n")))
            else:
                yield number, cells, None


def _delimiter(path: Path, encoding: str) -> str:
    """Return the sign that parts the header into most columns, outside quotes; a comma where none does."""
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        header = next((line for line in file if line.strip()), "")
    outside = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=lambda sign: (outside.count(sign), -_DELIMITERS.index(sign)))
