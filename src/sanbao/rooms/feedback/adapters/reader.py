"""The shipped model of language is loaded once and handed to the engine as values."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sanbao.engines.text import (
    EnglishReader,
    Network,
    NetworkWeights,
    Reader,
    Skim,
    Skimmer,
    SkimWeights,
    Weights,
)

MODEL = Path(__file__).parent / "text_model"
_SKIM = ("table", "scale", "bias", "thresholds")
_ARRAYS = ("table", "scale", "own", "before", "after", "whole")
# The large parts of the network are kept as one byte each, with a scale for each column.
_COARSE = ("meaning", "widen", "narrow", "clause", "text")
_FINE = ("near", "widen_offset", "narrow_offset", "clause_offset", "text_offset")


@cache
def load_reader() -> Reader:
    """Give the reader with the shipped weights; the files are read once per process."""
    return reader_of(MODEL)


def reader_of(folder: Path) -> Reader:
    """Give the reader whose weights, network and English lie in a folder; the last two may be missing."""
    return Reader(load_weights(folder), load_network(folder), load_english(folder))


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
    for name in (
        "english.json",
        "english.npz",
        "model.json",
        "network.npz",
        "skim.npz",
        "weights.npz",
    ):
        if (MODEL / name).exists():
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
        bits=model["bits"], orders=model["orders"], words=words, alarms=alarms, heads=model["heads"],
        blend=model.get("blend", {}), **arrays,
    )  # fmt: skip


def load_network(folder: Path) -> Network | None:
    """Give the network that lies in a folder as `network.npz`, if there is one."""
    if not (folder / "network.npz").exists():
        return None
    with np.load(folder / "network.npz") as stored:
        coarse = {name: stored[name].astype(np.float32) * stored[f"{name}_scale"] for name in _COARSE}
        fine = {name: stored[name].astype(np.float32) for name in _FINE}
        return Network(NetworkWeights(characters=stored["characters"], **coarse, **fine))


def load_english(folder: Path) -> EnglishReader | None:
    """Give the reader of English that lies in a folder, if there is one."""
    if not (folder / "english.npz").exists():
        return None
    patterns = json.loads((folder / "english.json").read_text("utf-8"))
    with np.load(folder / "english.npz") as stored:
        return EnglishReader(patterns, stored["tone"], float(stored["scale"]), float(stored["offset"]))


def save_english(reader: EnglishReader, folder: Path) -> None:
    """Write a reader of English so that `load_english` gives it back."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(reader.patterns, ensure_ascii=False, indent=1)
    (folder / "english.json").write_text(text + "\n", "utf-8")
    tone, scale, offset = reader.weights
    np.savez_compressed(folder / "english.npz", tone=tone, scale=scale, offset=offset)


def save_network(weights: NetworkWeights, folder: Path) -> None:
    """Write a network so that `load_network` gives it back."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {name: getattr(weights, name).astype(np.float16) for name in _FINE}
    for name in _COARSE:
        values = getattr(weights, name)
        scale = np.maximum(np.abs(values).max(axis=-2, keepdims=True), 1e-8) / 127
        arrays |= {name: np.round(values / scale).astype(np.int8), f"{name}_scale": scale.astype(np.float32)}
    np.savez_compressed(folder / "network.npz", characters=weights.characters, **arrays)


def save_weights(weights: Weights, folder: Path) -> None:
    """Write weights so that `load_weights` gives them back; the same weights give the same bytes of JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    model = {
        "bits": weights.bits,
        "orders": weights.orders,
        "heads": weights.heads,
        "blend": weights.blend,
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
