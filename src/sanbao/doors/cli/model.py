"""``sanbao model``: labels go out for training, versions of the model come in, are measured and chosen."""

from pathlib import Path
from typing import Any, Final

import click
from tqdm import tqdm

from sanbao.doors.actors import shell
from sanbao.rooms.feedback import services
from sanbao.rooms.feedback.queries import versions

_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
_OUT: Final = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group()
def model() -> None:
    """Versions of the model that reads texts: install, measure, choose, go back."""


@model.command()
@click.argument("file", type=_OUT)
def labels(file: Path) -> None:
    """Write the labelled texts that may be learnt from, for `sanbao train --labels FILE --out FOLDER`."""
    told = services.export_labels(shell("model"), file)
    click.echo(f"{file}: {told.written:,} texts; {told.held_out:,} stay here for measuring")


@model.command()
@click.argument("folder", type=_FOLDER)
@click.option("--note", default="", help="What is special about it.")
def install(folder: Path, note: str) -> None:
    """Keep the weights of FOLDER beside the data; they do not read yet."""
    click.echo(services.install_model(shell("model"), folder, note=note))


@model.command()
@click.argument("version")
def measure(version: str) -> None:
    """Measure VERSION on this installation's held-out labels, beside the one that reads now."""
    figures = services.measure_model(shell("model"), version)
    for name, title in (("pairs", "aspect and direction, F1"), ("detection", "service aspects found, F1")):
        click.echo(_figure(title, figures[name], figures["texts"]))
    click.echo(_figure("judgement of the whole right", figures["overall"], figures["texts"]))
    if "gain" in figures:
        click.echo(_figure(f"gain over {figures['against']}", figures["gain"], figures["texts"]))


def _figure(title: str, figure: dict[str, Any], n: int) -> str:
    return f"{title:32} {figure['value']:+.3f}  ({figure['low']:+.3f} to {figure['high']:+.3f}, n={n:,})"


@model.command()
@click.argument("version")
def activate(version: str) -> None:
    """Let VERSION read from now on; what others have read is read again in the background."""
    click.echo(services.activate_model(shell("model"), version))


@model.command()
def back() -> None:
    """Go back to the version that was active before."""
    click.echo(services.roll_back(shell("model")))


@model.command("list")
def list_() -> None:
    """Show the versions, and how many texts each has read."""
    actor = shell("model")
    progress = versions.reading_progress(actor)
    read = dict(progress.rows)
    for row in versions.versions(actor):
        sign = "*" if row.active else " "
        f1 = f"F1 {row.measured['pairs']['value']:.3f} (n={row.measured['texts']})" if row.measured else ""
        click.echo(f"{sign} {row.version:24} {read.get(row.version, 0):>10,} texts  {f1} {row.note}".rstrip())
    click.echo(f"{progress.left:,} to be read again, {progress.unread:,} never read")


@model.command()
def read() -> None:
    """Read now what nobody has read, and what other versions have read; it may be stopped at any time."""
    actor = shell("model")
    version, reader = versions.current_reader()
    progress = versions.reading_progress(actor)
    bar: tqdm[Any]
    with tqdm(total=progress.left + progress.unread, desc=version, unit=" texts", disable=None) as bar:
        for verb in (services.read_unread, services.read_again):
            while done := verb(actor, reader, version=version):
                bar.update(done)
