"""Facts as columns: one array per fact, so that a whole fleet is judged at once."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date

import numpy as np
import numpy.typing as npt

from sanbao.engines.policy.facts import Facts

Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Words = tuple[npt.NDArray[np.integer], tuple[str, ...]]
Cells = npt.NDArray[np.generic] | Words

# No day: earlier than every date there is, so a comparison with it never opens a right by accident.
NONE = -1_000_000
EPOCH = date(1970, 1, 1).toordinal()

USUAL = {each.name: each.default for each in fields(Facts) if each.default is not MISSING}
DATES = tuple(name for name, kind in Facts.__annotations__.items() if "date" in str(kind))


def day_number(day: date | None) -> int:
    """Return a date as days since 1970-01-01, as NumPy and Arrow count them."""
    return NONE if day is None else day.toordinal() - EPOCH


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of facts. A column that is absent holds the usual value of its fact in every row.

    Dates are int32 days since 1970-01-01 (NONE for no date), words are codes with their vocabulary.
    """

    size: int
    cells: Mapping[str, Cells]

    def days(self, name: str) -> Days:
        """Return a column of dates."""
        found = self.cells.get(name)
        if found is None or isinstance(found, tuple):
            return np.full(self.size, NONE, np.int32)
        return found.astype(np.int32, copy=False)

    def numbers(self, name: str) -> npt.NDArray[np.int32]:
        """Return a column of counts."""
        found = self.cells.get(name)
        if found is None or isinstance(found, tuple):
            return np.full(self.size, USUAL[name], np.int32)
        return found.astype(np.int32, copy=False)

    def flags(self, name: str) -> Flags:
        """Return a column of yes and no."""
        found = self.cells.get(name)
        if found is None or isinstance(found, tuple):
            return np.full(self.size, USUAL[name], np.bool_)
        return found.astype(np.bool_, copy=False)

    def has(self, name: str) -> bool:
        """Say whether the column is there at all; if not, nothing unusual is in it."""
        return name in self.cells

    def word_in(self, name: str, words: frozenset[str] | set[str]) -> Flags:
        """Say row by row whether a column of words holds one of ``words``."""
        found = self.cells.get(name)
        if not isinstance(found, tuple):
            return np.full(self.size, USUAL[name] in words, np.bool_)
        codes, vocabulary = found
        fits = [word in words for word in vocabulary]
        if not any(fits) or all(fits):
            return np.full(self.size, fits[0], np.bool_)
        return np.array(fits, np.bool_)[codes]

    def words(self, name: str) -> Words:
        """Return a column of words as codes and vocabulary."""
        found = self.cells.get(name)
        if isinstance(found, tuple):
            return found
        return np.zeros(self.size, np.int32), (str(USUAL[name]),)

    def take(self, rows: npt.NDArray[np.intp] | slice, size: int) -> "Columns":
        """Return some of the rows."""
        return Columns(
            size,
            {
                name: (cell[0][rows], cell[1]) if isinstance(cell, tuple) else cell[rows]
                for name, cell in self.cells.items()
            },
        )

    def span(self) -> tuple[int, int]:
        """Return the first and the last day in any column of dates."""
        low, high = day_number(date(2000, 1, 1)), day_number(date(2030, 1, 1))
        for name in DATES:
            cell = self.cells.get(name)
            if cell is None or isinstance(cell, tuple) or not cell.size:
                continue
            known = cell[cell != NONE]
            if known.size:
                low, high = min(low, int(known.min())), max(high, int(known.max()))
        return low, high


def columns_of(cases: Sequence[Facts]) -> Columns:
    """Return a list of facts as columns."""
    cells: dict[str, Cells] = {}
    for name, usual in USUAL.items():
        values = [getattr(case, name) for case in cases]
        if name in DATES:
            cells[name] = np.array([day_number(value) for value in values], np.int32)
        elif isinstance(usual, str):
            vocabulary = tuple(sorted(set(values)))
            place = {word: code for code, word in enumerate(vocabulary)}
            cells[name] = np.array([place[value] for value in values], np.int32), vocabulary
        elif isinstance(usual, bool):
            cells[name] = np.array(values, np.bool_)
        elif usual is not None:
            cells[name] = np.array(values, np.int32)
    return Columns(len(cases), cells)
