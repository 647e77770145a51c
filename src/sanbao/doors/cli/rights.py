"""``sanbao rights``: the answers to a table of cases, without a server or a database."""

import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sanbao.rooms.repairs.adapters.cases import judge
from sanbao.rooms.repairs.adapters.tables import NotATable, answer_table

FILE = click.Path(dir_okay=False, path_type=Path)


def today() -> date:
    """Return today's date in mainland China."""
    return datetime.fromtimestamp(time.time(), ZoneInfo("Asia/Shanghai")).date()


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", "target", type=FILE, required=True, help="CSV, Parquet or Arrow file to write.")
@click.option(
    "--today",
    "asked_on",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The day the question is asked; without it, today. A purchase after that day is refused.",
)
@click.option("--strict", is_flag=True, help="End with status 3 when a row got no verdict.")
def rights(source: Path, target: Path, asked_on: datetime | None, *, strict: bool) -> None:
    """Answer every case in FILE and write it to --out with the answers after its own columns.

    FILE and --out are CSV, Parquet (.parquet) or Arrow (.arrow, .feather) files. Rows that cannot be judged
    are listed and left without remedies; they do not stop the rest.
    """
    day = today() if asked_on is None else asked_on.date()
    try:
        errors = answer_table(source, target, lambda row: judge(row, day))
    except NotATable as unreadable:
        raise click.ClickException(str(unreadable)) from unreadable
    for number, why in errors:
        click.echo(f"row {number}: {why}", err=True)
    click.echo(
        f"{target}: {len(errors)} rows without a verdict" if errors else f"{target}: every row answered"
    )
    if errors and strict:
        raise click.exceptions.Exit(3)
