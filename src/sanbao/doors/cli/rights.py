"""``sanbao rights``: the answers to a table of cases, without a server or a database."""

import time
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sanbao.engines.policy import PackError
from sanbao.rooms.repairs.adapters.cases import judge
from sanbao.rooms.repairs.adapters.fleets import answer_fleet
from sanbao.rooms.repairs.adapters.packs import Books, books_with
from sanbao.rooms.repairs.adapters.tables import NotATable, answer_table, is_arrow

FILE = click.Path(dir_okay=False, path_type=Path)


def today() -> date:
    """Return today's date in mainland China."""
    return datetime.fromtimestamp(time.time(), ZoneInfo("Asia/Shanghai")).date()


def fleet_answered(source: Path, target: Path, day: date, books: Books) -> str:
    """Return what became of a fleet, in numbers.

    Raises:
        NotATable: one of the files is no Parquet or Arrow file.
    """
    if not (is_arrow(source) and is_arrow(target)):
        raise NotATable("--codes reads and writes Parquet or Arrow files")
    counts = answer_fleet(source, target, day, books)
    return f"{target}: " + ", ".join(f"{count} {outcome}" for outcome, count in counts.items())


def rows_answered(source: Path, target: Path, day: date, books: Books) -> int:
    """Return how many rows got no verdict; each is reported on the error output."""
    errors = answer_table(source, target, lambda row: judge(row, day, books))
    for number, why in errors:
        click.echo(f"row {number}: {why}", err=True)
    answered = f"{len(errors)} rows without a verdict" if errors else "every row answered"
    click.echo(f"{target}: {answered}")
    return len(errors)


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", "target", type=FILE, required=True, help="CSV, Parquet or Arrow file to write.")
@click.option(
    "--today",
    "asked_on",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="The day the question is asked; without it, today. A purchase after that day is refused.",
)
@click.option(
    "--codes", is_flag=True, help="Codes without explanations, for whole fleets in Parquet or Arrow."
)
@click.option(
    "--packs",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of own packs; each replaces the shipped one of its name or is added.",
)
@click.option("--strict", is_flag=True, help="End with status 3 when a row got no verdict.")
def rights(
    source: Path, target: Path, asked_on: datetime | None, folder: Path | None, *, codes: bool, strict: bool
) -> None:
    """Answer every case in FILE and write it to --out with the answers after its own columns.

    FILE and --out are CSV, Parquet (.parquet) or Arrow (.arrow, .feather) files. Rows that cannot be judged
    are listed and left without remedies; they do not stop the rest.
    """
    day = today() if asked_on is None else asked_on.date()
    try:
        books = books_with(folder)
        if codes:
            click.echo(fleet_answered(source, target, day, books))
            return
        unanswered = rows_answered(source, target, day, books)
    except (NotATable, PackError, OSError) as unreadable:
        raise click.ClickException(str(unreadable)) from unreadable
    if unanswered and strict:
        raise click.exceptions.Exit(3)
