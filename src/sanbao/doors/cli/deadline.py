"""``sanbao deadline``: when something is due in the Chinese calendar and why, and the clocks as data."""

import csv
import json
import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from sanbao.engines import calendar as engine

_BUDGETS: Final[dict[str, Callable[[int], engine.Budget]]] = {
    "minutes": engine.minutes,
    "working-hours": engine.working_hours,
    "working-days": engine.working_days,
    "days": engine.days,
    "months": engine.months,
}
_MOMENTS: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
_PAIR: Final = 2
_MOST: Final = 10_000
TABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def deadline() -> None:
    """Work out due times in the open."""


@deadline.command()
@click.argument("start", type=click.DateTime(_MOMENTS))
@click.argument("what", nargs=-1, required=True)
@click.option("--pause", "pauses", multiple=True, metavar="FROM..TO[=REASON]", help="Time left out.")
@click.option("--received", type=click.DateTime(_MOMENTS), help="The day that says which rule is in force.")
@click.option("--zone", default="Asia/Shanghai", show_default=True)
@click.option("--calendar", "table", type=TABLE, help="CSV: date, kind (off, work), name, source.")
@click.option("--own", type=TABLE, help="The installation's own clocks: clocks.toml.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The working as JSON.")
def explain(
    *,
    start: datetime,
    what: tuple[str, ...],
    pauses: tuple[str, ...],
    received: datetime | None,
    zone: str,
    table: Path | None,
    own: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Print when WHAT after START is over, step by step.

    WHAT is a clock or term of `sanbao deadline list`, or an amount and a unit: 7 working-days.
    """
    here = _zone(zone)
    counted = _calendar(zone, table)
    begin = start.replace(tzinfo=here)
    day = (received or start).date()
    budget, clock, source, pausable = _asked(what, day, _clocks(own, counted))
    held = [_pause(text, here) for text in pauses]
    if held and not pausable:
        raise click.UsageError(f"nothing may stop the clock {clock}")
    try:
        due = engine.deadline(begin, budget, counted, held)
    except engine.CalendarError as impossible:
        raise click.UsageError(str(impossible)) from impossible
    if as_json:
        record = engine.as_record(due, clock=clock, source=source)
        words = {"words_zh": engine.explain(due, "zh"), "words_en": engine.explain(due, "en")}
        click.echo(json.dumps({**record, "zone": zone, **words}, ensure_ascii=False, indent=2))
        return
    for sentence in engine.explain(due, lang):
        click.echo(sentence)
    if source:
        click.echo(f"依据：{source}" if lang == "zh" else f"Set by: {source}")


@deadline.command("list")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Only the clocks in force on this day.")
@click.option("--own", type=TABLE, help="The installation's own clocks: clocks.toml.")
@click.option("--json", "as_json", is_flag=True)
def listed(*, on: datetime | None, own: Path | None, as_json: bool) -> None:
    """Print every reply clock and term as data: how long, who says so, what may stop it."""
    clocks = _clocks(own, engine.china_calendar())
    rows = [_row(clock) for clock in clocks if on is None or clock.in_force(on.date())]
    rows += [
        {**_budget(term.budget), "id": term.id, "begins": "", "law": term.binding, "pauses": [],
         "source": term.source, "confidence": term.confidence.value, "from": None, "until": None}
        for term in engine.TERMS.values()
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        span = " ".join(f"{name} {row[name]}" for name in ("from", "until") if row[name])
        law = "law" if row["law"] else "promise"
        stops = f" | stopped by: {', '.join(row['pauses'])}" if row["pauses"] else ""
        click.echo(f"{row['id']:20} {row['amount']:>5} {row['unit']:15} {law:8} {row['confidence']:7} {span}")
        click.echo(f"{'':20} {row['source']}{stops}")


def _row(clock: engine.ReplyClock) -> dict[str, Any]:
    return {
        "id": clock.id,
        "begins": clock.begins.value,
        **_budget(clock.budget),
        "law": clock.binding,
        "pauses": [reason.code for reason in engine.pause_reasons(clock)],
        "source": clock.source,
        "confidence": clock.confidence.value,
        "from": clock.valid_from.isoformat() if clock.valid_from else None,
        "until": clock.valid_until.isoformat() if clock.valid_until else None,
    }


def _budget(budget: engine.Budget) -> dict[str, Any]:
    return {
        "amount": budget.amount,
        "unit": budget.unit.value,
        "roll": budget.roll.value,
        "ending": budget.ending.value,
    }


def _asked(
    what: tuple[str, ...], day: Any, clocks: tuple[engine.ReplyClock, ...]
) -> tuple[engine.Budget, str, str, bool]:
    """Return the budget meant by a clock's name or by an amount and a unit, its name, source, and whether
    pauses may stop it.
    """
    if len(what) == 1:
        name = what[0].replace("-", "_")
        rule = engine.clocks_on(day, clocks).get(name)
        if rule is not None:
            return rule.budget, rule.id, rule.source, rule.pausable
        if name in engine.TERMS:
            term = engine.TERMS[name]
            return term.budget, term.id, term.source, False
        raise click.UsageError(f"no clock {what[0]} is in force on {day}; see: sanbao deadline list")
    if len(what) == _PAIR and what[1] in _BUDGETS:
        return _BUDGETS[what[1]](click.IntRange(0, _MOST)(what[0])), "", "", True
    raise click.UsageError(f"give a clock, or an amount and one of {', '.join(_BUDGETS)}")


def _pause(text: str, here: ZoneInfo) -> engine.Pause:
    """Return the pause meant by ``2026-02-12T09:00..2026-02-13=owner_evidence``."""
    span, _, reason = text.partition("=")
    first, dots, last = span.partition("..")
    if not dots:
        raise click.UsageError(f"a pause is FROM..TO, not {text}")
    begin, end = (click.DateTime(_MOMENTS)(each.strip()) for each in (first, last))
    try:
        return engine.Pause(begin.replace(tzinfo=here), end.replace(tzinfo=here), reason)
    except engine.CalendarError as impossible:
        raise click.UsageError(str(impossible)) from impossible


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise click.UsageError(f"no such time zone: {name}") from unknown


def _calendar(zone: str, table: Path | None) -> engine.Calendar:
    """Return China's calendar, with the years of a table in place of what is shipped."""
    if table is None:
        return engine.china_calendar(zone=zone)
    try:
        with table.open(encoding="utf-8-sig", newline="") as lines:
            rows = engine.rows_from_table(csv.DictReader(lines))
        years = {row.day.year for row in rows}
        return engine.china_calendar(extra=rows, published=years, zone=zone)
    except (engine.CalendarError, UnicodeDecodeError) as unread:
        raise click.UsageError(f"{table.name}: {unread}") from unread


def _clocks(own: Path | None, counted: engine.Calendar) -> tuple[engine.ReplyClock, ...]:
    if own is None:
        return engine.CLOCKS
    try:
        return engine.own_clocks(tomllib.loads(own.read_text(encoding="utf-8")), counted)
    except (engine.PromiseError, tomllib.TOMLDecodeError, UnicodeDecodeError) as unread:
        raise click.UsageError(f"{own.name}: {unread}") from unread
