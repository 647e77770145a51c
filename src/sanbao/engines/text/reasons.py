"""Which words of a clause moved a judgement: n-grams and ideas, by the weight they carried."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.concepts import Concepts, Found
from sanbao.engines.text.grams import Places, places
from sanbao.engines.text.scoring import Pieces, Weights

_MOST = 3
# An idea counts in full, an n-gram is divided by the length of its clause: about this many characters.
_TYPICAL = 20.0


class Witness:
    """Knows the weights, and names the words that spoke for an aspect."""

    def __init__(self, weights: Weights, concepts: Concepts) -> None:
        self._weights = weights
        self._concepts = concepts

    def examine(self, pieces: Pieces) -> "Testimony":
        """Look a batch over once, so that many questions about its clauses are cheap."""
        grams = places(pieces.codes, pieces.cuts, self._weights.bits, self._weights.orders)
        ideas = self._concepts.found(pieces.codes, pieces.cuts)
        return Testimony(self._weights, pieces, grams, ideas)


@dataclass(frozen=True, slots=True)
class Testimony:
    """The n-grams and ideas of one batch, ready to be asked about."""

    weights: Weights
    pieces: Pieces
    grams: list[Places]
    ideas: list[Found]

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
        for order, place in enumerate(self.grams, start=1):
            values = self.weights.table[place[first:last], column]
            if order > 1 or last - first == 1:
                room = last - first - order
                there = [at for at in np.flatnonzero(values > 0).tolist() if at <= room]
                found += [(float(values[at]) * unit * order, at, at + order) for at in there]
        return found

    def _ideas(self, first: int, last: int, column: int) -> list[tuple[float, int, int]]:
        own = self.weights.own[:, column]
        found: list[tuple[float, int, int]] = []
        for idea in self.ideas:
            low, high = np.searchsorted(idea.positions, (first, last))
            for index in range(int(low), int(high)):
                weight = _heaviest(own, int(idea.masks[index]))
                if weight > 0:
                    at = int(idea.positions[index]) - first
                    found.append((weight, at, at + idea.length))
        return found


def _heaviest(own: NDArray[np.float32], mask: int) -> float:
    """Give the weight of the strongest idea in a mask."""
    return max(float(own[number]) for number in range(len(own)) if mask >> number & 1)
