"""How well the model reads, measured on texts that it was not made from, with intervals."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text import CODES, DEMANDS, FLAGS, SERVICE_CODES, Reader, Reading, Skimmer
from training.corpus import Labelled, Phrase, read_alarms
from training.fit import fit, prepare

FOLDS = 5
# Aspects with too few texts for their own figure to mean much.
RARE = ("QU", "PA", "CC")
_DRAWS = 1000

Counts = NDArray[np.int64]
Measure = dict[str, Any]


def read_unseen(
    rows: list[Labelled], phrases: list[Phrase], words: dict[str, tuple[str, ...]]
) -> list[Reading]:
    """Read every text with weights, thresholds included, that were made from the other four fifths."""
    folds = np.random.default_rng(1).permutation(len(rows)) % FOLDS
    unseen: dict[int, Reading] = {}
    for fold in range(FOLDS):
        away = np.flatnonzero(folds == fold).tolist()
        learnt = [rows[number] for number in np.flatnonzero(folds != fold).tolist()]
        unseen |= dict(
            zip(away, read_with(learnt, phrases, words, [rows[number] for number in away]), strict=True)
        )
    return [unseen[number] for number in range(len(rows))]


def read_with(
    learnt: list[Labelled], phrases: list[Phrase], words: dict[str, tuple[str, ...]], rows: list[Labelled]
) -> list[Reading]:
    """Read texts with weights made from others."""
    weights = fit(prepare(learnt, phrases, words), words, alarms=read_alarms())
    return Reader(weights).read_many([row.text for row in rows], reasons=False)


def measure(rows: Sequence[Labelled], readings: Sequence[Reading]) -> Measure:
    """Give every figure of quality, each with the 95 % interval of a bootstrap over texts."""
    aspects = np.stack([_counts(_spoken(rows, code), _heard(readings, code)) for code in CODES])
    service = np.array([CODES.index(code) for code in SERVICE_CODES])
    frequent = np.array([CODES.index(code) for code in SERVICE_CODES if code not in RARE])
    draws = _draws(len(rows))
    signs = _counts_of_sets(
        ({(c, p) for c, p, _ in row.aspects} for row in rows),
        ({(m.code, m.polarity) for m in r.aspects} for r in readings),
    )
    demands = _counts_of_sets((row.demands for row in rows), (set(r.demands) for r in readings))
    truth, judged = (
        np.array([row.overall for row in rows]),
        np.array([reading.overall for reading in readings]),
    )
    decided = truth != 0
    return {
        "texts": len(rows),
        "macro_f1": _figure(aspects[service], draws),
        "macro_f1_frequent": _figure(aspects[frequent], draws),
        "aspect_polarity_micro_f1": _figure(signs[None], draws),
        "demands_micro_f1": _figure(demands[None], draws),
        "overall_accuracy": _share(truth == judged),
        "overall_polarity_accuracy": _share((truth == judged)[decided & (judged != 0)]),
        "overall_decided": _share((judged != 0)[decided]),
        "evidence_precision": _share(np.array(list(_evidence(rows, readings)))),
        "aspects": {code: _aspect(aspects[index], draws) for index, code in enumerate(CODES)},
        "demands": _named(rows, readings, "demands", DEMANDS),
        "flags": _named(rows, readings, "flags", FLAGS),
    }


def measure_skim(rows: Sequence[Labelled], skimmer: Skimmer) -> Measure:
    """Give the figures of the quick reader, which knows no clauses."""
    skim = skimmer.skim([row.text for row in rows])
    every = [
        _counts(_spoken(rows, code), (skim.aspects >> CODES.index(code) & 1) > 0) for code in SERVICE_CODES
    ]
    return {
        "texts": len(rows),
        "macro_f1": _figure(np.stack(every), _draws(len(rows))),
        "overall_accuracy": _share(np.array([row.overall for row in rows]) == skim.overall),
    }


def _spoken(rows: Iterable[Labelled], code: str) -> NDArray[np.bool_]:
    return np.array([any(code == found for found, _, _ in row.aspects) for row in rows])


def _heard(readings: Iterable[Reading], code: str) -> NDArray[np.bool_]:
    return np.array([any(code == mention.code for mention in reading.aspects) for reading in readings])


def _counts(truth: NDArray[np.bool_], found: NDArray[np.bool_]) -> Counts:
    """Give hits, false alarms and misses for each text."""
    return np.stack([truth & found, ~truth & found, truth & ~found], axis=1).astype(np.int64)


def _counts_of_sets(truth: Iterable[Any], found: Iterable[Any]) -> Counts:
    return np.array([(len(t & f), len(f - t), len(t - f)) for t, f in zip(truth, found, strict=True)])


def _draws(count: int) -> NDArray[np.float64]:
    """Give, for each draw, how often each text was drawn."""
    generator = np.random.default_rng(2)
    return generator.multinomial(count, np.full(count, 1 / count), size=_DRAWS).astype(float)


def _f1(hits: Any, alarms: Any, misses: Any) -> Any:
    return 2 * hits / np.maximum(2 * hits + alarms + misses, 1e-9)


def _figure(counts: Counts, draws: NDArray[np.float64]) -> Measure:
    """Give the mean F1 over the first axis with its interval."""
    value = float(np.mean([_f1(*one.sum(axis=0)) for one in counts]))
    drawn = np.mean([_f1(*(draws @ one).T) for one in counts], axis=0)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"value": round(value, 3), "low": round(float(low), 3), "high": round(float(high), 3)}


def _aspect(counts: Counts, draws: NDArray[np.float64]) -> Measure:
    hits, alarms, misses = (int(number) for number in counts.sum(axis=0))
    figure = _figure(counts[None], draws)
    return {
        "precision": round(hits / max(1, hits + alarms), 3),
        "recall": round(hits / max(1, hits + misses), 3),
        "f1": figure["value"],
        "low": figure["low"],
        "high": figure["high"],
        "n": hits + misses,
    }


def _share(marks: NDArray[np.bool_]) -> Measure:
    """Give a share with its Wilson interval."""
    count, share, z = max(1, len(marks)), float(marks.mean()) if len(marks) else 0.0, 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return {
        "value": round(share, 3),
        "low": round(float(middle - half), 3),
        "high": round(float(middle + half), 3),
        "n": len(marks),
    }


def _evidence(rows: Sequence[Labelled], readings: Sequence[Reading]) -> Iterable[bool]:
    """Tell for each rightly found aspect and sign whether the quoted clause touches what a reader marked."""
    for row, reading in zip(rows, readings, strict=True):
        for mention in reading.aspects:
            spans = [
                span for code, sign, span in row.aspects if (code, sign) == (mention.code, mention.polarity)
            ]
            if spans:
                places = [(row.text.find(span), row.text.find(span) + len(span)) for span in spans]
                yield any(start < mention.end and mention.start < end for start, end in places)


def _named(
    rows: Sequence[Labelled], readings: Sequence[Reading], kind: str, names: tuple[str, ...]
) -> Measure:
    result = {}
    for name in names:
        truth = np.array([name in getattr(row, kind) for row in rows])
        found = np.array([name in getattr(reading, kind) for reading in readings])
        hits, alarms, misses = (int(number) for number in _counts(truth, found).sum(axis=0))
        result[name] = {
            "precision": round(hits / max(1, hits + alarms), 3),
            "recall": round(hits / max(1, hits + misses), 3),
            "f1": round(float(_f1(hits, alarms, misses)), 3),
            "n": hits + misses,
        }
    return result
