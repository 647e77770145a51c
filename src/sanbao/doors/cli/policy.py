"""``sanbao policy diff``: what other packs would change, before they are published."""

from pathlib import Path

import click

from sanbao.engines.policy import PackError
from sanbao.rooms.repairs.adapters.comparison import case_lines, rule_lines
from sanbao.rooms.repairs.adapters.packs import books_with
from sanbao.rooms.repairs.adapters.tables import NotATable, rows_of

TABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def policy() -> None:
    """Look at rule packs."""


@policy.command()
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
@click.option(
    "--cases", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A table of cases."
)
@click.option("--place", default="CN", show_default=True, help="Whose law: CN, EU, EU-ES, UK.")
def diff(old: Path, new: Path, cases: Path | None, place: str) -> None:
    """Show which rules differ between the pack folders OLD and NEW, and which cases change.

    Each folder lies over the shipped packs; an empty folder stands for these alone. The table of cases has
    the columns of ``sanbao rights``.
    """
    try:
        before, after = books_with(old), books_with(new)
        rules = list(rule_lines(before, after, place))
        rows = [] if cases is None else rows_of(cases)
        changed = list(case_lines(before, after, place, rows))
    except (PackError, NotATable) as unreadable:
        raise click.ClickException(str(unreadable)) from unreadable
    for line in (*rules, *changed):
        click.echo(line)
    click.echo(f"{len(rules)} rules differ; {len(changed)} of {len(rows)} cases change")
