"""How well the model reads, measured on texts that it was not made from, with intervals."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text import (
    CODES,
    DEMANDS,
    FLAGS,
    SERVICE_CODES,
    Network,
    NetworkWeights,
    Reader,
    Reading,
    Skimmer,
)
from sanbao.engines.text.network import Answers
from sanbao.engines.text.scoring import take_apart
from training.corpus import Labelled, Phrase, read_alarms
from training.fit import fit, prepare

FOLDS = 5
# A network takes minutes: those that answer for texts they have not seen are taught with half of the texts.
HALVES = 2
# Aspects with too few texts for their own figure to mean much.
RARE = ("QU", "PA", "CC")
_DRAWS = 1000

Counts = NDArray[np.int64]
Measure = dict[str, Any]


class Taught(Protocol):
    """What teaches networks, where the framework for it is there."""

    def taught(self, rows: Sequence[Labelled], *, tone: bool = True) -> NetworkWeights:
        """Give the network that these texts teach, and the tone of reviews where wanted."""

    def unseen(self, rows: Sequence[Labelled], folds: Counts) -> tuple[Answers, list[NetworkWeights]]:
        """Give the answers to each text by the network of the other folds, and these networks."""


def folds_of(count: int, number: int = FOLDS) -> Counts:
    """Give the fold of each text, always the same ones."""
    return np.random.default_rng(1).permutation(count) % number


def read_unseen(
    rows: list[Labelled], phrases: list[Phrase], words: dict[str, tuple[str, ...]], networks: Taught | None
) -> list[Reading]:
    """Read every text with weights, thresholds included, that were made from the other four fifths.

    Each text is read with the network that was taught with the other half of the texts. Those that set
    thresholds for a fold know some of its labels, but their own answers to it are never used.
    """
    folds, halves = folds_of(len(rows)), folds_of(len(rows), HALVES)
    answers, made = networks.unseen(rows, halves) if networks else (None, [])
    unseen: dict[int, Reading] = {}
    for fold in range(FOLDS):
        kept = np.flatnonzero(folds != fold)
        learnt = prepare([rows[number] for number in kept.tolist()], phrases, words)
        weights = fit(learnt, words, alarms=read_alarms(), unseen=answers and part(answers, rows, kept))
        for half in range(HALVES):
            away = np.flatnonzero((folds == fold) & (halves == half)).tolist()
            reader = Reader(weights, Network(made[half]) if made else None)
            texts = [rows[number].text for number in away]
            unseen |= dict(zip(away, reader.read_many(texts, reasons=False), strict=True))
    return [unseen[number] for number in range(len(rows))]


def read_with(
    learnt: list[Labelled],
    phrases: list[Phrase],
    words: dict[str, tuple[str, ...]],
    rows: list[Labelled],
    networks: Taught | None = None,
) -> list[Reading]:
    """Read texts with weights made from others."""
    answers = networks.unseen(learnt, folds_of(len(learnt), HALVES))[0] if networks else None
    weights = fit(prepare(learnt, phrases, words), words, alarms=read_alarms(), unseen=answers)
    network = Network(networks.taught(learnt, tone=False)) if networks else None
    return Reader(weights, network).read_many([row.text for row in rows], reasons=False)


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
        "overall_accuracy": share(truth == judged),
        "overall_polarity_accuracy": share((truth == judged)[decided & (judged != 0)]),
        "overall_decided": share((judged != 0)[decided]),
        "evidence_precision": share(np.array(list(_evidence(rows, readings)))),
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
        "overall_accuracy": share(np.array([row.overall for row in rows]) == skim.overall),
    }


def part(answers: Answers, rows: Sequence[Labelled], kept: Counts) -> Answers:
    """Give the answers to some of the texts, in their order."""
    owner = take_apart([row.text for row in rows]).owner
    return Answers(answers.clauses[np.isin(owner, kept)], answers.texts[kept])


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


def share(marks: NDArray[np.bool_]) -> Measure:
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
