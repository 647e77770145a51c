"""How well a version reads this installation's own texts: those of the random subset, never learnt from."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text import CODES, SERVICE_CODES, Reading
from sanbao.rooms.feedback.queries.sample import Said
from sanbao.rooms.feedback.rules import share

_DRAWS: Final = 1_000
_SEED: Final = 20240601
_LOW, _HIGH = 2.5, 97.5

Counts = NDArray[np.int64]
"""One row for each text: found rightly, found wrongly, missed."""


def said_by(reading: Reading) -> Said:
    """Return code and direction of everything a version found."""
    return frozenset((found.code, found.polarity) for found in reading.aspects)


def measure(truths: Sequence[tuple[Said, int]], readings: Sequence[Reading]) -> tuple[dict[str, Any], Counts]:
    """Return the figures of one version, and its counts for each text, to be compared with another's."""
    found = [said_by(reading) for reading in readings]
    wanted = [said for said, _overall in truths]
    pairs = _counts(wanted, found)
    codes = [frozenset(code for code, _ in said if code in SERVICE_CODES) for said in wanted]
    heard = [frozenset(code for code, _ in said if code in SERVICE_CODES) for said in found]
    right = sum(judged == reading.overall for (_, judged), reading in zip(truths, readings, strict=True))
    overall = share(right, len(truths))
    figures = {
        "texts": len(truths),
        "aspects": {code: _figures(_of(code, wanted, found)) for code in CODES},
        "detection": _with_interval(_counts(codes, heard)),
        "pairs": _with_interval(pairs),
        "overall": {"value": overall.value, "low": overall.low, "high": overall.high, "n": overall.n},
    }
    return figures, pairs


def difference(before: Counts, after: Counts) -> dict[str, float]:
    """Return by how much the second version's F1 over code and direction is higher, with its interval.

    Both are measured on the same texts drawn anew, so that what is hard for both does not blur it.
    """
    chosen = np.random.default_rng(_SEED).integers(0, len(before), (_DRAWS, len(before)))
    drawn = _f1(after[chosen].sum(axis=1)) - _f1(before[chosen].sum(axis=1))
    low, high = np.percentile(drawn, [_LOW, _HIGH])
    value = float(_f1(after.sum(axis=0)) - _f1(before.sum(axis=0)))
    return {"value": value, "low": float(low), "high": float(high)}


def _of(code: str, wanted: Sequence[Said], found: Sequence[Said]) -> Counts:
    return _counts(
        [frozenset(row for row in said if row[0] == code) for said in wanted],
        [frozenset(row for row in said if row[0] == code) for said in found],
    )


def _counts(wanted: Sequence[frozenset[Any]], found: Sequence[frozenset[Any]]) -> Counts:
    rows = [(len(w & f), len(f - w), len(w - f)) for w, f in zip(wanted, found, strict=True)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _figures(counts: Counts) -> dict[str, Any]:
    right, wrong, missed = (int(each) for each in counts.sum(axis=0))
    return {
        "n": right + missed,
        "precision": right / (right + wrong) if right + wrong else 0.0,
        "recall": right / (right + missed) if right + missed else 0.0,
        "f1": float(_f1(counts.sum(axis=0))),
    }


def _with_interval(counts: Counts) -> dict[str, Any]:
    chosen = np.random.default_rng(_SEED).integers(0, len(counts), (_DRAWS, len(counts)))
    low, high = (float(each) for each in np.percentile(_f1(counts[chosen].sum(axis=1)), [_LOW, _HIGH]))
    if low == high:
        # every draw gives the same where all is right, or all wrong: that is too little seen, not certainty
        right, wrong, missed = (int(each) for each in counts.sum(axis=0))
        bounds = share(right, right + wrong + missed)
        low, high = (2 * each / (1 + each) for each in (bounds.low, bounds.high))
    figures = _figures(counts)
    return {**figures, "value": figures["f1"], "low": low, "high": high}


def _f1(sums: Counts) -> NDArray[np.float64]:
    right, wrong, missed = np.moveaxis(np.asarray(sums, dtype=np.float64), -1, 0)
    return np.asarray(2 * right / np.maximum(2 * right + wrong + missed, 1))
