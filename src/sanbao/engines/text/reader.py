"""A text is read: what it speaks about, how, where exactly, and which words moved the judgement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.aspects import CODES, DEMANDS, FLAGS
from sanbao.engines.text.concepts import Concepts
from sanbao.engines.text.language import languages_of
from sanbao.engines.text.reasons import Witness
from sanbao.engines.text.scoring import (
    ASPECTS_IN_TEXT,
    DEMAND,
    FLAG,
    SILENT,
    Floats,
    Pieces,
    Scorer,
    Scores,
    Weights,
    best_clause,
    chance,
    evidence,
    highest,
    take_apart,
)

# Texts are read in batches of about this many characters, so that memory stays small.
_BATCH = 100_000
# The weights know Chinese; of anything else it is better to say nothing.
_READ = frozenset({"zh"})


@dataclass(frozen=True, slots=True)
class Mention:
    """One aspect spoken of in one clause; `start` and `end` are offsets in the original text.

    Units: `score` is between 0 and 1; at 0.5 the aspect is just reported. `reasons` are words of the clause.
    """

    code: str
    polarity: int
    start: int
    end: int
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text says: `sentiment` (-1 to 1) of the whole, `overall` (-1, 0, 1) of the service alone."""

    language: str
    sentiment: float
    overall: int
    aspects: tuple[Mention, ...] = ()
    demands: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class Reader:
    """Reads texts with one set of weights; the same text always gives the same reading."""

    def __init__(self, weights: Weights) -> None:
        self._scorer = Scorer(weights)
        self._weights = weights
        heads = weights.heads
        self._mix = np.array(heads["aspects"], dtype=np.float32)
        self._single = np.array(heads["clause"], dtype=np.float32)
        self._judge = np.array(heads["overall"], dtype=np.float32)
        self._demand = np.array(heads["demand"], dtype=np.float32)
        self._flag = np.array(heads["flag"], dtype=np.float32)
        self._alarms = Concepts({name: weights.alarms.get(name, ()) for name in FLAGS})

    def read(self, text: str) -> Reading:
        """Give the reading of one text, with the words that moved it."""
        return self.read_many([text])[0]

    def read_many(self, texts: Sequence[str], *, reasons: bool = True) -> list[Reading]:
        """Give one reading for each text, in their order; without reasons it is several times faster."""
        return [reading for batch in _batches(texts) for reading in self._read(batch, reasons=reasons)]

    def _read(self, texts: Sequence[str], *, reasons: bool) -> list[Reading]:
        count = len(texts)
        pieces = take_apart(texts)
        looked = self._scorer.look(pieces)
        scores = self._scorer.score(pieces, looked, count)
        languages = languages_of(texts, pieces)
        witness = Witness(self._weights, pieces, looked) if reasons else None
        mentions = self._mentions(scores, texts, witness)
        overall = self._overall(scores, count)
        sentiment = np.tanh(scores.texts[:, -1].astype(float) / 2).round(4).tolist()
        wishes = highest(scores.wishes, scores.owner, count, SILENT)
        wanted = np.hstack([wishes, scores.texts[:, DEMAND]]) @ self._demand[:-1] + self._demand[-1]
        demands = _named(wanted > 0, DEMANDS)
        flags = _named((scores.texts[:, FLAG] > self._flag) | self._alarmed(pieces, count), FLAGS)
        return [
            Reading(language, tone, judged, tuple(found), wanted, seen)
            if language in _READ and len(text.strip())
            else Reading(language, 0.0, 0)
            for text, language, tone, judged, found, wanted, seen in zip(
                texts, languages, sentiment, overall, mentions, demands, flags, strict=True
            )
        ]

    def certainty(self, scores: Scores, count: int) -> Floats:
        """Give, for each text and aspect, how certain it is that it is spoken of; reported from 0.5 on."""
        best = best_clause(scores, count)
        mixed = best * self._mix[:, 0] + scores.texts[:, ASPECTS_IN_TEXT] * self._mix[:, 1]
        return chance((mixed - self._mix[:, 2]) * self._mix[:, 3])

    def _alarmed(self, pieces: Pieces, count: int) -> NDArray[np.bool_]:
        """Tell for each text which flags a word of it raises; missing one costs more than a false alarm."""
        raised = self._alarms.matrix(self._alarms.masks(pieces.codes, pieces.cuts))
        return highest(raised, pieces.owner, count, 0.0) > 0

    def _overall(self, scores: Scores, count: int) -> list[int]:
        judged = evidence(scores, count) @ self._judge[:-1] + self._judge[-1]
        signs: list[int] = (judged.argmax(axis=1) - 1).tolist()
        return signs

    def _mentions(self, scores: Scores, texts: Sequence[str], witness: Witness | None) -> list[list[Mention]]:
        """Give for each text its mentions: for each aspect and polarity the clause that shows it best."""
        found: list[list[Mention]] = [[] for _ in texts]
        if not len(scores.owner):
            return found
        certainty = self.certainty(scores, len(texts))
        for clause, aspect, sign in self._chosen(scores, certainty):
            owner = scores.owner[clause]
            start, end = int(scores.starts[clause]), int(scores.ends[clause])
            words = witness.words(clause, aspect, texts[owner][start:end]) if witness else ()
            found[owner].append(
                Mention(CODES[aspect], sign, start, end, round(float(certainty[owner, aspect]), 4), words)
            )
        return found

    def _chosen(self, scores: Scores, certainty: Floats) -> Iterator[tuple[int, int, int]]:
        """Pick clause, aspect and sign of each mention, ordered by text, aspect and place in the text."""
        best = best_clause(scores, len(certainty))
        bar = np.minimum(self._single, best)[scores.owner]
        clauses, aspects = np.nonzero((certainty >= 0.5)[scores.owner] & (scores.clauses >= bar))  # noqa: PLR2004 - half
        signs = np.where(scores.polarity[clauses] > 0, -1, 1)
        order = np.lexsort(
            (clauses, -scores.clauses[clauses, aspects], signs, aspects, scores.owner[clauses])
        )
        keys = np.stack([scores.owner[clauses], aspects, signs])[:, order]
        fresh = np.ones(len(order), dtype=np.bool_)
        fresh[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
        picked = order[fresh]
        yield from zip(
            clauses[picked].tolist(), aspects[picked].tolist(), signs[picked].tolist(), strict=True
        )


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Give texts in runs of a bounded number of characters; a text is never cut."""
    first = size = 0
    for number, text in enumerate(texts):
        size += len(text)
        if size >= _BATCH:
            yield texts[first : number + 1]
            first, size = number + 1, 0
    if first < len(texts):
        yield texts[first:]


def _named(marks: NDArray[np.bool_], names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Give the names that are marked in each row."""
    result: list[tuple[str, ...]] = [()] * len(marks)
    for row in np.flatnonzero(marks.any(axis=1)).tolist():
        result[row] = tuple(name for name, mark in zip(names, marks[row], strict=True) if mark)
    return result
