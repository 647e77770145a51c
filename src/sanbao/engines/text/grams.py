"""Character n-grams as places in a table, computed for many texts at once."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text.cutting import Cuts
from sanbao.engines.text.folding import Codes

_EDGE = np.uint32(1)
_MULTIPLIER = np.uint32(0x9E3779B1)
# Each length of n-gram has its own seed, so that "好" and the start of "好的" lie apart.
_SEEDS = np.array([0x2545F491, 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F, 0x165667B1, 0xD3A2646C], dtype=np.uint32)

Places = NDArray[np.uint32]


def hashes(
    codes: Codes, cuts: Cuts, orders: int, *, over_the_edge: bool
) -> Iterator[tuple[Places, NDArray[np.bool_]]]:
    """Yield, for each length from one on, the hash of the n-gram at each position and whether there is one.

    With `over_the_edge` the last character may be the mark of the clause's end, which tells "好" from "好的".
    """
    chars = np.where(cuts.inside, codes, _EDGE).astype(np.uint32)
    alive = cuts.inside.copy()
    state = chars * _MULTIPLIER
    for order in range(orders):
        if order:
            following = np.full(len(chars), _EDGE, dtype=np.uint32)
            following[: max(len(chars) - order, 0)] = chars[order:]
            state = (state ^ following) * _MULTIPLIER
        whole = order - 1 if over_the_edge else order
        if whole > 0:
            room = max(len(alive) - whole, 0)
            alive[:room] &= cuts.inside[whole:]
            alive[room:] = False
        yield (state ^ _SEEDS[order]) * _MULTIPLIER, alive


def places(codes: Codes, cuts: Cuts, bits: int, orders: int) -> list[Places]:
    """Give, for each length of n-gram, the place of the one that begins at each position; 0 where none does.

    Bounds: place 0 is kept empty in every table.
    """
    shift = np.uint32(32 - bits)
    return [
        np.where(alive, key >> shift, np.uint32(0))
        for key, alive in hashes(codes, cuts, orders, over_the_edge=True)
    ]
