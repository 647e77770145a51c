"""A text is read: what it speaks about, how, where exactly, and which words moved the judgement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.aspects import CODES, DEMANDS, FLAGS
from sanbao.engines.text.cutting import Cuts, cut
from sanbao.engines.text.folding import Codes, join
from sanbao.engines.text.grams import places
from sanbao.engines.text.language import language_of

Floats = NDArray[np.float32]

# Texts are read in batches of about this many characters, so that memory stays small.
_BATCH = 200_000
_REASONS = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """One aspect spoken of in one clause; `start` and `end` are offsets in the original text."""

    code: str
    polarity: int
    start: int
    end: int
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says. `sentiment` is for the whole text, `overall` for the service alone."""

    language: str
    sentiment: float
    overall: int
    aspects: tuple[Mention, ...] = ()
    demands: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained model as values: one row per n-gram place, one column per question, and how columns become answers.

    Units: `table` times `scale` are the weights of a linear model; `heads` holds offsets, mixtures and thresholds.
    """

    bits: int
    orders: int
    columns: tuple[str, ...]
    table: NDArray[np.int8]
    scale: Floats
    heads: dict[str, Any]


class Reader:
    """Reads texts with one set of weights; the same text always gives the same reading."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._column = {name: index for index, name in enumerate(weights.columns)}
        self._clause = np.array([self._column[f"clause:{code}"] for code in CODES])
        self._text = np.array([self._column[f"text:{code}"] for code in CODES])
        heads = weights.heads
        self._mix = np.array([heads["aspects"][code] for code in CODES], dtype=np.float32)

    def read(self, text: str) -> Reading:
        """Give the reading of one text."""
        return self.read_many([text])[0]

    def read_many(self, texts: Sequence[str]) -> list[Reading]:
        """Give one reading for each text, in their order."""
        readings: list[Reading] = []
        batch: list[str] = []
        size = 0
        for text in texts:
            batch.append(text)
            size += len(text)
            if size >= _BATCH:
                readings += self._read_batch(batch)
                batch, size = [], 0
        return readings + self._read_batch(batch) if batch else readings

    def _read_batch(self, texts: list[str]) -> list[Reading]:
        codes, starts = join(texts)
        cuts = cut(codes)
        sums = self._sums(codes, cuts)
        owner = np.searchsorted(starts, cuts.starts, side="right") - 1
        bounds = np.searchsorted(owner, np.arange(len(texts) + 1))
        return [
            self._reading(text, sums[first:last], cuts.starts[first:last] - start, cuts.ends[first:last] - start)
            for text, first, last, start in zip(texts, bounds[:-1], bounds[1:], starts[:-1], strict=True)
        ]

    def _sums(self, codes: Codes, cuts: Cuts) -> Floats:
        """Add up the weights of each clause's n-grams, for every column."""
        weights = self._weights
        if not len(cuts.starts):
            return np.zeros((0, len(weights.columns)), dtype=np.float32)
        total = np.zeros((len(cuts.starts), len(weights.columns)), dtype=np.float32)
        for place in places(codes, cuts, weights.bits, weights.orders):
            total += np.add.reduceat(weights.table[place], cuts.starts, axis=0, dtype=np.int32)
        return total * weights.scale

    def _reading(self, text: str, sums: Floats, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Reading:
        language = language_of(text)
        if not len(sums) or language in {"none", "other"}:
            return Reading(language, 0.0, 0)
        mass = sums[:, self._column["mass"]]
        whole = sums.sum(axis=0) / max(float(np.sqrt(mass.sum())), 1e-6)
        parts = sums / np.maximum(np.sqrt(mass), 1e-6)[:, None]
        mentions = self._mentions(text, parts, whole, starts, ends)
        heads = self._weights.heads
        sentiment = float(np.tanh(whole[self._column["sentiment"]] + heads["sentiment"]))
        return Reading(
            language,
            round(sentiment, 4),
            self._overall(whole),
            mentions,
            tuple(name for name in DEMANDS if self._answers("demand", name, whole)),
            tuple(name for name in FLAGS if self._answers("flag", name, whole)),
        )

    def _answers(self, kind: str, name: str, whole: Floats) -> bool:
        threshold = self._weights.heads[kind].get(name)
        return threshold is not None and float(whole[self._column[f"{kind}:{name}"]]) > threshold

    def _overall(self, whole: Floats) -> int:
        offsets = self._weights.heads["overall"]
        scores = [float(whole[self._column[f"overall:{sign}"]]) + offsets[sign] for sign in ("-1", "0", "1")]
        return int(np.argmax(scores)) - 1

    def _mentions(
        self, text: str, parts: Floats, whole: Floats, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> tuple[Mention, ...]:
        by_clause = parts[:, self._clause]
        mix = self._mix
        logits = mix[:, 0] * by_clause.max(axis=0) + mix[:, 1] * whole[self._text] + mix[:, 2]
        polarity = np.where(parts[:, self._column["polarity"]] + self._weights.heads["polarity"] > 0, 1, -1)
        found: list[Mention] = []
        for index in np.flatnonzero(logits > 0):
            scores = by_clause[:, index]
            score = round(float(1 / (1 + np.exp(-logits[index]))), 4)
            sure = (scores >= mix[index, 3]) | (scores == scores.max())
            for sign in (-1, 1):
                chosen = np.flatnonzero(sure & (polarity == sign))
                if len(chosen):
                    best = chosen[np.argmax(scores[chosen])]
                    start, end = int(starts[best]), int(ends[best])
                    reasons = self._reasons(text[start:end], self._clause[index])
                    found.append(Mention(CODES[index], sign, start, end, score, reasons))
        return tuple(found)

    def _reasons(self, clause: str, column: int) -> tuple[str, ...]:
        """Give the pieces of a clause that spoke most strongly for the answer, strongest first."""
        codes, _ = join([clause])
        cuts = cut(codes)
        found: list[tuple[int, int, int]] = []
        for order, place in enumerate(places(codes, cuts, self._weights.bits, self._weights.orders), start=1):
            values = self._weights.table[place, column]
            found += [(int(values[at]), at, at + order) for at in np.flatnonzero(values > 0)]
        chosen: list[tuple[int, int]] = []
        for _, start, end in sorted(found, key=lambda piece: (-piece[0], piece[1], -piece[2])):
            word_end = min(end, len(clause))
            if all(word_end <= first or start >= last for first, last in chosen):
                chosen.append((start, word_end))
            if len(chosen) == _REASONS:
                break
        return tuple(word for start, end in chosen if (word := clause[start:end].strip()))
