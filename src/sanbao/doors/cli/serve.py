"""``sanbao serve``: the web server."""

import hashlib
import os
from collections.abc import Mapping

import click
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from sanbao.base.config import read
from sanbao.rooms.registry import queries as registry

_LEFT_OUT = ["*.map", "redoc*"]
"""What packages bring along and no page of ours uses."""


def prepare_static() -> None:
    """Collect and compress the pages' files, unless exactly these files were collected before."""
    stamp, now = settings.STATIC_ROOT / "collected", _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=_LEFT_OUT)
    stamp.write_text(now, encoding="ascii")


def _fingerprint() -> str:
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found.update(f"{name} {storage.size(name)} {storage.get_modified_time(name)}\n".encode())
    return found.hexdigest()


def of_installation(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment with what the installation's own row says, where nothing else was said."""
    known = registry.installation()
    told = {"SANBAO_BRAND": known.brand, "SANBAO_DEMO": "yes" if known.demo else "no"} if known else {}
    return {**told, **environment}


def be_installation() -> None:
    """Let this process, and those it starts, carry the brand and the demo mark of the installation."""
    os.environ.update(of_installation(os.environ))
    told = read()
    settings.SANBAO.update(brand=told["SANBAO_BRAND"], demo=told["SANBAO_DEMO"])


@click.command()
@click.option("--host", default=settings.ENV["SANBAO_HOST"], show_default=True)
@click.option("--port", default=settings.ENV["SANBAO_PORT"], show_default=True)
@click.option("--workers", default=settings.ENV["SANBAO_WORKERS"], show_default=True)
@click.option("--static/--no-static", default=True, help="Collect static files first.")
def serve(*, host: str, port: int, workers: int, static: bool) -> None:
    """Serve portal, workbench and API until stopped; each process answers one request at a time."""
    if static:
        prepare_static()
    try:
        be_installation()
    except DatabaseError:
        # pages say so until it is back; only the brand stays that of the settings
        click.echo("The database is not there yet; serving all the same.", err=True)
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
