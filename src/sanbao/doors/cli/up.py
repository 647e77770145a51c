"""``sanbao up`` and ``sanbao migrate``: from nothing to a running installation with one command."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import click
from django.conf import settings
from django.core.management import call_command

from sanbao.demo import world
from sanbao.doors.actors import shell
from sanbao.doors.cli.serve import of_installation, prepare_static
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services


@click.command()
def migrate() -> None:
    """Bring the database to the present form; the packs that counted so far go on counting."""
    call_command("migrate", interactive=False, verbosity=0)
    services.adopt_packs(shell("migrate"))
    click.echo("The database is up to date.")


@click.command()
@click.option("--demo", is_flag=True, help="Fill an empty home with the demo world.")
def up(*, demo: bool) -> None:
    """Migrate, fill an empty demo, then run web and worker together until Ctrl-C."""
    call_command("migrate", interactive=False, verbosity=0)
    services.adopt_packs(shell("migrate"))
    if demo and registry.installation() is None:
        click.echo("Filling the demo world …")
        world.build(shell("demo"), progress=click.echo)
    prepare_static()
    _run(of_installation(os.environ))


def _run(environment: dict[str, str]) -> None:
    commands = (("serve", "--no-static"), ("work",))
    children = [
        subprocess.Popen([sys.executable, "-m", "sanbao.doors.cli.main", *command], env=environment)  # noqa: S603 - our own command
        for command in commands
    ]

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    # a shell that starts this in the background would have Ctrl-C ignored
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    try:
        click.echo(_welcome(demo=environment.get("SANBAO_DEMO") == "yes"))
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        click.echo("A part of the installation ended by itself; stopping the other.", err=True)
    except KeyboardInterrupt:
        click.echo("Stopping …")
    finally:
        _end(children)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


def _welcome(*, demo: bool) -> str:
    host, port = settings.ENV["SANBAO_HOST"], settings.ENV["SANBAO_PORT"]
    lines = [
        f"Sanbao is at http://{host}:{port}/ (owners) and http://{host}:{port}/desk/ (staff). Ctrl-C ends it."
    ]
    if demo:
        lines += [f"  {who:12} {how}" for who, how in world.SIGN_INS]
    return "\n".join(lines)
