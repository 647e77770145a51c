"""Rule packs as texts: those that come with the product, and an installation's own beside its data."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from sanbao.engines.policy import Pack, PackError

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


@lru_cache(maxsize=1)
def shipped_texts() -> tuple[tuple[Pack, str], ...]:
    """Return every pack that comes with the product, with its text."""
    return tuple(
        (read_pack(text, entry.name), text)
        for entry in sorted(files(SHIPPED).iterdir(), key=lambda each: each.name)
        if entry.name.endswith(".toml")
        for text in (entry.read_text(encoding="utf-8"),)
    )


def files_in(folder: Path) -> tuple[tuple[str, str], ...]:
    """Return names and texts of the files in an installation's own folder; an absent folder holds none."""
    found = sorted(folder.glob("*.toml")) if folder.is_dir() else ()
    return tuple((path.name, path.read_text(encoding="utf-8", errors="replace")) for path in found)


def texts_in(folder: Path) -> tuple[tuple[Pack, str], ...]:
    """Return the packs of an installation's own folder with their texts.

    Raises:
        PackError: a file that is no pack.
    """
    return tuple((read_pack(text, name), text) for name, text in files_in(folder))


def all_texts(folder: Path | None = None) -> tuple[tuple[Pack, str], ...]:
    """Return shipped packs and the installation's own; an own pack replaces a shipped one of its name."""
    own = {pack.name: (pack, text) for pack, text in (texts_in(folder) if folder else ())}
    shipped = [own.pop(pack.name, (pack, text)) for pack, text in shipped_texts()]
    return (*shipped, *own.values())
