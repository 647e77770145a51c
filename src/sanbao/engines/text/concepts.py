"""Ideas that many words can express: which of them a clause touches, found for many clauses at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.cutting import Cuts
from sanbao.engines.text.folding import Codes, to_codes
from sanbao.engines.text.grams import hashes

LONGEST_WORD = 6
MOST = 64
_BITS = 18

Masks = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Found:
    """The words of one length that stand in a batch: where, and which ideas they express."""

    length: int
    positions: NDArray[np.int64]
    masks: Masks


class Concepts:
    """A list of at most 64 ideas with their words, of at most six characters, made ready for searching."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """Prepare the search.

        Raises:
            ValueError: there are too many ideas, or a word is longer than the search looks.
        """
        if len(words) > MOST:
            raise ValueError(f"At most {MOST} ideas fit; there are {len(words)}.")
        self.names = tuple(words)
        self._tables = [_Table() for _ in range(LONGEST_WORD)]
        for number, name in enumerate(self.names):
            for word in words[name]:
                codes = to_codes(word)
                if not 0 < len(codes) <= LONGEST_WORD:
                    raise ValueError(
                        f"A word has one to {LONGEST_WORD} characters; “{word}” has {len(codes)}."
                    )
                self._tables[len(codes) - 1].add(_key(codes), np.uint64(1) << np.uint64(number))
        for table in self._tables:
            table.freeze()

    def masks(self, codes: Codes, cuts: Cuts) -> Masks:
        """Give one mask for each clause, with a bit for each idea that one of its words expresses."""
        return gathered(self.found(codes, cuts), len(codes), cuts)

    def found(self, codes: Codes, cuts: Cuts) -> list[Found]:
        """Give the words that stand in the clauses, by their length."""
        keys = hashes(codes, cuts, LONGEST_WORD, over_the_edge=False)
        return [
            Found(length, *table.look_up(key, alive))
            for length, (table, (key, alive)) in enumerate(zip(self._tables, keys, strict=True), start=1)
        ]

    def matrix(self, masks: Masks) -> NDArray[np.float32]:
        """Spread masks out into a row of ones and zeros for each clause."""
        if not len(masks):
            return np.zeros((0, len(self.names)), dtype=np.float32)
        bits = np.unpackbits(masks.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
        return bits[:, : len(self.names)].astype(np.float32)


class _Table:
    """Words of one length: a coarse table that most places fail, and exact keys for those that pass."""

    def __init__(self) -> None:
        self._masks: dict[int, np.uint64] = {}
        self._keys = np.zeros(0, dtype=np.uint32)
        self._values = np.zeros(0, dtype=np.uint64)
        self._coarse = np.zeros(1 << _BITS, dtype=np.bool_)

    def add(self, key: int, mask: np.uint64) -> None:
        self._masks[key] = self._masks.get(key, np.uint64(0)) | mask

    def freeze(self) -> None:
        ordered = sorted(self._masks.items())
        self._keys = np.array([key for key, _ in ordered], dtype=np.uint32)
        self._values = np.array([mask for _, mask in ordered], dtype=np.uint64)
        self._coarse[self._keys >> np.uint32(32 - _BITS)] = True

    def look_up(self, key: NDArray[np.uint32], alive: NDArray[np.bool_]) -> tuple[NDArray[np.int64], Masks]:
        """Give the positions at which words begin, and the bits of each."""
        if not len(self._keys):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint64)
        likely = np.flatnonzero(self._coarse[key >> np.uint32(32 - _BITS)] & alive)
        wanted = key[likely]
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        exact = self._keys[at] == wanted
        return likely[exact], self._values[at[exact]]


def _key(codes: Codes) -> int:
    """Give the hash under which a word is found in a text."""
    cuts = Cuts(np.array([0]), np.array([len(codes)]), np.ones(len(codes), dtype=np.bool_))
    *_, (key, _) = hashes(codes, cuts, len(codes), over_the_edge=False)
    return int(key[0])


def gathered(found: Sequence[Found], length: int, cuts: Cuts) -> Masks:
    """Give one mask for each clause from the words that were found."""
    if not len(cuts.starts):
        return np.zeros(0, dtype=np.uint64)
    touched = np.zeros(length, dtype=np.uint64)
    for words in found:
        touched[words.positions] |= words.masks
    return np.bitwise_or.reduceat(touched, cuts.starts)
