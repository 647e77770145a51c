"""The command ``sanbao``: a list of subcommands, each in its own module, loaded when it is called.

Loading late keeps ``sanbao rights`` free of the database and starts every command quickly.
"""

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Final

import click
import django
from django.apps import apps
from django.utils import translation

from sanbao import __version__
from sanbao.base.errors import Refusal

PURE: Final[Mapping[str, str]] = {
    "analyse": "analyse:analyse",
    "config": "config:config",
    "deadline": "deadline:deadline",
    "policy": "policy:policy",
    "rights": "rights:rights",
    "train": "train:train",
}
"""Commands that need neither database nor settings."""

HOUSE: Final[Mapping[str, str]] = {
    "backup": "backup:backup",
    "demo": "demo:demo",
    "doctor": "doctor:doctor",
    "import": "import_:import_",
    "init": "init:init",
    "migrate": "up:migrate",
    "model": "model:model",
    "report": "report:report",
    "restore": "backup:restore",
    "serve": "serve:serve",
    "token": "init:token",
    "up": "up:up",
    "work": "work:work",
}
"""Commands that work on an installation."""


class Lazy(click.Group):
    """A group that knows its commands by name and imports one only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in alphabetical order."""
        del ctx
        return sorted({**PURE, **HOUSE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command; Django is set up first where the command needs it."""
        del ctx
        place = PURE.get(cmd_name) or HOUSE.get(cmd_name)
        if place is None:
            return None
        if cmd_name in HOUSE:
            django.setup()
        module, name = place.split(":")
        command: click.Command = getattr(importlib.import_module(f"sanbao.doors.cli.{module}"), name)
        return command


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sanbao")
def cli() -> None:
    """Sanbao 三包: after-sales service for device brands."""


def main() -> None:
    """Run a command; a refusal ends it with its sentence and status 1, never with a trace."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanbao.site.settings")
    try:
        cli(prog_name="sanbao")
    except Refusal as refusal:
        with translation.override(language_of(os.environ)):
            _explain(refusal)
        sys.exit(1)


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language of the shell: Chinese where its locale says so, otherwise English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    chosen = next((environment[name] for name in names if environment.get(name)), "")
    return "zh-hans" if chosen.lower().startswith("zh") else "en"


def _explain(refusal: Refusal) -> None:
    # without Django set up there are no catalogues: the pure commands answer in English
    read = translation.gettext if apps.ready else str
    where = f"{refusal.field}: " if refusal.field else ""
    for before, text in ((f"sanbao: {where}", refusal.text), ("", refusal.remedy)):
        if text:
            words = read(text)
            click.echo(f"{before}{words % refusal.facts if refusal.facts else words}", err=True)


if __name__ == "__main__":
    main()
