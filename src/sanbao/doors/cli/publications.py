"""``sanbao policy list`` and its fellows: publications of this installation, in the name of two people."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from sanbao.base.actor import Actor
from sanbao.base.errors import Missing
from sanbao.doors.actors import shell
from sanbao.engines.policy.diff import changed_among
from sanbao.rooms.complaints import queries as complaints
from sanbao.rooms.registry import queries as registry
from sanbao.rooms.registry import services as publishing
from sanbao.rooms.registry.errors import PackRefused
from sanbao.rooms.repairs import queries as repairs
from sanbao.rooms.repairs import services as comparing
from sanbao.rooms.repairs.adapters.comparison import line_of
from sanbao.rooms.repairs.adapters.packs import Books
from sanbao.rooms.repairs.queries.open_facts import of_matters, open_orders

WHO = click.option(
    "--as", "email", required=True, help="E-mail of the member of staff in whose name it is done."
)
DAY = click.DateTime(formats=["%Y-%m-%d"])


def person(email: str) -> Actor:
    """Return a member of staff acting now. Whoever types on the server answers for using the right name.

    Raises:
        Missing: nobody here has this address.
    """
    house = shell("policy")
    card = next((each for each in registry.staff_list(house) if each.email == email.strip().lower()), None)
    found = registry.actor_for_staff(card.number, house.at) if card else None
    if found is None:
        raise Missing(email=email[:64])
    return found


def matters() -> Iterator[list[repairs.Matter]]:
    """Yield the open complaints, a page at a time."""
    house, after = shell("policy"), 0
    while rows := complaints.matters(house, after):
        after = rows[-1][0]
        yield [repairs.Matter(number, order or "", device or "", at) for _, number, order, device, at in rows]


def open_case_lines(old: Books, new: Books, place: str) -> Iterator[str]:
    """Yield one line for each open order or complaint that comes out otherwise."""
    house, after = shell("policy"), -1
    before, then = old(place, True), new(place, True)  # noqa: FBT003 - the shape of Books
    while after:
        page, after = open_orders(house, max(after, 0))
        yield from (line_of(each) for each in changed_among(before, then, _judged(page, place)))
    for some in matters():
        cases = _judged(of_matters(house, some), place)
        yield from (line_of(each) for each in changed_among(before, then, cases))


def _judged(asked: list, place: str) -> list:  # type: ignore[type-arg]
    return [(each.subject, each.facts) for each in asked if each.facts and each.facts.jurisdiction == place]


@click.command("list")
def list_() -> None:
    """Show every publication: its state, the first day, the pack and its hash."""
    house = shell("policy")
    live = registry.hashes_on(timezone.localdate(house.at)) or {}
    for card in registry.publications(house):
        state = "live" if live.get(card.pack) == card.hash and card.state == "published" else card.state
        click.echo(
            f"{card.number}  {state:10} {card.valid_from}  {card.pack} {card.version}  {card.hash[:12]}"
        )


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "day", type=DAY, help="The first day it counts; without it, tomorrow.")
@click.option("--note", default="", help="Why.")
@WHO
def propose(source: Path, day: datetime | None, note: str, email: str) -> None:
    """Check the pack in FILE, propose it, and compare it with the open cases."""
    actor = person(email)
    first = day.date() if day else timezone.localdate(actor.at) + timedelta(days=1)
    try:
        text = source.read_text(encoding="utf-8-sig")
        number = publishing.propose_pack(actor, text=text, valid_from=first, note=note)
    except UnicodeDecodeError as strange:
        raise click.ClickException(f"{source.name} is not written in UTF-8") from strange
    except PackRefused as refused:
        for fault in refused.faults:
            click.echo(f"{source.name}: {fault}", err=True)
        raise
    click.echo(number)
    _compare(actor, number)


@click.command()
@click.argument("number")
@WHO
def compare(number: str, email: str) -> None:
    """Show which open cases the proposal NUMBER changes; both people have to look before it is published."""
    _compare(person(email), number)


def _compare(actor: Actor, number: str) -> None:
    key, after = comparing.compare_packs(actor, number, matters()), -1
    while after:
        page = registry.differences(actor, key, after=max(after, 0))
        after = page.after
        for row in page.rows:
            was, then = (_said(each) for each in (row.old, row.new))
            click.echo(f"{row.kind} {row.subject}: {was} -> {then}  ({', '.join(row.because)})")
    card = next(each for each in registry.comparisons(actor, number) if each.key == key)
    click.echo(
        f"{card.orders_changed} of {card.orders} open orders, {card.cases_changed} of {card.cases} open "
        f"complaints, {card.worked_changed} of {card.worked} saved cases change; {card.unread} not judged"
    )


def _said(shown: Mapping[str, Any]) -> str:
    if shown["outcome"] != "decided":
        return str(shown["outcome"])
    last = f" to {shown['last_day']}" if shown["last_day"] else ""
    return f"{';'.join(shown['remedies']) or 'none'}{last}"


@click.command()
@click.argument("number")
@click.option("--from", "day", type=DAY, help="Another first day than the one proposed.")
@WHO
def publish(number: str, day: datetime | None, email: str) -> None:
    """Let the proposal NUMBER of somebody else count."""
    publishing.publish(person(email), number, valid_from=day.date() if day else None)
    click.echo(f"{number} is published")


@click.command()
@click.argument("number")
@WHO
def withdraw(number: str, email: str) -> None:
    """Take back the proposal NUMBER, or a publication whose first day has not come."""
    publishing.withdraw(person(email), number)
    click.echo(f"{number} is taken back")
