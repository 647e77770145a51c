"""``sanbao report``: the evaluation as one HTML file that needs nothing else."""

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
from django.template.loader import render_to_string
from django.utils import translation
from tqdm import tqdm

from sanbao.base.actor import Actor
from sanbao.doors.actors import shell
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.adapters.reader import load_reader

_LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}
_DAY: Final = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write it.",
)
@click.option(
    "--lang",
    type=click.Choice(sorted(_LANGUAGES)),
    default="zh",
    show_default=True,
    help="In which language.",
)
@click.option("--since", type=_DAY, help="First day; only texts that carry a day count then.")
@click.option("--until", type=_DAY, help="Last day, included.")
@click.option(
    "--read/--no-read", default=True, show_default=True, help="Read texts first that wait to be read."
)
def report(out: Path, lang: str, since: datetime | None, until: datetime | None, *, read: bool) -> None:
    """Write what customers say as an article with every number's sentences behind it."""
    actor = shell("report")
    if read:
        _read_all(actor)
    found = queries.report(actor, since=since and since.date(), until=until and until.date())
    with translation.override(_LANGUAGES[lang]):
        page = render_to_string("workbench/report_file.html", {"report": found, "linked": ""})
    draft = out.with_name(f"{out.name}.part")
    draft.write_text(page, encoding="utf-8")
    draft.replace(out)
    click.echo(f"{out}: {found.figures.read:,} texts, {len(page.encode()) / 1024:,.0f} KB")


def _read_all(actor: Actor) -> None:
    bar: tqdm[Any]
    with tqdm(desc="reading", unit=" texts", disable=None, leave=False) as bar:
        while done := services.read_unread(actor, load_reader()):
            bar.update(done)
