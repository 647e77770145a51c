"""A small network reads characters in their context: clauses and texts become answers, in plain numpy."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.aspects import CODES, DEMANDS, FLAGS
from sanbao.engines.text.folding import Codes
from sanbao.engines.text.scoring import Pieces

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

CLAUSE_ANSWERS: tuple[str, ...] = (*CODES, "polarity")
TEXT_ANSWERS: tuple[str, ...] = (
    *CODES, "overall:-1", "overall:0", "overall:1", *DEMANDS, *FLAGS, "sentiment",
)  # fmt: skip
# Each block looks two characters to either side, at these distances from one another.
DISTANCES = (1, 2, 4, 8)
REACH = 5
FIRST_CHARACTER = 3
_NOTHING, _UNKNOWN = 0, 2
_DIGITS = (ord("0"), ord("9"))
_PLANE = 0x10000
# A longer text is read in windows, cut between clauses.
_WINDOW = 400
# Characters computed at once: few enough to stay in the processor's cache.
_AT_ONCE = 2_000
# Windows are filled up to a multiple of this by their own length alone: the same sums in any company.
_STEP = 16
_FEW = 8
_SMALL = 1e-5
_FLOOR = -9.0


@dataclass(frozen=True, slots=True)
class NetworkWeights:
    """A trained network as values.

    Units: `characters` are code points by number, from the fourth number on; `near` (blocks x 5 x width),
    `widen` and `narrow` with their offsets are the blocks; `clause` and `text` turn pools into answers.
    """

    characters: NDArray[np.uint32]
    meaning: Floats
    near: Floats
    widen: Floats
    widen_offset: Floats
    narrow: Floats
    narrow_offset: Floats
    clause: Floats
    clause_offset: Floats
    text: Floats
    text_offset: Floats


@dataclass(frozen=True, slots=True)
class Answers:
    """What the network says, as logits: a row for each clause and a row for each text."""

    clauses: Floats
    texts: Floats


class Network:
    """Answers for batches of texts with one set of weights."""

    def __init__(self, weights: NetworkWeights) -> None:
        self._weights = weights
        self._numbers = numbers_of(weights.characters)

    @property
    def weights(self) -> NetworkWeights:
        """Give the weights it answers with."""
        return self._weights

    def answer(self, pieces: Pieces, count: int) -> Answers:
        """Give the answers for a batch of `count` texts."""
        weights, width = self._weights, self._weights.meaning.shape[1]
        clauses = len(pieces.owner)
        total = np.zeros((clauses, width), dtype=np.float32)
        most = np.full((clauses, width), _FLOOR, dtype=np.float32)
        ids = self._numbers[np.minimum(plain(pieces.codes), _PLANE - 1)]
        inside = _clause_of(pieces)
        for starts, lengths in _groups(*_windows(pieces)):
            self._pool(ids, inside, starts, lengths, total, most)
        sizes = (pieces.cuts.ends - pieces.cuts.starts).astype(np.float32)[:, None]
        whole = _by_text(total, most, sizes, pieces.owner, count)
        own = np.hstack([total / np.maximum(sizes, 1), most, whole[pieces.owner]])
        return Answers(
            _each(own, weights.clause) + weights.clause_offset,
            _each(whole, weights.text) + weights.text_offset,
        )

    def _pool(
        self, ids: NDArray[np.int32], inside: Ints, starts: Ints, lengths: Ints, total: Floats, most: Floats
    ) -> None:
        """Add what these windows say to the sums and the maxima of their clauses."""
        offsets = np.arange(_filled(int(lengths[-1])))
        there = offsets < lengths[:, None]
        places = np.where(there, starts[:, None] + offsets, 0)
        spoken = self._understand(np.where(there, ids[places], _NOTHING), there)
        clause = np.where(there, inside[places], -1).ravel()
        kept = np.flatnonzero(clause >= 0)
        if len(kept):
            rows, clause = spoken.reshape(len(clause), -1)[kept], clause[kept]
            firsts = np.flatnonzero(np.diff(clause, prepend=-1))
            total[clause[firsts]] = np.add.reduceat(rows, firsts, axis=0)
            most[clause[firsts]] = np.maximum.reduceat(rows, firsts, axis=0)

    def _understand(self, ids: NDArray[np.int32], there: NDArray[np.bool_]) -> Floats:
        """Give a vector for each character that knows its neighbourhood."""
        weights, mask = self._weights, there[:, :, None].astype(np.float32)
        state = weights.meaning[ids] * mask
        for block, distance in enumerate(DISTANCES):
            seen = _level(_around(state, weights.near[block], distance))
            wide = _times(seen, weights.widen[block])
            wide += weights.widen_offset[block]
            np.maximum(wide, 0, out=wide)
            narrow = _times(wide, weights.narrow[block])
            narrow += weights.narrow_offset[block]
            state += narrow
            state *= mask
        return _level(state)


def _each(rows: Floats, weights: Floats) -> Floats:
    """Multiply row by row, so that no row's last digit depends on how many there are."""
    return np.asarray(np.matmul(rows[:, None, :], weights)[:, 0])


def _times(state: Floats, weights: Floats) -> Floats:
    """Multiply a few characters at a time: too little for the library to start threads, which cost more."""
    few = state.reshape(-1, _FEW, state.shape[2])
    return np.asarray(np.matmul(few, weights)).reshape(*state.shape[:2], weights.shape[1])


def _filled(length: int) -> int:
    return -(-length // _STEP) * _STEP


def plain(codes: Codes) -> Codes:
    """Make all digits the same: what they count matters less than that something is counted."""
    low, high = _DIGITS
    return np.where((codes >= low) & (codes <= high), np.uint32(low), codes)


def numbers_of(characters: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Give the number of every code point of the basic plane."""
    numbers = np.full(_PLANE, _UNKNOWN, dtype=np.int32)
    numbers[characters] = np.arange(len(characters)) + FIRST_CHARACTER
    return numbers


def _around(state: Floats, near: Floats, distance: int) -> Floats:
    """Weigh the characters around each one; beyond the ends of a window there is nothing."""
    length = state.shape[1]
    middle = REACH // 2
    seen: Floats = state * near[middle]
    for index in range(REACH):
        shift = (index - middle) * distance
        if shift and abs(shift) < length:
            if shift > 0:
                seen[:, shift:] += state[:, :-shift] * near[index]
            else:
                seen[:, :shift] += state[:, -shift:] * near[index]
    return seen


def _level(state: Floats) -> Floats:
    """Bring each vector to mean zero and spread one."""
    state = state - state.mean(axis=2, keepdims=True)
    spread = np.einsum("btd,btd->bt", state, state)[:, :, None] / np.float32(state.shape[2])
    state /= np.sqrt(spread + np.float32(_SMALL))
    return state


def _clause_of(pieces: Pieces) -> Ints:
    """Give for each position the clause in which it lies, -1 between clauses."""
    inside = np.full(len(pieces.codes), -1, dtype=np.int64)
    marks = np.zeros(len(pieces.codes) + 1, dtype=np.int64)
    marks[pieces.cuts.starts] += 1
    opened = np.cumsum(marks[:-1]) - 1
    known = opened >= 0
    ends = pieces.cuts.ends[np.maximum(opened, 0)] if len(pieces.cuts.ends) else opened
    covered = known & (np.arange(len(pieces.codes)) < ends)
    inside[covered] = opened[covered]
    return inside


def _windows(pieces: Pieces) -> tuple[Ints, Ints]:
    """Give where each window begins and how long it is; short texts are one window."""
    sizes = np.diff(pieces.begins) - 1
    starts, lengths = list[int](), list[int]()
    short = np.flatnonzero((sizes > 0) & (sizes <= _WINDOW))
    for text in np.flatnonzero(sizes > _WINDOW).tolist():
        first, last = np.searchsorted(pieces.cuts.starts, pieces.begins[text : text + 2])
        edges = [int(pieces.begins[text])]
        for start, end in zip(
            pieces.cuts.starts[first:last].tolist(), pieces.cuts.ends[first:last].tolist(), strict=True
        ):
            if end - edges[-1] > _WINDOW:
                edges.append(start)
        edges.append(int(pieces.begins[text] + sizes[text]))
        for low, high in itertools.pairwise(edges):
            starts.append(low)
            # What follows the last clause of a window is punctuation, however much of it there is.
            lengths.append(min(high - low, 2 * _WINDOW))
    return (
        np.concatenate([pieces.begins[short], np.array(starts, dtype=np.int64)]),
        np.concatenate([sizes[short], np.array(lengths, dtype=np.int64)]),
    )


def _groups(starts: Ints, lengths: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Give windows that are filled up to one length together, some at a time."""
    order = np.argsort(lengths, kind="stable")
    sizes = -(-lengths[order] // _STEP)
    for size in np.unique(sizes).tolist():
        alike = order[sizes == size]
        some = max(1, _AT_ONCE // (size * _STEP))
        for first in range(0, len(alike), some):
            chosen = alike[first : first + some]
            yield starts[chosen], lengths[chosen]


def _by_text(total: Floats, most: Floats, sizes: Floats, owner: Ints, count: int) -> Floats:
    """Pool clauses into texts: the mean of all their characters, and the maximum."""
    width = total.shape[1]
    whole = np.zeros((count, 2 * width), dtype=np.float32)
    if len(owner):
        firsts = np.flatnonzero(np.diff(owner, prepend=-1))
        characters = np.add.reduceat(sizes, firsts, axis=0)
        whole[owner[firsts], :width] = np.add.reduceat(total, firsts, axis=0) / characters
        whole[owner[firsts], width:] = np.maximum.reduceat(most, firsts, axis=0)
    return whole
