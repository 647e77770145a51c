"""``sanbao policy``: what other packs would change, and how one comes into force."""

import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click
import django

from sanbao.engines.policy import PackError
from sanbao.rooms.repairs.adapters.comparison import case_lines, rule_lines
from sanbao.rooms.repairs.adapters.packs import Books, books_with
from sanbao.rooms.repairs.adapters.tables import NotATable, rows_of

TABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


_HOUSE: Final = {
    "compare": "compare",
    "list": "list_",
    "propose": "propose",
    "publish": "publish",
    "withdraw": "withdraw",
}
"""Commands that work on an installation; ``diff`` alone needs none."""


def _of_installation() -> Any:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanbao.site.settings")
    django.setup()
    return importlib.import_module("sanbao.doors.cli.publications")


class Policy(click.Group):
    """A group that sets an installation up only for the commands that need one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in alphabetical order."""
        return sorted({*super().list_commands(ctx), *_HOUSE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, bringing in what it needs."""
        if cmd_name not in _HOUSE:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(_of_installation(), _HOUSE[cmd_name])
        return command


@click.group(cls=Policy)
def policy() -> None:
    """Look at rule packs; propose, compare and publish them."""


@policy.command()
@click.argument("old", type=FOLDER)
@click.argument("new", type=FOLDER)
@click.option(
    "--cases", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A table of cases."
)
@click.option(
    "--open-cases", is_flag=True, help="Try the open orders and complaints of this installation too."
)
@click.option("--place", default="CN", show_default=True, help="Whose law: CN, EU, EU-ES, UK.")
def diff(old: Path, new: Path, cases: Path | None, place: str, *, open_cases: bool) -> None:
    """Show which rules differ between the pack folders OLD and NEW, and which cases change.

    Each folder lies over the shipped packs; an empty folder stands for these alone. The table of cases has
    the columns of ``sanbao rights``.
    """
    try:
        before, after = books_with(old), books_with(new)
        rules = list(rule_lines(before, after, place))
        rows = [] if cases is None else rows_of(cases)
        changed = list(case_lines(before, after, place, rows))
        ongoing = list(_ongoing(before, after, place)) if open_cases else []
    except (PackError, NotATable) as unreadable:
        raise click.ClickException(str(unreadable)) from unreadable
    for line in (*rules, *changed, *ongoing):
        click.echo(line)
    also = f"; {len(ongoing)} open cases change" if open_cases else ""
    click.echo(f"{len(rules)} rules differ; {len(changed)} of {len(rows)} cases change{also}")


def _ongoing(before: Books, after: Books, place: str) -> Iterator[str]:
    lines: Iterator[str] = _of_installation().open_case_lines(before, after, place)
    return lines
