"""The database backend: Django's own, with a shorter wait for the one writer that SQLite has."""

import time
from typing import Final

from django.db import OperationalError
from django.db.backends.sqlite3 import base

_PAUSES: Final = (0.0002, 0.0004, 0.0008)
_BUSY: Final = 5
_FIVE_SECONDS: Final = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks for the writer again within a millisecond, where SQLite itself would sleep up to a hundred."""

    def _start_transaction_under_autocommit(self) -> None:
        wait = float(self.settings_dict["OPTIONS"].get("timeout", _FIVE_SECONDS))
        until, asked = time.monotonic() + wait, 0
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    super()._start_transaction_under_autocommit()  # type: ignore[misc]  # a door that Django keeps
                except OperationalError as fault:
                    if not _is_busy(fault) or time.monotonic() > until:
                        raise
                    time.sleep(_PAUSES[min(asked, len(_PAUSES) - 1)])
                    asked += 1
                else:
                    return
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")


def _is_busy(fault: OperationalError) -> bool:
    return getattr(fault.__cause__, "sqlite_errorcode", None) == _BUSY
