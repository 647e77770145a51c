"""The shipped model of language is loaded once and handed to the engine as values."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sanbao.engines.text import Reader, Weights

_MODEL = Path(__file__).parent / "text_model"


@cache
def load_reader() -> Reader:
    """Give the reader with the shipped weights; the files are read once per process."""
    return Reader(load_weights(_MODEL))


@cache
def model_card() -> dict[str, Any]:
    """Give what was measured about the shipped weights, per aspect, and with what."""
    card: dict[str, Any] = json.loads((_MODEL / "card.json").read_text("utf-8"))
    return card


def load_weights(folder: Path) -> Weights:
    """Give the weights that lie in a folder as `model.json` and `weights.npz`."""
    model = json.loads((folder / "model.json").read_text("utf-8"))
    with np.load(folder / "weights.npz") as arrays:
        return Weights(
            bits=model["bits"],
            orders=model["orders"],
            columns=tuple(model["columns"]),
            table=arrays["table"],
            scale=arrays["scale"],
            heads=model["heads"],
        )
