"""Rule packs read from files: the shipped ones, and an installation's own beside its data."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from sanbao.engines.policy import Book, Pack, PackError, governs, open_book
from sanbao.rooms.registry.adapters.packs import all_texts, read_pack, shipped_texts, texts_in

__all__ = ["Books", "all_packs", "books_with", "packs_for", "packs_in", "read_pack", "shipped_packs"]


@lru_cache(maxsize=1)
def shipped_packs() -> tuple[Pack, ...]:
    """Return every pack that comes with the product."""
    return tuple(pack for pack, _ in shipped_texts())


def packs_in(folder: Path) -> tuple[Pack, ...]:
    """Return the packs of an installation's own folder; an absent folder holds none.

    Raises:
        PackError: a file that is no pack.
    """
    return tuple(pack for pack, _ in texts_in(folder))


def all_packs(folder: Path | None = None) -> tuple[Pack, ...]:
    """Return shipped packs and the installation's own; an own pack replaces a shipped one of its name."""
    return tuple(pack for pack, _ in all_texts(folder))


def packs_for(jurisdiction: str, *, brand: bool = True, packs: tuple[Pack, ...] | None = None) -> Book:
    """Return the book for one jurisdiction: statutory packs and plans, with the brand's promise if wanted.

    Raises:
        PackError: nobody has written a pack for it.
    """
    return _book(jurisdiction, brand, shipped_packs() if packs is None else packs)


Books = Callable[[str, bool], Book]


def books_with(folder: Path | None = None) -> Books:
    """Return a finder of books by place and whether the brand's promise lies on top; own packs included.

    Raises:
        PackError: a file in ``folder`` is no pack. The finder raises it too, for a place without packs.
    """
    packs = all_packs(folder)
    return lambda place, brand: _book(place, brand, packs)


@lru_cache(maxsize=32)
def _book(place: str, brand: bool, packs: tuple[Pack, ...]) -> Book:  # noqa: FBT001 - a key of the cache
    wanted = {"counting", "statutory", "plan"} | ({"brand"} if brand else set())
    chosen = [pack for pack in packs if governs(pack.jurisdiction, place) and pack.family in wanted]
    if not chosen:
        raise PackError(f"there is no pack for {place!r}")
    return open_book(chosen)
