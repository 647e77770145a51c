"""``sanbao backup`` and ``sanbao restore``: the whole installation as one file, and back."""

import shutil
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command

from sanbao.base import archive
from sanbao.base.errors import Refusal


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(*, file: Path) -> None:
    """Write database and files into FILE while the installation goes on working.

    FILE holds personal data and must be kept as safely as the installation itself; the signing key
    in SANBAO_HOME is not part of it.
    """
    if file.exists():
        raise Refusal("%(file)s is already there; nothing was overwritten.", field="file", file=str(file))
    settings.FILES_ROOT.mkdir(parents=True, exist_ok=True)
    rows = archive.write(file.resolve(), settings.FILES_ROOT)
    click.echo(f"{file}: {sum(rows.values()):,} rows of {len(rows)} tables, {file.stat().st_size:,} bytes")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(*, file: Path) -> None:
    """Bring the archive FILE into an empty installation."""
    call_command("migrate", interactive=False, verbosity=0)
    settings.FILES_ROOT.mkdir(parents=True, exist_ok=True)
    rows = archive.read(file, settings.FILES_ROOT)
    click.echo(f"Restored {sum(rows.values()):,} rows of {len(rows)} tables.")
    if shutil.disk_usage(settings.FILES_ROOT).free < file.stat().st_size:
        click.echo("The disk is nearly full.", err=True)
