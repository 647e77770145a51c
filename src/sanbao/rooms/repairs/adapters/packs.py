"""Rule packs read from files: the shipped ones, and an installation's own beside its data."""

import tomllib
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from sanbao.engines.policy import Book, Pack, PackError, governs, open_book

SHIPPED = "sanbao.engines.policy.packs"


def read_pack(text: str, name: str = "") -> Pack:
    """Return the pack that a TOML text describes.

    Raises:
        PackError: no TOML, or not a pack; ``name`` says which file.
    """
    try:
        return Pack.from_dict(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, PackError) as unreadable:
        raise PackError(f"{name}: {unreadable}" if name else str(unreadable)) from unreadable


def _shipped() -> Iterator[Pack]:
    for entry in sorted(files(SHIPPED).iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".toml"):
            yield read_pack(entry.read_text(encoding="utf-8"), entry.name)


@lru_cache(maxsize=1)
def shipped_packs() -> tuple[Pack, ...]:
    """Return every pack that comes with the product."""
    return tuple(_shipped())


def packs_in(folder: Path) -> tuple[Pack, ...]:
    """Return the packs of an installation's own folder; an absent folder holds none.

    Raises:
        PackError: a file that is no pack.
    """
    if not folder.is_dir():
        return ()
    return tuple(
        read_pack(path.read_text(encoding="utf-8"), path.name) for path in sorted(folder.glob("*.toml"))
    )


def all_packs(folder: Path | None = None) -> tuple[Pack, ...]:
    """Return shipped packs and the installation's own; an own pack replaces a shipped one of its name."""
    own = {pack.name: pack for pack in (packs_in(folder) if folder else ())}
    shipped = [own.pop(pack.name, pack) for pack in shipped_packs()]
    return (*shipped, *own.values())


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
