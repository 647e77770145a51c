"""The shipped model of language is loaded once and handed to the engine as values."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sanbao.engines.text import Reader, Skim, Skimmer, SkimWeights, Weights

MODEL = Path(__file__).parent / "text_model"
_SKIM = ("table", "scale", "bias", "thresholds")
_ARRAYS = ("table", "scale", "own", "before", "after", "whole")


@cache
def load_reader() -> Reader:
    """Give the reader with the shipped weights; the files are read once per process."""
    return Reader(load_weights(MODEL))


@cache
def load_skimmer() -> Skimmer:
    """Give the quick reader, which sees whole texts only; its file is read once per process."""
    with np.load(MODEL / "skim.npz") as stored:
        return Skimmer(SkimWeights(**{name: stored[name] for name in _SKIM}))


def skim_column(column: pa.Array | pa.ChunkedArray) -> Skim:
    """Look over a column of Arrow strings without a Python string for each; missing ones count as empty."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    array = pc.fill_null(whole.cast(pa.large_string()), "")
    lengths = pc.utf8_length(array).to_numpy(zero_copy_only=False).astype(np.int64)
    _, offsets, data = array.buffers()
    if data is None:
        return load_skimmer().skim_joined("", lengths)
    bounds = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    joined = str(memoryview(data)[int(bounds[0]) : int(bounds[-1])], "utf-8")
    return load_skimmer().skim_joined(joined, lengths)


@cache
def model_card() -> dict[str, Any]:
    """Give what was measured about the shipped weights, per aspect, and how."""
    card: dict[str, Any] = json.loads((MODEL / "card.json").read_text("utf-8"))
    return card


@cache
def model_version() -> str:
    """Give twelve characters that change whenever the weights do."""
    digest = hashlib.sha256()
    for name in ("model.json", "skim.npz", "weights.npz"):
        digest.update((MODEL / name).read_bytes())
    return digest.hexdigest()[:12]


def load_weights(folder: Path) -> Weights:
    """Give the weights that lie in a folder as `model.json` and `weights.npz`."""
    model = json.loads((folder / "model.json").read_text("utf-8"))
    with np.load(folder / "weights.npz") as stored:
        arrays = {name: stored[name] for name in _ARRAYS}
    words, alarms = (
        {name: tuple(listed) for name, listed in model[kind].items()} for kind in ("words", "alarms")
    )
    return Weights(
        bits=model["bits"], orders=model["orders"], words=words, alarms=alarms, heads=model["heads"], **arrays
    )


def save_weights(weights: Weights, folder: Path) -> None:
    """Write weights so that `load_weights` gives them back; the same weights give the same bytes of JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    model = {
        "bits": weights.bits,
        "orders": weights.orders,
        "heads": weights.heads,
        "words": {name: list(words) for name, words in weights.words.items()},
        "alarms": {name: list(words) for name, words in weights.alarms.items()},
    }
    text = json.dumps(model, ensure_ascii=False, indent=1)
    (folder / "model.json").write_text(text + "\n", "utf-8")
    np.savez_compressed(folder / "weights.npz", **{name: getattr(weights, name) for name in _ARRAYS})


def save_skim(weights: SkimWeights, folder: Path) -> None:
    """Write the weights of the quick reader beside the others."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / "skim.npz", **{name: getattr(weights, name) for name in _SKIM})
