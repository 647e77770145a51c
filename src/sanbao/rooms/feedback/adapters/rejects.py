"""The file of refused rows, and the words for each reason."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TextIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sanbao.rooms.feedback.rules import Fault

REASONS: Final = {
    "empty": gettext_noop("The text is empty."),
    "long": gettext_noop("The text has more than 20,000 characters."),
    "nul": gettext_noop("There is a NUL byte in it."),
    "bytes": gettext_noop("It holds bytes that are no characters in this encoding."),
    "ragged": gettext_noop("The row has another number of cells than the header."),
    "quotes": gettext_noop("A quotation mark is never closed, or stands in the wrong place."),
    "json": gettext_noop("The line is not one JSON object."),
    "stars": gettext_noop("Stars are whole numbers from 1 to 5."),
    "date": gettext_noop("There is no such day, or it cannot be read; write 2026-03-31."),
    "future": gettext_noop("The day lies in the future."),
    "outlet": gettext_noop("There is no outlet with this code."),
}
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")


def reason(code: str) -> str:
    """Return why a row was refused, in the reader's language."""
    return _(REASONS[code]) if code in REASONS else code


def harmless(value: str) -> str:
    """Return a cell that no spreadsheet runs as a formula: a quote mark is put before it."""
    return f"'{value}" if value.startswith(_DANGEROUS) else value


def write_rejects(path: Path, faults: Iterable[Fault]) -> int:
    """Write the refused rows as CSV with a mark that Excel understands; return how many."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        return write_to(file, faults)


def write_to(file: TextIO, faults: Iterable[Fault]) -> int:
    """Write the refused rows to an open file; return how many."""
    writer = csv.writer(file)
    writer.writerow(["row", "column", "code", "reason", "value"])
    count = 0
    for fault in faults:
        count += 1
        cells = (fault.column, fault.code, fault.said or reason(fault.code), fault.value)
        writer.writerow([fault.row, *map(harmless, cells)])
    return count
