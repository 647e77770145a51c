"""``sanbao train``: the model that reads texts is made again, or measured; needs a source checkout."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Final

import click

import sanbao

_ROOT: Final = Path(sanbao.__file__).parents[2]
_DATA: Final = click.Path(exists=True, file_okay=False, path_type=Path)
_LABELS: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_PLAIN: Final = click.option("--plain", is_flag=True, help="Without the network; needs no PyTorch.")


@click.group(invoke_without_command=True)
@click.pass_context
def train(context: click.Context) -> None:
    """Train the model that reads texts (the default), or measure it."""
    if context.invoked_subcommand is None:
        context.invoke(fit)


@train.command()
@click.option("--data", type=_DATA, help="Folder with the reviews that carry a thumb or a star.")
@click.option("--labels", type=_LABELS, help="Labelled texts as JSON Lines.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the weights.  [default: the shipped ones]",
)
@_PLAIN
def fit(
    data: Path | None = None, labels: Path | None = None, out: Path | None = None, *, plain: bool = False
) -> None:
    """Make the weights from labelled texts and our own phrases."""
    _run("fit", {"--data": data, "--labels": labels, "--out": out}, *(["--plain"] if plain else []))


@train.command()
@click.option("--data", type=_DATA, help="Folder with the texts that nobody has labelled.")
@click.option("--labels", type=_LABELS, help="Labelled texts as JSON Lines; the network does not see them.")
def pretrain(data: Path | None, labels: Path | None) -> None:
    """Make the network that has read but has not been taught yet; needs PyTorch, and half an hour or more."""
    _run("pretrain", {"--data": data, "--labels": labels})


@train.command()
@click.option("--data", type=_DATA, help="Folder with the reviews that carry a thumb or a star.")
@click.option("--labels", type=_LABELS, help="Labelled texts as JSON Lines.")
@_PLAIN
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON.")
def evaluate(data: Path | None, labels: Path | None, *, plain: bool, as_json: bool) -> None:
    """Measure by cross-validation and on the texts that were set apart by their id."""
    flags = [*(["--plain"] if plain else []), *(["--json"] if as_json else [])]
    _run("evaluate", {"--data": data, "--labels": labels}, *flags)


@train.command()
def speed() -> None:
    """Measure how many texts a second are read on one core."""
    _run("speed", {})


def _run(verb: str, paths: dict[str, Path | None], *flags: str) -> None:
    """Hand over to the training code, which is no part of the installed program."""
    if not (_ROOT / "training" / "__main__.py").exists():
        raise click.ClickException(
            "Training needs a source checkout; the installed program only reads texts."
        )
    if importlib.util.find_spec("sklearn") is None:
        raise click.ClickException("Training needs scikit-learn; it is among the development requirements.")
    options = [
        part for name, path in paths.items() if path is not None for part in (name, str(path.resolve()))
    ]
    done = subprocess.run([sys.executable, "-m", "training", verb, *options, *flags], cwd=_ROOT, check=False)  # noqa: S603 - our own interpreter and module
    if done.returncode:
        sys.exit(done.returncode)
