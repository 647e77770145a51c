"""``sanbao import``: texts of customers, and the lists an installation starts from."""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from tqdm import tqdm

from sanbao.doors.actors import shell
from sanbao.doors.cli import lists
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.adapters.columns import Choice
from sanbao.rooms.feedback.adapters.rejects import reason, write_rejects
from sanbao.rooms.feedback.adapters.tables import Table, open_table
from sanbao.rooms.feedback.rules import FACTS, Fault
from sanbao.rooms.feedback.states import ORIGINS

_FILE: Final = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_OUT: Final = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.group(name="import")
def import_() -> None:
    """Bring data in from files: CSV, JSON Lines, Parquet or Excel. The same file again changes nothing."""


def _pairs(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        fact, sign, column = value.partition("=")
        if not sign or fact.strip() not in FACTS or not column.strip():
            raise click.BadParameter(
                f"write FACT=COLUMN, where FACT is one of {', '.join(FACTS)}; got {value!r}"
            )
        pairs[fact.strip()] = column.strip()
    return pairs


@import_.command()
@click.argument("file", type=_FILE)
@click.option(
    "--map",
    "columns",
    multiple=True,
    callback=_pairs,
    help="Which column holds what: text=评论. May be repeated.",
)
@click.option(
    "--origin",
    type=click.Choice(sorted(ORIGINS)),
    default="review",
    show_default=True,
    help="What kind of texts.",
)
@click.option("--source", default="", help="Where they come from; keeps apart equal rows of two places.")
@click.option("--encoding", default="", help="Encoding of a text file, where it is not found out by itself.")
@click.option("--dry-run", is_flag=True, help="Count and check everything, store nothing.")
@click.option("--errors", type=_OUT, help="Write the refused rows with their reasons to this CSV file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the four counts as JSON.")
def feedback(
    file: Path,
    columns: Mapping[str, str],
    origin: str,
    source: str,
    encoding: str,
    errors: Path | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring in what customers wrote. Killed in the middle, the same command goes on where it stopped."""
    actor = shell("import")
    with tqdm(desc=file.name, unit=" rows", disable=True if as_json else None, leave=False) as bar:
        outcome = services.import_file(
            actor,
            file,
            columns=columns,
            origin=origin,
            source=source,
            encoding=encoding,
            dry_run=dry_run,
            understood=None if as_json else _say_columns,
            progress=lambda done, every: _show(bar, done, every),
        )
    faults = list(outcome.faults if dry_run else queries.rejects(actor, outcome.number))
    _tell_books(_books(outcome), outcome.number, as_json=as_json)
    _tell_faults(faults, errors, as_json=as_json)


def _books(outcome: services.Outcome) -> dict[str, int]:
    return {
        "read": outcome.read,
        "stored": outcome.stored,
        "rejected": outcome.rejected,
        "duplicates": outcome.duplicates,
    }


def _show(bar: "tqdm[Any]", done: int, every: int) -> None:
    bar.total = every
    bar.update(done - bar.n)


def _say_columns(table: Table, choice: Choice) -> None:
    kind = table.kind + (f", {table.encoding}" if table.encoding else "")
    click.echo(f"{kind}: {choice.rows:,} rows", err=True)
    for fact, column in choice.columns.items():
        click.echo(f"  {fact} = {column}", err=True)
    for fact, column in choice.left_out.items():
        click.echo(
            f"  {column!r} looks like {fact} by its name but most of its cells are not; it is left out."
            f" --map {fact}={column} takes it and refuses the rows that do not fit.",
            err=True,
        )


def _tell_books(books: Mapping[str, int], number: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(books))
        return
    words = ", ".join(f"{count:,} {name}" for name, count in books.items())
    click.echo(f"{number}: {words}" if number else words)


def _tell_faults(faults: list[Fault], errors: Path | None, *, as_json: bool) -> None:
    if errors:
        count = write_rejects(errors, faults)
        click.echo(f"{count:,} refused rows are in {errors}", err=True)
    elif faults and not as_json:
        for words, count in Counter(fault.said or reason(fault.code) for fault in faults).most_common(10):
            click.echo(f"  {count:,} × {words}", err=True)
        click.echo("  --errors FILE writes every refused row with its number, column and reason.", err=True)


def _list_command(name: str, spec: lists.Spec, about: str) -> None:
    @click.argument("file", type=_FILE)
    @click.option("--dry-run", is_flag=True, help="Check that every cell can be read, store nothing.")
    @click.option("--errors", type=_OUT, help="Write the refused rows with their reasons to this CSV file.")
    @click.option("--json", "as_json", is_flag=True, help="Print only the four counts as JSON.")
    def command(file: Path, errors: Path | None, *, dry_run: bool, as_json: bool) -> None:
        table = open_table(file)
        rows = tqdm(
            table.rows(), desc=file.name, unit=" rows", disable=True if as_json else None, leave=False
        )
        books, faults = lists.bring_in(shell("import"), spec, table.columns, rows, dry_run=dry_run)
        _tell_books(books, "", as_json=as_json)
        _tell_faults(faults, errors, as_json=as_json)
        sys.exit(0)

    command.__doc__ = f"{about}\n\n{spec.describe()}"
    import_.command(name=name)(command)


_list_command("outlets", lists.OUTLETS, "Open outlets, or change what is said of them.")
_list_command("products", lists.PRODUCTS, "Put products into the catalogue, with the TACs of their IMEIs.")
_list_command("parts", lists.PARTS, "Put parts and labour into the catalogue.")
_list_command("prices", lists.PRICES, "Set prices from a day on.")


@import_.command()
@click.argument("file", type=_FILE)
@click.option(
    "--links",
    type=_OUT,
    required=False,
    help="Invite them and write each one's link to this file; it is shown only once.",
)
@click.option("--dry-run", is_flag=True, help="Check that every cell can be read, store nothing.")
@click.option("--errors", type=_OUT, help="Write the refused rows with their reasons to this CSV file.")
@click.option("--json", "as_json", is_flag=True, help="Print only the four counts as JSON.")
def staff(file: Path, links: Path | None, errors: Path | None, *, dry_run: bool, as_json: bool) -> None:
    """Take staff down. Without --links they are not invited yet; the staff page makes the link.

    Columns: name, email, role, outlet (a code, or * for all); language if wanted.
    """
    table = open_table(file)
    made: list[tuple[str, str]] = []
    spec = lists.staff_spec(made if links else None)
    books, faults = lists.bring_in(shell("import"), spec, table.columns, table.rows(), dry_run=dry_run)
    if links:
        lists.write_links(links, made)
        click.echo(
            f"{len(made):,} invitation links are in {links}; each works once, for seven days.", err=True
        )
    _tell_books(books, "", as_json=as_json)
    _tell_faults(faults, errors, as_json=as_json)
