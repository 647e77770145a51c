"""How fast texts are read on one core, in CPU time, with texts of our own writing."""

import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from sanbao.engines.text import clusters
from sanbao.rooms.feedback.adapters.reader import load_reader, load_skimmer, skim_column
from training.corpus import read_phrases

_TEXTS = 40_000
_SINGLE = 200
_SOME = 4_000
_ROUNDS = 5


def speeds() -> dict[str, float]:
    """Give texts per second for each way of reading, best of five rounds, and milliseconds for one text."""
    texts = _texts()
    column = pa.array(texts, pa.large_string())
    reader, skimmer = load_reader(), load_skimmer()
    few = texts[: _TEXTS // 4]
    some = few[:_SOME]
    pa.set_cpu_count(1)
    return {
        "characters_per_text": round(sum(map(len, texts)) / len(texts), 1),
        "fast_from_arrow": len(texts) / _best(lambda: skim_column(column)),
        "fast_from_list": len(texts) / _best(lambda: skimmer.skim(texts)),
        "plain": len(few) / _best(lambda: reader.read_many(few, reasons=False, deep=False)),
        "plain_with_reasons": len(few) / _best(lambda: reader.read_many(few, deep=False)),
        "deep": len(some) / _best(lambda: reader.read_many(some, reasons=False)),
        "deep_with_reasons": len(some) / _best(lambda: reader.read_many(some)),
        "one_text_plain_ms": _alone(lambda text: reader.read_many([text], deep=False), few),
        "one_text_deep_ms": _alone(reader.read, few),
        "near_copies": len(texts) / _best(lambda: clusters(texts)),
    }


def _alone(read: Callable[[str], object], texts: list[str]) -> float:
    """Give the milliseconds of one text by itself."""
    return 1000 * _best(lambda: [read(text) for text in texts[:_SINGLE]]) / _SINGLE


def _texts() -> list[str]:
    """Give short reviews put together from four of our own phrases each."""
    phrases = [phrase.text for phrase in read_phrases()]
    picks = np.random.default_rng(4).integers(0, len(phrases), size=(_TEXTS, 4))
    return ["，".join(phrases[pick] for pick in row) for row in picks.tolist()]


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)
