"""The installation's own secret, made once and kept in its home."""

import os
import secrets
from pathlib import Path


def secret_key(home: Path, given: str) -> str:
    """Return the given key, or the one kept in ``home``: made at the first call, readable by its owner."""
    if given:
        return given
    place = home / "secret.key"
    if not place.exists():
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return place.read_text(encoding="ascii").strip()
