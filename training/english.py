"""English: our own patterns, a tone from reviews under the MIT licence, and how far both can be trusted."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression

from sanbao.engines.text import SERVICE_CODES, EnglishReader, fingerprint
from sanbao.engines.text.english import TONE_BITS, tone_places
from training.corpus import OWN

_PENALTY = 10.0
_FOLDS = 5
# The first service sentences of the file were read while the patterns were written; they are not measured.
_SEEN = 60
_SERVICE = frozenset({"SUPPORT", "WARRANTY"})
_SIGNS = {"positive": 1, "negative": -1, "neutral": 0, "1": 1, "-1": -1, "0": 0}

Measure = dict[str, Any]


def read_patterns(path: Path = OWN / "english.txt") -> dict[str, list[str]]:
    """Give our own patterns by what they speak for."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text("utf-8").splitlines():
        if line and line[0] != "#":
            name, piece = line.split(": ", 1)
            found[name].append(piece.strip())
    return dict(found)


def read_english(folder: Path) -> dict[str, list[tuple[str, str, int]]]:
    """Give sentences with what they are about and how, by their text."""
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for name in ("laptop_acos", "semeval14_laptop", "semeval14_restaurant"):
        with (folder / "text_en" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[row["text"]].append((name, row.get("category") or "", _SIGNS[row["polarity"]]))
    return dict(found)


def opinions(sentences: dict[str, list[tuple[str, str, int]]]) -> list[tuple[str, int]]:
    """Give the sentences that are all praise (1) or all blame (0), each once."""
    found: dict[str, tuple[str, int]] = {}
    for text, said in sentences.items():
        signs = {sign for _, _, sign in said if sign}
        if len(signs) == 1:
            found.setdefault(fingerprint(text), (text, int(signs == {1})))
    return list(found.values())


def fit_english(folder: Path, kept: Sequence[tuple[str, int]] | None = None) -> EnglishReader:
    """Give the reader that these sentences teach."""
    listed = opinions(read_english(folder)) if kept is None else list(kept)
    matrix = _matrix([text for text, _ in listed])
    judge = LogisticRegression(C=_PENALTY, solver="liblinear", class_weight="balanced", random_state=0)
    judge.fit(matrix, np.array([good for _, good in listed]) > 0)
    scale = float(np.abs(judge.coef_).max()) / 127
    tone = np.round(judge.coef_[0] / scale).astype(np.int8)
    return EnglishReader(read_patterns(), tone, scale, float(judge.intercept_[0]))


def measure_english(folder: Path) -> Measure:
    """Give how often tone and service are told right, on sentences that were not used."""
    sentences = read_english(folder)
    listed = opinions(sentences)
    folds = np.random.default_rng(6).permutation(len(listed)) % _FOLDS
    right = np.zeros(len(listed), dtype=np.bool_)
    for fold in range(_FOLDS):
        reader = fit_english(folder, [listed[at] for at in np.flatnonzero(folds != fold).tolist()])
        for at in np.flatnonzero(folds == fold).tolist():
            right[at] = (reader.tone(listed[at][0]) > 0) == bool(listed[at][1])
    return {"tone_accuracy": round(float(right.mean()), 4), "n": len(listed), **_service(folder, sentences)}


def _service(folder: Path, sentences: dict[str, list[tuple[str, str, int]]]) -> Measure:
    reader = fit_english(folder)
    hits = alarms = misses = signed = agreed = seen = 0
    for text, said in sentences.items():
        if said[0][0] != "laptop_acos":
            continue
        about = [sign for _, category, sign in said if category.split("#")[0] in _SERVICE]
        seen += bool(about)
        if seen <= _SEEN:
            continue
        heard = [m.polarity for m in reader.read(text).aspects if m.code in SERVICE_CODES and m.code != "PR"]
        hits += bool(about and heard)
        alarms += bool(heard and not about)
        misses += bool(about and not heard)
        if about and heard and sum(about):
            signed += 1
            agreed += (sum(heard) > 0) == (sum(about) > 0)
    return {
        "service_precision": round(hits / max(1, hits + alarms), 3),
        "service_recall": round(hits / max(1, hits + misses), 3),
        "service_n": hits + misses,
        "sign_accuracy": round(agreed / max(1, signed), 3),
        "sign_n": signed,
    }


def _matrix(texts: Sequence[str]) -> sp.csr_matrix:
    rows, columns, values = [], [], []
    for number, text in enumerate(texts):
        places = tone_places(text)
        rows += [number] * len(places)
        columns += places.tolist()
        values += [1 / max(1, len(places)) ** 0.5] * len(places)
    shape = (len(texts), 1 << TONE_BITS)
    return sp.csr_matrix((values, (rows, columns)), shape=shape)
