"""``sanbao config``: every setting, what it means and what it is now."""

import click

from sanbao.base.config import TABLE, as_markdown, read


@click.command()
@click.option("--markdown", is_flag=True, help="Print the table of the documentation.")
def config(*, markdown: bool) -> None:
    """Show every setting with its present value; secrets only as set or not set."""
    if markdown:
        click.echo(as_markdown(), nl=False)
        return
    values = read()
    for setting in TABLE:
        value = values[setting.name]
        shown = ("set" if value else "not set") if setting.secret else value
        click.echo(f"{setting.name:24} {shown}")
