"""The quick model: characters and pairs of them, thresholds found on unseen texts."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from sanbao.engines.text import CODES
from sanbao.engines.text.folding import fold_codes
from sanbao.engines.text.skimming import LONGEST_SKIMMED, SKIM_BITS, SKIM_COLUMNS, SkimWeights, skim_places
from training.corpus import Labelled, Phrase
from training.fit import threshold

_FOLDS = 4
_PENALTY = 3.0
_OWN = 0.3

Flags = NDArray[np.bool_]


def skim_matrix(texts: Sequence[str]) -> sp.csr_matrix:
    """Give the features of each text, divided by the root of its length, as the engine does."""
    kept = [text[:LONGEST_SKIMMED] for text in texts]
    lengths = np.array([len(text) for text in kept], dtype=np.int64)
    raw = np.frombuffer("".join(kept).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    owner = np.repeat(np.arange(len(kept)), lengths)
    rows, columns = [], []
    for place in skim_places(fold_codes(raw), np.cumsum(lengths)):
        there = np.flatnonzero(place)
        rows.append(owner[there])
        columns.append(place[there].astype(np.int64))
    row, column = np.concatenate(rows), np.concatenate(columns)
    matrix = sp.csr_matrix((np.ones(len(row), np.float32), (row, column)), shape=(len(kept), 1 << SKIM_BITS))
    return (sp.diags(1 / np.sqrt(np.maximum(lengths, 1))) @ matrix).tocsr()


def fit_skim(rows: list[Labelled], phrases: list[Phrase], opinions: list[tuple[str, int]]) -> SkimWeights:
    """Give the weights of the quick model."""
    matrix, own = skim_matrix([row.text for row in rows]), skim_matrix([row.text for row in phrases])
    folds = np.random.default_rng(0).permutation(len(rows)) % _FOLDS
    weights = np.array([row.weight for row in phrases]) * _OWN
    solved, lines = [], []
    for code in CODES:
        target = np.array([any(code == found for found, _, _ in row.aspects) for row in rows])
        spoken = np.array([any(code == found for found, _ in row.aspects) for row in phrases])
        unseen = np.zeros(len(rows))
        for fold in range(_FOLDS):
            rest = folds != fold
            unseen[~rest] = _solve(matrix[rest], target[rest], own, spoken, weights).decision_function(
                matrix[~rest]
            )
        solved.append(_solve(matrix, target, own, spoken, weights))
        lines.append(threshold(unseen, target))
    for sign in (-1, 0, 1):
        judged = np.array([row.overall == sign for row in rows])
        solved.append(LogisticRegression(C=_PENALTY, solver="liblinear", random_state=0).fit(matrix, judged))
    tone = skim_matrix([text for text, _ in opinions])
    good = np.array([sign for _, sign in opinions]) > 0
    solved.append(LogisticRegression(C=_PENALTY, solver="liblinear", random_state=0).fit(tone, good))
    return _squeezed(solved, lines)


def _solve(
    matrix: sp.csr_matrix, target: Flags, own: sp.csr_matrix, spoken: Flags, weights: NDArray[np.float64]
) -> LogisticRegression:
    yes, no = len(target) / (2 * max(1, target.sum())), len(target) / (2 * max(1, (~target).sum()))
    every = np.concatenate([np.where(target, yes, no), np.where(spoken, yes, no) * weights])
    judge = LogisticRegression(C=_PENALTY, solver="liblinear", random_state=0)
    return judge.fit(sp.vstack([matrix, own]).tocsr(), np.concatenate([target, spoken]), sample_weight=every)


def _squeezed(solved: list[LogisticRegression], lines: list[float]) -> SkimWeights:
    table = np.zeros((1 << SKIM_BITS, len(SKIM_COLUMNS)), dtype=np.int8)
    scale = np.ones(len(SKIM_COLUMNS), dtype=np.float32)
    for index, judge in enumerate(solved):
        scale[index] = np.abs(judge.coef_).max() / 127
        table[:, index] = np.round(judge.coef_[0] / scale[index])
    table[0] = 0
    bias = np.array([judge.intercept_[0] for judge in solved], dtype=np.float32)
    return SkimWeights(table, scale, bias, np.array(lines, dtype=np.float32))
