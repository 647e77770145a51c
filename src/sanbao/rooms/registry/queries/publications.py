"""Reads of rule packs: what counts on a day, what is proposed, what it would change."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from sanbao.base.actor import Actor, require
from sanbao.base.kept import KeptRead
from sanbao.engines.policy import Pack
from sanbao.engines.policy.check import PackFault, check_pack
from sanbao.rooms.registry.adapters.packs import all_texts, files_in, read_pack, shipped_texts
from sanbao.rooms.registry.errors import PackLost
from sanbao.rooms.registry.models import Comparison, Difference, PackText, Publication, WorkedCase
from sanbao.rooms.registry.states import OWN, PUBLISHED, SET_UP, SHIPPED

_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class PublicationCard:
    """One publication. ``title_*`` are the pack's; people are named, empty where nobody stands there."""

    number: str
    pack: str
    title_zh: str
    title_en: str
    family: str
    jurisdiction: str
    version: str
    hash: str
    state: str
    origin: str
    note: str
    valid_from: date
    proposer: str
    proposer_id: int | None
    proposed_at: datetime
    approver: str
    approved_at: datetime | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ComparisonCard:
    """What one person saw, and when; ``base`` stands for the packs that it was held against."""

    key: int
    seen_by: str
    seen_by_id: int
    base: str
    at: datetime
    orders: int
    cases: int
    worked: int
    unread: int
    orders_changed: int
    cases_changed: int
    worked_changed: int

    @property
    def changed(self) -> int:
        """How many cases of every kind come out otherwise."""
        return self.orders_changed + self.cases_changed + self.worked_changed


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One case that comes out otherwise; ``old`` and ``new`` hold outcome, remedies, last day, share."""

    kind: str
    subject: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DifferencePage:
    """One page of the list; ``after`` asks for the next one and is 0 on the last."""

    rows: tuple[DifferenceRow, ...]
    after: int


@dataclass(frozen=True, slots=True)
class WaitingPack:
    """A text that came with the program or lies in the folder and that nobody has proposed yet.

    One that cannot be read has ``faults``, each with its line, and neither version nor hash.
    """

    name: str
    version: str
    hash: str
    text: str
    origin: str
    faults: tuple[PackFault, ...] = ()


_PUBLISHED: Final = KeptRead(
    lambda: (
        Publication.objects.filter(state=PUBLISHED)
        .order_by("valid_from", "id")
        .values_list("pack", "text_id", "valid_from", "origin")
    )
)


def hashes_on(day: date) -> dict[str, str] | None:
    """Return the hash of each pack that counts on a day; None before the installation is set up. One query.

    A pack that the installation began with counts for earlier days as well.
    """
    live: dict[str, str] = {}
    known = False
    for pack, text, valid_from, origin in _PUBLISHED():
        known = True
        if valid_from <= day or (origin == SET_UP and pack not in live):
            live[pack] = text
    return live if known else None


def packs_on(day: date) -> tuple[Pack, ...]:
    """Return the packs that count on a day. One query, once their texts were read in this process."""
    live = hashes_on(day)
    if live is None:
        return tuple(pack for pack, _ in all_texts(settings.HOME / "packs"))
    return packs_kept(live.values())


def packs_kept(hashes: Iterable[str]) -> tuple[Pack, ...]:
    """Return packs by the hashes that decisions name, however old.

    Raises:
        PackLost: a text is not kept here.
    """
    wanted = tuple(hashes)
    missing = [name for name in wanted if name not in _packs]
    if missing:
        texts = PackText.objects.filter(pk__in=missing).values_list("hash", "text")
        _packs.update({name: _read(text) for name, text in texts})
    shipped = {pack.hash: pack for pack, _ in shipped_texts()}
    for name in wanted:
        if name not in _packs and name not in shipped:
            raise PackLost(hash=name[:16])
    return tuple(_packs.get(name) or shipped[name] for name in wanted)


_packs: dict[str, Pack] = {}
"""Texts never change under their hash, so what was read once stays true in every process."""


@lru_cache(maxsize=64)
def _read(text: str) -> Pack:
    return read_pack(text)


def pack_text(actor: Actor, digest: str) -> str:
    """Return the text of a pack. Raises: Missing."""
    row: PackText = PackText.objects.pick(actor, hash=digest)
    return row.text


def publications(actor: Actor, *, pack: str = "", most: int = 200) -> tuple[PublicationCard, ...]:
    """Return publications, newest first; of one pack where it is named. One query."""
    rows = _rows(actor)
    return tuple(_card(row) for row in (rows.filter(pack=pack) if pack else rows).order_by("-id")[:most])


def publication(actor: Actor, number: str) -> PublicationCard:
    """Return one publication. Raises: Missing."""
    return _card(_rows(actor).pick(actor, number=number))


def _rows(actor: Actor) -> Any:
    people = ("proposed_by", "approved_by")
    return Publication.objects.visible_to(actor).select_related("text", *people)


def _card(row: Publication) -> PublicationCard:
    pack = _read(row.text.text)
    return PublicationCard(
        row.number,
        row.pack,
        pack.title_zh,
        pack.title_en,
        row.family,
        row.jurisdiction,
        row.version,
        row.text_id,
        row.state,
        row.origin,
        row.note,
        row.valid_from,
        row.proposed_by.name if row.proposed_by else "",
        row.proposed_by_id,
        row.proposed_at,
        row.approved_by.name if row.approved_by else "",
        row.approved_at,
        row.withdrawn_at,
    )


def before_and_after(actor: Actor, number: str) -> tuple[tuple[Pack, ...], tuple[Pack, ...]]:
    """Return the packs that count without a publication on its first day, and with it.

    What is in force is held against what went before it; what was taken back, against what counts now.

    Raises:
        Missing.
    """
    row: Publication = Publication.objects.pick(actor, number=number)
    live = base_hashes(row)
    return packs_kept(live.values()), packs_kept({**live, row.pack: row.text_id}.values())


def base_hashes(row: Publication) -> dict[str, str]:
    """Return what counts on the day from which a publication is valid, had it never been made."""
    others = Publication.objects.filter(state=PUBLISHED).exclude(pk=row.pk)
    if row.state == PUBLISHED and row.approved_at is not None:
        others = others.filter(approved_at__lt=row.approved_at) | others.filter(origin=SET_UP)
    live: dict[str, str] = {}
    columns = ("pack", "text_id", "valid_from", "origin")
    for pack, text, valid_from, origin in others.order_by("valid_from", "id").values_list(*columns):
        if valid_from <= row.valid_from or (origin == SET_UP and pack not in live):
            live[pack] = text
    return live


def base_of(live: Mapping[str, str]) -> str:
    """Return one hash for all packs that count on a day: what a comparison was held against."""
    return hashlib.sha256(repr(sorted(live.items())).encode()).hexdigest()


def waiting_packs(actor: Actor) -> tuple[WaitingPack, ...]:
    """Return texts of the program and of the folder beside the data that have never been proposed here.

    So a pack that came with an upgrade is offered, never silently live. Two queries at most.

    Raises:
        NotAllowed.
    """
    require(actor, "registry.publish_policy", outlet="*")
    known = set(Publication.objects.values_list("text_id", flat=True))
    own = tuple(_looked_through(settings.HOME / "packs"))
    shipped = (
        WaitingPack(pack.name, pack.version, pack.hash, text, SHIPPED) for pack, text in shipped_texts()
    )
    return tuple(each for each in (*shipped, *own) if each.hash not in known)


def _looked_through(folder: Path) -> Iterator[WaitingPack]:
    for name, text in files_in(folder):
        pack, faults = check_pack(text)
        if pack is None:
            yield WaitingPack(name, "", "", text, OWN, faults)
        else:
            yield WaitingPack(pack.name, pack.version, pack.hash, text, OWN)


def comparisons(actor: Actor, number: str) -> tuple[ComparisonCard, ...]:
    """Return what each person saw of one publication, oldest first. One query."""
    rows = Comparison.objects.visible_to(actor).filter(publication__number=number)
    return tuple(
        ComparisonCard(
            row.pk,
            row.seen_by.name,
            row.seen_by_id,
            row.base,
            row.at,
            row.orders,
            row.cases,
            row.worked,
            row.unread,
            row.orders_changed,
            row.cases_changed,
            row.worked_changed,
        )
        for row in rows.select_related("seen_by").order_by("at", "id")
    )


def differences(
    actor: Actor, comparison: int, *, kind: str = "", after: int = 0, most: int = _PAGE
) -> DifferencePage:
    """Return the cases that came out otherwise in a comparison, a page at a time. One query."""
    rows = Difference.objects.visible_to(actor).filter(comparison_id=comparison, id__gt=after)
    found = list((rows.filter(kind=kind) if kind else rows).order_by("id")[: most + 1])
    shown = tuple(DifferenceRow(r.kind, r.subject, r.old, r.new, tuple(r.because)) for r in found[:most])
    return DifferencePage(shown, found[most - 1].pk if len(found) > most else 0)


def worked_cases(actor: Actor) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return the cases that the house keeps to try packs on, by name. One query."""
    rows = WorkedCase.objects.visible_to(actor).order_by("name")
    return tuple(rows.values_list("name", "facts"))


def is_in_force(card: PublicationCard, day: date) -> bool:
    """Tell whether this is the text of its pack that counts on a day. One query."""
    live = hashes_on(day) or {}
    return card.state == PUBLISHED and live.get(card.pack) == card.hash and card.valid_from <= day
