"""Reads of the reader's versions: which one reads, what it is worth here, who has read how much."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from sanbao.base.actor import Actor, require
from sanbao.engines.text import Reader
from sanbao.rooms.feedback.adapters.reader import model_card
from sanbao.rooms.feedback.adapters.versions import fetch, shipped_version
from sanbao.rooms.feedback.models import Model, Voice


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version. ``measured`` are its figures on this installation's held-out labels, empty before."""

    version: str
    shipped: bool
    active: bool
    note: str
    card: dict[str, Any]
    measured: dict[str, Any]
    measured_at: datetime | None
    installed_by: str
    installed_at: datetime | None
    activated_by: str
    activated_at: datetime | None
    before: str


@dataclass(frozen=True, slots=True)
class ReadingProgress:
    """Texts by the version that read them, the most first; ``left`` wait to be read anew."""

    current: str
    rows: tuple[tuple[str, int], ...]
    left: int
    unread: int

    @property
    def total(self) -> int:
        return self.unread + sum(n for _version, n in self.rows)


def active_version() -> str:
    """Name the version that reads now."""
    found = Model.objects.filter(active=True).order_by("id").values("version", "shipped").first()
    # whoever chose the shipped one means the one that comes with the program, also after an update
    return str(found["version"]) if found and not found["shipped"] else shipped_version()


def current_reader() -> tuple[str, Reader]:
    """Return the version that reads now, and its reader.

    Raises:
        Unfit: its files are gone or changed.
    """
    version = active_version()
    return version, fetch(version)


def active_card() -> dict[str, Any]:
    """Return what was measured about the version that reads now; of an own one without a card, nothing."""
    row = Model.objects.filter(active=True).order_by("id").values("card", "shipped").first()
    return model_card() if row is None or row["shipped"] else dict(row["card"])


def versions(actor: Actor) -> tuple[VersionCard, ...]:
    """Return every version, the newest first and the shipped one among them; two queries.

    Raises:
        NotAllowed.
    """
    require(actor, "feedback.see")
    current = active_version()
    known = Model.objects.visible_to(actor).order_by("-installed_at", "-id")
    rows = [_card(row, current) for row in known]
    if not any(row.version == shipped_version() for row in rows):
        rows.append(_shipped(active=current == shipped_version()))
    return tuple(rows)


def reading_progress(actor: Actor) -> ReadingProgress:
    """Return which share of the visible texts was read by which version; two queries."""
    current = active_version()
    rows = {
        row["reader"]: row["n"]
        for row in Voice.objects.visible_to(actor)
        .filter(erased_at__isnull=True)
        .values("reader")
        .annotate(n=Count("id"))
        .order_by()
    }
    unread = rows.pop("", 0)
    listed = sorted(rows.items(), key=lambda row: (-row[1], row[0]))
    return ReadingProgress(current, tuple(listed), sum(n for v, n in listed if v != current), unread)


def _shipped(*, active: bool) -> VersionCard:
    """Give the shipped version where nobody has measured or activated it yet."""
    return VersionCard(
        version=shipped_version(),
        shipped=True,
        active=active,
        note="",
        card=model_card(),
        measured={},
        measured_at=None,
        installed_by="",
        installed_at=None,
        activated_by="",
        activated_at=None,
        before="",
    )


def _card(row: Model, current: str) -> VersionCard:
    return VersionCard(
        row.version,
        row.shipped,
        row.version == current,
        row.note,
        model_card() if row.shipped and not row.card else row.card,
        row.measured,
        row.measured_at,
        row.installed_by,
        row.installed_at,
        row.activated_by,
        row.activated_at,
        row.before,
    )
