"""``python -m training fit`` and ``evaluate``: reached through ``sanbao train``."""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from sanbao.engines.text.concepts import Concepts
from sanbao.engines.text.skimming import Skimmer
from sanbao.rooms.feedback.adapters.reader import MODEL, save_skim, save_weights
from training.corpus import (
    Labelled,
    Unusable,
    read_alarms,
    read_concepts,
    read_labels,
    read_opinions,
    read_phrases,
)
from training.design import Design, design, rarity, text_matrix
from training.evaluate import Measure, measure, measure_skim, read_unseen, read_with
from training.fit import Column, fit, prepare
from training.skim import fit_skim
from training.speed import speeds

_ROOT = Path(__file__).parents[1]
_DATA = Path(os.environ.get("SANBAO_TRAINING_DATA", _ROOT.parent / "shared" / "data"))
# Longer reviews say their opinion more than once; the rest would only slow the fit.
_LONGEST = 600
_FOLDS = 5
_PENALTY = 10.0


@click.group()
def cli() -> None:
    """Train and measure the model that reads texts."""


@cli.command("fit")
@click.option("--data", type=click.Path(path_type=Path), default=_DATA)
@click.option("--labels", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=MODEL)
def fit_command(data: Path, labels: Path | None, out: Path) -> None:
    """Make weights from every labelled text, and write them with the card of the last measurement."""
    rows, phrases, words = _labels(data, labels), read_phrases(), read_concepts()
    opinions = [opinion for listed in read_opinions(data).values() for opinion in listed]
    click.echo(
        f"{len(rows):,} labelled texts, {len(phrases):,} own phrases, {len(opinions):,} opinions", err=True
    )
    made = design([text[:_LONGEST] for text, _ in opinions], Concepts(words))
    material = prepare(rows, phrases, words, made.text_grams)
    tone = _tone(made, np.array([sign for _, sign in opinions]) > 0, material.mass, len(rows))
    save_weights(fit(material, words, tone, read_alarms()), out)
    save_skim(fit_skim(rows, phrases, opinions), out)
    click.echo(f"written to {out}", err=True)


def _tone(made: Design, good: np.ndarray[Any, Any], mass: np.ndarray[Any, Any], count: int) -> Column:
    solved = LogisticRegression(C=_PENALTY, solver="liblinear", random_state=0).fit(
        text_matrix(made, mass), good
    )
    return Column(solved.coef_.ravel(), float(solved.intercept_[0]), np.zeros(count))


@cli.command("evaluate")
@click.option("--data", type=click.Path(path_type=Path), default=_DATA)
@click.option("--labels", type=click.Path(path_type=Path))
@click.option("--card", is_flag=True, help="Write the figures into the card of the shipped weights.")
@click.option("--json", "as_json", is_flag=True)
def evaluate_command(data: Path, labels: Path | None, *, card: bool, as_json: bool) -> None:
    """Measure by cross-validation over all texts, and on the frozen ones with weights from the others."""
    rows, phrases, words = _labels(data, labels), read_phrases(), read_concepts()
    frozen = [row for row in rows if row.frozen]
    rest = [row for row in rows if not row.frozen]
    found = {
        "cross_validation": measure(rows, read_unseen(rows, phrases, words)),
        "frozen": measure(frozen, read_with(rest, phrases, words, frozen)),
        "skim": measure_skim(frozen, Skimmer(fit_skim(rest, phrases, [("", 0), ("好", 1)]))),
        "sentiment": _sentiment(data),
    }
    if card:
        _write_card(found)
    click.echo(json.dumps(found, indent=1) if as_json else _summary(found))


@cli.command("speed")
def speed_command() -> None:
    """Print how fast texts are read on one core."""
    click.echo(json.dumps({name: round(value, 2) for name, value in speeds().items()}, indent=1))


def _sentiment(data: Path) -> Measure:
    """Give the accuracy on each source of opinions, by cross-validation over all of them together."""
    sources = read_opinions(data)
    opinions = [(text, sign, name) for name, listed in sources.items() for text, sign in listed]
    made = design([text[:_LONGEST] for text, _, _ in opinions], Concepts({}))
    good, name = (
        np.array([sign for _, sign, _ in opinions]) > 0,
        np.array([source for _, _, source in opinions]),
    )
    folds = np.random.default_rng(3).permutation(len(opinions)) % _FOLDS
    right = np.zeros(len(opinions), dtype=np.bool_)
    for fold in range(_FOLDS):
        away = folds == fold
        matrix = text_matrix(made, rarity(made.text_grams[~away], 2))
        solved = LogisticRegression(C=_PENALTY, solver="liblinear", random_state=0).fit(
            matrix[~away], good[~away]
        )
        right[away] = solved.predict(matrix[away]) == good[away]
    return {
        source: {"accuracy": round(float(right[name == source].mean()), 4), "n": int((name == source).sum())}
        for source in sources
    }


def _labels(data: Path, labels: Path | None) -> list[Labelled]:
    path = labels or data / "labels" / "after_sales_labels.jsonl"
    if not path.exists():
        sys.exit(
            f"There are no labelled texts at {path}; name them with --labels, or their folder with --data."
        )
    try:
        return read_labels(path)
    except Unusable as refusal:
        sys.exit(str(refusal))


def _write_card(found: dict[str, Measure]) -> None:
    """Put the figures where the reports look for them; those of each aspect come from cross-validation."""
    every = found["cross_validation"]
    version = hashlib.sha256((MODEL / "weights.npz").read_bytes()).hexdigest()[:12]
    card = {
        "model": "sanbao-text",
        "version": version,
        "language": "zh",
        "labels": "silver: each text was labelled by one reader",
        "measured": "five-fold cross-validation, thresholds chosen without the measured fold",
        "macro_f1": every["macro_f1"]["value"],
        "overall_accuracy": every["overall_accuracy"]["value"],
        "aspects": every["aspects"],
        **{key: found[key] for key in ("cross_validation", "frozen", "skim", "sentiment")},
    }
    (MODEL / "card.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def _summary(found: dict[str, Measure]) -> str:
    lines = []
    for name in ("cross_validation", "frozen"):
        lines.append(f"{name}: {found[name]['texts']:,} texts")
        for key, figure in found[name].items():
            if isinstance(figure, dict) and "value" in figure:
                lines.append(
                    f"  {key:28} {figure['value']:.3f}  ({figure['low']:.3f} to {figure['high']:.3f})"
                )
        lines += [f"  {code} {row['f1']:.2f} (n {row['n']})" for code, row in found[name]["aspects"].items()]
    lines += [
        f"sentiment {name}: {row['accuracy']:.4f} (n {row['n']:,})"
        for name, row in found["sentiment"].items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    cli(prog_name="sanbao train")
