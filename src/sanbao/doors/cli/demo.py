"""``sanbao demo``: a fresh demo world; never in a home with real data."""

from datetime import datetime

import click
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from sanbao.base.actor import system
from sanbao.base.errors import Refusal
from sanbao.demo import world
from sanbao.rooms.registry import queries as registry


class RealData(Refusal):
    """A home whose installation is not a demo."""

    code = "real_data"
    text = "This home holds the installation of %(brand)s, not a demo; nothing was touched."
    remedy = "Use another folder: SANBAO_HOME=./demo sanbao demo"


@click.command()
@click.option("--fresh", is_flag=True, help="Throw an earlier demo world away first.")
@click.option("--size", type=click.Choice(list(world.SCALES)), default="full", show_default=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the world; today without it.")
def demo(*, fresh: bool, size: str, until: datetime | None) -> None:
    """Make a demo world: forty shops, eight weeks, three thousand repairs."""
    call_command("migrate", interactive=False, verbosity=0)
    known = registry.installation()
    if known is not None and not known.demo:
        raise RealData(brand=known.brand)
    if known is not None and not fresh:
        click.echo("The demo world is there already; --fresh makes a new one.")
        return
    if known is not None:
        call_command("flush", interactive=False, verbosity=0)
    now = timezone.now() if until is None else timezone.make_aware(until.replace(hour=15))
    began = timezone.now()
    world.build(system(now, "demo"), progress=click.echo, size=size)
    seconds = (timezone.now() - began).total_seconds()
    click.echo(f"The demo world is ready ({connection.vendor}, {seconds:.0f} s).")
    for who, how in world.SIGN_INS:
        click.echo(f"  {who:10} {how}")
