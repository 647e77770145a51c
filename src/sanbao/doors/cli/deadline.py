"""``sanbao deadline explain``: when something is due in the Chinese calendar, and why."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import click

from sanbao.engines import calendar as engine

_BUDGETS: Final[dict[str, Callable[[int], engine.Budget]]] = {
    "minutes": engine.minutes,
    "working-hours": engine.working_hours,
    "working-days": engine.working_days,
    "days": engine.days,
    "months": engine.months,
}


@click.group()
def deadline() -> None:
    """Work out due times in the open."""


@deadline.command()
@click.argument("start", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]))
@click.argument("amount", type=click.IntRange(0, 10_000))
@click.argument("unit", type=click.Choice(list(_BUDGETS)))
@click.option(
    "--pause",
    "pauses",
    type=(click.DateTime(), click.DateTime(), str),
    multiple=True,
    help="FROM UNTIL REASON",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--zone", default="Asia/Shanghai", show_default=True)
def explain(
    *,
    start: datetime,
    amount: int,
    unit: str,
    pauses: tuple[tuple[datetime, datetime, str], ...],
    lang: str,
    zone: str,
) -> None:
    """Print when AMOUNT of UNIT after START is over, step by step."""
    here = ZoneInfo(zone)
    held = [
        engine.Pause(begin.replace(tzinfo=here), end.replace(tzinfo=here), reason, "")
        for begin, end, reason in pauses
    ]
    due = engine.deadline(
        start.replace(tzinfo=here), _BUDGETS[unit](amount), engine.china_calendar(zone=zone), held
    )
    for sentence in engine.explain(due, lang):
        click.echo(sentence)
