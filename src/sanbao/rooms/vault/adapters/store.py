"""Bytes on disk, named by the hash of their content."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.conf import settings

_THUMB: Final = ".thumb"


def place_of(digest: str) -> Path:
    """Return where content with this hash lies, or would lie."""
    return Path(settings.FILES_ROOT) / digest[:2] / digest[2:4] / digest


def thumb_of(digest: str) -> Path:
    """Return where the small picture of this content lies, or would lie."""
    return place_of(digest).with_suffix(_THUMB)


def keep(content: bytes, thumb: bytes) -> str:
    """Return the hash under which the content lies on disk, whole and flushed, before anybody names it."""
    digest = sha256(content).hexdigest()
    place = place_of(digest)
    place.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    if thumb:
        _write(thumb_of(digest), thumb)
    _write(place, content)
    return digest


def _write(place: Path, content: bytes) -> None:
    """Write beside, flush, rename: killed at any moment, the place holds all of it or nothing."""
    if place.exists() and place.stat().st_size == len(content):
        return
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def forget(digest: str) -> None:
    """Remove the content and its small picture from disk."""
    place_of(digest).unlink(missing_ok=True)
    thumb_of(digest).unlink(missing_ok=True)
