"""Versions of the reader's weights lie beside the data, each under the hash of its files; one is shipped."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from sanbao.engines.text import Reader
from sanbao.rooms.feedback.adapters.reader import load_network, load_reader, load_weights, model_card

CARD: Final = "card.json"
LIMIT_MB: Final = 50
_MEGABYTE: Final = 1 << 20
_KINDS: Final = frozenset({".json", ".npz", ".md", ".txt"})
_OWN: Final = "own-"
_PROBES: Final = ("", "客服态度很好，屏幕当天就修好了。", "修了半个月还没修好，没人管。", "a" * 50)


class Unfit(ValueError):
    """The folder does not hold weights that this program can read with."""


def shipped_version() -> str:
    """Name the version that came with the program."""
    card = model_card()
    return f"{card['model']}-{card['version']}"[:24]


def fetch(version: str) -> Reader:
    """Give the reader of a version; the files are read once per process.

    Raises:
        Unfit: its files are gone, or are no longer what was installed.
    """
    return load_reader() if version == shipped_version() else _own(version)


@cache
def _own(version: str) -> Reader:
    folder = _place(version)
    if not folder.is_dir() or _hash(folder) != version:
        raise Unfit(version)
    return _read_with(folder)


def examine(folder: Path) -> tuple[str, dict[str, Any]]:
    """Return the version and the card of the weights in a folder, after some texts were read with them.

    Raises:
        Unfit: too large, not readable, or failing on a plain text.
    """
    size = sum(path.stat().st_size for path in _files(folder))
    if not size or size > LIMIT_MB * _MEGABYTE:
        raise Unfit(f"{size} bytes")
    _read_with(folder)
    card = folder / CARD
    try:
        told = json.loads(card.read_text("utf-8")) if card.is_file() else {}
    except ValueError as fault:
        raise Unfit(CARD) from fault
    return _hash(folder), told if isinstance(told, dict) else {}


def keep(folder: Path, version: str) -> None:
    """Copy the files of a version beside the data; they appear whole or not at all."""
    target = _place(version)
    if target.is_dir():
        return
    draft = target.with_name(f"{version}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for path in _files(folder):
        shutil.copyfile(path, draft / path.name)
    draft.replace(target)


def _read_with(folder: Path) -> Reader:
    try:
        reader = Reader(load_weights(folder), load_network(folder))
        reader.read_many(_PROBES)
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError) as fault:
        raise Unfit(str(fault)[:100]) from fault
    return reader


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix in _KINDS)


def _hash(folder: Path) -> str:
    """The card is left out: figures may be added to it, the weights stay the same."""
    digest = hashlib.sha256()
    for path in _files(folder):
        if path.suffix in {".json", ".npz"} and path.name != CARD:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return _OWN + digest.hexdigest()[:12]


def _place(version: str) -> Path:
    return Path(settings.FILES_ROOT) / "models" / version
