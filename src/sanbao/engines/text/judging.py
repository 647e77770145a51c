"""Scores become decisions: what is reported, from which clause, and how the service is judged."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.aspects import CODES
from sanbao.engines.text.network import Answers
from sanbao.engines.text.scoring import (
    ASPECTS_IN_TEXT,
    DEMAND,
    FLAG,
    SILENT,
    Floats,
    Scores,
    best_clause,
    chance,
    evidence,
    highest,
)

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Heads:
    """Mixtures, thresholds and judges, as they were fitted."""

    mix: Floats
    single: Floats
    judge: Floats
    demand: Floats
    flag: Floats

    @classmethod
    def of(cls, heads: dict[str, Any]) -> "Heads":
        """Take them out of what is stored."""
        names = ("aspects", "clause", "overall", "demand", "flag")
        return cls(*(np.array(heads[name], dtype=np.float32) for name in names))

    def certainty(self, scores: Scores, count: int) -> Floats:
        """Give, for each text and aspect, how certain it is that it is spoken of; reported from 0.5 on."""
        best = best_clause(scores, count)
        mixed = best * self.mix[:, 0] + scores.texts[:, ASPECTS_IN_TEXT] * self.mix[:, 1]
        return chance((mixed - self.mix[:, 2]) * self.mix[:, 3])

    def overall(self, scores: Scores, count: int) -> list[int]:
        """Give the judgement of the service in each text: -1, 0 or 1."""
        judged = evidence(scores, count) @ self.judge[:-1] + self.judge[-1]
        signs: list[int] = (judged.argmax(axis=1) - 1).tolist()
        return signs

    def demands(self, scores: Scores, count: int) -> NDArray[np.bool_]:
        """Tell which demands each text voices."""
        wishes = highest(scores.wishes, scores.owner, count, SILENT)
        wanted = np.hstack([wishes, scores.texts[:, DEMAND]]) @ self.demand[:-1] + self.demand[-1]
        return np.asarray(wanted > 0)

    def flags(self, scores: Scores) -> NDArray[np.bool_]:
        """Tell which flags each text raises, its words apart."""
        return np.asarray(scores.texts[:, FLAG] > self.flag)

    def chosen(self, scores: Scores, certainty: Floats) -> NDArray[np.int64]:
        """Pick clause, aspect and sign of each mention, ordered by text, aspect and place in the text."""
        best = best_clause(scores, len(certainty))
        bar = np.minimum(self.single, best)[scores.owner]
        clauses, aspects = np.nonzero((certainty >= _HALF)[scores.owner] & (scores.clauses >= bar))
        signs = np.where(scores.polarity[clauses] > 0, -1, 1)
        order = np.lexsort(
            (clauses, -scores.clauses[clauses, aspects], signs, aspects, scores.owner[clauses])
        )
        keys = np.stack([scores.owner[clauses], aspects, signs])[:, order]
        fresh = np.ones(len(order), dtype=np.bool_)
        fresh[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
        picked = order[fresh]
        return np.stack([clauses[picked], aspects[picked], signs[picked]], axis=1)


def blended(scores: Scores, answers: Answers, blend: dict[str, Any]) -> Scores:
    """Give scores into which the answers of the network are mixed, question by question.

    Units: each row of `blend` is the share of the score, the share of the answer, and an offset.
    """
    clause, text = np.array(blend["clause"], np.float32), np.array(blend["text"], np.float32)
    sign, count = clause[-1], len(CODES)
    mixed = scores.clauses * clause[:count, 0] + answers.clauses[:, :count] * clause[:count, 1]
    return replace(
        scores,
        clauses=(mixed + clause[:count, 2]).astype(np.float32),
        polarity=scores.polarity * sign[0] + answers.clauses[:, count] * sign[1] + sign[2],
        texts=(scores.texts * text[:, 0] + answers.texts * text[:, 1] + text[:, 2]).astype(np.float32),
    )
