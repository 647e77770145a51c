"""Which clauses a reader's spans point at."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sanbao.engines.text import CODES
from sanbao.engines.text.scoring import Pieces
from training.corpus import Labelled


def clause_signs(rows: Sequence[Labelled], pieces: Pieces) -> NDArray[np.bool_]:
    """Tell for each clause of these texts, aspect and polarity whether a span covers it or lies in it."""
    cuts, bounds = pieces.cuts, np.searchsorted(pieces.owner, np.arange(len(rows) + 1))
    signs = np.zeros((int(bounds[-1]), len(CODES), 3), dtype=np.bool_)
    for number, row in enumerate(rows):
        mine = np.arange(bounds[number], bounds[number + 1])
        starts, ends = cuts.starts[mine] - pieces.begins[number], cuts.ends[mine] - pieces.begins[number]
        for code, polarity, span in row.aspects:
            at = row.text.find(span)
            if at >= 0 and len(mine):
                shared = np.minimum(ends, at + len(span)) - np.maximum(starts, at)
                hit = mine[shared * 2 >= np.minimum(ends - starts, len(span))]
                signs[hit if len(hit) else mine[[shared.argmax()]], CODES.index(code), polarity + 1] = True
    return signs
