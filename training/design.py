"""Texts as matrices: the same n-grams and ideas that the engine computes, in the form that a solver wants."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from sanbao.engines.text.concepts import Concepts
from sanbao.engines.text.grams import places
from sanbao.engines.text.scoring import Pieces, neighbours, take_apart

BITS = 18
ORDERS = 4
# The weight of an idea beside an n-gram, which is at most one.
IDEA = 0.15


@dataclass(frozen=True, slots=True)
class Design:
    """A set of texts, cut up: counts of n-grams and marks of ideas for clauses and for whole texts."""

    pieces: Pieces
    count: int
    clause_grams: sp.csr_matrix
    text_grams: sp.csr_matrix
    own: NDArray[np.float32]
    whole: NDArray[np.float32]

    @property
    def owner(self) -> NDArray[np.int64]:
        """Give the number of the text to which each clause belongs."""
        return self.pieces.owner


def design(texts: Sequence[str], concepts: Concepts) -> Design:
    """Give the matrices of these texts."""
    pieces = take_apart(texts)
    clauses = _grams(pieces)
    count = len(texts)
    own = concepts.matrix(concepts.masks(pieces.codes, pieces.cuts))
    gather = sp.csr_matrix(
        (np.ones(len(pieces.owner), np.float32), (pieces.owner, np.arange(len(pieces.owner)))),
        shape=(count, len(pieces.owner)),
    )
    return Design(
        pieces,
        count,
        clauses,
        (gather @ clauses).tocsr(),
        own,
        np.minimum(gather @ own, 1).astype(np.float32),
    )


def _grams(pieces: Pieces) -> sp.csr_matrix:
    holder = np.searchsorted(pieces.cuts.starts, np.arange(len(pieces.codes)), side="right") - 1
    rows, columns = [], []
    for place in places(pieces.codes, pieces.cuts, BITS, ORDERS):
        there = np.flatnonzero(place)
        rows.append(holder[there])
        columns.append(place[there].astype(np.int64))
    row, column = np.concatenate(rows), np.concatenate(columns)
    shape = (len(pieces.cuts.starts), 1 << BITS)
    matrix = sp.csr_matrix((np.ones(len(row), np.float32), (row, column)), shape=shape)
    matrix.sum_duplicates()
    return matrix


def rarity(counts: sp.csr_matrix, least: int) -> NDArray[np.float32]:
    """Give the squared weight of each n-gram by its rarity among the rows, a whole number; 0 if unknown."""
    known = np.bincount(counts.indices, minlength=counts.shape[1])
    squared = (np.log((1 + counts.shape[0]) / (1 + known)) + 1) ** 2
    return np.where(known >= least, np.clip(np.round(squared), 1, 127), 0).astype(np.float32)


def weighted(counts: sp.csr_matrix, mass: NDArray[np.float32]) -> sp.csr_matrix:
    """Give rows with n-grams weighted by rarity and their length taken out, exactly as the engine does."""
    length = np.sqrt(np.maximum(counts @ mass, 1e-6))
    matrix: sp.csr_matrix = (sp.diags(1 / length) @ counts @ sp.diags(np.sqrt(mass))).tocsr()
    return matrix.astype(np.float32)


def clause_matrix(made: Design, mass: NDArray[np.float32]) -> sp.csr_matrix:
    """Give the features of every clause: its n-grams, its ideas, and the ideas of its neighbours."""
    before, after = neighbours(made.own, made.owner)
    ideas = sp.csr_matrix(IDEA * np.hstack([made.own, before, after]))
    return sp.hstack([weighted(made.clause_grams, mass), ideas]).tocsr()


def text_matrix(made: Design, mass: NDArray[np.float32]) -> sp.csr_matrix:
    """Give the features of every text: its n-grams and its ideas."""
    return sp.hstack([weighted(made.text_grams, mass), sp.csr_matrix(IDEA * made.whole)]).tocsr()
