"""The reply clocks of this installation: the shipped ones, and ``clocks.toml`` beside its data over them."""

import tomllib
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from sanbao.engines.calendar import CLOCKS, PromiseError, ReplyClock, china_calendar, own_clocks

TABLE = "clocks.toml"


def reply_clocks() -> tuple[ReplyClock, ...]:
    """Return the clocks in force here; a changed file counts at once.

    Raises:
        PromiseError: the file cannot be read, or it promises what it may not.
    """
    place = Path(settings.HOME) / TABLE
    try:
        seen = place.stat()
    except FileNotFoundError:
        return CLOCKS
    return _read(place, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=4)
def _read(place: Path, _changed: int, _size: int) -> tuple[ReplyClock, ...]:
    """The moment and size of the last change stand for the file's content."""
    try:
        table = tomllib.loads(place.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as unread:
        raise PromiseError(f"{place.name} cannot be read: {unread}") from unread
    return own_clocks(table, china_calendar())
