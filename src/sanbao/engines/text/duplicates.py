"""Texts that copy one another, but for a few characters, are found without comparing all with all.

MinHash over runs of three characters, in bands.
Source: A. Broder, On the resemblance and containment of documents, 1997.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.folding import Codes, join

SHINGLE = 3
# Bands of four: at a likeness of 0.5 half of all pairs meet in some band, at 0.8 all but one in ten thousand.
BANDS, ROWS = 16, 4
ALIKE = 0.7
# “很好” from two people is agreement, not a copy.
SHORTEST = 10
_BATCH = 20_000
_ROUNDS = 3
_NO_SHINGLE = np.uint32(0xFFFFFFFF)

Signatures = NDArray[np.uint32]
Labels = NDArray[np.int64]


def clusters(texts: Sequence[str]) -> list[int]:
    """Give for each text the number of the first text that it is a near copy of; its own where it is none."""
    parts = [signatures(texts[first : first + _BATCH]) for first in range(0, len(texts), _BATCH)]
    return label(np.concatenate(parts)).tolist() if parts else []


def signatures(texts: Sequence[str]) -> Signatures:
    """Give one row for each text; one too short to be called a copy has the largest number everywhere."""
    codes, begins = join(texts)
    keep = _significant(codes)
    before = np.zeros(len(codes) + 1, dtype=np.int64)
    np.cumsum(keep, out=before[1:])
    bounds = before[begins]
    keys = _shingles(codes[keep])
    result = np.full((len(texts), BANDS * ROWS), _NO_SHINGLE, dtype=np.uint32)
    counts = np.diff(bounds)
    long = np.flatnonzero(counts >= SHORTEST)
    if not len(long):
        return result
    inside, starts = _inside(bounds[long], counts[long] - SHINGLE + 1)
    chosen = keys[inside]
    for column, factor in enumerate(_factors()):
        mixed = chosen * factor
        mixed ^= mixed >> np.uint32(15)
        result[long, column] = np.minimum.reduceat(mixed, starts)
    return result


def label(rows: Signatures) -> Labels:
    """Give for each signature the number of the first one of its cluster."""
    labels = np.arange(len(rows), dtype=np.int64)
    usable = np.flatnonzero((rows != _NO_SHINGLE).any(axis=1))
    for _ in range(_ROUNDS):
        changed = False
        for first, other in _meetings(rows, labels, usable):
            alike = (rows[first] == rows[other]).mean(axis=1) >= ALIKE
            changed |= _unite(labels, first[alike], other[alike])
        if not changed:
            break
    return labels


def _significant(codes: Codes) -> NDArray[np.bool_]:
    """Tell letters, digits and Han from punctuation, blanks and emoji."""
    lower = (codes >= ord("a")) & (codes <= ord("z"))
    digit = (codes >= ord("0")) & (codes <= ord("9"))
    accented, asian = (codes >= 0xC0) & (codes < 0x2000), (codes >= 0x3040) & (codes < 0xFB00)  # noqa: PLR2004 - blocks
    marks: NDArray[np.bool_] = lower | digit | accented | asian | (codes >= 0x20000)  # noqa: PLR2004 - rare Han
    return marks


def _shingles(codes: Codes) -> NDArray[np.uint32]:
    """Give one number for each run of three characters."""
    padded = np.concatenate([codes, np.zeros(SHINGLE - 1, dtype=np.uint32)])
    key = np.zeros(len(codes), dtype=np.uint32)
    for offset in range(SHINGLE):
        key = (key ^ padded[offset : offset + len(codes)]) * np.uint32(0x9E3779B1)
        key ^= key >> np.uint32(16)
    return key


def _inside(
    firsts: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the positions of several runs one behind the other, and where each run begins among them."""
    starts = np.zeros(len(counts), dtype=np.int64)
    np.cumsum(counts[:-1], out=starts[1:])
    return np.arange(int(counts.sum())) + np.repeat(firsts - starts, counts), starts


def _factors() -> NDArray[np.uint32]:
    """Give odd multipliers, always the same ones."""
    generator = np.random.default_rng(20240601)
    return generator.integers(0, 1 << 31, size=BANDS * ROWS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)


def _meetings(
    rows: Signatures, labels: Labels, usable: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield pairs that share a band and are in two clusters yet: each with its neighbour in the band."""
    for band in range(BANDS):
        four = rows[usable, band * ROWS : (band + 1) * ROWS].astype(np.uint64)
        key = np.zeros(len(usable), dtype=np.uint64)
        for column in range(ROWS):
            key = (key ^ four[:, column]) * np.uint64(0x9E3779B97F4A7C15)
            key ^= key >> np.uint64(29)
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        opens = np.ones(len(order), dtype=np.bool_)
        opens[1:] = ordered[1:] != ordered[:-1]
        group = np.cumsum(opens) - 1
        for first in (order[np.flatnonzero(opens)][group], np.concatenate([order[:1], order[:-1]])):
            other = order
            same = ~opens & (labels[usable[first]] != labels[usable[other]])
            yield usable[first[same]], usable[other[same]]


def _unite(labels: Labels, first: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Give both ends of each pair the smaller label, until nothing moves any more."""
    moved = False
    while len(first):
        low, high = np.minimum(labels[first], labels[other]), np.maximum(labels[first], labels[other])
        apart = low != high
        if not apart.any():
            break
        moved = True
        np.minimum.at(labels, high[apart], low[apart])
        # A label that has got a smaller label itself stands for that one from now on.
        while not np.array_equal(shorter := labels[labels], labels):
            labels[:] = shorter
    return moved
