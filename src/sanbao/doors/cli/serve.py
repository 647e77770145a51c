"""``sanbao serve``: the web server."""

import click
from django.conf import settings
from django.core.management import call_command
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server


def prepare_static() -> None:
    """Collect and compress the pages' files where they are missing or older than the code."""
    call_command("collectstatic", interactive=False, verbosity=0)


@click.command()
@click.option("--host", default=settings.ENV["SANBAO_HOST"], show_default=True)
@click.option("--port", default=settings.ENV["SANBAO_PORT"], show_default=True)
@click.option("--workers", default=settings.ENV["SANBAO_WORKERS"], show_default=True)
@click.option("--static/--no-static", default=True, help="Collect static files first.")
def serve(*, host: str, port: int, workers: int, static: bool) -> None:
    """Serve portal, workbench and API until stopped; each process answers one request at a time."""
    if static:
        prepare_static()
    Server(
        "sanbao.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=2,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_access=False,
    ).serve()
