"""Character n-grams as places in a table, computed for many texts at once."""

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.cutting import Cuts
from sanbao.engines.text.folding import Codes

ORDERS = 4
_EDGE = np.uint32(1)
_MULTIPLIER = np.uint32(0x9E3779B1)
_SEEDS = np.array([0x2545F491, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F], dtype=np.uint32)

Places = NDArray[np.uint32]


def places(codes: Codes, cuts: Cuts, bits: int, orders: int = ORDERS) -> list[Places]:
    """Give, for each length of n-gram, the place of the one that begins at each position; 0 where none does.

    Bounds: place 0 is kept empty in every table. An n-gram may end, but not go on, beyond the edge of its clause.
    """
    shift = np.uint32(32 - bits)
    chars = np.where(cuts.inside, codes, _EDGE).astype(np.uint32)
    alive = cuts.inside.copy()
    state = chars * _MULTIPLIER
    found = []
    for order in range(orders):
        if order:
            following = np.full(len(chars), _EDGE, dtype=np.uint32)
            following[: max(len(chars) - order, 0)] = chars[order:]
            state = (state ^ following) * _MULTIPLIER
        place = ((state ^ _SEEDS[order]) * _MULTIPLIER) >> shift
        found.append(np.where(alive, place, np.uint32(0)))
        if order + 1 < orders and order:
            room = max(len(alive) - order, 0)
            alive[:room] &= cuts.inside[order:]
            alive[room:] = False
    return found
