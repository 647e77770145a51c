"""``sanbao init`` and ``sanbao token``: an empty installation, and keys for machines."""

from typing import TextIO

import click
from django.core.management import call_command

from sanbao.base.errors import Missing
from sanbao.doors.actors import shell
from sanbao.rooms.registry import queries, services


@click.command()
@click.option("--brand", prompt="Brand", help="Name shown on every page.")
@click.option("--time-zone", default="Asia/Shanghai", show_default=True)
@click.option("--admin-name", prompt="First administrator's name")
@click.option("--admin-email", prompt="First administrator's e-mail")
@click.option("--password-file", type=click.File(), help="Read the password from here instead of asking.")
def init(
    *,
    brand: str,
    time_zone: str,
    admin_name: str,
    admin_email: str,
    password_file: TextIO | None,
) -> None:
    """Start an empty installation with its first administrator."""
    call_command("migrate", interactive=False, verbosity=0)
    typed = password_file.read().strip() if password_file else None
    password = typed or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    first = services.init_installation(
        shell("init"),
        brand=brand,
        time_zone=time_zone,
        admin_name=admin_name,
        admin_email=admin_email,
        password=password,
    )
    click.echo(f"{brand} is set up. The administrator is {admin_email}.")
    click.echo(f"Second factor, for an authenticator app, shown this once: {first.secret}")
    click.echo(f"  {first.address}")
    click.echo("Recovery codes, each good once: " + "  ".join(first.recovery_codes))


@click.command()
@click.argument("email")
@click.option("--name", prompt="What is it for", help="Shown in the list of tokens.")
@click.option("--grant", "grants", multiple=True, help="Narrow the token to these grants; repeat it.")
@click.option("--days", default=365, show_default=True, type=click.IntRange(1, 3650))
def token(*, email: str, name: str, grants: tuple[str, ...], days: int) -> None:
    """Make an API token that acts as the member of staff with this EMAIL; it is shown once."""
    house = shell("token")
    card = next((c for c in queries.staff_list(house) if c.email == email.strip().lower()), None)
    if card is None:
        raise Missing(email=email[:64])
    number, secret = services.make_token(house, staff=card.number, name=name, grants=grants, days=days)
    click.echo(f"{number}: {secret}")
