"""Millions of texts looked over quickly: tone, judgement and aspects of the whole, nothing quoted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.aspects import CODES
from sanbao.engines.text.folding import Codes, fold_codes

SKIM_COLUMNS: tuple[str, ...] = (*CODES, "overall:-1", "overall:0", "overall:1", "sentiment")
SKIM_BITS = 16
# Beyond this the sums would leave their lanes; a longer text is judged by its beginning.
LONGEST_SKIMMED = 4000
_LANES, _LANE_BITS, _LANE, _SIGN = 3, 21, 0x1FFFFF, 0x100000
_FIRST, _SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)
_BATCH = 250_000

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SkimWeights:
    """Linear weights of characters and pairs of them, and one threshold for each aspect."""

    table: NDArray[np.int8]
    scale: Floats
    bias: Floats
    thresholds: Floats


@dataclass(frozen=True, slots=True)
class Skim:
    """Row by row: tone from -1 to 1, judgement of the service, and a bit for each aspect of the table."""

    sentiment: Floats
    overall: NDArray[np.int8]
    aspects: NDArray[np.uint32]


class Skimmer:
    """Looks texts over with one set of weights."""

    def __init__(self, weights: SkimWeights) -> None:
        self._weights = weights
        self._packed = _packed(weights.table)

    def skim(self, texts: Sequence[str]) -> Skim:
        """Look over texts that are Python strings."""
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        return self.skim_joined("".join(texts), lengths)

    def skim_joined(self, joined: str, lengths: NDArray[np.int64]) -> Skim:
        """Look over texts that lie end to end, as columns of Arrow do; `lengths` are in characters."""
        ends = np.cumsum(lengths)
        raw = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        parts = [
            self._part(raw, ends[first:last] - lengths[first:last], ends[first:last])
            for first, last in _batches(ends)
        ]
        answers = np.concatenate(parts) if parts else np.zeros((0, len(SKIM_COLUMNS)), dtype=np.float32)
        count = len(CODES)
        spoken = answers[:, :count] > self._weights.thresholds
        bits = (spoken * (np.uint32(1) << np.arange(count, dtype=np.uint32))).sum(axis=1, dtype=np.uint32)
        judged = (answers[:, count : count + 3].argmax(axis=1) - 1).astype(np.int8)
        return Skim(np.tanh(answers[:, -1] / 2), np.where(lengths > 0, judged, np.int8(0)), bits)

    def _part(self, raw: Codes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Floats:
        low, high = int(starts[0]), int(ends[-1])
        codes = fold_codes(raw[low:high])
        single, double = skim_places(codes, ends - low)
        rows = self._packed[single]
        rows += self._packed[double]
        running = np.zeros((len(rows) + 1, rows.shape[1]), dtype=np.int64)
        np.cumsum(rows, axis=0, out=running[1:])
        first = starts - low
        last = np.minimum(ends - low, first + LONGEST_SKIMMED)
        sums = _unpacked(running[last] - running[first], len(SKIM_COLUMNS))
        length = np.sqrt(np.maximum(last - first, 1)).astype(np.float32)[:, None]
        return np.asarray(sums * self._weights.scale / length + self._weights.bias, dtype=np.float32)


def skim_places(codes: Codes, ends: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Give the place of each character and of each pair that begins with it; 0 where a text ends."""
    shift = np.uint32(32 - SKIM_BITS)
    single = codes * _FIRST
    double = np.zeros_like(single)
    double[:-1] = ((single[:-1] ^ codes[1:]) * _SECOND) >> shift
    double[ends[ends > 0] - 1] = 0
    single >>= shift
    return single, double


def _batches(ends: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Give runs of texts that together have a bounded number of characters."""
    runs = []
    first = 0
    while first < len(ends):
        before = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, before + _BATCH, side="right")), first + 1)
        runs.append((first, last))
        first = last
    return runs


def _packed(table: NDArray[np.int8]) -> NDArray[np.int64]:
    """Put three columns into one number, twenty-one bits each."""
    padded = np.zeros((len(table), -(-table.shape[1] // _LANES) * _LANES), dtype=np.int64)
    padded[:, : table.shape[1]] = table
    lanes = [padded[:, lane::_LANES] << (_LANE_BITS * lane) for lane in range(_LANES)]
    return np.ascontiguousarray(lanes[0] + lanes[1] + lanes[2])


def _unpacked(sums: NDArray[np.int64], columns: int) -> Floats:
    apart = np.zeros((len(sums), sums.shape[1] * _LANES), dtype=np.float32)
    rest = sums.copy()
    for lane in range(_LANES):
        value = ((rest & _LANE) ^ _SIGN) - _SIGN
        apart[:, lane::_LANES] = value
        rest = (rest - value) >> _LANE_BITS
    return apart[:, :columns]
