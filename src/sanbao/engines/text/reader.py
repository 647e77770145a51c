"""A text is read: what it speaks about, how, where exactly, and which words moved the judgement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.aspects import CODES, DEMANDS, FLAGS
from sanbao.engines.text.concepts import Concepts
from sanbao.engines.text.english import CERTAINTY, EnglishReader
from sanbao.engines.text.judging import Heads, blended
from sanbao.engines.text.language import languages_of
from sanbao.engines.text.network import Network
from sanbao.engines.text.reasons import Witness
from sanbao.engines.text.scoring import Pieces, Scorer, Scores, Weights, highest, take_apart

# Texts are read in batches of about this many characters, so that memory stays small.
_BATCH = 100_000
# The weights know Chinese; English has a reader of its own.
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

    def __init__(
        self, weights: Weights, network: Network | None = None, english: EnglishReader | None = None
    ) -> None:
        self._scorer = Scorer(weights)
        self._weights = weights
        self._network = network if weights.blend else None
        self._english = english
        self._plain = Heads.of(weights.heads)
        self._deep = Heads.of(weights.blend["heads"]) if weights.blend else self._plain
        self._alarms = Concepts({name: weights.alarms.get(name, ()) for name in FLAGS})

    def read(self, text: str) -> Reading:
        """Give the reading of one text, with the words that moved it."""
        return self.read_many([text])[0]

    def read_many(self, texts: Sequence[str], *, reasons: bool = True, deep: bool = True) -> list[Reading]:
        """Give one reading for each text, in their order.

        Without reasons it is quicker; without the network (not `deep`) many times so, a little less right.
        """
        return [
            reading for batch in _batches(texts) for reading in self._read(batch, reasons=reasons, deep=deep)
        ]

    def _read(self, texts: Sequence[str], *, reasons: bool, deep: bool) -> list[Reading]:
        count = len(texts)
        pieces = take_apart(texts)
        looked = self._scorer.look(pieces)
        scores = self._scorer.score(pieces, looked, count)
        heads = self._plain
        if deep and self._network is not None:
            scores, heads = (
                blended(scores, self._network.answer(pieces, count), self._weights.blend),
                self._deep,
            )
        languages = languages_of(texts, pieces)
        witness = Witness(self._weights, pieces, looked) if reasons else None
        mentions = self._mentions(scores, heads, texts, witness)
        overall = heads.overall(scores, count)
        sentiment = np.tanh(scores.texts[:, -1].astype(float) / 2).round(4).tolist()
        demands = _named(heads.demands(scores, count), DEMANDS)
        flags = _named(heads.flags(scores) | self._alarmed(pieces, count), FLAGS)
        return [
            Reading(language, tone, judged, tuple(found), wanted, seen)
            if language in _READ and len(text.strip())
            else self._other(text, language)
            for text, language, tone, judged, found, wanted, seen in zip(
                texts, languages, sentiment, overall, mentions, demands, flags, strict=True
            )
        ]

    def _other(self, text: str, language: str) -> Reading:
        """Give the reading of a text that is not Chinese; of what nobody understands, nothing is said."""
        if language != "en" or self._english is None:
            return Reading(language, 0.0, 0)
        said = self._english.read(text)
        aspects = tuple(
            Mention(found.code, found.polarity, found.start, found.end, CERTAINTY, found.reasons)
            for found in said.aspects
        )
        return Reading(language, said.sentiment, said.overall, aspects, said.demands, said.flags)

    def _alarmed(self, pieces: Pieces, count: int) -> NDArray[np.bool_]:
        """Tell for each text which flags a word of it raises; missing one costs more than a false alarm."""
        raised = self._alarms.matrix(self._alarms.masks(pieces.codes, pieces.cuts))
        return highest(raised, pieces.owner, count, 0.0) > 0

    def _mentions(
        self, scores: Scores, heads: Heads, texts: Sequence[str], witness: Witness | None
    ) -> list[list[Mention]]:
        """Give for each text its mentions: for each aspect and polarity the clause that shows it best."""
        found: list[list[Mention]] = [[] for _ in texts]
        if not len(scores.owner):
            return found
        certainty = heads.certainty(scores, len(texts))
        for clause, aspect, sign in heads.chosen(scores, certainty).tolist():
            owner = scores.owner[clause]
            start, end = int(scores.starts[clause]), int(scores.ends[clause])
            words = witness.words(clause, aspect, texts[owner][start:end]) if witness else ()
            found[owner].append(
                Mention(CODES[aspect], sign, start, end, round(float(certainty[owner, aspect]), 4), words)
            )
        return found


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
