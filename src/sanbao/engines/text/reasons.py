"""Which words of a clause moved a judgement: n-grams and ideas, by the weight they carried."""

from dataclasses import dataclass

import numpy as np

from sanbao.engines.text.scoring import Looked, Pieces, Weights

_MOST = 3
# An idea counts in full, an n-gram is divided by the length of its clause: about this many characters.
_TYPICAL = 20.0


@dataclass(frozen=True, slots=True)
class Witness:
    """The n-grams and ideas of one batch, ready to be asked who spoke for an aspect."""

    weights: Weights
    pieces: Pieces
    looked: Looked

    def words(self, clause: int, column: int, text: str) -> tuple[str, ...]:
        """Give at most three pieces of the clause that spoke for this column, the strongest first."""
        first, last = int(self.pieces.cuts.starts[clause]), int(self.pieces.cuts.ends[clause])
        spoken = self._grams(first, last, column) + self._ideas(first, last, column)
        spoken.sort(key=lambda piece: (-piece[0], piece[1], piece[2]))
        chosen: list[tuple[int, int]] = []
        for _, start, end in spoken:
            if all(end <= other or start >= stop for other, stop in chosen):
                chosen.append((start, end))
                if len(chosen) == _MOST:
                    break
        return tuple(text[start:end] for start, end in chosen)

    def _grams(self, first: int, last: int, column: int) -> list[tuple[float, int, int]]:
        """Give n-grams with their weight; a lone character says too little to be shown."""
        unit = float(self.weights.scale[column]) / _TYPICAL
        found: list[tuple[float, int, int]] = []
        for order, place in enumerate(self.looked.grams, start=1):
            values = self.weights.table[place[first:last], column]
            if order > 1 or last - first == 1:
                room = last - first - order
                there = [at for at in np.flatnonzero(values > 0).tolist() if at <= room]
                found += [(float(values[at]) * unit * order, at, at + order) for at in there]
        return found

    def _ideas(self, first: int, last: int, column: int) -> list[tuple[float, int, int]]:
        own = self.weights.own[:, column].tolist()
        found: list[tuple[float, int, int]] = []
        for idea in self.looked.ideas:
            low, high = np.searchsorted(idea.positions, (first, last))
            for index in range(int(low), int(high)):
                weight = _heaviest(own, int(idea.masks[index]))
                if weight > 0:
                    at = int(idea.positions[index]) - first
                    found.append((weight, at, at + idea.length))
        return found


def _heaviest(own: list[float], mask: int) -> float:
    """Give the weight of the strongest idea in a mask."""
    best = -np.inf
    while mask:
        lowest = mask & -mask
        best = max(best, own[lowest.bit_length() - 1])
        mask ^= lowest
    return best
