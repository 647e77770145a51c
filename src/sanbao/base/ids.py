"""Public numbers: short, unguessable in sequence, safe to read aloud, with a check character.

A number looks like ``RO-7K3M-9QXT-4``: a prefix, eight characters of Crockford's base 32 and one
check character (ISO 7064 MOD 37-2 by python-stdnum), which catches any single mistyped character
and any swap of neighbours.
"""

import re
import secrets
from typing import Final

from stdnum.iso7064 import mod_37_2

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 8
_SHAPE: Final = re.compile(r"^[A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z*]$")
_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def new_number(prefix: str) -> str:
    """Return a fresh public number; a column's unique constraint has the last word."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return _join(prefix, body)


def numbered(prefix: str, count: int) -> str:
    """Return the number that belongs to ``count``: for seeded worlds, where chance must repeat."""
    digits = [_ALPHABET[(count >> shift) & 31] for shift in range(5 * (_LENGTH - 1), -1, -5)]
    return _join(prefix, "".join(digits))


def tidy_number(typed: str) -> str | None:
    """Return the number meant by what somebody typed, or None where it cannot be one.

    Case, spaces, missing dashes and the look-alikes O/0, I/1, L/1 do not matter.
    """
    raw = re.sub(r"[^0-9A-Za-z*]", "", typed).upper()
    prefix, body, check = raw[:2], raw[2:-1].translate(_ALIKE), raw[-1:]
    tidy = f"{prefix}-{body[:4]}-{body[4:]}-{check}"
    return tidy if _SHAPE.match(tidy) and _check(prefix, body) == check else None


def _join(prefix: str, body: str) -> str:
    return f"{prefix}-{body[:4]}-{body[4:]}-{_check(prefix, body)}"


def _check(prefix: str, body: str) -> str:
    return str(mod_37_2.calc_check_digit(prefix + body))
