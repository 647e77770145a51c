"""``python -m training fit`` and ``evaluate``: reached through ``sanbao train``."""

import hashlib
import importlib
import importlib.util
import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from sanbao.engines.text import Network
from sanbao.engines.text.concepts import Concepts
from sanbao.engines.text.scoring import take_apart
from sanbao.engines.text.skimming import Skimmer
from sanbao.rooms.feedback.adapters.reader import MODEL, save_english, save_network, save_skim, save_weights
from training.corpus import (
    Labelled,
    Unusable,
    read_alarms,
    read_concepts,
    read_labels,
    read_opinions,
    read_phrases,
    set_apart,
)
from training.design import Design, design, rarity, text_matrix
from training.english import fit_english, measure_english
from training.evaluate import (
    HALVES,
    Measure,
    Taught,
    folds_of,
    measure,
    measure_skim,
    read_unseen,
    read_with,
    share,
)
from training.fit import Column, fit, prepare
from training.personal import redaction
from training.skim import fit_skim
from training.speed import speeds

_ROOT = Path(__file__).parents[1]
_DATA = Path(os.environ.get("SANBAO_TRAINING_DATA", _ROOT.parent / "shared" / "data"))
# Longer reviews say their opinion more than once; the rest would only slow the fit.
_LONGEST = 600
_PENALTY = 10.0
# Networks that were taught once are kept here; the folder may be thrown away.
_KEPT = _ROOT / "var" / "networks"


@click.group()
def cli() -> None:
    """Train and measure the model that reads texts."""


@cli.command("fit")
@click.option("--data", type=click.Path(path_type=Path), default=_DATA)
@click.option("--labels", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=MODEL)
@click.option("--plain", is_flag=True, help="Without the network; needs no PyTorch.")
def fit_command(data: Path, labels: Path | None, out: Path, *, plain: bool) -> None:
    """Make weights from every labelled text, and write them with the card of the last measurement."""
    rows, phrases, words = _labels(data, labels), read_phrases(), read_concepts()
    sources = read_opinions(data)
    opinions = [opinion for listed in sources.values() for opinion in listed]
    networks = None if plain else _networks(sources)
    click.echo(
        f"{len(rows):,} labelled texts, {len(phrases):,} own phrases, {len(opinions):,} opinions", err=True
    )
    made = design([text[:_LONGEST] for text, _ in opinions], Concepts(words))
    material = prepare(rows, phrases, words, made.text_grams)
    tone = _tone(made, np.array([sign for _, sign in opinions]) > 0, material.mass, len(rows))
    unseen = networks.unseen(rows, folds_of(len(rows), HALVES))[0] if networks else None
    save_weights(fit(material, words, tone, read_alarms(), unseen), out)
    save_skim(fit_skim(rows, phrases, opinions), out)
    save_english(fit_english(data), out)
    if networks:
        save_network(networks.taught(rows), out)
    click.echo(f"written to {out}", err=True)


def _networks(sources: dict[str, list[tuple[str, int]]]) -> Taught:
    """Give the teacher of networks; reviews that are set apart are not shown to it."""
    if importlib.util.find_spec("torch") is None:
        sys.exit("The network needs PyTorch (requirements/train.in); --plain does without it.")
    opinions = [opinion for listed in sources.values() for opinion in listed if not set_apart(opinion[0])]
    teacher: Taught = importlib.import_module("training.networks").Networks(read_phrases(), opinions, _KEPT)
    return teacher


def _tone(made: Design, good: np.ndarray[Any, Any], mass: np.ndarray[Any, Any], count: int) -> Column:
    solved = LogisticRegression(C=_PENALTY, solver="liblinear", random_state=0).fit(
        text_matrix(made, mass), good
    )
    return Column(solved.coef_.ravel(), float(solved.intercept_[0]), np.zeros(count))


@cli.command("evaluate")
@click.option("--data", type=click.Path(path_type=Path), default=_DATA)
@click.option("--labels", type=click.Path(path_type=Path))
@click.option("--card", is_flag=True, help="Write the figures into the card of the shipped weights.")
@click.option("--plain", is_flag=True, help="Without the network; needs no PyTorch.")
@click.option("--json", "as_json", is_flag=True)
def evaluate_command(data: Path, labels: Path | None, *, card: bool, plain: bool, as_json: bool) -> None:
    """Measure by cross-validation over all texts, and on the frozen ones with weights from the others."""
    rows, phrases, words = _labels(data, labels), read_phrases(), read_concepts()
    frozen = [row for row in rows if row.frozen]
    rest = [row for row in rows if not row.frozen]
    networks = None if plain else _networks(read_opinions(data))
    found = {
        "cross_validation": measure(rows, read_unseen(rows, phrases, words, networks)),
        "frozen": measure(frozen, read_with(rest, phrases, words, frozen, networks)),
        "without_network": measure(frozen, read_with(rest, phrases, words, frozen)),
        "skim": measure_skim(frozen, Skimmer(fit_skim(rest, phrases, [("", 0), ("好", 1)]))),
        "sentiment": _sentiment(data, None if networks is None else Network(networks.taught(rows))),
        "english": measure_english(data),
        "redaction": redaction(),
    }
    if card:
        _write_card(found)
    click.echo(json.dumps(found, indent=1) if as_json else _summary(found))


@cli.command("pretrain")
@click.option("--data", type=click.Path(path_type=Path), default=_DATA)
@click.option("--labels", type=click.Path(path_type=Path))
@click.option("--steps", type=int, help="Only so many steps, and nothing is written.")
def pretrain_command(data: Path, labels: Path | None, steps: int | None) -> None:
    """Make `training/base.npz`, the network that has read but not been taught; takes half an hour or more."""
    if importlib.util.find_spec("torch") is None:
        sys.exit("The network needs PyTorch (requirements/train.in).")
    path = labels or data / "labels" / "after_sales_labels.jsonl"
    importlib.import_module("training.pretrain").pretrain(
        data, path, lambda line: click.echo(line, err=True), steps
    )


@cli.command("speed")
def speed_command() -> None:
    """Print how fast texts are read on one core."""
    click.echo(json.dumps({name: round(value, 2) for name, value in speeds().items()}, indent=1))


def _sentiment(data: Path, network: Network | None) -> Measure:
    """Give the accuracy on the fifth of each source that was set apart, with weights from the rest."""
    sources = read_opinions(data)
    opinions = [(text, sign, name) for name, listed in sources.items() for text, sign in listed]
    made = design([text[:_LONGEST] for text, _, _ in opinions], Concepts({}))
    good, away = (
        np.array([sign for _, sign, _ in opinions]) > 0,
        np.array([set_apart(text) for text, _, _ in opinions]),
    )
    matrix = text_matrix(made, rarity(made.text_grams[~away], 2))
    solved = LogisticRegression(C=_PENALTY, solver="liblinear", random_state=0).fit(
        matrix[~away], good[~away]
    )
    scores = solved.decision_function(matrix[away])
    if network is not None:
        texts = [text for text, _, _ in itertools.compress(opinions, away)]
        scores = scores + network.answer(take_apart(texts), len(texts)).texts[:, -1]
    right, name = (scores > 0) == good[away], np.array([source for _, _, source in opinions])[away]
    return {
        source: share(right[name == source]) | {"accuracy": round(float(right[name == source].mean()), 4)}
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
        **{
            key: found[key]
            for key in (
                "cross_validation",
                "frozen",
                "without_network",
                "skim",
                "sentiment",
                "english",
                "redaction",
            )
        },
    }
    (MODEL / "card.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def _summary(found: dict[str, Measure]) -> str:
    lines = []
    for name in ("cross_validation", "frozen", "without_network"):
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
