"""``sanbao report``: the evaluation as one file: HTML, PDF, or the figures that both are drawn from."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext
from tqdm import tqdm

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.actors import shell
from sanbao.doors.ui.formats import day
from sanbao.doors.ui.paper import paper
from sanbao.rooms.feedback import queries, services
from sanbao.rooms.feedback.queries.versions import current_reader

_LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}
_DAY: Final = click.DateTime(["%Y-%m-%d"])
_KINDS: Final = (".html", ".pdf", ".json")
_ON_PAPER: Final = 12


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write it; the ending chooses: .html, .pdf, or .json for the snapshot of its figures.",
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
@click.option("--edition", default="", help="A kept edition (RP-…) instead of today's figures.")
@click.option(
    "--snapshot",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Draw it from a snapshot written earlier; no database is asked.",
)
@click.option(
    "--read/--no-read", default=True, show_default=True, help="Read texts first that wait to be read."
)
def report(
    out: Path,
    lang: str,
    since: datetime | None,
    until: datetime | None,
    edition: str,
    snapshot: Path | None,
    *,
    read: bool,
) -> None:
    """Write what customers say as an article with every number's sentences behind it.

    The same snapshot or edition gives the same bytes each time.
    """
    if out.suffix not in _KINDS:
        raise click.BadParameter("The name must end in .html, .pdf or .json.", param_hint="--out")
    found, number = _found(since, until, edition, snapshot, read=read)
    with translation.override(_LANGUAGES[lang]):
        page = _drawn(found, out.suffix, lang, number)
    draft = out.with_name(f"{out.name}.part")
    draft.write_bytes(page)
    draft.replace(out)
    click.echo(f"{out}: {found.figures.read:,} texts, {len(page) / 1024:,.0f} KB")


def _found(
    since: datetime | None, until: datetime | None, edition: str, snapshot: Path | None, *, read: bool
) -> tuple[queries.Report, str]:
    if snapshot is not None:
        try:
            return queries.from_record(json.loads(snapshot.read_text(encoding="utf-8"))), ""
        except ValueError as wrong:
            raise click.BadParameter(
                "This is no snapshot of a report. Write one with: sanbao report --out NAME.json",
                param_hint="--snapshot",
            ) from wrong
    actor = shell("report")
    if edition:
        try:
            return queries.edition(actor, edition).report, edition
        except Missing as missing:
            raise click.BadParameter("There is no such edition.", param_hint="--edition") from missing
    if read:
        _read_all(actor)
    return queries.report(actor, since=since and since.date(), until=until and until.date()), ""


def _drawn(found: queries.Report, kind: str, lang: str, number: str) -> bytes:
    if kind == ".json":
        return json.dumps(queries.as_record(found), ensure_ascii=False, sort_keys=True, indent=1).encode()
    facts: dict[str, Any] = {"report": found, "linked": ""}
    if kind == ".html":
        return render_to_string("workbench/report_file.html", facts).encode()
    title = gettext("%(brand)s after sales: what customers say, and how complaints are handled")
    return paper(
        render_to_string("workbench/report_article.html", {**facts, "most": _ON_PAPER}),
        lang=lang,
        title=title % {"brand": found.brand or gettext("This brand")},
        footer=" · ".join(part for part in (found.brand, day(found.made_at.date()), number) if part),
    )


def _read_all(actor: Actor) -> None:
    bar: tqdm[Any]
    with tqdm(desc="reading", unit=" texts", disable=None, leave=False) as bar:
        version, reader = current_reader()
        while done := services.read_unread(actor, reader, version=version):
            bar.update(done)
