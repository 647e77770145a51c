"""Texts become numbers: what each clause and each text says to every question the weights can answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.aspects import CODES, DEMANDS, FLAGS
from sanbao.engines.text.concepts import Concepts, Found, gathered
from sanbao.engines.text.cutting import Cuts, cut
from sanbao.engines.text.folding import Codes, join
from sanbao.engines.text.grams import Places, places

Floats = NDArray[np.float32]

SIGNS = ("-1", "0", "1")
# Questions put to a clause with its neighbours, and questions put to the whole text.
CLAUSE_COLUMNS: tuple[str, ...] = (
    *(f"clause:{code}" for code in CODES),
    "polarity",
    *(f"wish:{name}" for name in DEMANDS),
)
TEXT_COLUMNS: tuple[str, ...] = (
    *(f"text:{code}" for code in CODES),
    *(f"overall:{sign}" for sign in SIGNS),
    *(f"demand:{name}" for name in DEMANDS),
    *(f"flag:{name}" for name in FLAGS),
    "sentiment",
)
# The last column holds the squared weight of each n-gram, by which the length of a text is taken out.
COLUMNS: tuple[str, ...] = (*CLAUSE_COLUMNS, *TEXT_COLUMNS, "mass")
ASPECTS_IN_TEXT = slice(0, len(CODES))
OVERALL = slice(len(CODES), len(CODES) + 3)
DEMAND = slice(OVERALL.stop, OVERALL.stop + len(DEMANDS))
FLAG = slice(DEMAND.stop, DEMAND.stop + len(FLAGS))
_FEW = 1e-6
_SOME = 64
_LANES, _LANE_BITS, _LANE, _SIGN = 4, 16, 0xFFFF, 0x8000
# The score of an aspect in a text without clauses.
SILENT = -9.0


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model as values: linear weights of n-grams and of ideas, and how scores become answers.

    Units: `table` (places x columns) times `scale` are weights of n-grams; `own`, `before` and `after` are
    those of the ideas of a clause and of its neighbours, `whole` those of the ideas of a text; `heads` holds
    offsets, mixtures and thresholds.
    """

    bits: int
    orders: int
    table: NDArray[np.int8]
    scale: Floats
    own: Floats
    before: Floats
    after: Floats
    whole: Floats
    words: dict[str, tuple[str, ...]]
    heads: dict[str, Any]
    alarms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # How the answers of the network are mixed in, and the heads that then hold.
    blend: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scores:
    """The answers for a batch, as logits; clause `i` lies at `starts[i]` to `ends[i]` of text `owner[i]`."""

    owner: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    clauses: Floats
    polarity: Floats
    wishes: Floats
    texts: Floats


@dataclass(frozen=True, slots=True)
class Pieces:
    """A batch laid end to end and cut: its characters, where texts begin, its clauses, and whose they are."""

    codes: Codes
    begins: NDArray[np.int64]
    cuts: Cuts
    owner: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands in a batch: the places of its n-grams, and the words that express ideas."""

    grams: list[Places]
    ideas: list[Found]


def take_apart(texts: Sequence[str]) -> Pieces:
    """Lay texts end to end and cut them into clauses."""
    codes, begins = join(texts)
    cuts = cut(codes)
    return Pieces(codes, begins, cuts, np.searchsorted(begins, cuts.starts, side="right") - 1)


def highest(values: Floats, owner: NDArray[np.int64], count: int, otherwise: float) -> Floats:
    """Give, for each text, the highest value of each column among its clauses."""
    best = np.full((count, values.shape[1]), otherwise, dtype=np.float32)
    if len(owner):
        firsts = np.flatnonzero(np.diff(owner, prepend=-1))
        best[owner[firsts]] = np.maximum.reduceat(values, firsts, axis=0)
    return best


def best_clause(scores: Scores, count: int) -> Floats:
    """Give, for each text and aspect, the score of the clause that speaks for it most clearly."""
    return highest(scores.clauses, scores.owner, count, SILENT)


def evidence(scores: Scores, count: int) -> Floats:
    """Give what is known before a service is judged: blame and praise by aspect, and the text's own tone."""
    said, blamed = chance(scores.clauses), chance(scores.polarity)[:, None]
    most = highest(np.hstack([said * blamed, said * (1 - blamed)]), scores.owner, count, 0.0)
    return np.hstack([most, chance(scores.texts[:, ASPECTS_IN_TEXT]), scores.texts[:, OVERALL] / 2])


def chance(logits: Floats) -> Floats:
    """Turn logits into probabilities."""
    return (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)


def packed(table: NDArray[np.int8]) -> NDArray[np.int64]:
    """Put four columns into one number, sixteen bits each, so that one addition adds four weights.

    Bounds: exact while no sum leaves sixteen bits: for clauses of up to 64 characters with four n-grams each.
    """
    width = -(-table.shape[1] // _LANES)
    padded = np.zeros((len(table), width * _LANES), dtype=np.int64)
    padded[:, : table.shape[1]] = table
    whole = np.zeros((len(table), width), dtype=np.int64)
    for lane in range(_LANES):
        whole += padded[:, lane::_LANES] << (_LANE_BITS * lane)
    return whole


def unpacked(sums: NDArray[np.int64], columns: int) -> Floats:
    """Take sums of packed rows apart again."""
    apart = np.zeros((len(sums), sums.shape[1] * _LANES), dtype=np.float32)
    rest = sums.copy()
    for lane in range(_LANES):
        value = ((rest & _LANE) ^ _SIGN) - _SIGN
        apart[:, lane::_LANES] = value
        rest = (rest - value) >> _LANE_BITS
    return apart[:, :columns]


def calmly(rows: Floats, weights: Floats) -> Floats:
    """Multiply some rows at a time: too little for the library to start threads, which cost more."""
    count = -(-len(rows) // _SOME) * _SOME
    filled = np.zeros((count, rows.shape[1]), dtype=np.float32)
    filled[: len(rows)] = rows
    blocks = np.matmul(filled.reshape(-1, _SOME, rows.shape[1]), weights)
    return np.asarray(blocks.reshape(count, weights.shape[1])[: len(rows)])


class Scorer:
    """Scores batches of texts with one set of weights."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._packed = packed(weights.table)
        self.concepts = Concepts(weights.words)
        heads = weights.heads
        self._clause_bias = np.array(heads["clause_bias"], dtype=np.float32)
        self._text_bias = np.array(heads["text_bias"], dtype=np.float32)

    def look(self, pieces: Pieces) -> Looked:
        """Find the n-grams and the ideas of a batch."""
        return Looked(
            places(pieces.codes, pieces.cuts, self._weights.bits, self._weights.orders),
            self.concepts.found(pieces.codes, pieces.cuts),
        )

    def score(self, pieces: Pieces, looked: Looked, count: int) -> Scores:
        """Give the scores of a batch of `count` texts."""
        sums = self._sums(pieces.cuts, looked.grams)
        masks = gathered(looked.ideas, len(pieces.codes), pieces.cuts)
        parts = self._parts(sums, masks, pieces.owner)
        starts = pieces.cuts.starts - pieces.begins[pieces.owner]
        return Scores(
            owner=pieces.owner,
            starts=starts,
            ends=starts + pieces.cuts.ends - pieces.cuts.starts,
            clauses=parts[:, : len(CODES)],
            polarity=parts[:, len(CODES)],
            wishes=parts[:, len(CODES) + 1 :],
            texts=self._wholes(sums, masks, pieces.owner, count),
        )

    def _sums(self, cuts: Cuts, grams: list[Places]) -> Floats:
        """Add up the weights of the n-grams of each clause, for every column."""
        if not len(cuts.starts):
            return np.zeros((0, len(COLUMNS)), dtype=np.float32)
        first, *others = grams
        rows = self._packed[first]
        for place in others:
            rows += self._packed[place]
        running = np.zeros((len(rows) + 1, rows.shape[1]), dtype=np.int64)
        # The running sum may wrap around; the difference of two of its rows is exact all the same.
        np.cumsum(rows, axis=0, out=running[1:])
        return unpacked(running[cuts.ends] - running[cuts.starts], len(COLUMNS)) * self._weights.scale

    def _parts(self, sums: Floats, masks: NDArray[np.uint64], owner: NDArray[np.int64]) -> Floats:
        """Answer the questions put to each clause."""
        weights = self._weights
        length = np.sqrt(np.maximum(sums[:, -1:], _FEW))
        own = self.concepts.matrix(masks)
        before, after = neighbours(own, owner)
        answers = (sums[:, : len(CLAUSE_COLUMNS)] / length + self._clause_bias).astype(np.float32)
        ideas = calmly(own, weights.own) + calmly(before, weights.before) + calmly(after, weights.after)
        return np.asarray(answers + ideas)

    def _wholes(
        self, sums: Floats, masks: NDArray[np.uint64], owner: NDArray[np.int64], count: int
    ) -> Floats:
        """Answer the questions put to each text."""
        total = np.zeros((count, sums.shape[1]), dtype=np.float32)
        ideas = np.zeros(count, dtype=np.uint64)
        if len(owner):
            firsts = np.flatnonzero(np.diff(owner, prepend=-1))
            total[owner[firsts]] = np.add.reduceat(sums, firsts, axis=0)
            ideas[owner[firsts]] = np.bitwise_or.reduceat(masks, firsts)
        length = np.sqrt(np.maximum(total[:, -1:], _FEW))
        answers = (total[:, len(CLAUSE_COLUMNS) : -1] / length + self._text_bias).astype(np.float32)
        return answers + calmly(self.concepts.matrix(ideas), self._weights.whole)


def neighbours(own: Floats, owner: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Give the rows of the clause before and of the clause after, zero where the text begins or ends."""
    before, after = np.zeros_like(own), np.zeros_like(own)
    if len(own) > 1:
        same = (owner[1:] == owner[:-1])[:, None]
        before[1:] = own[:-1] * same
        after[:-1] = own[1:] * same
    return before, after
