"""Rule packs on their way into force: proposed by one person, seen by two, published by the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from sanbao.base.actor import Actor
from sanbao.base.db import compare_and_set, lock_rows
from sanbao.base.errors import Invalid, NotAllowed
from sanbao.base.ids import new_number
from sanbao.engines.policy import Pack, PackError, governs, open_book
from sanbao.engines.policy.check import check_pack
from sanbao.engines.policy.diff import only_adds
from sanbao.rooms.ledger import services as ledger
from sanbao.rooms.registry.adapters.packs import all_texts
from sanbao.rooms.registry.errors import (
    AlreadyThere,
    LiveAlready,
    NothingNew,
    NotSeenYet,
    OnePersonOnly,
    PackClash,
    PackRefused,
    TooLate,
)
from sanbao.rooms.registry.models import (
    Comparison,
    Difference,
    Installation,
    PackText,
    Publication,
    Staff,
    WorkedCase,
)
from sanbao.rooms.registry.queries.publications import base_hashes, base_of, packs_kept
from sanbao.rooms.registry.states import PACK_ORIGINS, PROPOSED, PUBLICATION, PUBLISHED, SET_UP, UPLOADED

GRANT: Final = "registry.publish_policy"
LONGEST_TEXT: Final = 1_000_000
SEEN_FOR: Final = timedelta(days=1)
"""How long what the second person saw is fresh enough to decide on."""
FURTHEST: Final = timedelta(days=3660)
_ROWS_AT_ONCE: Final = 1000
_MOST_CASES: Final = 2000


@dataclass(frozen=True, slots=True)
class Seen:
    """What a comparison found: how many were read, and each that comes out otherwise."""

    read: Mapping[str, int]
    unread: int
    differences: Sequence[tuple[str, str, Mapping[str, Any], Mapping[str, Any], Sequence[str]]]
    """Kind, subject, what it is now, what it would be, the rules behind it."""


def begin_packs(actor: Actor, texts: Iterable[tuple[Pack, str]]) -> dict[str, str]:
    """Let these packs count from the beginning; return the hash of each. For the first day alone."""
    begun = {}
    for pack, text in texts:
        _publication(actor, pack, text, state=PUBLISHED, origin=SET_UP, valid_from=_today(actor))
        begun[pack.name] = pack.hash
    return begun


@transaction.atomic
def adopt_packs(actor: Actor) -> int:
    """Let the packs count that did so far without having been published; return how many there were.

    For an installation that is older than publications; every later change needs two people.
    """
    if not lock_rows(Installation.objects.all()) or Publication.objects.exists():
        return 0
    begun = begin_packs(actor, all_texts(settings.HOME / "packs"))
    ledger.append("registry", "policy.settled", actor, packs=begun)
    return len(begun)


@transaction.atomic
def propose_pack(actor: Actor, *, text: str, valid_from: date, note: str = "", origin: str = UPLOADED) -> str:
    """Keep a pack's text and propose that it counts from a day on; return the number of the proposal.

    Raises:
        NotAllowed: no member of staff with the grant at all outlets.
        PackRefused, PackClash, NothingNew, TooLate, Invalid, AlreadyThere.
    """
    _may(actor)
    if len(text) > LONGEST_TEXT or origin not in PACK_ORIGINS - {SET_UP}:
        raise Invalid(field="file")
    pack, faults = check_pack(text)
    if pack is None:
        raise PackRefused(faults)
    row = _publication(
        actor, pack, text, save=False, origin=origin, valid_from=valid_from, note=note.strip()[:300]
    )
    row.proposed_by_id = actor.id
    live = base_hashes(row)
    if live.get(pack.name) == pack.hash:
        raise NothingNew(field="file")
    _check_beside(pack, packs_kept(live.values()))
    _check_day(actor, pack, live, valid_from)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as second:
        raise AlreadyThere(field="file") from second
    ledger.append(row.number, "policy.proposed", actor, pack=pack.name, hash=pack.hash, valid_from=valid_from)
    return row.number


def _publication(actor: Actor, pack: Pack, text: str, *, save: bool = True, **more: Any) -> Publication:
    kept = {"pack": pack.name, "text": text, "kept_at": actor.at}
    PackText.objects.get_or_create(hash=pack.hash, defaults=kept)
    row = Publication(
        number=new_number("PP"),
        pack=pack.name,
        family=pack.family,
        jurisdiction=pack.jurisdiction,
        version=pack.version[:24],
        text_id=pack.hash,
        proposed_at=actor.at,
        **more,
    )
    if save:
        row.save(force_insert=True)
    return row


def _may(actor: Actor) -> None:
    """Two different people are needed, so neither the house nor a machine will do."""
    if not (actor.is_staff and actor.ref.startswith("staff:") and actor.everywhere(GRANT)):
        raise NotAllowed(grant=GRANT)


def _today(actor: Actor) -> date:
    return timezone.localdate(actor.at)


def _check_beside(pack: Pack, live: Sequence[Pack]) -> None:
    """A new text of a pack keeps its family and place, and its rules go together with the others'."""
    old = next((each for each in live if each.name == pack.name), None)
    if old and (old.family, old.jurisdiction) != (pack.family, pack.jurisdiction):
        raise PackClash(field="file", why=f"{pack.name} is a {old.family} pack of {old.jurisdiction}")
    beside = [*(each for each in live if each.name != pack.name), pack]
    for place in sorted(
        {each.jurisdiction for each in beside if governs(pack.jurisdiction, each.jurisdiction)}
    ):
        try:
            open_book(each for each in beside if governs(each.jurisdiction, place))
        except PackError as clash:
            raise PackClash(field="file", why=str(clash)) from clash


def _check_day(actor: Actor, pack: Pack, live: Mapping[str, str], day: date) -> None:
    today = _today(actor)
    if abs(day - today) > FURTHEST:
        raise Invalid("This date is not possible.", field="valid_from")
    if day < today:
        old = packs_kept([live[pack.name]])[0] if pack.name in live else None
        if not only_adds(old, pack):
            raise TooLate(field="valid_from")


@transaction.atomic
def keep_comparison(actor: Actor, number: str, *, base: str, seen: Seen) -> int:
    """Keep what somebody saw of a proposal, in place of what they saw before; return its key.

    Raises:
        Missing, NotAllowed, IllegalMove.
    """
    row: Publication = Publication.objects.pick(actor, number=number)
    _may(actor)
    PUBLICATION.take("publish", row.state)
    Comparison.objects.filter(publication=row, seen_by_id=actor.id).delete()
    counts = {kind: sum(each[0] == kind for each in seen.differences) for kind in ("order", "case", "worked")}
    made = Comparison.objects.create(
        publication=row,
        seen_by_id=actor.id,
        base=base,
        at=actor.at,
        unread=seen.unread,
        orders=seen.read.get("order", 0),
        cases=seen.read.get("case", 0),
        worked=seen.read.get("worked", 0),
        orders_changed=counts["order"],
        cases_changed=counts["case"],
        worked_changed=counts["worked"],
    )
    Difference.objects.bulk_create(
        (
            Difference(
                comparison=made, kind=kind, subject=subject[:80], old=old, new=new, because=list(because)
            )
            for kind, subject, old, new, because in seen.differences
        ),
        batch_size=_ROWS_AT_ONCE,
    )
    ledger.append(row.number, "policy.compared", actor, base=base, read=dict(seen.read), changed=counts)
    return int(made.pk)


@transaction.atomic
def publish(actor: Actor, number: str, *, valid_from: date | None = None) -> None:
    """Let a proposed pack count from its day on, or from another that is named.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
        OnePersonOnly: one's own proposal.
        NotSeenYet: one of the two has not looked at the open cases, or something else was published since.
        TooLate, AlreadyThere.
    """
    # publications wait for each other here, so that nobody decides on what is changing beside it
    lock_rows(Installation.objects.all())
    row: Publication = Publication.objects.select_related("text").pick(actor, number=number)
    _may(actor)
    move = PUBLICATION.take("publish", row.state)
    if row.proposed_by_id == actor.id:
        raise OnePersonOnly
    row.valid_from = valid_from or row.valid_from
    live = base_hashes(row)
    pack = packs_kept([row.text_id])[0]
    _check_beside(pack, packs_kept(live.values()))
    _check_day(actor, pack, live, row.valid_from)
    seen = _seen_by_both(actor, row, base_of(live))
    changes = {
        "state": move.target,
        "valid_from": row.valid_from,
        "approved_by_id": actor.id,
        "approved_at": actor.at,
    }
    try:
        with transaction.atomic():
            compare_and_set(row, seen={"state": PROPOSED}, changes=changes)
    except IntegrityError as second:
        raise AlreadyThere(field="valid_from") from second
    ledger.append(
        row.number,
        move.event,
        actor,
        pack=row.pack,
        hash=row.text_id,
        valid_from=row.valid_from,
        proposer=seen[0].seen_by.number,
        changed=[each.orders_changed + each.cases_changed for each in seen],
    )


def _seen_by_both(actor: Actor, row: Publication, base: str) -> tuple[Comparison, Comparison]:
    rows = Comparison.objects.filter(publication=row, base=base).select_related("seen_by")
    by_person = {each.seen_by_id: each for each in rows}
    own = by_person.get(actor.id or 0)
    if own is None or actor.at - own.at > SEEN_FOR:
        raise NotSeenYet(who=actor.name)
    if row.proposed_by_id not in by_person:
        proposer = Staff.objects.filter(pk=row.proposed_by_id or 0).values_list("name", flat=True).first()
        raise NotSeenYet(who=proposer or "")
    return by_person[row.proposed_by_id], own


@transaction.atomic
def withdraw(actor: Actor, number: str) -> None:
    """Take back a proposal, or a publication whose first day has not come.

    Raises:
        Missing, NotAllowed, IllegalMove, Overtaken.
        LiveAlready: it is in force, or was.
    """
    row: Publication = Publication.objects.pick(actor, number=number)
    _may(actor)
    move = PUBLICATION.take("withdraw", row.state)
    if row.state == PUBLISHED and row.valid_from <= _today(actor):
        raise LiveAlready
    changes = {"state": move.target, "withdrawn_by_id": actor.id, "withdrawn_at": actor.at}
    compare_and_set(row, seen={"state": row.state}, changes=changes)
    ledger.append(row.number, move.event, actor, pack=row.pack, hash=row.text_id)


@transaction.atomic
def keep_worked_cases(actor: Actor, rows: Sequence[tuple[str, Mapping[str, str]]]) -> int:
    """Keep these cases to try packs on, in place of those kept before; return how many.

    Raises:
        NotAllowed, Invalid.
    """
    _may(actor)
    names = [name for name, _ in rows]
    if len(rows) > _MOST_CASES or len(set(names)) != len(names):
        raise Invalid(
            "Up to %(most)s cases, each with a name of its own in the column id.",
            field="file",
            most=_MOST_CASES,
        )
    WorkedCase.objects.all().delete()
    WorkedCase.objects.bulk_create(
        WorkedCase(name=name[:60], facts=dict(facts), kept_at=actor.at) for name, facts in rows
    )
    ledger.append("registry", "policy.cases_kept", actor, cases=len(rows))
    return len(rows)
