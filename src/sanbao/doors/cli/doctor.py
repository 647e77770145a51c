"""``sanbao doctor``: says what an operator should know before people come."""

import os
import shutil
import sys
from collections.abc import Iterator

import click
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from sanbao.rooms.feedback import services as feedback
from sanbao.rooms.ledger import queries as ledger
from sanbao.rooms.registry import queries as registry

_ROOM_NEEDED = 1024**3


def findings() -> Iterator[tuple[str, str]]:
    """Yield (``ok`` | ``warn`` | ``bad``, sentence) for everything that was looked at."""
    yield from _web()
    yield from _disk()
    try:
        yield from _database()
    except DatabaseError as fault:
        yield "bad", f"The database does not answer ({type(fault).__name__}). Check SANBAO_DATABASE_URL."


def _web() -> Iterator[tuple[str, str]]:
    if not settings.ORIGIN:
        yield (
            "warn",
            "SANBAO_ORIGIN is not set: links in messages have no address and cookies are not marked secure.",
        )
    elif not settings.SECURE:
        yield "bad", "SANBAO_ORIGIN is not https: people's sign-ins would travel in the open."
    else:
        yield "ok", "Cookies are secure and browsers are told to stay on https."
    host = settings.ORIGIN.partition("://")[2].partition(":")[0]
    if host and host not in settings.ALLOWED_HOSTS:
        yield "bad", f"{host} is not in SANBAO_ALLOWED_HOSTS: every request to it would be refused."
    if "*" in settings.ALLOWED_HOSTS:
        yield "bad", "SANBAO_ALLOWED_HOSTS takes every host: name yours."
    if settings.SECURE and not settings.TRUST_PROXY:
        yield "warn", "https without SANBAO_TRUST_PROXY: behind a proxy all callers look like one address."
    if settings.DEBUG:
        yield "bad", "SANBAO_DEBUG is on: failures show code and data."
    for name in ("mail_url", "sms_url"):
        if not settings.SANBAO[name]:
            yield (
                "warn",
                f"SANBAO_{name.upper()} is not set: messages are written to SANBAO_HOME/outbox instead.",
            )


def _disk() -> Iterator[tuple[str, str]]:
    free = shutil.disk_usage(settings.HOME).free
    yield ("ok" if free > _ROOM_NEEDED else "bad"), f"{free / 1024**3:.1f} GB free in SANBAO_HOME."
    key = settings.HOME / "secret.key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield "bad", f"{key} can be read by others: chmod 600."
    if not os.access(settings.HOME, os.W_OK):
        yield "bad", "SANBAO_HOME cannot be written."


def _database() -> Iterator[tuple[str, str]]:
    plan = MigrationExecutor(connection)
    waiting = plan.migration_plan(plan.loader.graph.leaf_nodes())
    if waiting:
        yield "bad", f"{len(waiting)} migrations are waiting: run sanbao migrate."
        return
    yield "ok", f"The database ({connection.vendor}) answers and is up to date."
    installation = registry.installation()
    if installation is None:
        yield "warn", "The installation is empty: run sanbao init, or sanbao demo to look around."
    elif installation.demo:
        yield "warn", "This is a demo world: its passwords are public."
    state = ledger.health(timezone.now())
    yield (
        ("warn" if state.silent else "ok"),
        "No worker shows itself: run sanbao work." if state.silent else "The worker is alive.",
    )
    if state.dead:
        yield "warn", f"{state.dead} deliveries failed for good: see Deliveries on the workbench."


def _cells(*, recount: bool) -> Iterator[tuple[str, str]]:
    """Hold what was counted about texts against a recount; count anew where that is asked for."""
    if recount:
        feedback.recount()
    wrong = feedback.miscounted()
    yield (
        ("bad", f"{wrong} cells of the voice page do not hold what a recount finds: run doctor --recount.")
        if wrong
        else ("ok", "The cells of the voice page hold what a recount finds.")
    )


@click.command()
@click.option("--count", is_flag=True, help="Hold the figures of the voice page against a recount as well.")
@click.option("--recount", is_flag=True, help="Count the texts anew for the voice page.")
def doctor(*, count: bool, recount: bool) -> None:
    """Check settings, database, worker and disk; ends with status 1 where something is bad."""
    bad = False
    asked = _cells(recount=recount) if count or recount else ()
    for level, sentence in (*findings(), *asked):
        click.echo(f"{level:5} {sentence}")
        bad = bad or level == "bad"
    sys.exit(1 if bad else 0)
