"""What the model learns from: labelled texts, our own phrases, and reviews with a star or a thumb."""

import csv
import itertools
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from sanbao.engines.text import CODES, DEMANDS, FLAGS, fingerprint

OWN = Path(__file__).parent / "own"
# Below this a threshold found by cross-validation is chance.
FEWEST_TEXTS = 200
# One text in five, chosen by its id alone, is never looked at while the model is being made.
_FROZEN = 5


class Unusable(ValueError):
    """The labelled file cannot be learnt from; the message says which rows, or how many texts are needed."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what a reader found in it."""

    id: str
    text: str
    aspects: tuple[tuple[str, int, str], ...]
    demands: frozenset[str]
    flags: frozenset[str]
    overall: int

    @property
    def frozen(self) -> bool:
        """Tell whether this text belongs to the part that is kept for the last measurement."""
        return zlib.crc32(self.id.encode()) % _FROZEN == 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """A clause of our own writing; the many variants of one pattern weigh little each."""

    text: str
    aspects: tuple[tuple[str, int], ...]
    demands: frozenset[str]
    flags: frozenset[str]
    weight: float


def read_labels(path: Path) -> list[Labelled]:
    """Give the labelled texts of a JSON Lines file.

    Raises:
        Unusable: rows carry unknown codes or lack a field (they are named), or there are too few texts.
    """
    rows: list[Labelled] = []
    faults: list[str] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.strip():
            try:
                rows.append(_labelled(json.loads(line)))
            except (KeyError, TypeError, ValueError) as fault:
                faults.append(f"row {number}: {fault}")
    if faults:
        raise Unusable(f"{len(faults)} rows cannot be read: " + "; ".join(faults[:10]))
    if len(rows) < FEWEST_TEXTS:
        raise Unusable(f"Training needs at least {FEWEST_TEXTS} labelled texts; the file holds {len(rows)}.")
    return rows


def _labelled(row: dict[str, object]) -> Labelled:
    aspects = tuple((str(code), int(polarity), str(span)) for code, polarity, span in row["aspects"])  # type: ignore[attr-defined]  # checked by the unpacking itself
    unknown = {code for code, _, _ in aspects} - set(CODES)
    demands, flags = frozenset(row["demands"]), frozenset(row["flags"])  # type: ignore[call-overload]  # lists in the file
    unknown |= (demands - set(DEMANDS)) | (flags - set(FLAGS))
    if unknown:
        raise ValueError(f"unknown code {', '.join(sorted(unknown))}")
    return Labelled(str(row["id"]), str(row["text"]), aspects, demands, flags, int(row["overall"]))  # type: ignore[call-overload]  # an integer in the file


def read_concepts(path: Path = OWN / "concepts.txt") -> dict[str, tuple[str, ...]]:
    """Give our own word lists: the words of each idea."""
    lines = (line.split(":", 1) for line in path.read_text("utf-8").splitlines() if line and line[0] != "#")
    return {name.strip(): tuple(dict.fromkeys(words.split())) for name, words in lines}


def read_alarms(path: Path = OWN / "alarms.txt") -> dict[str, tuple[str, ...]]:
    """Give the words by which each flag is raised."""
    return read_concepts(path)


def read_phrases(path: Path = OWN / "phrases.txt") -> list[Phrase]:
    """Give our own clauses, every choice of every pattern written out."""
    found: list[Phrase] = []
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and line[0] != "#":
            labels, pattern = line.split(": ", 1)
            found += _written_out(labels.split(","), pattern.strip())
    return found


def _written_out(labels: list[str], pattern: str) -> list[Phrase]:
    choices = [choice.split("|") for choice in re.findall(r"\{([^}]*)\}", pattern)]
    fixed = re.split(r"\{[^}]*\}", pattern)
    texts = [
        "".join(map("".join, itertools.zip_longest(fixed, words, fillvalue="")))
        for words in itertools.product(*choices)
    ]
    aspects = tuple((label[:2], -1 if label[2:] == "-" else 1) for label in labels if label[:2] in CODES)
    demands = frozenset(label[2:] for label in labels if label.startswith("d:"))
    flags = frozenset(label[2:] for label in labels if label.startswith("f:"))
    return [Phrase(text, aspects, demands, flags, len(texts) ** -0.5) for text in texts]


def read_opinions(folder: Path) -> dict[str, list[tuple[str, int]]]:
    """Give reviews that carry a thumb up (1) or down (0), by their source; exact copies are dropped."""
    shop = pq.read_table(folder / "text_zh" / "online_shopping_10_cats.parquet").to_pydict()
    found = {"online_shopping": _unique(zip(shop["text"], map(int, shop["label"]), strict=True))}
    found["eprstmt"] = _unique(
        (row["text"], int(row["label"] == "Positive"))
        for row in _rows(folder / "text_zh" / "eprstmt.csv")
        if row["label"] in {"Positive", "Negative"}
    )
    for name in ("waimai_10k", "chnsenticorp_hotel"):
        found[name] = _unique(
            (row["text"], int(row["label"])) for row in _rows(folder / "text_zh" / f"{name}.csv")
        )
    return found


def set_apart(text: str) -> bool:
    """Tell whether a review belongs to the fifth that no network sees; chosen by its words alone."""
    return zlib.crc32(fingerprint(text).encode()) % _FROZEN == 0


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _unique(rows: object) -> list[tuple[str, int]]:
    seen: dict[str, tuple[str, int]] = {}
    for text, label in rows:  # type: ignore[attr-defined]  # any iterable of pairs
        if text and text.strip():
            seen.setdefault(fingerprint(text), (text, label))
    return list(seen.values())
